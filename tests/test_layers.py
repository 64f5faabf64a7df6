"""Imports go one way, waiting stays at the edges, and nothing grows too long to read."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("woodpecker", "storage", "handlers", "bot")
SOURCES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
PYTHON = [*SOURCES, *sorted(p for d in ("tests", "bench") for p in (ROOT / d).rglob("*.py"))]

FILE_LINES = 300
FUNCTION_LINES = 50

ASYNC_NODES = (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await)
OUTSIDE = {
    *("aiohttp", "aiosqlite", "asyncio", "http", "io", "logging", "os", "pathlib", "random", "secrets"),
    *("selectors", "shutil", "socket", "sqlite3", "ssl", "subprocess", "telegram", "tempfile"),
    *("threading", "time", "urllib"),
}
CLOCKS = {"now", "today", "utcnow", "time", "time_ns"}
SQL = re.compile(r"\b(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+TABLE)\b", re.S)
PLATFORM = re.compile(r"telegram|wecom|feishu|dingtalk|sandbox", re.I)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=name(path))


def imports(path: Path) -> Iterator[str]:
    """Every module that the file imports, relative ones written out."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join([*base, *([node.module] if node.module else [])])


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Every string in the file that is not a docstring, with its line."""
    module = tree(path)
    docs = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def inside(*layers: str) -> list[Path]:
    return [path for path in SOURCES if path.relative_to(ROOT).parts[0] in layers]


def test_there_is_something_to_check() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in SOURCES} == set(LAYERS)


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_go_one_way(layer: str) -> None:
    above = set(LAYERS[LAYERS.index(layer) + 1 :]) | {"tests", "bench"}
    wrong = [
        f"{name(path)} imports {module}"
        for path in inside(layer)
        for module in imports(path)
        if module.split(".")[0] in above
    ]
    assert wrong == []


def test_rules_touch_neither_world_nor_clock() -> None:
    wrong = [
        f"{name(path)} imports {module}"
        for path in inside("woodpecker")
        for module in imports(path)
        if module.split(".")[0] in OUTSIDE
    ]
    wrong += [
        f"{name(path)}:{node.lineno} asks the clock"
        for path in inside("woodpecker", "storage", "handlers")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
        if isinstance(node.func.value, ast.Name) and node.func.value.id in {"datetime", "date", "time"}
    ]
    assert wrong == []


def test_only_the_edges_wait() -> None:
    wrong = [
        f"{name(path)}:{getattr(node, 'lineno', 0)}"
        for path in inside("woodpecker", "storage", "handlers")
        if name(path) != "storage/database.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ASYNC_NODES)
    ]
    assert wrong == []


def test_only_storage_speaks_sql() -> None:
    wrong = [
        f"{name(path)}:{line}"
        for path in inside("woodpecker", "handlers", "bot")
        for line, text in literals(path)
        if SQL.search(text)
    ]
    assert wrong == []


def test_the_desk_knows_no_platform() -> None:
    wrong = [
        f"{name(path)} imports {module}"
        for path in inside("woodpecker", "storage", "handlers")
        for module in imports(path)
        if module.split(".")[0] in {"telegram", "aiohttp"}
    ]
    wrong += [
        f"{name(path)}:{line} says {text!r}"
        for path in inside("handlers")
        for line, text in literals(path)
        if PLATFORM.search(text)
    ]
    assert wrong == []


def test_files_stay_short() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in PYTHON}
    assert {file: lines for file, lines in lengths.items() if lines > FILE_LINES} == {}


def test_functions_stay_short() -> None:
    wrong = {
        f"{name(path)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path in PYTHON
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None
        if node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    }
    assert wrong == {}

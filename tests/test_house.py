"""What the tree as a whole promises: locked packages, no strange hosts, nothing half-done."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("woodpecker", "storage", "handlers", "bot")
LOCKS = ("requirements/run.txt", "requirements/dev.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

# Written in halves, so that this file passes its own test.
HOSTS = [
    *("py" + "pi.org", "python" + "hosted.org", "npm" + "js.", "deb." + "debian.org", "crates" + ".io"),
    *(
        "ubuntu" + ".com/ubuntu",
        "golang" + ".org",
        "anaconda" + ".org",
        "tsing" + "hua.edu",
        "ali" + "yun.com/py",
    ),
]
PLACES = ["/work" + "/main", "/work" + "/shared", "/root" + "/", "/opt" + "/wheels", "/opt" + "/pypi"]
HALF_DONE = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImplemented" + r"Error)\b")
EMPTY_NAMES = re.compile(r"(manager|helper|util|service|processor)s?$", re.I)
FORBIDDEN_WORD = "举" + "报"


@cache
def texts() -> dict[str, str]:
    """Every text file of the tree that is, or would be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    found = {}
    for file in filter(None, listed.split("\0")):
        path = ROOT / file
        raw = path.read_bytes() if path.is_file() else b"\0"
        if b"\0" not in raw:
            found[file] = raw.decode("utf-8")
    return found


def lines_with(pattern: re.Pattern[str], suffix: str = "") -> list[str]:
    return [
        f"{file}:{number}: {line.strip()[:100]}"
        for file, text in texts().items()
        if file.endswith(suffix)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def modules_and_classes() -> Iterator[tuple[str, str]]:
    for file, text in texts().items():
        if file.endswith(".py"):
            yield file, Path(file).stem
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.ClassDef):
                    yield file, node.name


def locked(file: str) -> dict[str, list[str]]:
    """What a lock file pins: `name==version` to its hashes."""
    pins: dict[str, list[str]] = {}
    for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith((" ", "#")):
            pin = line.split(" ")[0]
            pins[pin] = []
        elif line.strip().startswith("--hash=sha256:"):
            pins[pin].append(line.strip().rstrip(" \\"))
    return pins


def test_no_registry_or_place_of_one_machine_is_named() -> None:
    assert lines_with(re.compile("|".join(re.escape(part) for part in HOSTS + PLACES))) == []


def test_nothing_is_half_done() -> None:
    assert lines_with(HALF_DONE) == []


def test_the_word_that_frightens_is_not_used() -> None:
    assert lines_with(re.compile(FORBIDDEN_WORD)) == []


def test_modules_and_classes_have_telling_names() -> None:
    assert [found for found in modules_and_classes() if EMPTY_NAMES.search(found[1])] == []


def test_only_a_missing_browser_skips_a_test() -> None:
    skips = re.compile(r"\bmark\.(skip|skipif|xfail)\b|\bpytest\.(skip|xfail|importorskip)\(")
    found = [line for line in lines_with(skips, ".py") if not line.startswith("tests/test_house.py:")]
    assert [line for line in found if "pytest.skip(" not in line or "Chromium" not in line] == []


@pytest.mark.parametrize("file", LOCKS)
def test_locks_pin_every_package_with_hashes_and_no_address(file: str) -> None:
    pins = locked(file)
    text = (ROOT / file).read_text(encoding="utf-8")
    assert pins
    assert [pin for pin, hashes in pins.items() if "==" not in pin or not hashes] == []
    assert re.findall(r"://|@ |--index|--extra|--find|--trusted", text) == []


def test_test_tools_change_no_version_that_runs() -> None:
    run, dev = (set(locked(file)) for file in LOCKS)
    assert run <= dev


@pytest.mark.parametrize("file, groups", [(LOCKS[0], ["build"]), (LOCKS[1], ["build", "dev"])])
def test_locks_hold_what_the_project_asks_for(file: str, groups: list[str]) -> None:
    asked = [
        *PROJECT["project"]["dependencies"],
        *(r for g in groups for r in PROJECT["dependency-groups"][g]),
    ]
    names = {re.split(r"[=<>!~\[; ]", requirement)[0].lower() for requirement in asked}
    assert names - {pin.split("==")[0] for pin in locked(file)} == set()


def test_what_lies_in_the_packages_is_shipped() -> None:
    shipped = {
        path
        for package, patterns in PROJECT["tool"]["setuptools"]["package-data"].items()
        for pattern in patterns
        for path in ROOT.joinpath(*package.split(".")).glob(pattern)
    }
    files = {ROOT / file for file in texts() if file.split("/")[0] in PACKAGES and not file.endswith(".py")}
    assert files - shipped == set()


def test_every_folder_of_code_is_a_package() -> None:
    folders = {Path(file).parent for file in texts() if file.endswith(".py") and file.split("/")[0] in PACKAGES}
    assert [folder for folder in sorted(folders) if not (ROOT / folder / "__init__.py").is_file()] == []


def test_pages_name_only_make_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    pages = {file: text for file, text in texts().items() if file.endswith(".md")}
    named = {(file, word) for file, text in pages.items() for word in re.findall(r"`make ([a-z]+)", text)}
    assert {(file, word) for file, word in named if word not in targets} == set()
    for file in {"README.md", "README.zh.md"} & set(pages):
        assert {word for where, word in named if where == file} >= {"run", "test"}


def test_pages_link_to_what_exists() -> None:
    links = [
        (file, target.split("#")[0])
        for file, text in texts().items()
        if file.endswith(".md")
        for target in re.findall(r"\]\(([^)\s]+)\)", text)
        if not re.match(r"[a-z]+:|#", target)
    ]
    assert [(file, target) for file, target in links if not (ROOT / file).parent.joinpath(target).exists()] == []


def test_changelog_and_project_name_the_same_version() -> None:
    if "CHANGELOG.md" in texts():
        versions = re.findall(r"^## \[?(\d+\.\d+\.\d+)", texts()["CHANGELOG.md"], re.M)
        assert versions
        assert versions[0] == PROJECT["project"]["version"]
        order = [tuple(map(int, version.split("."))) for version in versions]
        assert all(newer > older for newer, older in pairwise(order))

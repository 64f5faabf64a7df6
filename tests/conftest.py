"""Settings that hold for every test."""

import sys

import pytest
from hypothesis import settings

from tests.browser import browser  # noqa: F401 - a fixture

settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")

# With several workers these begin first, so that none is left alone with a long one at the end.
LONGEST = (
    "test_kill", "test_quarter", "test_forged_taps", "test_boards", "test_wecom_kill", "test_model_money",
    "test_model_reports", "test_year", "test_program", "test_papers", "test_county",
)  # fmt: skip


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        turn = {f"{name}.py": n for n, name in enumerate(LONGEST)}
        items.sort(key=lambda item: turn.get(item.path.name, len(turn)))


LOOPBACK = ("127.", "::1", "localhost")


def _only_loopback(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(args[1], tuple):
        host = str(args[1][0])
        if not host.startswith(LOOPBACK):
            raise PermissionError(f"a test tried to reach {host}")


sys.addaudithook(_only_loopback)

"""Settings that hold for every test."""

import gc
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.browser import browser  # noqa: F401 - a fixture

settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")

# With several workers these begin first, so that none is left alone with a long one at the end.
LONGEST = (
    "test_stories_on_platforms",
    "test_kill", "test_text_limits", "test_quarter", "test_stories", "test_sandbox_page", "test_forged_taps",
    "test_races_awards", "test_pictures", "test_races_reports", "test_program", "test_month_platforms",
    "test_honours_platforms", "test_sheets", "test_books",
)  # fmt: skip


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        turn = {f"{name}.py": n for n, name in enumerate(LONGEST)}
        items.sort(key=lambda item: turn.get(item.path.name, len(turn)))


@pytest.fixture(autouse=True, scope="module")
def nothing_left_behind() -> Iterator[None]:
    """A socket or file that a test has left open is found in its own module, not in whichever comes later."""
    yield
    gc.collect()


LOOPBACK = ("127.", "::1", "localhost")


def _only_loopback(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(args[1], tuple):
        host = str(args[1][0])
        if not host.startswith(LOOPBACK):
            raise PermissionError(f"a test tried to reach {host}")


sys.addaudithook(_only_loopback)

"""Settings that hold for every test."""

import sys

from hypothesis import settings

from tests.browser import browser  # noqa: F401 - a fixture

settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")

LOOPBACK = ("127.", "::1", "localhost")


def _only_loopback(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(args[1], tuple):
        host = str(args[1][0])
        if not host.startswith(LOOPBACK):
            raise PermissionError(f"a test tried to reach {host}")


sys.addaudithook(_only_loopback)

"""Whom our own connections trust: the machine's certificates, read once, when a connection first wants them."""

from __future__ import annotations

import ssl
from functools import cache
from importlib import import_module


@cache
def trusted() -> ssl.SSLContext:
    """Checks the other side; the first call reads the certificates, which takes a twentieth of a second."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(("http/1.1",))
    return context


def import_aiohttp() -> None:
    """Imports aiohttp without the certificates, a tenth of a start.

    As it is imported it reads them twice, for clients that bring no context of their own. Ours bring `trusted()`;
    one that forgets it trusts nobody.
    """
    ssl.SSLContext.set_default_verify_paths = lambda self: None  # type: ignore[method-assign]
    try:
        import_module("aiohttp")
    finally:
        del ssl.SSLContext.set_default_verify_paths

"""The sandbox's own listener: on this machine alone, unless told otherwise."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import NamedTuple

from aiohttp import web

from bot.platforms.sandbox.guard import guard, harden, is_loopback, own_address
from bot.platforms.sandbox.routes import Routes, plain_errors
from bot.platforms.sandbox.site import Site
from bot.platforms.sandbox.uploads import SMALL

STOP = 2.0  # seconds that open requests get at the end


class NotAllowed(Exception):
    """The sandbox may not be reached from other machines unless the configuration says so."""


class SandboxServer(NamedTuple):
    """A running listener; `url` opens its page, with the secret in it where there is one."""

    url: str
    port: int
    sites: tuple[Site, ...]
    runner: web.AppRunner

    async def stop(self) -> None:
        """Ends the streams, then the listener."""
        for site in self.sites:
            site.platform.phones.feed.close()
        await self.runner.cleanup()


async def serve(
    sites: Sequence[Site],
    host: str = "127.0.0.1",
    port: int = 8765,
    *,
    allow_remote: bool = False,
    secret: str | None = None,
    heartbeat: float = 15.0,
) -> SandboxServer:
    """Serves the page of these enterprises; port 0 takes a free one.

    Off loopback it needs `allow_remote`, and every request needs `secret` (by default a new one).
    Raises NotAllowed, and OSError if the address is taken.
    """
    remote = not is_loopback(host)
    if remote and not allow_remote:
        raise NotAllowed(f"{host} is not this machine: listen on 127.0.0.1, or allow remote access")
    key = (secret or secrets.token_urlsafe(24)) if remote else None
    app = web.Application(middlewares=[guard(key, f"woodpecker_{port}"), plain_errors], client_max_size=SMALL)
    app.on_response_prepare.append(harden)
    app.add_routes(Routes(sites, heartbeat).table())
    # No access log: it would hold the secret and who wrote when.
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP, handle_signals=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except BaseException:
        await runner.cleanup()
        raise
    bound = int(runner.addresses[0][1])
    shown = own_address() if host in {"0.0.0.0", "::"} else host
    shown = f"[{shown}]" if ":" in shown else shown
    query = f"?key={key}" if key else ""
    return SandboxServer(f"http://{shown}:{bound}/{query}", bound, tuple(sites), runner)

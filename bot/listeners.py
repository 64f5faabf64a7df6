"""The two listeners: webhooks, links and health on one, the sandbox's phones on another."""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from aiohttp import web

from bot.phones import site_of
from bot.platforms.sandbox.platform import SandboxPlatform
from bot.platforms.sandbox.server import serve
from bot.settings import EnterpriseSettings, split_address

if TYPE_CHECKING:
    from bot.operations import Operations
    from bot.program import Program

log = logging.getLogger(__name__)


async def serve_web(program: Program, stack: AsyncExitStack) -> None:
    """Serves webhooks and links, and with them whether we are well; nothing if nobody needs it."""
    routes = [route for platform in program.platforms.values() for route in platform.routes()]
    routes += program.links.routes()
    if not routes:
        return
    app = web.Application()
    app.add_routes([*routes, web.get("/healthz", _healthz)])
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=2.0)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    host, port = split_address(program.settings.web.listen)
    await web.TCPSite(runner, host, port).start()
    log.info("webhooks and links are taken at %s", program.settings.web.listen)


async def _healthz(request: web.Request) -> web.Response:
    return web.json_response({"alive": True})


async def serve_phones(program: Program, operations: Operations, stack: AsyncExitStack) -> None:
    """Serves the sandboxes' pages, those with the same address on one listener."""
    by_address: dict[str, list[SandboxPlatform]] = {}
    for platform in program.platforms.values():
        if isinstance(platform, SandboxPlatform):
            plant = program.plants.get(platform.enterprise)
            of = program.settings.of(plant.code) if plant else None
            if of is not None:
                by_address.setdefault(of.sandbox.listen, []).append(platform)
    for address, platforms in by_address.items():
        sites = [await site_of(program, operations, platform) for platform in platforms]
        host, port = split_address(address)
        remote = all(_of(program, p).sandbox.allow_remote for p in platforms)
        server = await serve(sites, host, port, allow_remote=remote)
        stack.push_async_callback(server.stop)
        program.pages.append(server.url)
        log.info("open %s in a browser: the phones are there (Ctrl+C stops)", server.url)


def _of(program: Program, platform: SandboxPlatform) -> EnterpriseSettings:
    plant = program.plants.get(platform.enterprise)
    assert plant is not None
    found = program.settings.of(plant.code)
    assert found is not None
    return found

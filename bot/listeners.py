"""The listener for webhooks, links and health; the sandbox's phones have one of their own (bot/phones.py)."""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from aiohttp import web

from bot.settings import split_address

if TYPE_CHECKING:
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

"""(a) A bare echo on python-telegram-bot, by webhook: what a bot costs that remembers nothing.

PTB's run_webhook needs tornado, which nothing else here wants. So this follows PTB's own custom-webhook example,
with aiohttp for its Starlette: updates go into the application's queue and are answered at once with 200.
"""

from __future__ import annotations

import asyncio
import sys

from aiohttp import web
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

TOKEN = "100000:AAEchoEchoEchoEchoEchoEchoEchoEcho"


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Says it back."""
    if update.message is not None:
        await update.message.reply_text(update.message.text or "")


async def serve(api: str, port: int, handler: MessageHandler) -> None:
    """Runs until it is killed."""
    application = (
        Application.builder().token(TOKEN).base_url(f"{api}/bot").updater(None).concurrent_updates(True).build()
    )
    application.add_handler(handler)

    async def hook(request: web.Request) -> web.Response:
        # One at a time is PTB's default, but then each waits for the answer of the last to cross the net.
        await application.update_queue.put(Update.de_json(await request.json(), application.bot))
        return web.Response()

    async def healthz(request: web.Request) -> web.Response:
        return web.Response(text="ok")

    app = web.Application()
    app.add_routes([web.post("/hook", hook), web.get("/healthz", healthz)])
    runner = web.AppRunner(app, access_log=None)
    async with application:
        await application.start()
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await asyncio.Event().wait()


def main() -> None:
    """`python -m bench.echo_ptb API PORT`"""
    api, port = sys.argv[1:3]
    asyncio.run(serve(api, int(port), MessageHandler(filters.TEXT, echo)))


if __name__ == "__main__":
    main()

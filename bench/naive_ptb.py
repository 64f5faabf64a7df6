"""(b) The usual small bot on python-telegram-bot: one row with synchronous=FULL per message, then an answer."""

from __future__ import annotations

import asyncio
import sqlite3
import sys

from telegram import Update
from telegram.ext import ContextTypes, MessageHandler, filters

from bench.echo_ptb import serve


def main() -> None:
    """`python -m bench.naive_ptb API PORT DATABASE`"""
    api, port, path = sys.argv[1:4]
    database = sqlite3.connect(path)
    # WAL spares one of the two fsyncs of SQLite's default journal: the harder rival.
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE IF NOT EXISTS said (id INTEGER PRIMARY KEY, chat INTEGER, at TEXT, text TEXT)")

    async def note(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        if message is not None:
            with database:
                row = (message.chat_id, message.date.isoformat(), message.text)
                database.execute("INSERT INTO said (chat, at, text) VALUES (?, ?, ?)", row)
            await message.reply_text(f"已收到：{message.text}")

    asyncio.run(serve(api, int(port), MessageHandler(filters.TEXT, note)))


if __name__ == "__main__":
    main()

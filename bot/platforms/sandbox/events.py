"""The stream of changes a page follows: what it missed first, then what happens."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

from aiohttp import web

from bot.platforms.sandbox.feed import News
from bot.platforms.sandbox.phones import Phones
from bot.platforms.sandbox.views import news_of
from storage.sandbox import Change, Sandbox

PAGES = 200  # open at once
MISSED = 500  # more than this is not sent again: the page loads anew


async def missed(phones: Phones, since: int) -> list[News]:
    """What changed after `since`, in order; only `reset` if that is too much or makes no sense."""

    def work(store: Sandbox) -> list[News]:
        messages = store.since(since, MISSED + 1)
        if len(messages) > MISSED or since > store.seq():
            return [News("reset", 0, {})]
        changes: list[Change] = [*store.phones(since), *store.groups(since), *messages]
        return [news_of(change) for change in sorted(changes, key=lambda c: c.seq)]

    return await phones.run(work)


def _frame(news: News) -> bytes:
    number = f"id: {news.seq}\n" if news.seq else ""
    body = json.dumps(news.body, ensure_ascii=False, separators=(",", ":"))
    return f"{number}event: {news.kind}\ndata: {body}\n\n".encode()


def _since(request: web.Request) -> int:
    given = request.headers.get("Last-Event-ID") or request.query.get("since", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 18 else 0


async def follow(request: web.Request, phones: Phones, heartbeat: float) -> web.StreamResponse:
    """Streams until the page goes away; a comment every `heartbeat` seconds shows that it is alive."""
    if phones.feed.pages >= PAGES:
        raise web.HTTPServiceUnavailable
    answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await answer.prepare(request)

    def drop() -> None:
        if request.transport is not None:
            request.transport.abort()

    with phones.feed.follow(drop) as queue, suppress(ConnectionResetError):  # the page went away
        seen = _since(request)
        await answer.write(b"retry: 1000\n\n")
        for news in await missed(phones, seen):
            await answer.write(_frame(news))
            seen = max(seen, news.seq)
        while True:
            try:
                async with asyncio.timeout(heartbeat):
                    item = await queue.get()
            except TimeoutError:
                await answer.write(b": alive\n\n")
                continue
            if item is None:
                break
            if not 0 < item.seq <= seen:
                await answer.write(_frame(item))
    return answer

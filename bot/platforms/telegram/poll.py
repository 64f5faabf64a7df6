"""Long polling: the offset moves only after the inbox has committed, and no error ends it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from bot.platforms.base import Accept, Failure, NotStored
from bot.platforms.telegram.api import Api
from bot.platforms.telegram.backoff import Backoff
from bot.platforms.telegram.errors import Hooked, Taken
from bot.platforms.telegram.parse import delivery
from bot.platforms.telegram.settings import TelegramSettings

log = logging.getLogger(__name__)

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member", "chat_member"]
POLL = 30.0  # seconds Telegram holds an empty poll; routers forget silent connections after a minute
BATCH = 100


class Poller:
    """Takes updates by getUpdates; `last_poll` is the time of the last good answer, ms UTC, 0 before."""

    def __init__(
        self,
        settings: TelegramSettings,
        api: Api,
        prepare: Callable[[], Awaitable[None]],
        *,
        clock: Callable[[], int],
        sleep: Callable[[float], Awaitable[None]],
        backoff: Backoff,
    ) -> None:
        self._settings = settings
        self._api = api
        self._prepare = prepare  # asks who we are; raises Failure
        self._clock = clock
        self._sleep = sleep
        self._backoff = backoff
        self._offset: int | None = None
        self._ready = False
        self.last_poll = 0
        self.problem = ""  # what is wrong now, for the operator

    async def run(self, accept: Accept) -> None:
        """Polls until cancelled."""
        while True:
            try:
                if not self._ready:
                    await self._start()
                await self._round(accept)
            except Failure as failure:
                await self._trouble(failure.reason, failure.retry_after or 0.0)
            except Taken:
                await self._trouble("another process uses this token; stop it, or updates go to either one")
            except Hooked:
                self._ready = False
                await self._trouble("somebody has set a webhook for this token; removing it")
            except NotStored:
                await self._trouble("updates cannot be stored; Telegram keeps them")
            except Exception as error:
                log.exception("Telegram %s: the inbox failed", self._settings.code)
                await self._trouble(f"updates cannot be taken in ({type(error).__name__}); Telegram keeps them")
            else:
                self._well()

    async def _start(self) -> None:
        # Without drop_pending_updates: what people sent meanwhile is what we are here for.
        await self._api.call("deleteWebhook", {})
        await self._prepare()
        self._ready = True

    async def _round(self, accept: Accept) -> None:
        asked: dict[str, Any] = {"timeout": int(POLL), "limit": BATCH, "allowed_updates": ALLOWED}
        if self._offset is not None:
            asked["offset"] = self._offset
        updates = await self._api.call("getUpdates", asked, read=POLL + 10)
        if not isinstance(updates, list):
            raise Failure("Telegram's answer to getUpdates makes no sense")
        self.last_poll = self._clock()
        await self._take(updates, accept)

    async def _take(self, updates: list[Any], accept: Accept) -> None:
        made = [delivery(self._settings.enterprise, update, self.last_poll) for update in updates]
        deliveries = [one for one in made if one is not None]
        if len(deliveries) < len(updates):
            log.warning("Telegram %s: updates without a number were left out", self._settings.code)
        if deliveries:
            await accept(deliveries)
            self._offset = max(int(one.key) for one in deliveries) + 1
        else:
            # All before is confirmed now. After a silent week the numbering starts anew, maybe lower.
            self._offset = None

    async def _trouble(self, what: str, least: float = 0.0) -> None:
        wait = self._backoff.next(least)
        self.problem = what
        log.warning("Telegram %s: %s; next try in %.1f s", self._settings.code, what, wait)
        await self._sleep(wait)

    def _well(self) -> None:
        self._backoff.reset()
        if self.problem:
            log.info("Telegram %s: receiving again", self._settings.code)
            self.problem = ""

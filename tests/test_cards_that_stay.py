"""Cards on platforms that cannot change what was sent: shown below, or left until they are tapped."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.platforms.base import Delivery
from handlers.desk import Desk
from handlers.message import Button, Message
from handlers.tables import CARDS
from handlers.views import Drawing, View
from storage import cards
from storage.cards import Card
from tests.core import PHONES, Core, core

ME = PHONES["王磊"]


class Lamp:
    """A card that is on or off."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.on = True
        monkeypatch.setitem(CARDS, "lamp", self.draw)  # type: ignore[arg-type]

    def draw(self, d: Drawing) -> View:
        buttons = ((Button("关", "lamp:1"),),) if self.on else ()
        return View(Message("亮" if self.on else "灭", buttons), live=self.on)


@pytest.fixture
def lamp(monkeypatch: pytest.MonkeyPatch) -> Lamp:
    return Lamp(monkeypatch)


async def opened(c: Core) -> int:
    card = await c.desk(lambda d: d.open_card_in_chat("fake", ME, "lamp", 1))
    await c.rest()
    return card


async def refreshed(c: Core, card: int) -> None:
    await c.desk(lambda d: d.refresh_card(card))
    await c.rest()


async def stands(c: Core, card: int) -> str:
    def work(desk: Desk) -> str:
        found = cards.get(desk.store, card)
        assert found is not None
        return found.ref

    return await c.desk(work)


async def tapped(c: Core, ref: str) -> Card | None:
    return await c.desk(lambda d: cards.tapped(d.store, "fake", ME, ref, "lamp:1"))


async def test_what_became_of_it_is_a_new_message_and_a_tap_on_either_finds_it(tmp_path: Path, lamp: Lamp) -> None:
    async with core(tmp_path) as c:
        c.platform.changes = "below"
        card = await opened(c)
        first = await stands(c, card)
        lamp.on = False
        await refreshed(c, card)
        second = await stands(c, card)
        assert c.platform.texts(ME) == ["亮", "灭"]
        assert second != first
        for ref in (first, second, first, second):
            found = await tapped(c, ref)
            assert found is not None
            assert (found.id, found.ref) == (card, ref)
            assert await stands(c, card) == ref
        assert await tapped(c, "m999") is None  # it is not live any more


async def test_what_was_left_is_drawn_again_when_asked(tmp_path: Path, lamp: Lamp) -> None:
    async with core(tmp_path) as c:
        c.platform.changes = "never"
        card = await opened(c)
        lamp.on = False
        await refreshed(c, card)
        assert c.platform.texts(ME) == ["亮"]
        c.platform.changes = "in place"
        await refreshed(c, card)
        assert c.platform.texts(ME) == ["灭"]
        tries = len(c.platform.tries)
        await refreshed(c, card)
        assert len(c.platform.tries) == tries  # now it is known to be there


async def test_a_card_that_is_erased_leaves_no_trace_of_where_it_stood(tmp_path: Path, lamp: Lamp) -> None:
    async with core(tmp_path) as c:
        c.platform.changes = "below"
        card = await opened(c)
        lamp.on = False
        await refreshed(c, card)
        assert await c.ask("SELECT count(*) FROM card_earlier") == [(1,)]
        await c.desk(lambda d: d.store.tx.run("DELETE FROM outbox"))
        await c.desk(lambda d: d.store.run("DELETE FROM card WHERE enterprise = $1 AND id = $2", card))
        assert await c.ask("SELECT count(*) FROM card_earlier") == [(0,)]


async def test_passing_words_are_a_message_where_nothing_can_pass(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        await c.accept(c.say("王磊", text="3号球磨机漏油"))
        await c.rest()
        (draft,) = c.platform.chats[ME]
        c.platform.toasts = False

        def tap(key: str, label: str) -> Delivery:
            return c.say("王磊", event="tap", tap=draft.data(label), tap_ref=key, message_ref=draft.ref)

        await c.accept(tap("t1", "取消"))
        await c.rest()
        assert len(c.platform.chats[ME]) == 2
        assert "取消" in c.platform.texts(ME)[-1]

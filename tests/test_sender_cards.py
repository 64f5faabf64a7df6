"""Cards change in place with as few edits as will do; what waits overnight comes as one message."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.platforms.base import Failure
from handlers.desk import Desk
from handlers.message import Button, Message
from handlers.tables import CARDS
from handlers.views import Drawing, View
from storage import accounts, cards
from tests.core import PHONES, Core, core

A, B = "u1001", "u1002"


class Score:
    """A card that shows a number, and says how often it was drawn."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.value = 0
        self.drawn = 0
        self.moot = False
        self.wrong: set[int] = set()
        monkeypatch.setitem(CARDS, "score", self.draw)  # type: ignore[arg-type]

    def draw(self, d: Drawing) -> View:
        self.drawn += 1
        if d.card.subject in self.wrong:
            raise RuntimeError("cannot be drawn")
        button = Button("ok", f"ok:{d.card.subject}")
        return View(Message(f"{d.card.subject}: {self.value}", ((button,),)), moot=self.moot)


@pytest.fixture
def score(monkeypatch: pytest.MonkeyPatch) -> Score:
    return Score(monkeypatch)


async def open_card(c: Core, chat: str = A, subject: int = 1) -> int:
    card = await c.desk(lambda d: d.open_card_in_chat("fake", chat, "score", subject))
    await c.rest()
    return card


async def change(c: Core, score: Score) -> None:
    score.value += 1
    await c.desk(lambda d: d.refresh(("score",), 1))


async def test_ten_changes_while_an_edit_is_under_way_are_one_more(tmp_path: Path, score: Score) -> None:
    async with core(tmp_path) as c:
        await open_card(c)
        c.platform.gate.clear()
        await change(c, score)
        await c.until(lambda: len(c.platform.tries) == 2)
        for _ in range(10):
            await change(c, score)
        c.platform.gate.set()
        await c.rest()
        assert [t.text for t in c.platform.tries] == ["1: 0", "1: 1", "1: 11"]
        assert [(s.text, s.edits) for s in c.platform.chats[A]] == [("1: 11", 2)]


async def test_a_change_before_the_first_message_arrived_waits_for_it(tmp_path: Path, score: Score) -> None:
    async with core(tmp_path) as c:
        c.platform.gate.clear()
        await c.desk(lambda d: d.open_card_in_chat("fake", A, "score", 1))
        await c.until(lambda: c.platform.tries)
        await change(c, score)
        await change(c, score)
        c.platform.gate.set()
        await c.rest()
        assert [(t.what, t.text) for t in c.platform.tries] == [("send", "1: 0"), ("edit", "1: 2")]


async def test_a_change_that_shows_nothing_new_is_not_sent(tmp_path: Path, score: Score) -> None:
    async with core(tmp_path) as c:
        await open_card(c)
        await c.desk(lambda d: d.refresh(("score",), 1))
        await c.rest()
        assert len(c.platform.tries) == 1


async def test_a_failed_edit_is_drawn_anew(tmp_path: Path, score: Score) -> None:
    async with core(tmp_path) as c:
        await open_card(c)
        c.platform.faults[A].append(Failure("cannot be reached"))
        await change(c, score)
        await c.rest()
        await change(c, score)
        await c.pass_time(5)
        assert c.platform.texts(A) == ["1: 2"]
        assert await c.ask("SELECT count(*) FROM outbox WHERE state = 'waiting'") == [(0,)]


async def test_one_card_that_cannot_be_drawn_harms_no_other(
    tmp_path: Path, score: Score, caplog: pytest.LogCaptureFixture
) -> None:
    async with core(tmp_path) as c:
        score.wrong = {2}
        await open_card(c, A, 2)
        await open_card(c, A, 3)
        await c.say_in(B, "hello")
        await c.rest()
        assert (c.platform.texts(A), c.platform.texts(B)) == (["3: 0"], ["hello"])
        await c.pass_time(31)
        await c.pass_time(31)
        assert await c.ask("SELECT state, error FROM outbox WHERE state <> 'sent'") == [
            ("failed", "could not be drawn")
        ]
    assert caplog.text.count("could not be drawn") == 3


async def test_a_moot_card_is_not_sent_at_all(tmp_path: Path, score: Score) -> None:
    async with core(tmp_path) as c:
        score.moot = True
        card = await open_card(c)
        assert c.platform.tries == []
        assert await c.ask("SELECT state, error FROM outbox") == [("dropped", "moot")]
        found = await c.desk(lambda d: cards.get(d.store, card))
        assert found is not None
        assert not found.live


# -- the night


NIGHT, MORNING = 13 * 3600, 10 * 3600  # seconds: 23:32, then after 07:00


def tell(desk: Desk, name: str, *keys: str) -> None:
    account = accounts.find(desk.store, "fake", PHONES[name])
    assert account is not None
    for key in keys:
        desk.push(account.person or 0, "notice", {"key": key})


async def test_what_waits_overnight_comes_as_one_message_even_after_a_failure(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        await c.pass_time(NIGHT)
        await c.desk(lambda d: tell(d, "王磊", "guide.thanks", "alarm.parked"))
        await c.desk(lambda d: tell(d, "李静", "guide.thanks"))
        await c.desk(lambda d: tell(d, "王磊", "alarm.sending_failed"))
        await c.rest()
        assert c.platform.tries == []
        c.platform.faults[A].append(Failure("cannot be reached"))
        await c.pass_time(MORNING)
        await c.pass_time(10)
        (morning,) = c.platform.texts(A)
        said = [text[:4] for text in morning.split("\n\n")]
        assert said == ["不客气，", "⚠️ 有", "⚠️ 今"]
        assert len(c.platform.texts(B)) == 1


async def test_an_answer_at_night_comes_at_once(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        await c.pass_time(NIGHT)
        await c.hears(c.say("王磊", "谢谢"))
        assert len(c.platform.texts(A)) == 1


async def test_a_push_that_became_moot_is_dropped(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        await c.desk(lambda d: d.push(1, "step", {"report": 77, "seq": 1}))
        await c.rest()
        assert c.platform.tries == []
        assert await c.ask("SELECT state, error FROM outbox") == [("dropped", "moot")]

"""A report's whole way while WeCom stumbles at every third call: nothing lost, nothing twice, nothing secret told."""

from __future__ import annotations

import itertools
import logging
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.wecom import cards
from bot.platforms.wecom.platform import WeCom
from bot.platforms.wecom.text import split
from handlers.message import Button, Message
from storage import ledger
from tests.fakes.wecom import FakeWeCom, Fault
from tests.fakes.wecom_world import AES_KEY, SECRET, World
from tests.plant_wecom import no_limits, running
from tests.test_wecom_stories import HAZARD, report

FAULTS = (Fault(drop="after"), Fault(code=-1), Fault(status=503), Fault(drop="before"), Fault(code=42001))


def stumbling() -> Iterator[Fault]:
    """Every third call goes wrong, each time otherwise."""
    for fault in itertools.cycle(FAULTS):
        yield from (Fault(), Fault(), fault)


async def test_everything_comes_once_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(WeCom, "windows", no_limits)
    monkeypatch.setattr("bot.sender.FIRST_PAUSE", 0.05)
    caplog.set_level(logging.DEBUG)
    async with FakeWeCom() as fake, running(tmp_path, fake) as plant:
        for path in ("message/send", "message/update_template_card"):
            fake.fault(path, *itertools.islice(stumbling(), 300))
        number = await report(plant, photo=False)
        for name, label in (("李静", "受理"), ("李静", "B"), ("李静", "确认"), ("张强", "已整改")):
            await plant.taps(name, label)
            await plant.rest()
        plant["张强"].text("防护罩装好了")
        await plant.rest()
        await plant.taps("张强", "提交")
        await plant.taps("吴桐", "验收通过")
        await plant.taps("赵敏", "批准")
        await plant.rest()
        assert await plant.ask("SELECT status FROM report") == [("closed",)]
        assert await plant.ask("SELECT kind, fen FROM ledger") == [("award", 5000)]
        assert await plant.store(ledger.broken) is None
        assert await plant.ask("SELECT count(*) FROM outbox WHERE state <> 'sent' AND state <> 'dropped'") == [(0,)]
        for name in ("王磊", "李静", "吴桐", "张强", "赵敏"):
            shown = Counter((one.text, tuple(b["text"] for b in one.buttons)) for one in plant[name].screen if one.text)
            assert [look for look, times in shown.items() if times > 1] == [], name
        assert "受理" not in plant["吴桐"].buttons
        assert any(f"✅ {number} 已受理" in text for text in plant["王磊"].texts)
        assert fake.world.strange == []
        told = "".join(r.getMessage() for r in caplog.records if not r.name.startswith(("aiohttp", "tests")))
        assert not any(secret in told for secret in (SECRET, AES_KEY, *fake.tokens, HAZARD, "王磊"))


texts = st.text(st.sampled_from("护栏松动，。：· \n：abc 🚨12"), max_size=1500)
buttons = st.lists(st.tuples(st.text("受理驳回ab", min_size=1, max_size=14), st.text("ab:12", min_size=1, max_size=9)))


@given(texts, buttons)
def test_no_card_is_refused_or_cut(text: str, labels: list[tuple[str, str]]) -> None:
    message = Message(text, (tuple(Button(label, data) for label, data in labels),))
    world = World(lambda: 0.0, flood=False)
    for one in cards.several(message):
        world.check(cards.card(one, cards.kind(one)), new=True)
        world.check(cards.card(one._replace(buttons=()), cards.kind(one)), new=False)
    assert world.strange == []


@given(texts)
def test_nothing_is_lost_where_a_text_is_split(text: str) -> None:
    pieces = split(text)
    assert all(piece and len(piece.encode()) <= 2048 for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@given(texts)
def test_a_card_that_fits_holds_every_word(text: str) -> None:
    if not cards.fits(Message(text)):
        return
    parts = cards.lay_out(text, cards.APP)
    facts = "".join(f"{key}：{value}" for key, value in parts.facts)
    held = Counter("".join((parts.title + parts.more + parts.body + facts).split()).replace("·", ""))
    assert not Counter("".join(text.split()).replace("·", "")) - held

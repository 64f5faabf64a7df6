"""The AI bot's long connection: subscribed, kept alive, made anew, and given up only where it must be."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.platforms.base import Failure
from bot.platforms.wecom_bot.line import BEAT
from handlers.message import Message
from tests.fakes.wecom_bot import Fault
from tests.fakes.wecom_bot_desk import Bench, bench, settle


async def back(b: Bench, pause: float = 1.0) -> None:
    """The bot waits before it connects again; then it is there."""
    await b.fake.until(lambda: b.hand.asleep(pause))
    await b.hand.advance(pause)
    await b.connected()


async def test_it_subscribes_once_and_beats_every_half_minute():
    async with bench() as b:
        for beats in range(1, 4):
            await b.hand.advance(BEAT)
            await b.fake.until(lambda beats=beats: len(b.fake.made("ping")) == beats)
        assert len(b.fake.made("aibot_subscribe")) == 1
        assert b.fake.opened == 1
        assert b.bot.problem == b.bot.stopped == ""


async def test_two_unanswered_pings_mean_a_new_connection():
    async with bench() as b:
        b.fake.muted = True
        await b.hand.advance(BEAT)
        await b.hand.advance(5)
        assert b.fake.opened == 1
        await b.hand.advance(BEAT)
        await b.hand.advance(5)
        b.fake.muted = False
        await back(b)
        assert b.fake.opened == 2


async def test_one_unanswered_ping_is_forgiven():
    async with bench() as b:
        b.fake.fault("ping", Fault(silent=True), Fault(), Fault(silent=True))
        for _ in range(4):
            await b.hand.advance(BEAT)
            await b.hand.advance(5)
        assert b.fake.opened == 1


@pytest.mark.parametrize("how", ["clean", "away", "error", "abort"])
async def test_every_end_of_a_connection_is_followed_by_another(how):
    async with bench() as b:
        for n in range(3):
            await b.fake.end(how)
            await back(b)
            b.fake.phone("wanglei").text(f"第{n}句")
            await b.fake.until(lambda n=n: len(b.inbox.kept) == n + 1)
        assert b.words == ["第0句", "第1句", "第2句"]
        assert b.bot.stopped == ""


async def test_whoever_is_kicked_does_not_come_back(caplog):
    async with bench() as b:
        await b.fake.kick()
        await b.fake.until(lambda: b.bot.stopped)
        for _ in range(20):
            await b.hand.advance(60)
        assert b.fake.opened == 1
        assert "another program" in b.bot.stopped
        assert [r for r in caplog.records if r.levelno == logging.ERROR and "has stopped" in r.getMessage()]
        with pytest.raises(Failure) as caught:
            await b.bot.send("wanglei", Message("您好"), [], "k")
        assert not caught.value.permanent
        assert caught.value.overall


async def test_a_second_bot_wins_and_both_stay_calm():
    async with bench() as b:
        other = Bench(b.fake, b.hand)
        await other.bot.probe()
        await b.fake.until(lambda: b.bot.stopped)
        assert b.fake.opened == 2


async def test_a_wrong_secret_is_tried_once_and_never_logged(caplog):
    caplog.set_level(logging.DEBUG)
    async with bench(connect=False, secret="quite-wrong-secret") as b:
        await b.fake.until(lambda: b.bot.stopped)
        for _ in range(20):
            await b.hand.advance(60)
        assert b.fake.opened == 1
        assert "853000" in b.bot.stopped
        assert "quite-wrong-secret" not in caplog.text + repr(b.bot.__dict__["_settings"])


async def test_any_other_refusal_is_tried_again_more_and_more_slowly():
    async with bench(connect=False) as b:
        b.fake.fault("aibot_subscribe", *[Fault(code=45009)] * 7)
        for pause in (1, 2, 4, 8, 16, 30, 30):
            await b.fake.until(lambda pause=pause: b.hand.asleep(pause))
            await b.hand.advance(pause)
        await b.connected()
        assert b.fake.opened == 8


async def test_no_network_is_waited_out():
    async with bench(connect=False, ws_url="ws://127.0.0.1:9") as b:
        for pause in (1, 2, 4, 8, 16, 30, 30):
            await b.fake.until(lambda pause=pause: b.hand.asleep(pause))
            assert "cannot be reached" in b.bot.problem
            await b.hand.advance(pause)
        assert b.bot.stopped == ""


async def test_proxies_of_the_environment_are_not_used(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "WS_PROXY", "ws_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with bench() as b:
        assert b.fake.opened == 1


async def test_a_dead_subscription_forces_a_new_connection():
    async with bench() as b:
        b.fake.phone("wanglei").text("在吗")
        await b.fake.until(lambda: b.inbox.kept)
        b.fake.lose_subscription()
        with pytest.raises(Failure) as caught:
            await b.bot.send("wanglei", Message("在"), [], "k")
        assert not caught.value.permanent
        await back(b)
        await b.bot.send("wanglei", Message("在"), [], "k")
        assert b.fake.phone("wanglei").texts == ["在"]


async def test_a_ping_that_says_so_does_too():
    async with bench() as b:
        b.fake.lose_subscription()
        await b.hand.advance(BEAT)
        await back(b)
        assert b.fake.opened == 2


@pytest.mark.parametrize("fault", [Fault(silent=True), Fault(drop="before"), Fault(drop="after")])
async def test_a_command_without_an_answer_may_be_repeated(fault):
    async with bench() as b:
        b.fake.phone("wanglei").text("在吗")
        await b.fake.until(lambda: b.inbox.kept)
        b.fake.fault("aibot_send_msg", fault)
        sending = asyncio.create_task(b.bot.send("wanglei", Message("在"), [], "k"))
        await b.fake.until(lambda: b.fake.made("aibot_send_msg"))
        await settle()
        await b.hand.advance(5)
        with pytest.raises(Failure) as caught:
            await sending
        assert not caught.value.permanent
        assert not caught.value.unreachable


async def test_control_characters_and_nonsense_do_not_end_it():
    async with bench() as b:
        for text in (
            "",
            "[]",
            "null",
            "{}",
            '{"headers": 1}',
            '{"cmd": "new_thing", "headers": {"req_id": "x"}}',
            "\x00",
        ):
            b.fake.send(text)
        b.fake.send('{"cmd":"aibot_msg_callback","headers":{"req_id":"R"},"body":7}')
        b.fake.send(
            '{"cmd":"aibot_msg_callback","headers":{"req_id":"R"},"body":{"msgid":"m","from":{"userid":"wanglei"},'
            '"msgtype":"text","text":{"content":"护栏\x07松\n动"}}}'
        )
        await b.fake.until(lambda: b.inbox.kept)
        assert b.words == ["护栏\x07松\n动"]
        assert b.fake.opened == 1


async def test_what_cannot_be_stored_is_kept_and_handed_over_again_in_order():
    async with bench() as b:
        b.inbox.refuse = 2
        for n in range(3):
            b.fake.phone("wanglei").text(f"第{n}句")
        await b.fake.until(lambda: b.inbox.tries == 1)
        assert b.inbox.kept == {}
        await b.hand.advance(20)
        await b.fake.until(lambda: len(b.inbox.kept) == 3)
        assert b.inbox.tries >= 3
        assert b.words == ["第0句", "第1句", "第2句"]


async def test_what_came_last_is_stored_at_the_end():
    async with bench() as b:
        b.inbox.refuse = 1
        b.fake.phone("wanglei").text("最后一句")
        await b.fake.until(lambda: b.inbox.tries == 1)
    assert b.words == ["最后一句"]


async def test_a_callback_that_comes_twice_counts_once():
    async with bench() as b:
        body = b.fake.phone("wanglei").text("漏油")
        b.fake.callback("aibot_msg_callback", body)
        b.fake.phone("wanglei").text("漏油")
        await b.fake.until(lambda: len(b.inbox.kept) == 2)
        await settle()
        assert len(b.inbox.kept) == 2


async def test_an_error_of_ours_does_not_end_it(monkeypatch):
    async with bench() as b:
        real, failed = b.bot.__dict__["_moments"].said, []

        def wrong(chat: str) -> None:
            if not failed:
                failed.append(chat)
                raise RuntimeError("a bug")
            real(chat)

        monkeypatch.setattr(b.bot.__dict__["_moments"], "said", wrong)
        b.fake.phone("wanglei").text("一")
        await back(b)
        b.fake.phone("wanglei").text("二")
        await b.fake.until(lambda: len(b.inbox.kept) == 2)
        assert b.words == ["一", "二"]

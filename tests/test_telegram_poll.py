"""Long polling over real HTTP: nothing is confirmed that is not stored, and nothing ends it."""

from __future__ import annotations

import asyncio

import pytest

from bot.platforms.telegram.backoff import LONGEST, Backoff
from handlers.message import Event
from tests.fakes.telegram import FakeTelegram, Fault
from tests.fakes.telegram_desk import NOW, Inbox, Naps, hooked, platform, read, receiving

KINDS = ["message", "edited_message", "callback_query", "my_chat_member", "chat_member"]


async def test_what_waited_is_taken_in_order_and_confirmed_after() -> None:
    inbox = Inbox()
    async with FakeTelegram() as fake, platform(fake) as bot:
        wang = fake.phone("王磊")
        wang.start("s_Ab12")
        wang.text("3号球磨机漏油")
        async with receiving(bot, inbox):
            await fake.until(lambda: len(inbox.kept) == 2 and not fake.pending)
            wang.text("还有")
            await fake.until(lambda: len(inbox.kept) == 3 and not fake.pending)
        assert [one.text for one in read(bot, inbox)] == ["/start s_Ab12", "3号球磨机漏油", "还有"]
        assert (bot.username, bot.last_contact, bot.problem) == ("woodpecker_test_bot", NOW, "")


async def test_the_first_calls_remove_a_webhook_and_ask_for_all_kinds() -> None:
    async with FakeTelegram() as fake, platform(fake) as bot:
        fake.world.webhook = {"url": "https://old.invalid/"}
        fake.phone("王磊").start()
        async with receiving(bot, Inbox()):
            await fake.until(lambda: not fake.pending)
        assert [call.method for call in fake.calls[:3]] == ["deleteWebhook", "getMe", "getUpdates"]
        assert fake.calls[0].params == {}
        assert fake.calls[2].params["allowed_updates"] == KINDS
        assert all("drop_pending_updates" not in call.params for call in fake.calls)


async def test_the_offset_stays_until_the_inbox_has_stored() -> None:
    inbox = Inbox()
    inbox.refuse = 3
    naps = Naps()
    async with FakeTelegram() as fake, platform(fake, sleep=naps) as bot:
        fake.phone("王磊").text("漏油")
        async with receiving(bot, inbox):
            await fake.until(lambda: inbox.refused == 3 and not fake.pending)
        assert len(inbox.kept) == 1
        polls = fake.made("getUpdates")
        assert all("offset" not in call.params for call in polls[:4])
        assert polls[4].params["offset"] == 1002
        assert naps.taken == [1.0, 2.0, 4.0]


async def test_an_inbox_that_breaks_is_no_end_either(caplog: pytest.LogCaptureFixture) -> None:
    inbox = Inbox()
    inbox.broken = RuntimeError("no disk")
    async with FakeTelegram() as fake, platform(fake) as bot:
        fake.phone("王磊").text("漏油")
        async with receiving(bot, inbox):
            await fake.until(lambda: inbox.kept and not fake.pending)
    assert "the inbox failed" in caplog.text


@pytest.mark.parametrize(
    "fault, said",
    [
        (Fault(401, "Unauthorized"), "does not accept this bot's token"),
        (Fault(404, "Not Found"), "does not accept this bot's token"),
        (Fault(409, "Conflict: terminated by other getUpdates request"), "another process uses this token"),
        (Fault(409, "Conflict: can't use getUpdates method while webhook is active"), "set a webhook"),
        (Fault(429, retry_after=9), "Too Many Requests"),
        (Fault(500), "cannot be reached"),
        (Fault(502, body=b"<html>"), "cannot be reached"),
        (Fault(half=True), "not JSON"),
        (Fault(drop="before"), "cannot be reached"),
        (Fault(drop="after"), "cannot be reached"),
        (Fault(body=b"<html>captive</html>"), "not JSON"),
        (Fault(body=b"{}"), "makes no sense"),
        (Fault(body=b'{"ok":true,"result":7}'), "makes no sense"),
    ],
)
async def test_every_error_is_survived_and_said(fault: Fault, said: str, caplog: pytest.LogCaptureFixture) -> None:
    inbox, naps = Inbox(), Naps()
    async with FakeTelegram() as fake, platform(fake, sleep=naps) as bot:
        fake.fault("getUpdates", fault, fault)
        fake.phone("王磊").text("漏油")
        async with receiving(bot, inbox):
            await fake.until(lambda: inbox.kept and not fake.pending)
        assert [one.text for one in read(bot, inbox)] == ["漏油"]
        assert bot.problem == ""
    lines = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(lines) == 2
    assert all(said in line and "Telegram plant" in line for line in lines)
    least = fault.retry_after or 0.0
    assert naps.taken == [least + 1.0, least + 2.0]


@pytest.mark.parametrize("method", ["deleteWebhook", "getMe"])
async def test_trouble_at_the_start_is_survived(method: str) -> None:
    inbox = Inbox()
    async with FakeTelegram() as fake, platform(fake) as bot:
        fake.fault(method, Fault(502), Fault(drop="before"), Fault(404))
        fake.phone("王磊").text("漏油")
        async with receiving(bot, inbox):
            await fake.until(lambda: inbox.kept)


async def test_a_second_process_is_noticed(caplog: pytest.LogCaptureFixture) -> None:
    first, second = Inbox(), Inbox()
    async with FakeTelegram() as fake, platform(fake) as one, platform(fake) as other, receiving(one, first):
        await fake.until(lambda: fake.made("getUpdates"))
        async with receiving(other, second):
            await fake.until(lambda: "another process uses this token" in caplog.text)
        fake.phone("王磊").text("漏油")
        await fake.until(lambda: first.kept or second.kept)


async def test_a_webhook_set_by_somebody_is_removed_again() -> None:
    inbox = Inbox()
    async with FakeTelegram() as fake, platform(fake) as bot, hooked(fake) as (other, _), receiving(bot, inbox):
        await fake.until(lambda: fake.made("getUpdates"))
        await other.register()
        await fake.until(lambda: len(fake.made("deleteWebhook")) == 2)
        fake.phone("王磊").text("漏油")
        await fake.until(lambda: inbox.kept)


async def test_numbers_may_start_anew_after_a_silent_week() -> None:
    inbox = Inbox()
    async with FakeTelegram() as fake, platform(fake) as bot:
        bot._intake._offset = 5_000_000  # type: ignore[union-attr]
        fake.fault("getUpdates", Fault(body=b'{"ok":true,"result":[]}'))
        async with receiving(bot, inbox):
            await fake.until(lambda: len(fake.made("getUpdates")) == 2)
            fake.phone("王磊").text("漏油")
            await fake.until(lambda: inbox.kept)


async def test_updates_without_a_number_do_not_block(caplog: pytest.LogCaptureFixture) -> None:
    inbox = Inbox()
    async with FakeTelegram() as fake, platform(fake) as bot:
        fake.fault("getUpdates", Fault(body=b'{"ok":true,"result":[{}, 3]}'))
        fake.phone("王磊").text("漏油")
        async with receiving(bot, inbox):
            await fake.until(lambda: inbox.kept)
    assert "without a number" in caplog.text


async def test_stopping_before_the_inbox_has_stored_confirms_nothing() -> None:
    async def long_nap(seconds: float) -> None:
        await asyncio.get_running_loop().create_future()

    inbox = Inbox()
    inbox.refuse = 1
    async with FakeTelegram() as fake, platform(fake, sleep=long_nap) as bot:
        number = fake.phone("王磊").text("漏油")
        async with receiving(bot, inbox):
            await fake.until(lambda: inbox.refused)
        assert list(fake.world.updates) == [number]
        async with platform(fake) as again, receiving(again, inbox):
            await fake.until(lambda: inbox.kept)


async def test_everything_a_phone_can_do_arrives() -> None:
    inbox = Inbox()
    async with FakeTelegram() as fake, platform(fake) as bot, receiving(bot, inbox):
        wang, group = fake.phone("王磊"), fake.group("安全群")
        wang.start()
        wang.photo(b"\xff\xd8\xff1", caption="漏油", album="a1")
        wang.photo(b"\xff\xd8\xff2", album="a1")
        wang.document(b"heic", "IMG.HEIC", "image/heic")
        wang.voice(b"ogg")
        wang.video(b"mp4")
        wang.location(30.5, 114.3)
        wang.contact("+8613800000000")
        wang.contact("+8613900000000", of=0)
        wang.sticker()
        wang.edit(1, "/start again")
        wang.block()
        wang.unblock()
        group.add_bot(wang)
        wang.text("/here@woodpecker_test_bot", group=group)
        group.anonymous("/here")
        moved = group.upgrade(wang)
        await fake.until(lambda: not fake.pending)
        seen = read(bot, inbox)
    assert [one.album for one in seen[1:3]] == ["a1", "a1"]
    assert [one.event for one in seen[11:14]] == [Event.BLOCKED, Event.UNBLOCKED, Event.GROUP_JOINED]
    assert (seen[7].phone, seen[8].foreign_contact, seen[9].unknown) == ("+8613800000000", True, "sticker")
    assert (seen[10].edited, seen[14].text, seen[15].unknown) == (True, "/here", "anonymous")
    assert [(one.event, one.moved_to) for one in seen[16:]] == [(Event.GROUP_MOVED, str(moved.id))] * 2
    assert all(inbox.kept[one.delivery].account == one.account for one in seen[:16])


def test_waits_grow_to_half_a_minute_and_vary() -> None:
    steady, lucky = Backoff(lambda: 0.0), Backoff(lambda: 1.0)
    assert [steady.next() for _ in range(7)] == [1.0, 2.0, 4.0, 8.0, 16.0, LONGEST, LONGEST]
    assert [lucky.next() for _ in range(3)] == [0.5, 1.0, 2.0]
    assert lucky.next(least=60.0) == 64.0
    steady.reset()
    assert steady.next() == 1.0


async def test_cancelling_ends_it_at_once() -> None:
    async with FakeTelegram() as fake, platform(fake) as bot:
        task = asyncio.create_task(bot.receive(Inbox().accept))
        await fake.until(lambda: fake.made("getUpdates"))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

"""What leaves: in order, not too fast, at least once, and what fails harms nothing else."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pace import Pace
from bot.platforms.base import Failure, Window
from handlers.outgoing import Ready
from storage import accounts, groups, sending
from tests.core import PHONES, core, sends
from tests.fakes.platform import FakePlatform

A, B = "u1001", "u1002"
ADMIN = PHONES["陈丽"]


async def test_order_within_a_chat_and_chats_side_by_side(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        c.platform.gate.clear()
        await c.say_in(A, "1", "2", "3")
        await c.say_in(B, "1", "2")
        await c.until(lambda: len(c.platform.tries) == 2)
        assert {t.chat for t in c.platform.tries} == {A, B}
        c.platform.gate.set()
        await c.rest()
        assert (c.platform.texts(A), c.platform.texts(B)) == (["1", "2", "3"], ["1", "2"])


async def test_a_flood_answer_holds_that_chat_only_and_keeps_its_order(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        c.platform.faults[A].append(Failure("Too Many Requests", retry_after=30))
        await c.say_in(A, "1", "2")
        await c.say_in(B, "1")
        await c.rest()
        await c.say_in(A, "3")
        await c.say_in(B, "2")
        await c.rest()
        assert (sends(c.platform, A), c.platform.texts(B)) == (["1"], ["1", "2"])
        await c.pass_time(29)
        assert sends(c.platform, A) == ["1"]
        await c.pass_time(2)
        assert sends(c.platform, A) == ["1", "1", "2", "3"]
        assert c.platform.texts(A) == ["1", "2", "3"]
        assert len({t.key for t in c.platform.tries if t.text == "1" and t.chat == A}) == 1


async def test_a_long_queue_of_one_chat_delays_nobody(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        c.platform.faults[A].append(Failure("Too Many Requests", retry_after=600))
        await c.say_in(A, *(str(n) for n in range(200)))
        await c.rest()
        await c.say_in(A, *(str(n) for n in range(200, 300)))
        await c.say_in(B, "hello")
        await c.rest()
        assert c.platform.texts(B) == ["hello"]
        # Nor does anybody look at it again and again: every look puts some of it aside.
        await c.rest()
        assert await c.exchange.run(lambda tx: sending.waiting(tx, c.time())) == []
        await c.pass_time(601)
        assert c.platform.texts(A) == [str(n) for n in range(300)]


async def test_a_wait_for_the_whole_account_holds_everybody(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        started = c.time()
        c.platform.faults[A].append(Failure("the token is not accepted", overall=True, retry_after=20))
        await c.say_in(A, "1")
        await c.rest()
        await c.say_in(B, "1")
        await c.rest()
        assert c.platform.texts(B) == ["1"]
        assert [t.at - started >= 20_000 for t in c.platform.tries] == [False, True, True]
        assert c.platform.texts(A) == ["1"]


async def test_what_can_never_succeed_ends_and_an_admin_hears_once(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        never = Failure("Bad Request: BUTTON_DATA_INVALID", permanent=True)
        c.platform.faults[A].extend([never, never])
        first, second, third = await c.say_in(A, "1", "2", "3")
        await c.rest()
        assert [(await c.row(r))[0] for r in (first, second, third)] == ["failed", "failed", "sent"]
        assert (await c.row(first))[2] == "Bad Request: BUTTON_DATA_INVALID"
        assert [text[:6] for text in c.platform.texts(ADMIN)] == ["⚠️ 今天有"]


async def test_who_blocked_the_bot_is_noted_and_not_written_to(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        c.platform.faults[A].append(Failure("Forbidden: bot was blocked by the user", permanent=True, unreachable=True))
        rows = await c.say_in(A, "1", "2", "3")
        await c.rest()
        assert {(await c.row(r))[0] for r in rows} == {"failed"}
        assert sends(c.platform, A) == ["1"]
        assert c.platform.texts(ADMIN) == []
        person = await c.desk(lambda d: accounts.find(d.store, "fake", A))
        assert person is not None
        assert person.unreachable_at is not None
        wang = person.person or 0
        assert not await c.desk(lambda d: d.push(wang, "notice", {"key": "guide.thanks"}))


async def test_a_group_that_moved_takes_everything_along(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        await c.desk(lambda d: groups.set(d.store, "fake", "-5", "群", "verify", None, d.now))
        c.platform.faults["-5"].append(Failure("upgraded", moved_to="-100500"))
        await c.say_in("-5", "1", "2")
        await c.rest()
        assert (c.platform.texts("-5"), c.platform.texts("-100500")) == ([], ["1", "2"])
        assert await c.ask("SELECT chat FROM chat_group") == [("-100500",)]


async def test_a_group_that_put_us_out_is_forgotten(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        await c.desk(lambda d: groups.set(d.store, "fake", "-5", "群", "verify", None, d.now))
        c.platform.faults["-5"].append(Failure("Forbidden: bot was kicked", permanent=True, unreachable=True))
        await c.say_in("-5", "1", "2")
        await c.rest()
        assert len(c.platform.tries) == 1
        assert await c.ask("SELECT count(*) FROM chat_group") == [(0,)]


async def test_what_was_claimed_before_a_failure_does_not_overtake(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        c.platform.faults[A].append(Failure("Too Many Requests", retry_after=30))
        c.platform.gate.clear()
        await c.say_in(A, "1")
        await c.until(lambda: c.platform.tries)
        c.sender.busy = frozenset  # type: ignore[method-assign]
        taken = c.sender.take
        late: list[Ready] = []
        c.sender.take = late.extend  # type: ignore[method-assign]
        await c.say_in(A, "2")
        await c.until(lambda: late)
        c.platform.gate.set()
        await c.sender.idle()
        taken(late)
        await c.sender.idle()
        assert sends(c.platform, A) == ["1"]
        del c.sender.busy, c.sender.take
        await c.pass_time(31)
        assert c.platform.texts(A) == ["1", "2"]


async def test_an_answer_that_got_lost_means_once_more_with_the_same_key(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        c.platform.lost_answers[A] = 1
        (row,) = await c.say_in(A, "1")
        await c.rest()
        await c.pass_time(3)
        assert c.platform.texts(A) == ["1", "1"]
        assert {t.key for t in c.platform.tries} == {f"o{row}"}
        assert (await c.row(row))[:2] == ("sent", 2)


async def test_pauses_grow_up_to_five_minutes(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        c.platform.faults[A].extend([Failure("cannot be reached")] * 12)
        await c.say_in(A, "1")
        for _ in range(1000):
            await c.pass_time(1)
        at = [t.at for t in c.platform.tries]
        pauses = [(late - early) / 1000 for early, late in pairwise(at)]
        assert len(pauses) > 8
        assert all(2**n / 2 - 1 <= pause <= 2 ** (n + 1) + 2 for n, pause in enumerate(pauses[:6]))
        assert max(pauses) <= 302


async def test_an_error_of_ours_is_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with core(tmp_path) as c:
        c.platform.faults[A].append(RuntimeError("a bug"))
        await c.say_in(A, "1", "2")
        await c.rest()
        await c.pass_time(5)
        assert c.platform.texts(A) == ["1", "2"]
    assert "could not be sent" in caplog.text


async def test_an_error_of_ours_that_stays_holds_up_its_chat_no_longer(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        c.platform.faults[A].extend([RuntimeError("a bug")] * 10)
        first, second = await c.say_in(A, "1", "2")
        for _ in range(20):
            await c.pass_time(120)
        assert [await c.row(first), (await c.row(second))[0]] == [
            ("failed", 10, "an error of ours, see the log"),
            "sent",
        ]
        assert len(c.platform.texts(ADMIN)) == 1


async def test_the_order_of_a_chat_survives_a_restart(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        c.platform.faults[A].append(Failure("Too Many Requests", retry_after=600))
        await c.say_in(A, "1", "2")
        await c.rest()
    async with core(tmp_path) as again:
        await again.say_in(A, "3")
        await again.rest()
        assert again.platform.texts(A) == ["1", "2", "3"]


# -- pace

WINDOWS = (Window("", 5, 1.0), Window("chat", 3, 2.0))


@given(st.lists(st.tuples(st.floats(0, 1.5), st.booleans()), max_size=60))
def test_never_more_than_allowed_in_any_window(gaps: list[tuple[float, bool]]) -> None:
    pace, now = Pace(), 0.0
    sent: dict[str, list[float]] = {"": [], "chat": []}
    for gap, own in gaps:
        now += gap
        windows = WINDOWS if own else WINDOWS[:1]
        while (wait := pace.wait(windows, now)) > 0:
            now += wait
        for window in windows:
            sent[window.key].append(now)
    for window in WINDOWS:
        times = sent[window.key]
        for first, after in zip(times, times[window.most :], strict=False):
            assert after - first >= window.seconds - 1e-9


async def test_a_busy_group_is_sent_no_faster_than_it_takes(tmp_path: Path) -> None:
    slow = FakePlatform(limits=lambda chat: (Window(chat, 2, 60.0),) if chat.startswith("-") else ())
    async with core(tmp_path, slow) as c:
        started = c.time()
        await c.say_in("-5", "1", "2", "3", "4", "5")
        await c.rest()
        assert slow.texts("-5") == ["1", "2", "3", "4", "5"]
        assert [(t.at - started) // 60_000 for t in slow.tries] == [0, 0, 1, 1, 2]

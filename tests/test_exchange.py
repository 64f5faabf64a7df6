"""One commit a turn: what was sent is noted with it, what somebody waits for is claimed with it, the rest behind it."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from bot.looks import Look
from bot.platforms.base import Failure
from handlers.message import Message
from storage import sending
from storage.database import DiskFull, Tx
from tests.core import PHONES, Core, core

A = PHONES["王磊"]


async def turns(c: Core, count: int) -> None:
    """So many turns, each sent before the next one comes."""
    for n in range(count):
        await c.accept(c.say("王磊", "谢谢"))
        await c.until(lambda n=n: len(c.platform.chats[A]) == n + 1 and not c.sender._tasks)  # type: ignore[misc]


async def just_looked(c: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is looked at again for a while by itself."""
    monkeypatch.setattr("bot.looks.BETWEEN", 60)
    c.exchange.wake()
    await c.until(lambda: not c.exchange._looks._wake.is_set())


async def test_a_turn_is_one_durable_commit_with_its_claim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.exchange.MARKS_WAIT", 60)  # a slow machine must not count otherwise
    async with core(tmp_path) as c:
        await just_looked(c, monkeypatch)
        await c.count_commits()
        await turns(c, 20)
        assert len(c.writes) == 20
        assert all("INSERT INTO inbox" in w and "lease_until" in w for w in c.writes)
        assert not any("synchronous = NORMAL" in w or "state = 'sent'" in w for w in c.writes)
        await c.exchange.flush()
        assert sum("state = 'sent'" in w for w in c.writes) == 1
        assert await c.ask("SELECT DISTINCT state FROM outbox") == [("sent",)]
        assert await c.ask("SELECT DISTINCT state FROM inbox") == [("done",)]


async def test_what_was_sent_is_noted_soon_without_anybodys_work(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        await turns(c, 1)
        assert c.exchange._marks
        await c.until(lambda: not c.exchange._marks)
        await c.exchange.run(lambda tx: None)
        assert await c.ask("SELECT state FROM outbox") == [("sent",)]


async def test_what_was_not_sent_is_noted_with_the_next_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.exchange.MARKS_WAIT", 60)
    async with core(tmp_path) as c:
        await turns(c, 1)
        c.platform.faults[A].append(Failure("busy", retry_after=600))
        await c.say_in(A, "later")
        await c.until(lambda: c.exchange._pressing)
        await c.exchange.run(lambda tx: None)
        assert not c.exchange._marks
        assert await c.ask("SELECT state, hold_until > 0 FROM outbox ORDER BY id") == [("sent", 0), ("waiting", 1)]


async def test_what_comes_for_a_busy_chat_is_sent_as_soon_as_it_is_free(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        c.platform.gate.clear()
        await c.say_in(A, "1")
        await c.until(lambda: c.platform.tries)
        await c.say_in(A, "2")
        c.platform.gate.set()
        await c.until(lambda: c.platform.texts(A) == ["1", "2"])


async def test_what_is_put_there_within_a_while_is_looked_at_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with core(tmp_path) as c:
        await just_looked(c, monkeypatch)
        await c.count_commits()
        names = list(PHONES)[:5]
        for name in names:
            await c.say_in(PHONES[name], "for everybody")
        assert not any(c.platform.texts(PHONES[name]) for name in names)
        monkeypatch.setattr("bot.looks.BETWEEN", 0)
        await c.exchange.run(lambda tx: None)  # the next work that comes by
        await c.until(lambda: all(c.platform.texts(PHONES[name]) for name in names))
        assert sum("synchronous = NORMAL" in w for w in c.writes) == 1


async def test_what_is_too_much_for_one_look_goes_with_the_next_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.exchange.AT_A_LOOK", 2)
    async with core(tmp_path) as c:
        await just_looked(c, monkeypatch)
        names = list(PHONES)[:5]
        for name in names:
            await c.say_in(PHONES[name], "for everybody")
        c.exchange.wake()
        for shown in (2, 4, 5):
            await c.until(lambda shown=shown: sum(len(c.platform.texts(PHONES[n])) for n in names) == shown)  # type: ignore[misc]
            await c.exchange.run(lambda tx: None)
        assert await c.ask("SELECT DISTINCT attempts FROM outbox") == [(1,)]


async def test_deliveries_that_wait_together_share_a_commit(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        await c.count_commits()
        names = list(PHONES)
        await asyncio.gather(*(c.accept(c.say(name, "谢谢")) for name in names))
        assert len(c.writes) <= 2
        await c.rest()
        assert all(len(c.platform.texts(PHONES[name])) == 1 for name in names)


async def test_a_note_for_what_was_erased_meanwhile_ends_nothing_else(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        c.platform.gate.clear()
        (erased,) = await c.say_in(A, "to be erased")
        await c.until(lambda: c.platform.tries)
        await c.exchange.run(lambda tx: tx.run("DELETE FROM outbox WHERE id = $1", erased))
        (other,) = await c.say_in(PHONES["李静"], "for somebody else")
        assert other != erased
        c.platform.gate.set()
        await c.until(lambda: c.platform.texts(PHONES["李静"]) == ["for somebody else"])


@pytest.mark.parametrize("table", ["outbox", "card", "draft"])
async def test_a_number_that_was_erased_is_never_given_again(tmp_path: Path, table: str) -> None:
    async with core(tmp_path) as c:
        named = await c.ask(f"PRAGMA table_info({table})")
        needed = [column for _, column, kind, required, default, _ in named if required and default is None]
        values = {"purpose": "'report'", "op": "'send'", "delivery": "''", "platform": "''", "chat": "''", "kind": "''"}
        given = ", ".join(values.get(column, "1") for column in needed if column != "id")
        names = ", ".join(column for column in needed if column != "id")

        def again(tx: Tx) -> tuple[int, int]:
            add = f"INSERT INTO {table} ({names}) VALUES ({given}) RETURNING id"
            first = tx.value(add)
            tx.run(f"DELETE FROM {table} WHERE id = $1", first)
            return first, tx.value(add)

        first, second = await c.exchange.run(again)
        assert second > first


async def test_a_full_disk_loses_no_note(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        await c.say_in(A, "1")
        await c.until(lambda: c.exchange._marks)

        def fails(tx: Tx) -> None:
            raise DiskFull

        with pytest.raises(DiskFull):
            await c.exchange._run(fails, Look.BEHIND)
        assert len(c.exchange._marks) == 1
        await c.exchange.run(lambda tx: None)
        assert await c.ask("SELECT state FROM outbox") == [("sent",)]


async def test_work_that_fails_takes_no_note_with_it(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        await c.say_in(A, "1")
        await c.until(lambda: c.exchange._marks)
        with pytest.raises(ZeroDivisionError):
            await c.exchange.run(lambda tx: 1 // 0)
        await c.rest()
        assert await c.ask("SELECT state, attempts FROM outbox") == [("sent", 1)]


async def test_one_note_that_cannot_be_written_harms_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with core(tmp_path) as c:
        await c.say_in(A, "1")
        await c.until(lambda: c.exchange._marks)
        c.exchange.mark(lambda tx: tx.run("INSERT INTO nowhere VALUES (1)") and None)
        assert await c.exchange.run(lambda tx: 7) == 7
        await c.rest()
        assert await c.ask("SELECT state FROM outbox") == [("sent",)]
    assert "could not be noted" in caplog.text


async def test_a_cancelled_caller_still_has_its_work_done(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        begun, go_on = threading.Event(), threading.Event()

        def work(tx: Tx) -> None:
            begun.set()
            go_on.wait(30)
            tx.run("UPDATE enterprise SET name = 'x'")

        task = asyncio.create_task(c.exchange.run(work))
        await asyncio.to_thread(begun.wait, 30)
        task.cancel()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await c.ask("SELECT name FROM enterprise") == [("x",)]


async def test_after_a_crash_what_was_claimed_is_sent_again(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        c.platform.gate.clear()
        await c.say_in(A, "1", "2")
        await c.until(lambda: c.platform.tries)
        await c.sender.stop()
        assert {row[0] for row in await c.ask("SELECT lease_until > 0 FROM outbox")} == {1}
    async with core(tmp_path) as again:
        await again.rest()
        assert again.platform.texts(A) == ["1", "2"]
        assert await again.ask("SELECT DISTINCT state, attempts FROM outbox") == [("sent", 2)]


async def test_what_is_held_back_wakes_us_by_itself(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        await c.exchange.run(lambda tx: None)
        c.exchange.taker = None
        await c.say_in(A, "1")
        c.exchange.taker = c.sender
        await c.desk(lambda desk: sending.retry(desk.store.tx, 1, c.time() + 40, "not yet"))
        assert c.platform.tries == []
        c.time.at += 41
        await c.until(lambda: c.platform.texts(A) == ["1"])


async def test_whoever_waits_for_an_answer_does_not_wait_for_what_others_are_told(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        c.platform.gate.clear()

        def said(tx: Tx) -> None:
            desk = c.plants.desk(tx, c.platform.enterprise, c.time())
            for name in ("李静", "吴桐", "张强", "赵敏", "王磊"):
                desk.send("fake", PHONES[name], Message(f"for {name}"))
            tx.told.add((c.platform.enterprise, "fake", A))

        leased = "SELECT chat FROM outbox WHERE lease_until > 0 ORDER BY id"
        await c.exchange.run(said)
        assert await c.ask(leased) == [(A,)]
        await c.until(lambda: len(c.platform.tries) == 5)  # the rest needs nobody to say anything
        c.platform.gate.set()
        await c.rest()
        assert all(
            c.platform.texts(PHONES[name]) == [f"for {name}"] for name in ("李静", "吴桐", "张强", "赵敏", "王磊")
        )


async def test_the_answer_to_a_tap_does_not_wait_for_what_is_drawn(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        await c.count_commits()
        await c.say_in(A, "1")
        (put,) = c.writes
        assert "INSERT INTO outbox" in put
        assert "SET lease_until" not in put
        assert "synchronous = NORMAL" not in put
        await c.until(lambda: c.platform.texts(A) == ["1"])
        assert "SET lease_until" in c.writes[1]
        assert "synchronous = NORMAL" in c.writes[1]

"""A delivery is stored before it is acknowledged, handled once, and in order per person."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from bot.media import TRIES
from bot.platforms.base import Failure, NotStored
from handlers import routes
from handlers.tables import COMMANDS
from handlers.turn import Turn
from storage import inbox
from storage.database import Tx
from tests.core import PHONES, Core, core
from tests.scenes import hazard_photo

A, B, ADMIN = PHONES["王磊"], PHONES["李静"], PHONES["陈丽"]
VOICE = b"OggS" + b"\0" * 40
LOST = Failure("lost", permanent=True)
AWAY = Failure("cannot be reached")


async def states(c: Core) -> list[str]:
    return [state for (state,) in await c.ask("SELECT state FROM inbox ORDER BY id")]


async def drafts(c: Core) -> list[tuple[Any, ...]]:
    return await c.ask("SELECT text, (SELECT count(*) FROM evidence WHERE draft = d.id) FROM draft d ORDER BY id")


async def test_the_same_delivery_twice_is_one_effect(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        delivery = c.say("王磊", "漏油")
        await c.accept(delivery, delivery)
        await asyncio.gather(c.accept(delivery), c.accept(delivery))
        await c.hears(delivery)
        assert await states(c) == ["done"]
        assert await drafts(c) == [("漏油", 0)]
        assert len(c.platform.texts(A)) == 1


async def test_the_key_tells_nobody_what_it_was(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        await c.hears(c.say("王磊", "漏油", key="12345"))
        ((key,),) = await c.ask("SELECT key FROM inbox")
        assert len(key) == 64
        assert "12345" not in key


async def test_what_is_accepted_has_been_committed_and_handled(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        await c.count_commits()
        await c.accept(c.say("王磊", "漏油"))
        assert len(c.writes) == 1
        assert "INSERT INTO inbox" in c.writes[0]
        assert "INSERT INTO draft" in c.writes[0]
        assert await states(c) == ["done"]


async def test_an_ignored_delivery_is_done_at_once(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        await c.hears(c.say("王磊", "x", ignored=True))
        assert await states(c) == ["done"]
        assert c.platform.tries == []


async def test_an_album_keeps_its_order_while_a_photo_is_slow(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        slow: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        c.platform.files["p1"].append(slow)
        c.platform.files["p2"].append(hazard_photo(2))
        await c.accept(c.photo("王磊", "p1", text="漏油", album="a"), c.photo("王磊", "p2", album="a"))
        await c.accept(c.say("王磊", "谢谢"))
        await c.until(lambda: c.platform.fetched)
        await c.accept(c.say("李静", "谢谢"))
        await c.until(lambda: c.platform.texts(B))
        assert c.platform.texts(A) == []
        assert await states(c) == ["new", "new", "new", "done"]
        slow.set_result(hazard_photo(1))
        await c.rest()
        await c.pass_time(2)
        assert c.platform.fetched == ["p1", "p2"]
        assert set(await states(c)) == {"done"}
        assert await drafts(c) == [("漏油", 2)]
        cards = [text for text in c.platform.texts(A) if text.startswith("📝")]
        assert len(cards) == 1
        assert "2 张" in cards[0]
        kept = await c.ask("SELECT sha, thumb, width > 0 FROM evidence ORDER BY id")
        assert all(c.cabinet.folder.has(sha) and c.cabinet.folder.has(thumb) and wide for sha, thumb, wide in kept)


async def test_a_photo_that_is_lost_is_said(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        c.platform.files["p1"].append(LOST)
        c.platform.files["p2"].append(b"this is no picture")
        c.platform.files["p3"].append(Failure("too_big", permanent=True))
        await c.hears(c.photo("王磊", "p1"), c.photo("王磊", "p2"), c.photo("王磊", "p3"))
        said = [text for text in c.platform.texts(A) if "照片没有收到" in text]
        assert ["打不开" in text for text in said] == [False, True, False]
        assert "太大了" in said[2]
        assert await states(c) == ["done"] * 3
        assert await c.ask("SELECT count(*) FROM evidence") == [(0,)]


async def test_a_photo_that_cannot_be_had_now_is_asked_for_again(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        c.platform.files["v1"].extend([AWAY, AWAY, Failure("busy", retry_after=17), VOICE])
        await c.hears(c.voice("王磊", "v1", text="漏油"))
        assert c.time.naps == [1.0, 2.0, 17]
        assert await drafts(c) == [("漏油", 1)]
        assert await c.ask("SELECT attempts, problem FROM inbox_media") == [(4, "")]


async def test_in_the_end_a_photo_is_given_up_and_said(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        c.platform.files["p1"].append(AWAY)
        await c.hears(c.photo("王磊", "p1", text="漏油"))
        assert len(c.platform.fetched) == TRIES
        assert any("请重发" in text for text in c.platform.texts(A))
        assert await drafts(c) == [("漏油", 0)]


async def test_a_restart_goes_on_with_the_tries(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        never: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        c.platform.files["v1"].extend([AWAY, AWAY, never])
        await c.accept(c.voice("王磊", "v1", text="漏油"), c.say("王磊", "谢谢"))
        await c.until(lambda: len(c.platform.fetched) == 3)
    async with core(tmp_path) as again:
        assert await states(again) == ["new", "new"]
        again.platform.files["v1"].append(VOICE)
        await again.intake.resume()
        await again.rest()
        assert await states(again) == ["done", "done"]
        assert await again.ask("SELECT attempts FROM inbox_media") == [(3,)]
        assert await drafts(again) == [("漏油", 1)]
        assert again.platform.texts(A)[-1] == "不客气，注意安全！"


class Breaking:
    """`帮助` fails so many times, in the middle of its work."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
        self.left, real = times, COMMANDS["help"]

        def show(turn: Turn, payload: str) -> None:
            real(turn, payload)
            turn.ask("broken")
            if self.left:
                self.left -= 1
                raise RuntimeError("broken")

        monkeypatch.setitem(COMMANDS, "help", show)  # type: ignore[arg-type]


async def test_a_handler_that_fails_leaves_the_bare_delivery_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Breaking(monkeypatch, 1)
    async with core(tmp_path) as c:
        await c.accept(c.say("王磊", "帮助"))
        assert await c.ask("SELECT state, attempts, error FROM inbox") == [("new", 1, "RuntimeError")]
        assert await c.ask("SELECT count(*) FROM question") == [(0,)]
        assert await c.ask("SELECT count(*) FROM outbox") == [(0,)]
        await c.rest()
        assert await c.ask("SELECT state, attempts, error FROM inbox") == [("done", 1, "")]
        assert len(c.platform.texts(A)) == 1


async def test_three_failures_park_it_with_a_sentence_and_an_alarm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaking = Breaking(monkeypatch, 3)
    async with core(tmp_path) as c:
        await c.accept(c.say("王磊", "帮助"), c.say("王磊", "谢谢"), c.say("李静", "谢谢"))
        await c.rest()
        assert await states(c) == ["parked", "done", "done"]
        assert [text[:6] for text in c.platform.texts(A)] == ["这条消息没处", "不客气，注意"]
        assert [text[:6] for text in c.platform.texts(ADMIN)] == ["⚠️ 有一条"]
        assert c.time.naps == [1.0]
        assert breaking.left == 0
        ((item,),) = await c.ask("SELECT id FROM inbox WHERE state = 'parked'")
        assert await c.exchange.run(lambda tx: inbox.replay(tx, item))
        assert not await c.exchange.run(lambda tx: inbox.replay(tx, item))
        await c.intake.resume()
        await c.rest()
        assert await states(c) == ["done"] * 3
        assert [text[-12:] for text in c.platform.texts(A)[2:3]] == ["刚才没处理好，现在处理了："[-12:]]
        assert len(c.platform.texts(A)) == 4


async def test_what_cannot_be_read_is_kept_and_parked(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        await c.hears(c.say("王磊", "x", event="nonsense"), c.say("王磊", "谢谢"))
        assert await states(c) == ["parked", "done"]
        assert len(c.platform.texts(A)) == 1


async def test_letters_that_are_no_letters_keep_nobody_else_out(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        await asyncio.gather(c.accept(c.say("王磊", "\ud83d")), c.accept(c.say("李静", "谢谢")))
        await c.rest()
        assert len(c.platform.texts(B)) == 1
        assert "new" not in await states(c)


async def test_one_delivery_that_cannot_be_stored_keeps_no_other_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = inbox.add

    def picky(tx: Tx, enterprise: int, platform: str, key: str, account: str, raw: dict[str, Any], now: int) -> Any:
        if raw["text"] == "poison":
            raise ValueError("poison")
        return add(tx, enterprise, platform, key, account, raw, now)

    monkeypatch.setattr(inbox, "add", picky)
    async with core(tmp_path) as c:
        done = await asyncio.gather(
            c.accept(c.say("王磊", "谢谢")),
            c.accept(c.say("周涛", "poison")),
            c.accept(c.say("李静", "谢谢")),
            return_exceptions=True,
        )
        assert [type(result) for result in done] == [type(None), NotStored, type(None)]
        await c.rest()
        assert await states(c) == ["done", "done"]


async def test_a_tap_waits_behind_the_photo_before_it(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        slow: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        c.platform.files["v1"].append(slow)
        await c.accept(c.voice("王磊", "v1"), c.say("王磊", event="tap", tap="nonsense:1", tap_ref="t1"))
        await c.until(lambda: c.platform.fetched)
        assert c.platform.told == []
        slow.set_result(VOICE)
        await c.rest()
        assert [ref for ref, _ in c.platform.told] == ["t1"]
        assert c.platform.told[0][1].startswith("这个按钮")


async def test_different_people_do_not_wait_for_each_other(tmp_path: Path) -> None:
    async with core(tmp_path) as c:
        never: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        c.platform.files["v1"].append(never)
        await c.accept(c.voice("王磊", "v1"))
        await c.accept(*(c.say(name, "谢谢") for name in PHONES if name != "王磊"))
        await c.until(lambda: sum(map(len, c.platform.chats.values())) == len(PHONES) - 1)
        assert (await states(c)).count("new") == 1


async def test_stopping_ends_what_runs_and_keeps_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()
    real = routes.handle

    def slow(*args: Any) -> Any:
        begun.set()
        go_on.wait(30)
        return real(*args)

    monkeypatch.setattr("bot.intake.handle", slow)
    async with core(tmp_path) as c:
        accepting = asyncio.create_task(c.accept(c.say("王磊", "谢谢")))
        await asyncio.to_thread(begun.wait, 30)
        accepting.cancel()
        stopping = asyncio.create_task(c.intake.stop())
        go_on.set()
        await stopping
        await asyncio.gather(accepting, return_exceptions=True)
        assert await states(c) == ["done"]
        await c.sender.idle()
        assert len(c.platform.texts(A)) == 1

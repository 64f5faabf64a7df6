"""A running day in a plant, with power cuts: people write, photograph and tap; afterwards everything must be there."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import random
import signal
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

import aiohttp
from PIL import Image

from bot.configuration import read
from bot.settings import Origin, Settings
from handlers.message import Button, Message, fingerprint
from storage import history, ledger
from storage.database import Tx
from storage.photos import Folder
from storage.sandbox import Phone, Sandbox
from storage.store import Store
from tests.cast import CAST
from tests.plant_process import Child, Telegrams, child, telegrams
from tests.plant_program import configuration, number_of, staff

TOKEN = "123456:AAtest-token_of_nobody"
WORKERS = {"王磊": "3号球磨机", "周涛": "1号浮选机", "孙芳": "3号球磨机", "钱进": "1号浮选机"}
OFFICERS, OWNERS, APPROVER = ("李静", "吴桐"), ("张强", "刘洋"), "赵敏"
OFFICER_TAPS = ("受理", "受理", "C", "B", "确认", "确认", "确认", "验收通过", "验收通过", "驳回", "不构成隐患")
PAUSE = (0.02, 0.15)  # seconds between what one person does
LIFE = (0.05, 1.6)  # seconds from start to power cut
DRAIN = 60.0  # seconds to come to rest at the end


class Phones(Protocol):
    """How people reach the plant; every act returns once the chat service has it."""

    async def say(self, name: str, text: str) -> None: ...

    async def photos(self, name: str, pictures: list[bytes], text: str) -> None: ...

    async def tap(self, name: str, label: str) -> bool: ...

    async def waiting(self) -> int: ...


class TelegramPhones:
    """Phones at the fake Telegram, which keeps what they send while the program is away."""

    def __init__(self, telegram: Telegrams) -> None:
        self._telegram = telegram
        self._albums = 0

    async def _act(self, name: str, what: str, *args: Any, **options: Any) -> bool:
        return await self._telegram.act(number_of(name), name, what, *args, **options)

    async def say(self, name: str, text: str) -> None:
        assert await self._act(name, "text", text)

    async def photos(self, name: str, pictures: list[bytes], text: str) -> None:
        self._albums += 1
        album = f"a{self._albums}" if len(pictures) > 1 else ""
        for n, picture in enumerate(pictures):
            assert await self._act(name, "photo", picture, caption="" if n else text, album=album)

    async def tap(self, name: str, label: str) -> bool:
        return await self._act(name, "tap", label)

    async def waiting(self) -> int:
        found: int = (await self._telegram.look())["pending"]
        return found


class SandboxPhones:
    """Phones of the page: like it, they try the same again until it is taken."""

    def __init__(self, url: str, web: aiohttp.ClientSession) -> None:
        self._url = f"{url}/demo"
        self._web = web
        self._keys = 0
        self.taken = 0

    async def say(self, name: str, text: str) -> None:
        await self._until_taken("send", name, {"text": text}, [])

    async def photos(self, name: str, pictures: list[bytes], text: str) -> None:
        await self._until_taken("photos", name, {"text": text}, pictures)

    async def tap(self, name: str, label: str) -> bool:
        try:
            async with self._web.get(f"{self._url}/state") as answer:
                messages = (await answer.json())["messages"][f"p{number_of(name)}"]
        except (aiohttp.ClientError, OSError, ValueError, KeyError):
            return False
        for message in reversed(messages):
            for button in (b for row in message["buttons"] for b in row):
                if button["label"] == label:
                    await self._until_taken("tap", name, {"message": message["id"], "data": button["data"]}, [])
                    return True
        return False

    async def _until_taken(self, path: str, name: str, said: dict[str, Any], pictures: list[bytes]) -> None:
        self._keys += 1
        fields = {"phone": f"p{number_of(name)}", "id": f"key-{self._keys:06d}", **said}
        while True:
            with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
                async with self._web.post(f"{self._url}/{path}", **_body(fields, pictures)) as answer:
                    if answer.status == 200:
                        self.taken += 1
                        return
                    assert answer.status >= 500, (answer.status, await answer.text())
            await asyncio.sleep(0.05)

    async def waiting(self) -> int:
        return 0


def _body(fields: dict[str, Any], pictures: list[bytes]) -> dict[str, Any]:
    if not pictures:
        return {"json": fields}
    form = aiohttp.FormData()
    for name, value in fields.items():
        form.add_field(name, value)
    for picture in pictures:
        form.add_field("file", picture, filename="photo.jpg")
    return {"data": form}


@dataclass
class Day:
    """What happened: every sentence carries a mark of its own."""

    seed: int
    marks: list[str] = field(default_factory=list)
    photos: int = 0
    taps: int = 0
    over: bool = False

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def sentence(self, words: str) -> str:
        mark = f"#{len(self.marks) + 1}#"
        self.marks.append(mark)
        return f"{words}{mark}"

    def pictures(self) -> list[bytes]:
        count = self.chance.choice((1, 1, 2, 3))
        self.photos += count
        return [_picture(self.chance) for _ in range(count)]

    async def breath(self) -> None:
        await asyncio.sleep(self.chance.uniform(*PAUSE))


def _picture(chance: random.Random) -> bytes:
    image = Image.frombytes("RGB", (48, 36), chance.randbytes(48 * 36 * 3))
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


async def _worker(day: Day, phones: Phones, name: str, place: str) -> None:
    while not day.over:
        for _ in range(day.chance.randint(1, 2)):
            text = day.sentence(f"{place}有问题") if day.chance.random() < 0.8 else ""
            if day.chance.random() < 0.25 or not text:
                await phones.photos(name, day.pictures(), text)
            else:
                await phones.say(name, text)
            await day.breath()
        if day.chance.random() < 0.1:
            await phones.say(name, "我的")
        for _ in range(8):
            await day.breath()
            if day.over or await _taps(day, phones, name, "提交"):
                break
        await _taps(day, phones, name, "确认" if day.chance.random() < 0.9 else "撤回")


async def _officer(day: Day, phones: Phones, name: str) -> None:
    while not day.over:
        await _taps(day, phones, name, day.chance.choice(OFFICER_TAPS))
        await day.breath()


async def _owner(day: Day, phones: Phones, name: str) -> None:
    while not day.over:
        if await _taps(day, phones, name, "已整改"):
            await day.breath()
            await phones.say(name, day.sentence("修好了"))
            await day.breath()
        await _taps(day, phones, name, "提交")
        await day.breath()


async def _approver(day: Day, phones: Phones) -> None:
    while not day.over:
        await _taps(day, phones, APPROVER, "批准")
        await day.breath()


async def _taps(day: Day, phones: Phones, name: str, label: str) -> bool:
    done = await phones.tap(name, label)
    day.taps += done
    return done


def _people(day: Day, phones: Phones) -> Iterator[asyncio.Task[None]]:
    for name, place in WORKERS.items():
        yield asyncio.create_task(_worker(day, phones, name, place))
    for name in OFFICERS:
        yield asyncio.create_task(_officer(day, phones, name))
    for name in OWNERS:
        yield asyncio.create_task(_owner(day, phones, name))
    yield asyncio.create_task(_approver(day, phones))


@asynccontextmanager
async def _place(folder: Path, mode: str) -> AsyncIterator[tuple[Child, Phones, Telegrams | None, Settings]]:
    """The program, not started, and the phones of people who have all joined."""
    config = folder / "config.toml"
    async with contextlib.AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(telegrams()) if mode != "sandbox" else None
        web = await stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)))
        text = configuration(
            telegram.url if telegram else "http://127.0.0.1:9",
            TOKEN,
            mode="webhook" if mode == "webhook" else "polling",
            sandbox=mode == "sandbox",
        )
        if telegram is None:
            start, end = text.index("[enterprise.telegram]"), text.index("[enterprise.sandbox]")
            text = text[:start] + text[end:]
        config.write_text(text, encoding="utf-8")
        settings = read(text, Origin(folder))
        phones: Phones
        if telegram is None:
            staff(settings, [("sandbox", f"p{number_of(name)}", name) for name, *_ in CAST], _sandbox_phones)
            phones = SandboxPhones(f"http://{settings.enterprise[0].sandbox.listen}", web)
        else:
            staff(settings, [("telegram", str(number_of(name)), name) for name, *_ in CAST])
            for name, *_ in CAST:
                await telegram.act(number_of(name), name, "text", "谢谢")
            phones = TelegramPhones(telegram)
        yield await stack.enter_async_context(child(config)), phones, telegram, settings


def _sandbox_phones(tx: Tx) -> None:
    for name, number, *_ in CAST:
        Sandbox(tx, 1).add_phone(Phone(f"p{number_of(name)}", name, "", number, "zh", 0))


async def live(folder: Path, mode: str, kills: int, seed: int, ends: int = 0) -> Day:
    """A day with so many power cuts, by "polling", "webhook" or "sandbox". Raises AssertionError for any loss.

    `ends` is how often the program is told to end while people go on: that must take less than 10 s.
    """
    day = Day(seed)
    async with _place(folder, mode) as (program, phones, telegram, settings):
        people = list(_people(day, phones))
        for _ in range(kills):
            await _one_life(day, program)
        for _ in range(ends):
            await program.start()
            await asyncio.sleep(LIFE[1])
            begun = perf_counter()
            assert await program.end() == 0, program.log.read_text()[-3000:]
            assert perf_counter() - begun < 10
        await program.start()
        await asyncio.sleep(LIFE[1])
        day.over = True
        await asyncio.gather(*people)
        await _drained(phones, settings)
        code = await program.end()
        seen = await telegram.look() if telegram else None
        log = program.log.read_text()
        assert code == 0, log[-3000:]
        check(day, settings, log, seen, phones)
    return day


async def _one_life(day: Day, program: Child) -> None:
    """Until a power cut: half of them come at any moment, half where it hurts."""
    aim = day.chance.choice((None, day.chance.randrange(10**9)))
    await program.start(aim)
    code = await program.wait(day.chance.uniform(*LIFE) if aim is None else 2 * LIFE[1])
    assert code is None or (aim is not None and code == -signal.SIGKILL), program.log.read_text()[-3000:]
    await program.kill()


async def _drained(phones: Phones, settings: Settings) -> None:
    left: tuple[int, ...] = ()
    try:
        async with asyncio.timeout(DRAIN):
            while left != (0, 0, 0):
                await asyncio.sleep(0.1)
                left = (await phones.waiting(), *_left(settings.database))
    except TimeoutError:
        raise AssertionError(f"never comes to rest: undelivered, inbox, outbox = {left}") from None


def _left(database: Path) -> tuple[int, int]:
    sql = (
        "SELECT (SELECT count(*) FROM inbox WHERE state = 'new'), (SELECT count(*) FROM outbox WHERE state = 'waiting')"
    )
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        found: tuple[int, int] = connection.execute(sql).fetchone()
        return found


# -- what must hold afterwards


def check(day: Day, settings: Settings, log: str, seen: dict[str, Any] | None, phones: Phones) -> None:
    """Raises AssertionError for anything lost, doubled or half-done."""
    with closing(sqlite3.connect(settings.database)) as connection:
        tx = Tx(connection)
        assert "Traceback" not in log, log[log.index("Traceback") - 300 :][:3000]
        _check_inbox(tx, day, seen, phones)
        _check_effects(tx, day)
        _check_reports(Store(tx, 1))
        _check_money(Store(tx, 1))
        _check_photos(tx, day, Folder(settings.photos))
        _check_outbox(tx, seen)


def _check_inbox(tx: Tx, day: Day, seen: dict[str, Any] | None, phones: Phones) -> None:
    states = {r["state"]: r["n"] for r in tx.all("SELECT state, count(*) AS n FROM inbox GROUP BY state")}
    sent = phones.taken if isinstance(phones, SandboxPhones) else (seen or {})["updates"]
    assert states == {"done": sent}, (states, sent)


def _check_effects(tx: Tx, day: Day) -> None:
    said = "\n".join(f"{r['text']} {r['place_text']}" for r in tx.all("SELECT text, place_text FROM draft"))
    wrong = {mark: said.count(mark) for mark in day.marks if said.count(mark) != 1}
    assert not wrong, wrong


def _check_reports(store: Store) -> None:
    tx = store.tx
    numbers = sorted(r["number"] for r in tx.all("SELECT number FROM report"))
    count = tx.value("SELECT coalesce(sum(n), 0) FROM report_counter")
    months = {r["month"]: r["n"] for r in tx.all("SELECT month, n FROM report_counter")}
    dense = [f"{month % 10000}-{n:04d}" for month in sorted(months) for n in range(1, months[month] + 1)]
    assert numbers == dense, (count, numbers)
    submitted = tx.value("SELECT count(*) FROM draft WHERE purpose = 'report' AND state = 'submitted'")
    assert submitted == len(numbers), (submitted, len(numbers))
    for row in tx.all("SELECT id FROM report"):
        assert history.broken(store, row["id"]) is None
    assert (
        tx.all("SELECT 1 FROM history WHERE action IN ('submit', 'admit') GROUP BY report, action HAVING count(*) > 1")
        == []
    )


def _check_money(store: Store) -> None:
    tx = store.tx
    assert ledger.broken(store) is None
    admitted = tx.value("SELECT count(*) FROM history WHERE action = 'admit'")
    assert tx.value("SELECT count(*) FROM award") == admitted
    assert tx.all("SELECT 1 FROM award GROUP BY report HAVING count(*) > 1") == []
    paid = [tuple(r) for r in tx.all("SELECT award, sum(fen), count(*) FROM ledger GROUP BY award ORDER BY award")]  # type: ignore[arg-type]
    approved = tx.all("SELECT id, fen FROM award WHERE status = 'approved' ORDER BY id")
    assert paid == [(r["id"], r["fen"], 1) for r in approved]


def _check_photos(tx: Tx, day: Day, folder: Folder) -> None:
    rows = tx.all("SELECT sha, thumb FROM evidence")
    assert len(rows) == day.photos, (len(rows), day.photos)
    for row in rows:
        assert folder.get(row["sha"])
        assert folder.get(row["thumb"])
    assert tx.all("SELECT sha FROM evidence GROUP BY sha HAVING count(*) > 1") == []


def _check_outbox(tx: Tx, seen: dict[str, Any] | None) -> None:
    rows = tx.all("SELECT id, chat, op, state, error, ref, lease_until FROM outbox")
    assert {r["state"] for r in rows} <= {"sent", "dropped"}, [tuple(r) for r in rows if r["state"] == "failed"]  # type: ignore[arg-type]
    sent = {r["id"] for r in rows if r["state"] == "sent"}
    for row in rows:
        if row["state"] == "dropped" and row["error"].startswith("in "):
            assert int(row["error"][3:]) in sent
    shown = _shown(tx, seen)
    missing = [
        (r["id"], r["chat"], r["ref"]) for r in rows if r["state"] == "sent" and (r["chat"], r["ref"]) not in shown
    ]
    assert not missing, missing
    for card in tx.all("SELECT id, chat, ref, shown FROM card WHERE ref <> ''"):
        # What stands on the phone is what was drawn last.
        assert fingerprint(shown[card["chat"], card["ref"]]) == card["shown"], card["id"]


Shown = dict[tuple[str, str], Message]


def _shown(tx: Tx, seen: dict[str, Any] | None) -> Shown:
    """What stands on all phones, by chat and message."""
    if seen is None:
        rows = tx.all("SELECT id, chat, text, buttons FROM sandbox_message WHERE author = ''")
        return {
            (r["chat"], str(r["id"])): Message(
                r["text"], tuple(tuple(Button(**b) for b in line) for line in json.loads(r["buttons"]))
            )
            for r in rows
        }
    bad = [c for c in seen["calls"] if c["status"] >= 400 and not _harmless(c)]
    assert not bad, bad[:3]
    return {
        (chat, str(m["message_id"])): Message(m.get("text", m.get("caption", "")), _keyboard(m))
        for chat, messages in seen["messages"].items()
        for m in messages
    }


def _keyboard(message: dict[str, Any]) -> tuple[tuple[Button, ...], ...]:
    lines = message.get("reply_markup", {}).get("inline_keyboard", [])
    return tuple(tuple(Button(key["text"], key["callback_data"]) for key in line) for line in lines)


def _harmless(call: dict[str, Any]) -> bool:
    """A poll of the dead meets that of the living; an answered tap is answered again; an edit was there already."""
    edited = call["method"] == "editMessageText" and "message is not modified" in call["description"]
    return edited or call["method"] in {"getUpdates", "answerCallbackQuery"}

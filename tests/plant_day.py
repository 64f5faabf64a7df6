"""A running day in a plant, with power cuts: people write, photograph and tap; afterwards everything must be there."""

from __future__ import annotations

import asyncio
import contextlib
import io
import random
import signal
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from itertools import chain, repeat
from pathlib import Path
from time import perf_counter

import aiohttp
from PIL import Image

from bot.configuration import read
from bot.control import socket_path
from bot.settings import Settings
from bot.settings_platforms import Origin
from storage.database import Tx
from storage.sandbox import Phone, Sandbox
from tests.cast import CAST
from tests.plant_check import Sent, check
from tests.plant_phones import Phones, SandboxPhones, TelegramPhones
from tests.plant_process import START, Child, Telegrams, child, telegrams
from tests.plant_program import configuration, number_of, staff

TOKEN = "123456:AAtest-token_of_nobody"
WORKERS = {"王磊": "3号球磨机", "周涛": "1号浮选机", "孙芳": "3号球磨机", "钱进": "1号浮选机"}
OFFICERS, OWNERS, APPROVER = ("李静", "吴桐"), ("张强", "刘洋"), "赵敏"
OFFICER_TAPS = ("受理", "受理", "C", "B", "确认", "确认", "确认", "验收通过", "验收通过", "驳回", "不构成隐患")
PAUSE = (0.02, 0.15)  # seconds between what one person does
# A life is as long as people need for so many things, so that a slow machine has as full a day as a fast one.
LIFE = (1, 40)  # things until a power cut
LONGEST_AIM = 50  # things until one comes where nothing was hit
AHEAD = 60  # things that people do beyond that, above all while the program starts
EARLY = (0.0, 0.4)  # seconds until a power cut while it starts
DRAIN = 60.0  # seconds to come to rest at the end


@dataclass
class Day:
    """What happened: every sentence carries a mark of its own."""

    seed: int
    marks: list[str] = field(default_factory=list)
    photos: int = 0
    taps: int = 0
    most: int = 0
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
        return [picture(self.chance) for _ in range(count)]

    @property
    def done(self) -> int:
        """How many things people have done."""
        return len(self.marks) + self.photos + self.taps

    async def breath(self) -> None:
        for pause in chain([self.chance.uniform(*PAUSE)], repeat(PAUSE[0])):
            await asyncio.sleep(pause)
            if self.done <= self.most or self.over:
                return

    async def goes_on(self, program: Child, things: int) -> int | None:
        """Until people have done so many things more; the exit code if the program ends before."""
        self.most, until = self.done + things + AHEAD, self.done + things
        async with asyncio.timeout(DRAIN):
            while self.done < until:
                if (code := await program.wait(PAUSE[0])) is not None:
                    return code
        return await program.wait(0)


def picture(chance: random.Random) -> bytes:
    """A small photo unlike any other."""
    image = Image.frombytes("RGB", (48, 36), chance.randbytes(48 * 36 * 3))
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


async def _worker(day: Day, phones: Phones, name: str, place: str) -> None:
    while not day.over:
        for _ in range(day.chance.randint(1, 2)):
            text = day.sentence(f"{place}有问题") if day.chance.random() < 0.9 else ""
            if day.chance.random() < 0.15 or not text:
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
        web = await stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)))
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
        try:
            for _ in range(kills):
                await _one_life(day, program, settings)
            for _ in range(ends):
                await _told_to_end(day, program, settings)
            await _up(day, program, settings)
            assert await day.goes_on(program, LIFE[1]) is None, program.log.read_text()[-3000:]
            day.over = True
            await asyncio.gather(*people)
        finally:
            for person in people:
                person.cancel()
        await _drained(phones, settings)
        code = await program.end()
        seen = await telegram.look() if telegram else None
        log = program.log.read_text()
        assert code == 0, log[-3000:]
        deliveries = phones.taken if isinstance(phones, SandboxPhones) else (seen or {})["updates"]
        check(settings, Sent(deliveries, day.photos, day.marks), log, seen)
    return day


async def _one_life(day: Day, program: Child, settings: Settings) -> None:
    """Until a power cut: at any moment, or where it hurts, or while it starts."""
    kind = day.chance.choice(("any", "any", "aimed", "aimed", "early"))
    aimed = kind == "aimed"
    if kind == "early":
        await program.start()
        code = await program.wait(day.chance.uniform(*EARLY))
    else:
        await _up(day, program, settings, day.chance.randrange(10**9) if aimed else None)
        code = await day.goes_on(program, LONGEST_AIM if aimed else day.chance.randint(*LIFE))
    assert code is None or (aimed and code == -signal.SIGKILL), program.log.read_text()[-3000:]
    await program.kill()


async def _told_to_end(day: Day, program: Child, settings: Settings) -> None:
    await _up(day, program, settings)
    assert await day.goes_on(program, LIFE[1]) is None, program.log.read_text()[-3000:]
    begun = perf_counter()
    assert await program.end() == 0, program.log.read_text()[-3000:]
    assert perf_counter() - begun < 10


async def _up(day: Day, program: Child, settings: Settings, aim: int | None = None) -> None:
    """Starts it and waits until it takes commands; people do not wait."""
    day.most = day.done + AHEAD
    await program.start(aim)
    await _ready(program, settings)


async def _ready(program: Child, settings: Settings) -> None:
    """Waits until the program takes commands, or has died of its aim."""
    async with asyncio.timeout(START):
        while await program.wait(0.02) is None:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_unix_connection(socket_path(settings.socket))
                writer.close()
                return


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

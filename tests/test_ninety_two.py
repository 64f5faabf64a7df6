"""Ninety-two reports as workers really write them go through the whole loop; every sum agrees to the fen."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from bot.media import Cabinet
from bot.pictures import Pictures
from handlers.message import Media, MediaKind
from storage import awards, boards, evidence, history, ledger, reports
from storage.photos import Folder
from storage.store import Store
from tests.scenes import hazard_photo, repaired_photo
from tests.world import World
from woodpecker.words import Status

TEXTS = [json.loads(line) for line in (Path(__file__).parent / "data" / "hazards.jsonl").read_text().splitlines()]
REPORTERS = ("王磊", "周涛", "孙芳", "钱进")
LEVELS = ("C", "B", "A")
REASONS = ("不构成隐患", "属本职职责")
FEN = {"C": 20_00, "B": 50_00, "A": 100_00}


async def photos(folder: Folder) -> dict[str, list[Media]]:
    """Photos as a phone would send them, made safe and kept as the running program does it."""
    pictures = Pictures()
    cabinet = Cabinet(folder, pictures)
    made: dict[str, list[Media]] = {"before": [], "after": []}
    for stage, draw in (("before", hazard_photo), ("after", repaired_photo)):
        for seed in range(5):
            kept = await cabinet.keep(Media(MediaKind.PHOTO, "x"), draw(seed))
            made[stage].append(
                Media(
                    MediaKind.PHOTO,
                    f"{stage}{seed}",
                    sha=kept.sha,
                    thumb=kept.thumb,
                    width=kept.width,
                    height=kept.height,
                )
            )
    await pictures.close()
    return made


def send_photo(world: World, name: str, media: Media, caption: str) -> None:
    world.deliver(world.incoming(name, text=caption, media=(media,)))


def owner_of(world: World, number: str) -> str:
    report = world.transaction(lambda desk: reports.by_number(desk.store, number))
    return next(name for name, person in world.ids.items() if report and person == report.owner)


def one_report(world: World, n: int, made: dict[str, list[Media]]) -> tuple[str, str]:
    """Plays one report to its end; returns who reported and what it came to: a level, or "rejected"."""
    row, reporter = TEXTS[n], REPORTERS[n % len(REPORTERS)]
    send_photo(world, reporter, made["before"][n % 5], row["text"])
    world.tap(reporter, "提交")
    if "上报草稿" in world.phones[reporter].last:
        world.say(reporter, row["location"])
    number = f"2611-{n + 1:04d}"
    officer, other = ("李静", "吴桐") if n % 2 else ("吴桐", "李静")
    if n % 9 == 8:
        world.tap(officer, "驳回", number)
        world.tap(officer, REASONS[n % 2], number)
        return reporter, "rejected"
    level = "A" if row["level"] == "重大" else LEVELS[n % 3]
    world.tap(officer, "受理", number)
    world.tap(officer, level, number)
    if "由谁整改" in "".join(s.message.text for s in world.phones[officer].shown if number in s.message.text):
        world.say(officer, "张强")
    world.tap(officer, "确认", number)
    owner = owner_of(world, number)
    world.tap(owner, "已整改", number)
    send_photo(world, owner, made["after"][n % 5], "已经整改好")
    world.tap(owner, "提交")
    world.tap(other if n % 4 < 2 else officer, "验收通过", number)
    return reporter, level


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path / "plant.db")
    yield made
    made.close()


async def test_all_of_them_end_and_every_sum_agrees(world, tmp_path):
    folder = Folder(tmp_path / "photos")
    made = await photos(folder)
    expected: Counter[str] = Counter()
    closed: Counter[str] = Counter()
    for n in range(len(TEXTS)):
        reporter, outcome = one_report(world, n, made)
        if outcome == "rejected":
            continue
        closed[reporter] += 1
        expected[reporter] += FEN[outcome]
        if n % 2:
            world.tap("赵敏", "批准", f"2611-{n + 1:04d}")
    while any(label.startswith("全部批准") for label in world.phones["赵敏"].labels()):
        world.tap("赵敏", next(x for x in reversed(world.phones["赵敏"].labels()) if x.startswith("全部批准")))
    world.transaction(lambda desk: check_rows(desk.store, folder))
    world.transaction(lambda desk: check_money(desk.store, world, expected, closed))
    for name in REPORTERS:
        world.say(name, "奖励")
        assert f"{expected[name] / 100:,.2f}" in world.phones[name].last


def check_rows(store: Store, folder: Folder) -> None:
    ended = Counter(
        row["status"] for row in store.all("SELECT status FROM report WHERE enterprise = $1 ORDER BY number")
    )
    assert set(ended) == {Status.CLOSED.value, Status.REJECTED.value}
    assert sum(ended.values()) == len(TEXTS) == 92
    for row in store.all("SELECT id FROM report WHERE enterprise = $1"):
        assert history.broken(store, row["id"]) is None
        report = reports.get(store, row["id"])
        assert report is not None
        kept = {e.stage: e.sha for e in evidence.of_report(store, report.id)}
        assert folder.has(kept["before"])
        assert ("after" in kept) == (report.status is Status.CLOSED)
    assert ledger.broken(store) is None


def check_money(store: Store, world: World, expected: Counter[str], closed: Counter[str]) -> None:
    assert sum(expected.values()) > 0
    for name, fen in expected.items():
        assert ledger.balance(store, world.ids[name]) == fen
    total = store.value("SELECT sum(fen) FROM ledger WHERE enterprise = $1")
    assert total == sum(expected.values())
    owed = {row.name: row.owed for row in ledger.owed_by_person(store, 202611)}
    assert owed == dict(expected)
    board = {line.person: line.count for line in boards.board(store, 202611, 202611, world.ids["王磊"]).lines}
    assert board == {world.ids[name]: n for name, n in closed.items()}
    assert list(awards.open(store)) == []

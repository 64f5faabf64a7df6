"""匿名: after 提交 nothing in the files of the plant says who it was, whoever reads them and however."""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.platforms.telegram.platform import Telegram
from storage import people
from storage.claims import CODE
from tests.fakes.telegram import FakeTelegram
from tests.plant_program import Plant, no_limits, number_of, running
from tests.scenes import hazard_photo

PROBLEM = "3号球磨机的安全销被人拆了"
PHONE = "13812345678"
MINE = str(number_of("王磊"))
WHO = {"王磊", "1001", PHONE, str(number_of("王磊"))}


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Telegram, "windows", no_limits)


async def nameless(plant: Plant) -> str:
    """王磊 reports with a photo and a second thought; returns the code."""
    wang = plant["王磊"]
    wang.text("上报")
    await plant.sees("王磊", "请发照片")
    wang.photo(hazard_photo(3), caption=PROBLEM)
    await plant.taps("王磊", "署名")
    await plant.taps("王磊", "匿名（领取码）")
    await plant.taps("王磊", "提交")
    received = await plant.sees("王磊", "🙈 已匿名收下")
    await plant.sees("李静", "🆕")
    await plant.sees("吴桐", "🆕")
    await settled(plant)
    found = CODE.search(received)
    assert found
    return found[0]


def _id(store: Any) -> int:
    found: int = store.value("SELECT id FROM person WHERE enterprise = $1 AND name = '王磊'")
    return found


def rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row of the database, read by somebody else."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        for (table,) in tables.fetchall():
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                yield table, dict(row)


def own(table: str, row: dict[str, Any], person: int) -> bool:
    """Whether this is a row of the person's own in roster and accounts."""
    return (table == "person" and row["id"] == person) or (
        table in {"account", "person_role"} and row["person"] == person
    )


def bytes_of(plant: Plant) -> dict[str, bytes]:
    """All files of the plant but its configuration: database, log of the database, photos, key."""
    folder = plant.settings.database.parent
    files = [p for p in folder.rglob("*") if p.is_file() and p.name not in {"config.toml", "ballast"}]
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


def times(needle: str, files: dict[str, bytes]) -> int:
    return sum(data.count(needle.encode()) for data in files.values())


async def begin(plant: Plant) -> dict[str, bytes]:
    """The plant's files before anything was reported."""
    await plant.store(lambda store: people.update(store, _id(store), phone=PHONE))
    await plant.rest()
    await plant.program.database.call(lambda c: c.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
    return bytes_of(plant)


def nothing_leads_to_the_reporter(plant: Plant, before: dict[str, bytes], code: str) -> None:
    """Searches every file and every row, as somebody who has them all."""
    everything, files = list(rows(plant.settings.database)), bytes_of(plant)
    person = next(row["id"] for table, row in everything if table == "person" and row["name"] == "王磊")
    others = [(table, row) for table, row in everything if not own(table, row, person)]
    said = "\n".join(f"{table} {row}" for table, row in others)
    for needle in WHO:
        assert not re.search(rf"(?<![0-9]){needle}(?![0-9])", said), needle
    for needle in WHO - {"1001"}:
        assert times(needle, files) == times(needle, before), needle
    for needle in (code, code.replace("-", "")):
        assert times(needle, files) == 0
    pointing = ("person", "reporter", "logger", "owner", "fixer", "claimed_by", "entered_by", "decided_by", "taken_by")
    for table, row in others:
        assert all(row.get(column) != person for column in pointing), (table, row)
    no_time_pairs_up(everything, person)


def no_time_pairs_up(everything: list[tuple[str, dict[str, Any]]], person: int) -> None:
    """No row of the person's own was touched within an hour of anything that happened to the report."""
    happened = [row["at"] for table, row in everything if table == "history"]
    reported = [row for table, row in everything if table == "report"]
    happened += [row[when] for row in reported for when in ("sent_at", "found_at", "submitted_at")]
    assert happened
    for row in (row for table, row in everything if own(table, row, person)):
        for column, value in row.items():
            assert not any(isinstance(value, int) and abs(value - at) < 3_600_000 for at in happened), column


async def test_after_submitting_nothing_says_who_it_was(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with FakeTelegram() as fake, running(tmp_path, fake) as plant:
        before = await begin(plant)
        code = await nameless(plant)
        nothing_leads_to_the_reporter(plant, before, code)
        everything = list(rows(plant.settings.database))
        (report,) = [row for table, row in everything if table == "report"]
        (piece,) = [row for table, row in everything if table == "evidence"]
        assert (report["reporter"], report["logger"], report["joint"]) == (None, None, "[]")
        assert len(report["delivery"]) == 16  # no update of Telegram's
        assert (piece["person"], piece["draft"], piece["album"], piece["taken_at"]) == (None, None, "", None)
        blank = [row for table, row in everything if table == "inbox" and not row["account"]]
        assert len(blank) == 5  # 上报, the photo, three taps
        assert {(r["raw"], r["received_at"], r["handled_at"], r["state"]) for r in blank} == {("{}", 0, 0, "done")}
        assert not [row for table, row in everything if table in {"draft", "question", "inbox_media", "discarded"}]
        records = (r for r in caplog.records if r.name.startswith(("bot", "handlers", "storage")))
        logged = "\n".join(re.sub(r"127.0.0.1:\d+", "", r.getMessage()) for r in records)  # a port may be any number
        assert not [needle for needle in (*WHO, code, PROBLEM) if needle in logged]


async def test_the_same_delivery_again_changes_nothing(tmp_path: Path) -> None:
    async with FakeTelegram() as fake, running(tmp_path, fake) as plant:
        await nameless(plant)
        kept = await plant.ask("SELECT key FROM inbox ORDER BY id")
        assert len({key for (key,) in kept}) == len(kept) >= 5
        assert all(len(key) == 64 for (key,) in kept)


async def test_talking_with_the_code_leaves_no_more(tmp_path: Path) -> None:
    async with FakeTelegram() as fake, running(tmp_path, fake) as plant:
        before = await begin(plant)
        code = await nameless(plant)
        wang = plant["王磊"]
        await plant.taps("李静", "请补充")
        await plant.sees("李静", "要上报人补充什么")
        plant["李静"].text("哪一侧？")
        await plant.sees("李静", "匿名上报")
        wang.text(f"领取码 {code}")
        await plant.sees("王磊", "安全员问：哪一侧？")
        wang.photo(hazard_photo(4), caption=f"领取码 {code} 北侧")
        await plant.sees("王磊", "补充已收到")
        await plant.taps("王磊", "刷新")
        await plant.sees("李静", "上报人答：北侧")
        wang.text(f"领取码 {code[:-1]}{'Y' if code.endswith('Z') else 'Z'} 打错了")
        await plant.sees("王磊", "没有这个领取码")
        await settled(plant)
        nothing_leads_to_the_reporter(plant, before, code)


async def test_a_second_tap_and_a_changed_message_leave_nothing(tmp_path: Path) -> None:
    async with FakeTelegram() as fake, running(tmp_path, fake) as plant:
        before = await begin(plant)
        wang = plant["王磊"]
        wang.text(PROBLEM)
        said = next(iter(wang.chat.messages))
        await plant.taps("王磊", "署名")
        await plant.taps("王磊", "匿名（领取码）")
        card = next(m["message_id"] for m in wang.screen if "上报草稿" in m.get("text", ""))
        draft = (await plant.ask("SELECT id FROM draft"))[0][0]
        await plant.taps("王磊", "提交")
        received = await plant.sees("王磊", "🙈 已匿名收下")
        again = wang.tap_data(f"dsend:{draft}", card)
        await plant.fake.until(lambda: again.answer is not None)
        wang.edit(said, f"{PROBLEM}，快来人")
        await plant.sees("王磊", "没找到这条消息")
        await settled(plant)
        found = CODE.search(received)
        assert found
        nothing_leads_to_the_reporter(plant, before, found[0])


async def test_a_voice_and_a_picture_taken_out_are_thrown_away(tmp_path: Path) -> None:
    async with FakeTelegram() as fake, running(tmp_path, fake) as plant:
        wang = plant["王磊"]
        wang.photo(hazard_photo(3), caption=PROBLEM)
        await plant.sees("王磊", "照片：1 张")
        wang.photo(hazard_photo(4))
        await plant.sees("王磊", "照片：2 张")
        await plant.taps("王磊", "更多")
        await plant.taps("王磊", "删照片")
        await plant.taps("王磊", "第2张")
        await plant.taps("王磊", "返回")
        wang.voice(b"OggS" + b"voice" * 50)
        await plant.sees("王磊", "语音：1 段")
        await plant.taps("王磊", "署名")
        await plant.taps("王磊", "匿名（领取码）")
        await plant.taps("王磊", "提交")
        await plant.sees("王磊", "🙈 已匿名收下")
        await settled(plant)
        await plant.program.wake.look()
        kept = {sha for row in await plant.ask("SELECT sha, thumb FROM evidence") for sha in row}
        assert len(kept) == 2
        assert {path.stem for path in plant.settings.photos.rglob("*.*") if path.is_file()} == kept


async def test_what_was_done_meanwhile_is_seen_as_before(tmp_path: Path) -> None:
    """王磊 confirms an older report while the draft is open: that act, and when it was, are known anyway."""
    async with FakeTelegram() as fake, running(tmp_path, fake) as plant:
        wang = plant["王磊"]
        wang.text("3号球磨机漏油")
        await plant.taps("王磊", "提交")
        await plant.sees("王磊", "✅ 已收到")
        wang.text(PROBLEM)
        await plant.taps("王磊", "署名")
        await plant.taps("王磊", "匿名（领取码）")
        await plant.taps("王磊", "撤回")
        await plant.sees("李静", "已撤回")
        await plant.taps("王磊", "提交")
        await plant.sees("王磊", "🙈 已匿名收下")
        await settled(plant)
        acts = await plant.ask("SELECT at FROM history WHERE person = 1 ORDER BY at")
        kept = await plant.ask("SELECT handled_at FROM inbox WHERE account = ? ORDER BY id".replace("?", f"'{MINE}'"))
        assert len(acts) == 2
        assert kept[-1] == acts[-1]
        assert set(acts) <= set(kept)
        assert await plant.ask("SELECT seen_at FROM account WHERE person = 1") == [acts[-1]]
        assert len(await plant.ask("SELECT id FROM inbox WHERE account = ''")) == 4


async def test_a_code_said_in_a_group_is_erased_there_too(tmp_path: Path) -> None:
    async with FakeTelegram() as fake, running(tmp_path, fake) as plant:
        before = await begin(plant)
        code = await nameless(plant)
        group = fake.group("班组群")
        group.add_bot(plant["陈丽"])
        await plant.rest()
        shown = len(group.screen)
        plant["王磊"].text(f"/claim {code}", group=group)
        await plant.fake.until(lambda: len(group.screen) > shown)
        await settled(plant)
        files = bytes_of(plant)
        assert times(code, files) == 0
        assert times(MINE, files) == times(MINE, before)


async def settled(plant: Plant) -> None:
    """Everything has been sent, and noted."""
    await plant.rest()
    await plant.program.exchange.run(lambda tx: None)

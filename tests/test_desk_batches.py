"""Closing a month once, whatever happens: two processes, a crash, a machine that was off, other settings."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing as closes
from datetime import time

import pytest

from handlers import closing, notices, schedule
from handlers.desk import Desk
from handlers.views import Drawing
from storage import awards, batches, cards, people
from storage.database import prepare, transaction
from storage.store import Store
from tests.plant_months import Months
from woodpecker.awards import in_batch
from woodpecker.errors import Refused
from woodpecker.programme import MonthRules
from woodpecker.words import AwardAction, AwardStatus, Kind, Naming


@pytest.fixture
def plant(tmp_path) -> Iterator[Months]:
    months = Months(tmp_path)
    yield months
    months.world.close()


def entries(plant: Months) -> list[tuple[int, int]]:
    rows = plant.world.transaction(lambda d: d.store.tx.all("SELECT batch, award FROM batch_entry ORDER BY award"))
    return [(r["batch"], r["award"]) for r in rows]


def test_what_was_approved_before_the_1st_is_closed_once(plant: Months) -> None:
    early = [plant.approved("王磊"), plant.approved("周涛")]
    plant.at(2026, 12, 1, 8)
    late = plant.approved("张强")
    plant.wake()
    assert plant.batch(202611) is None
    plant.at(2026, 12, 1, 9)
    for _ in range(3):
        plant.wake()
    batch = plant.batch(202611)
    assert batch is not None
    assert entries(plant) == [(batch.id, a) for a in early]
    assert [plant.award(a).status for a in (*early, late)] == [AwardStatus.BATCHED] * 2 + [AwardStatus.APPROVED]
    plant.at(2027, 1, 1)
    plant.wake()
    newer = plant.batch(202612)
    assert newer is not None
    assert entries(plant) == [*((batch.id, a) for a in early), (newer.id, late)]


def test_the_statements_take_what_the_rule_says(plant: Months) -> None:
    made = [plant.approved("王磊"), plant.brought("张强"), plant.approved("周涛")]
    plant.step(made[2], AwardAction.REVERSE, "刘洋")
    plant.at(2026, 12, 1, 8)
    made.append(plant.approved("张强"))
    before = {a: plant.award(a) for a in made}
    plant.at(2026, 12, 1)
    plant.wake()
    batch = plant.batch(202611)
    assert batch is not None
    assert {a for _, a in entries(plant)} == {n for n, a in before.items() if in_batch(a, batch.cut_at)}


def test_a_crash_in_the_middle_leaves_nothing_behind(plant: Months, monkeypatch: pytest.MonkeyPatch) -> None:
    award = plant.approved("王磊")
    plant.at(2026, 12, 1)

    def falls(desk: Desk, batch: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(closing, "_announce", falls)
        with pytest.raises(RuntimeError):
            plant.wake()
    assert (plant.batch(202611), plant.award(award).status) == (None, AwardStatus.APPROVED)
    plant.wake()
    batch = plant.batch(202611)
    assert batch is not None
    assert entries(plant) == [(batch.id, award)]


def test_two_processes_close_it_once(plant: Months, tmp_path) -> None:
    award = plant.approved("王磊")
    plant.at(2026, 12, 1)
    world = plant.world
    with closes(sqlite3.connect(tmp_path / "months.db", isolation_level=None, timeout=0)) as second:
        prepare(second)

        def both(desk: Desk) -> None:
            closing.close(desk)
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                transaction(second, lambda tx: closing.close(Desk(Store(tx, desk.plant.id), desk.plant, world.now, 0)))

        world.transaction(both)
        transaction(second, lambda tx: closing.close(Desk(Store(tx, world.plant.id), world.plant, world.now, 0)))
        # Even if the slot of the job were lost, the month itself is there once.
        transaction(second, lambda tx: tx.run("DELETE FROM job_run"))
        transaction(second, lambda tx: closing.close(Desk(Store(tx, world.plant.id), world.plant, world.now, 0)))
    assert [a for _, a in entries(plant)] == [award]
    assert plant.world.transaction(lambda d: d.store.value("SELECT count(*) FROM batch WHERE enterprise = $1")) == 1


def test_missed_months_come_as_one_batch_of_the_newest(plant: Months) -> None:
    made = [plant.approved("王磊")]
    plant.at(2026, 12, 15)
    made.append(plant.approved("周涛"))
    plant.at(2027, 2, 20)
    plant.wake()
    plant.wake()
    batch = plant.batch(202701)
    assert batch is not None
    assert entries(plant) == [(batch.id, a) for a in made]
    assert plant.batch(202611) is plant.batch(202612) is None


def test_other_times_in_the_configuration_make_no_second_batch(plant: Months) -> None:
    plant.approved("王磊")
    plant.at(2026, 12, 1)
    plant.wake()
    late = plant.approved("周涛")
    for rules in (MonthRules(5, time(7)), MonthRules(1, time(18)), MonthRules(1, time(0), 5)):
        with plant.world.programme(month=rules):
            plant.at(2026, 12, 6, 19)
            plant.wake()
    assert plant.award(late).status is AwardStatus.APPROVED
    assert len(entries(plant)) == 1


def test_a_month_with_nothing_to_pay_says_nothing(plant: Months) -> None:
    plant.brought("王磊")
    plant.at(2026, 12, 1)
    plant.wake()
    assert plant.batch(202611) is None
    assert all("公示" not in seen.message.text for seen in plant.world.drain())


def shown(plant: Months, page: int = 1, reader: str | None = "周涛") -> tuple[str, list[str]]:
    def work(desk: Desk) -> tuple[str, list[str]]:
        batch = batches.newest(desk.store)
        assert batch is not None
        person = None if reader is None else plant.people[reader]
        card = cards.add(desk.store, "story", "u1", person, "notice", batch.id, {"page": page}, desk.real_now)
        found = cards.get(desk.store, card)
        assert found is not None
        view = notices.draw(Drawing(desk, found, desk.person(person)))
        return view.message.text, [b.label for row in view.message.buttons for b in row]

    return plant.world.transaction(work)


def test_a_long_notice_has_pages_and_a_group_sees_the_first(plant: Months) -> None:
    for _ in range(21):
        plant.approved("王磊")
    plant.at(2026, 12, 1)
    plant.wake()
    text, buttons = shown(plant)
    assert "20. 王*" in text
    assert "21. 王*" not in text
    assert buttons == ["我有异议", "下一页"]
    text, buttons = shown(plant, 2)
    assert "21. 王*" in text
    assert buttons == ["我有异议", "上一页"]
    text, buttons = shown(plant, 2, None)
    assert "20. 王*" in text
    assert "私聊我发「公示」" in text
    assert buttons == ["我有异议"]


def test_a_notice_holds_no_secret(plant: Months) -> None:
    plant.approved("张强", naming=Naming.HIDDEN)
    plant.approved("周涛", kind=Kind.VIOLATION)
    plant.approved("王磊")
    plant.world.transaction(lambda d: people.update(d.store, plant.people["张强"], show_name=True))
    plant.world.transaction(lambda d: people.update(d.store, plant.people["王磊"], show_name=True))
    plant.at(2026, 12, 1)
    plant.wake()
    text, _ = shown(plant)
    assert "1. 王磊 · 未遂事件 · 50.00 元" in text
    assert "保密 2 笔，共 150.00 元" in text
    assert "张强" not in text
    assert "周*" not in text
    assert "2611-" not in text
    assert "防护罩" not in text


def test_an_upheld_appeal_takes_the_old_amount_out_and_the_new_one_into_the_next_batch(plant: Months) -> None:
    award = plant.brought("王磊")
    plant.step(award, AwardAction.CHANGE, amount=30_00)
    plant.step(award, AwardAction.APPEAL, "王磊")
    plant.at(2026, 12, 1)
    plant.wake()
    plant.step(award, AwardAction.UPHOLD_APPEAL, "钱进", amount=50_00)
    plant.freeze()
    batch = plant.batch(202611)
    assert batch is not None
    assert (batch.state, plant.rows(batch.id)) == ("paid", [])
    plant.at(2027, 1, 1)
    plant.wake()
    plant.freeze()
    (due,) = plant.state("due")
    assert [(r.name, r.fen, r.items) for r in plant.rows(due.id)] == [("王磊", 50_00, 1)]


def test_an_entry_whose_report_is_void_ends_its_objection(plant: Months) -> None:
    award = plant.approved("王磊")
    plant.at(2026, 12, 1)
    plant.wake()
    objection = plant.object(award, "周涛")
    plant.step(award, AwardAction.REVERSE, "钱进")
    with pytest.raises(Refused):
        plant.answer(objection, upheld=False)
    assert plant.award(award).status is AwardStatus.REVERSED


def test_after_the_window_nobody_objects_whether_or_not_the_clock_has_woken(plant: Months) -> None:
    plant.approved("王磊")
    plant.at(2026, 12, 1)
    plant.wake()
    plant.at(2026, 12, 5, 0)
    _, buttons = shown(plant)
    assert buttons == []


def test_every_job_of_the_month_is_in_the_table() -> None:
    assert {"closing", "sheets", "unpaid"} <= set(schedule.JOBS)


def test_nobody_decides_an_objection_of_ones_own_or_about_what_one_approved(plant: Months) -> None:
    award = plant.approved("王磊")
    plant.at(2026, 12, 1)
    plant.wake()
    objection = plant.object(award, "钱进")
    for name, key in (("钱进", "own_objection"), ("赵敏", "approved_it"), ("周涛", "not_approver")):
        with pytest.raises(Refused, match=key):
            plant.answer(objection, upheld=True, name=name)
    plant.answer(objection, upheld=True, name="刘洋")  # the leader, for nobody else may
    kept = plant.world.transaction(lambda d: awards.get(d.store, award))
    assert kept is not None
    assert kept.award.status is AwardStatus.REVERSED


def test_what_was_taken_back_is_named_on_the_next_sheet_the_person_stands_on(plant: Months) -> None:
    award = plant.approved("王磊")
    plant.at(2026, 12, 1)
    plant.wake()
    plant.freeze()
    (first,) = plant.state("due")
    plant.pay(first)
    plant.step(award, AwardAction.REVERSE, "刘洋", words="照片是去年的")
    plant.approved("周涛")
    plant.at(2027, 1, 1)
    plant.wake()
    plant.freeze()
    (second,) = plant.state("due")
    assert [r.name for r in plant.rows(second.id)] == ["周涛"]
    plant.pay(second)
    plant.approved("王磊", kind=Kind.SUGGESTION)
    plant.approved("周涛")
    plant.at(2027, 2, 1)
    plant.wake()
    plant.freeze()
    (third,) = plant.state("due")
    row = plant.rows(third.id)[0]
    assert (row.name, row.fen, row.carried, row.items) == ("王磊", 0, -50_00, 1)
    assert [(one["fen"], one["words"]) for one in row.taken] == [(50_00, "照片是去年的")]
    plant.at(2027, 2, 10)
    plant.world.drain()
    plant.pay(third)
    told = [seen.message.text for seen in plant.world.drain() if seen.phone == "王磊"]
    assert told == [
        "💰 2027年1月的奖励（1 笔）抵了以前多发的，这次不发钱。\n"
        "扣回 2611-0001 50.00 元：照片是去年的\n"
        "还差 30.00 元，从以后的奖励里扣，不用退。"
    ]


def test_what_gives_points_alone_needs_no_notice(plant: Months) -> None:
    with plant.world.programme(reward="points"):
        award = plant.approved("王磊")
    plant.world.drain()
    plant.at(2026, 12, 1)
    plant.wake()
    plant.at(2026, 12, 1, 11)
    plant.wake()
    assert all("公示" not in seen.message.text for seen in plant.world.drain())
    assert plant.award(award).status is AwardStatus.PAID

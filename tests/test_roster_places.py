"""Accounts, places, groups and enterprises as they are kept."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from storage import accounts, audit, departments, enterprises, groups, people, places, reports
from storage.store import Store
from tests.roster import NOW, opened
from woodpecker.programme import Programme
from woodpecker.reports import Report
from woodpecker.words import Kind, Naming, Status

Run = Callable[[Callable[[Store], Any]], Any]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    with opened(tmp_path / "plant.db") as transact:
        yield transact


def test_an_account_is_made_once_and_kept_fresh(run: Run) -> None:
    first = run(lambda s: accounts.touch(s, "telegram", "7", "70", "Wang", "zh-hans", NOW))
    run(lambda s: accounts.unreachable(s, first.id, NOW))
    again = run(lambda s: accounts.touch(s, "telegram", "7", "", "", "", NOW + 5))
    assert again == first._replace(seen_at=NOW + 5, unreachable_at=NOW)
    run(lambda s: accounts.reachable(s, first.id))
    again = again._replace(unreachable_at=None)
    assert run(lambda s: accounts.find(s, "telegram", "7")) == again
    assert run(lambda s: accounts.find(s, "telegram", "8")) is None


def test_the_account_last_written_from_comes_first(run: Run) -> None:
    wang = run(lambda s: people.add(s, "王磊", NOW))
    for at, ref in enumerate(("a", "b", "c")):
        account = run(lambda s, r=ref, t=at: accounts.touch(s, "telegram", r, r, "", "", NOW + t))
        run(lambda s, a=account: accounts.link(s, a.id, wang.id))
    run(lambda s: accounts.touch(s, "telegram", "a", "a", "", "", NOW + 9))
    assert [a.user_ref for a in run(lambda s: accounts.of_person(s, wang.id))] == ["a", "c", "b"]
    assert run(lambda s: accounts.unlink_person(s, wang.id)) == 3
    assert run(lambda s: accounts.of_person(s, wang.id)) == []


def test_five_wrong_codes_mean_a_pause(run: Run) -> None:
    account = run(lambda s: accounts.touch(s, "telegram", "7", "70", "", "", NOW))
    for n in range(1, 6):
        assert accounts.may_try_code(run(lambda s: accounts.get(s, account.id)), NOW)
        assert run(lambda s: accounts.miss_code(s, account.id, NOW)) == n
    missed = run(lambda s: accounts.get(s, account.id))
    assert not accounts.may_try_code(missed, NOW + accounts.PAUSE - 1)
    assert accounts.may_try_code(missed, NOW + accounts.PAUSE)
    assert run(lambda s: accounts.miss_code(s, account.id, NOW + accounts.PAUSE)) == 1


def test_likely_places_are_the_last_one_then_the_departments(run: Run) -> None:
    mill = run(lambda s: departments.add(s, "磨矿车间"))
    yard = run(lambda s: places.add(s, "Y1", "料场"))
    ball = run(lambda s: places.add(s, "M3", "3号球磨机", mill.id))
    gate = run(lambda s: places.add(s, "G1", "东门"))
    wang = run(lambda s: people.add(s, "王磊", NOW, department=mill.id))
    assert run(lambda s: places.likely(s, wang.id, mill.id)) == [ball, yard, gate]
    for number, place in enumerate((yard.id, yard.id, gate.id, None)):  # the last one is free text
        new = Report(
            0, str(number), Kind.HAZARD, Status.REPORTED, 1, "护栏断了", place, "某处", mill.id,
            Naming.SHOWN, wang.id, NOW, NOW, "d", NOW, 202611,
        )  # fmt: skip
        run(lambda s, new=new: reports.add(s, new))
    assert run(lambda s: places.likely(s, wang.id, mill.id)) == [gate, yard, ball]
    assert run(lambda s: places.likely(s, wang.id, mill.id, 1)) == [gate]


def test_places_are_found_by_code_word_and_point(run: Run) -> None:
    ball = run(lambda s: places.add(s, "M-3", "3号球磨机", latitude=30.1, longitude=114.1))
    pump = run(lambda s: places.add(s, "P-1", "球磨机油泵站", latitude=30.2, longitude=114.1))
    assert run(lambda s: places.by_code(s, "m-3")) == ball
    assert run(lambda s: places.by_name(s, "3号球磨机")) == ball
    assert run(lambda s: places.search(s, "球磨机")) == [ball, pump]
    assert run(lambda s: places.search(s, "p-1")) == [pump]
    assert run(lambda s: places.search(s, "_")) == []
    assert run(lambda s: places.nearest(s, 30.19, 114.1, 1)) == [pump]


def test_a_group_has_one_purpose_and_may_move(run: Run) -> None:
    run(lambda s: groups.set(s, "telegram", "-1", "安全", "verify", None, NOW))
    run(lambda s: groups.set(s, "telegram", "-1", "安全", "notice", None, NOW))
    assert run(lambda s: groups.with_purpose(s, "verify")) == []
    assert run(lambda s: groups.moved(s, "telegram", "-1", "-1001")) is True
    assert run(lambda s: groups.get(s, "telegram", "-1001")).purpose == "notice"
    assert run(lambda s: groups.removed(s, "telegram", "-1001")) is True
    assert run(lambda s: groups.moved(s, "telegram", "-1001", "-2")) is False


def test_enterprises_do_not_see_each_other(run: Run) -> None:
    wang = run(lambda s: people.add(s, "王磊", NOW, employee_no="W01", phone="13800001234"))

    def other(store: Store) -> list[object]:
        there = Store(store.tx, enterprises.ensure(store.tx, "other", "别厂", "zh", "Asia/Shanghai"))
        assert people.add(there, "周涛", NOW, employee_no="W01").employee_no == "W01"
        return [people.get(there, wang.id), people.by_phone(there, "13800001234"), people.search(there, "王")]

    assert run(other) == [None, None, []]


def test_a_changed_setting_is_in_the_audit_log(run: Run) -> None:
    assert run(lambda s: enterprises.remember_programme(s, Programme(), NOW)) is True
    assert run(lambda s: enterprises.remember_programme(s, Programme(), NOW + 1)) is False
    changed = Programme(duty_factor=Decimal("1.2"))
    assert run(lambda s: enterprises.remember_programme(s, changed, NOW + 2)) is True
    newest = run(audit.list)[0]
    assert (newest.action, newest.source, newest.at) == ("settings.changed", "config", NOW + 2)
    assert newest.detail == {"changes": {"duty_factor": [None, "1.2"]}}


def test_the_clock_of_an_enterprise_is_kept(run: Run) -> None:
    run(lambda s: enterprises.set_clock_offset(s, 5000))
    assert run(enterprises.clock_offset) == 5000
    assert run(lambda s: enterprises.by_code(s.tx, "demo")).clock_offset == 5000
    assert run(lambda s: enterprises.ensure(s.tx, "demo", "新名", "en", "UTC")) == run(lambda s: s.enterprise)
    assert run(lambda s: [e.name for e in enterprises.all(s.tx)]) == ["新名"]

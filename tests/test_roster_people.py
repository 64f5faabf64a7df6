"""The roster: who is on it, what they may do, and that one admin always stays."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from storage import accounts, departments, invitations, leaving, people
from storage.store import Store
from tests.roster import DAY, NOW, opened
from woodpecker.errors import Refused
from woodpecker.words import Role

Run = Callable[[Callable[[Store], Any]], Any]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    with opened(tmp_path / "plant.db") as transact:
        yield transact


def test_a_person_is_found_by_number_phone_and_name(run: Run) -> None:
    wang = run(lambda s: people.add(s, "王磊", NOW, employee_no="W01", phone="+86 138-0000 1234"))
    assert wang.phone == "13800001234"
    assert run(lambda s: people.by_number(s, " W01 ")) == wang
    for spelling in ("13800001234", "8613800001234", "+8613800001234", "0086 138 0000 1234"):
        assert run(lambda s, p=spelling: people.by_phone(s, p)) == wang
    assert run(lambda s: people.by_name(s, "王磊")) == [wang]
    assert run(lambda s: people.search(s, "w0")) == [wang]
    assert run(lambda s: people.search(s, "磊")) == [wang]
    assert run(lambda s: people.search(s, "%")) == []
    assert run(lambda s: people.by_phone(s, "")) is None


def test_a_shared_phone_number_finds_nobody(run: Run) -> None:
    run(lambda s: people.add(s, "王磊", NOW, phone="13800001234"))
    run(lambda s: people.add(s, "周涛", NOW, phone="13800001234"))
    assert run(lambda s: people.by_phone(s, "13800001234")) is None


def test_an_officer_may_be_limited_to_departments(run: Run) -> None:
    mill = run(lambda s: departments.add(s, "磨矿车间"))
    li = run(lambda s: people.add(s, "李静", NOW, employee_no="S01"))
    run(lambda s: people.set_roles(s, li.id, Role.OFFICER, [mill.id]))
    run(lambda s: people.set_roles(s, li.id, Role.UNION))
    limited = run(lambda s: people.get(s, li.id))
    assert limited.roles == {Role.OFFICER, Role.UNION}
    assert limited.scopes == {mill.id}
    run(lambda s: people.set_roles(s, li.id, Role.OFFICER))
    assert run(lambda s: people.get(s, li.id)).scopes == frozenset()
    assert run(lambda s: people.with_role(s, Role.OFFICER, Role.UNION)) == [run(lambda s: people.get(s, li.id))]


def test_reading_a_person_costs_one_statement(run: Run) -> None:
    def count(store: Store) -> int:
        li = people.add(store, "李静", NOW)
        people.set_roles(store, li.id, Role.OFFICER)
        seen: list[str] = []
        connection = store.tx._cursor.connection
        connection.set_trace_callback(seen.append)
        people.get(store, li.id)
        connection.set_trace_callback(None)
        return len(seen)

    assert run(count) == 1


def test_the_last_admin_stays(run: Run) -> None:
    chen = run(lambda s: people.add(s, "陈丽", NOW))
    run(lambda s: people.set_roles(s, chen.id, Role.ADMIN))
    with pytest.raises(Refused, match=r"refused\.last_admin"):
        run(lambda s: people.remove_role(s, chen.id, Role.ADMIN))
    with pytest.raises(Refused, match=r"refused\.last_admin"):
        run(lambda s: leaving.leave(s, chen.id, "2026-11-30", NOW))
    liu = run(lambda s: people.add(s, "刘洋", NOW))
    run(lambda s: people.set_roles(s, liu.id, Role.ADMIN))
    assert run(lambda s: people.remove_role(s, chen.id, Role.ADMIN)) is True
    assert run(lambda s: people.remove_role(s, chen.id, Role.UNION)) is False


def test_a_leaver_has_no_rights_and_no_open_code(run: Run) -> None:
    li = run(lambda s: people.add(s, "李静", NOW))
    run(lambda s: people.set_roles(s, li.id, Role.OFFICER))
    code = run(lambda s: invitations.create(s, li.id, NOW))
    gone = run(lambda s: leaving.leave(s, li.id, "2026-11-24", NOW))
    assert not gone.has(Role.OFFICER)
    assert gone.actor.roles == frozenset()
    assert run(lambda s: people.with_role(s, Role.OFFICER)) == []
    assert run(lambda s: invitations.redeem(s, code, NOW)) is None


def test_who_has_joined(run: Run) -> None:
    ids = [run(lambda s, n=n: people.add(s, f"人{n}", NOW)).id for n in range(20)]
    for person in (ids[0], ids[19]):
        account = run(lambda s, p=person: accounts.touch(s, "telegram", str(p), "c", "", "", NOW))
        run(lambda s, a=account, p=person: accounts.link(s, a.id, p))
    assert run(lambda s: people.joined(s, ids)) == {ids[0], ids[19]}
    assert run(lambda s: people.joined(s, [])) == set()


def test_an_invitation_works_once_within_thirty_days(run: Run) -> None:
    wang = run(lambda s: people.add(s, "王磊", NOW))
    code = run(lambda s: invitations.create(s, wang.id, NOW))
    assert len(code) == 10
    assert run(lambda s: invitations.redeem(s, f" {code.lower()}", NOW + 30 * DAY - 1)) == wang.id
    assert run(lambda s: invitations.redeem(s, code, NOW)) is None
    late = run(lambda s: invitations.create(s, wang.id, NOW))
    assert run(lambda s: invitations.redeem(s, late, NOW + 30 * DAY)) is None


def test_a_new_invitation_makes_the_old_one_worthless(run: Run) -> None:
    wang = run(lambda s: people.add(s, "王磊", NOW))
    old = run(lambda s: invitations.create(s, wang.id, NOW))
    new = run(lambda s: invitations.create(s, wang.id, NOW))
    assert run(lambda s: invitations.redeem(s, old, NOW)) is None
    assert run(lambda s: invitations.redeem(s, new, NOW)) == wang.id


def test_no_code_stands_in_the_database(run: Run, tmp_path: Path) -> None:
    wang = run(lambda s: people.add(s, "王磊", NOW))
    code = run(lambda s: invitations.create(s, wang.id, NOW))
    files = [*tmp_path.glob("plant.db*")]
    assert len(files) >= 2
    assert [f for f in files if code.encode() in f.read_bytes()] == []


def test_a_department_without_leader_is_led_from_above(run: Run) -> None:
    liu = run(lambda s: people.add(s, "刘洋", NOW))
    plant = run(lambda s: departments.add(s, "选矿厂", leader=liu.id))
    mill = run(lambda s: departments.add(s, "磨矿车间", plant.id))
    assert run(lambda s: departments.leader_of(s, mill.id)) == liu.id
    zhang = run(lambda s: people.add(s, "张强", NOW))
    run(lambda s: departments.update(s, mill.id, leader=zhang.id))
    assert run(lambda s: departments.leader_of(s, mill.id)) == zhang.id
    run(lambda s: leaving.leave(s, zhang.id, "2026-11-24", NOW))
    assert run(lambda s: departments.leader_of(s, mill.id)) == liu.id
    run(lambda s: departments.update(s, plant.id, parent=mill.id, leader=None))  # a ring ends all the same
    assert run(lambda s: departments.leader_of(s, mill.id)) is None
    assert run(lambda s: departments.leader_of(s, None)) is None

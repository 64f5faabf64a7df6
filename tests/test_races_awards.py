"""Every two steps of an award at the same moment, from the table: one stands, the books agree."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace

import pytest

from handlers.deciding import decide
from handlers.desk import Desk
from storage import audit, awards, ledger
from storage.database import Tx
from storage.store import Store
from tests.plant_money import Money
from woodpecker.award_table import AWARD_TRANSITIONS
from woodpecker.errors import Refused
from woodpecker.words import AwardAction, AwardStatus, Level, Role

A, S = AwardAction, AwardStatus
# What people decide in chat; the rest follows from a report or from finance's month.
DECIDED = {A.APPROVE, A.CHANGE, A.REFUSE, A.LIFT_HOLD}
STATUSES = sorted({status for status, action in AWARD_TRANSITIONS if action in DECIDED})
PEOPLE = ("赵敏", "吴桐", "钱进", "周涛", "刘洋")


@pytest.fixture
def money(tmp_path):
    with Money(tmp_path) as plant:
        plant.grant("吴桐", Role.APPROVER)
        plant.grant("周涛", Role.SECOND_APPROVER)
        yield plant


def put(money, status):
    """An award that stands in this status."""
    award = money.admit(money.report("王磊"), Level.B)
    if status is S.PROPOSED:
        return award
    stands = replace(award, status=status, version=2, first_approver=money.world.ids["赵敏"])
    money.world.transaction(lambda d: awards.save(d.store, award, stands, None))
    return stands


@contextmanager
def moment(money):
    """A desk whose transaction leaves nothing behind."""
    world = money.world
    world.connection.execute("BEGIN IMMEDIATE")
    try:
        yield Desk(Store(Tx(world.connection), world.plant.id), world.plant, world.now, world.real)
    finally:
        world.connection.execute("ROLLBACK")


def step(money, desk, award, action, name):
    """Takes the step as this person, with a button of the award's first state."""
    person = desk.person(money.world.ids[name])
    amount = 40_00 if action is A.CHANGE else None
    return decide(desk, person, award.id, action, award.version, amount=amount, words="理由")


def open_to(money, award):
    """Every step that somebody may take now, with who."""
    found = []
    for status, action in AWARD_TRANSITIONS:
        for name in PEOPLE if status == award.status and action in DECIDED else ():
            try:
                with moment(money) as desk:
                    step(money, desk, award, action, name)
                    found.append((action, name))
            except Refused:
                continue
    return found


@pytest.mark.parametrize("status", STATUSES)
def test_of_two_steps_the_first_stands(money, status):
    award = put(money, status)
    steps = open_to(money, award)
    assert {action for action, _ in steps} == {a for s, a in AWARD_TRANSITIONS if s is status and a in DECIDED}
    for action, name in steps:
        for other, rival in steps:
            with moment(money) as desk:
                written = len(audit.list(desk.store))
                done = step(money, desk, award, action, name)
                with pytest.raises(Refused, match="award_moved_on"):
                    step(money, desk, award, other, rival)
                kept = awards.get(desk.store, award.id)
                assert (kept.award, kept.decided_by) == (done.award, money.world.ids[name])
                assert kept.award.version == award.version + 1
                assert len(audit.list(desk.store)) == written + 1
                entered = ledger.of_award(desk.store, award.id)
                owed = sum(share.pays for share in done.shares) if done.approved else 0
                assert (
                    sum(entry.fen for entry in entered) == owed == ledger.balance(desk.store, money.world.ids["王磊"])
                )
                assert ledger.broken(desk.store) is None

"""Every two steps of an award at the same moment, from the table: one stands, the books agree."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import combinations

import pytest

from handlers.act import act
from handlers.deciding import decide
from handlers.desk import Desk
from storage import audit, awards, ledger
from storage.database import Tx
from storage.store import Store
from tests.plant_money import Money
from tests.races import at_once
from woodpecker.award_table import AWARD_TRANSITIONS, IN_LEDGER, ON_APPEAL
from woodpecker.errors import Refused
from woodpecker.reports import Act
from woodpecker.words import Action, AwardAction, AwardStatus, Level, Role

A, S = AwardAction, AwardStatus
PEOPLE = ("赵敏", "吴桐", "钱进", "周涛", "刘洋", "孙芳", "王磊", "陈丽")
# A refused or changed award is appealed against, or not yet; the rest of the table is open in both.
STATES = [(s, w) for s in sorted({s for s, _ in AWARD_TRANSITIONS}) for w in (False, True)]
STATES = [(s, w) for s, w in STATES if not w or (s, A.DISMISS_APPEAL) in AWARD_TRANSITIONS]
BY_ITSELF = {S.PROPOSED: A.REVERSE, S.HALF_APPROVED: A.REVERSE, S.HELD_BUDGET: A.REVERSE, S.REFUSED: A.REVERSE}


@pytest.fixture
def money(tmp_path):
    with Money(tmp_path) as plant:
        for name, role in (("吴桐", Role.APPROVER), ("周涛", Role.SECOND_APPROVER), ("陈丽", Role.LEADER)):
            plant.grant(name, role)
        yield plant


def put(money, status, waiting):
    """An award that 赵敏 changed and that stands in this status, appealed against or not."""
    award = money.admit(money.report("王磊"), Level.B)
    if status is S.PROPOSED:
        return award
    if status in IN_LEDGER:
        award = decided(money, award, A.CHANGE, "赵敏")
    stands = award._replace(
        status=status, version=award.version + 1, first_approver=money.world.ids["赵敏"],
        decided_at=money.world.now, appealed=waiting, appealed_at=money.world.now if waiting else None,
    )  # fmt: skip
    money.world.transaction(lambda d: awards.save(d.store, award, stands, None))
    return stands


def decided(money, award, action, name):
    return money.world.transaction(lambda d: step(money, d, award, action, name).award)


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
    amount = {A.CHANGE: 40_00, A.UPHOLD_APPEAL: 80_00}.get(action)
    return decide(desk, person, award.id, action, award.version, amount=amount, words="理由")


def open_to(money, award):
    """Every step that somebody may take now, with who."""
    found = []
    for action in (a for s, a in AWARD_TRANSITIONS if s == award.status):
        for name in PEOPLE:
            try:
                with moment(money) as desk:
                    step(money, desk, award, action, name)
                    found.append((action, name))
            except Refused:
                continue
    return found


def whole(money, desk, award):
    """What the books must say of an award's report, whatever happened."""
    newest = awards.of_report(desk.store, award.report)
    paid = sum(s.pays for a in newest if a.status in IN_LEDGER for s in awards.shares(desk.store, a.id))
    assert ledger.balance(desk.store, money.world.ids["王磊"]) == paid
    assert sum(a.status is not S.REVERSED for a in newest) <= 1
    assert ledger.broken(desk.store) is None


@pytest.mark.parametrize("status, waiting", STATES)
def test_of_two_steps_the_first_stands(money, status, waiting):
    award = put(money, status, waiting)
    steps = open_to(money, award)
    known = {a for s, a in AWARD_TRANSITIONS if s is status} - {BY_ITSELF.get(status)}
    assert {action for action, _ in steps} == known - ({A.APPEAL} if waiting else ON_APPEAL)
    for action, name in steps:
        for other, rival in steps:
            with moment(money) as desk:
                written = len(audit.list(desk.store, limit=1000))
                done = step(money, desk, award, action, name)
                with pytest.raises(Refused, match="award_moved_on"):
                    step(money, desk, award, other, rival)
                kept = awards.get(desk.store, award.id)
                assert kept.acted_by == money.world.ids[name]
                assert kept.award.version == award.version + 1
                assert done.action is action or action is A.UPHOLD_APPEAL
                assert len(audit.list(desk.store, limit=1000)) == written + 1
                whole(money, desk, award)


@pytest.mark.parametrize("status, waiting", STATES)
def test_two_connections_at_once_make_one_step(money, tmp_path, status, waiting):
    steps, tried = open_to(money, put(money, status, waiting)), set()
    for (action, name), (other, rival) in combinations(steps, 2):
        if name == rival or (action, other) in tried:
            continue
        tried.add((action, other))
        award = put(money, status, waiting)
        both = ((action, name), (other, rival))
        works = [lambda d, w=award, a=each, n=who: step(money, d, w, a, n) for each, who in both]
        outcomes = at_once(money.world, tmp_path / "money.db", works)
        assert outcomes == ["refused.award_moved_on", "won"], both
        with moment(money) as desk:
            assert awards.get(desk.store, award.id).award.version == award.version + 1
            assert ledger.broken(desk.store) is None


MENDED = (
    Act(Action.CORRECT, level=Level.A),
    Act(Action.CORRECT, category="21"),
    Act(Action.VOID, words="编的"),
    Act(Action.MERGE),
)


@pytest.mark.parametrize("what", MENDED, ids=lambda w: f"{w.action}{'' if w.level else '.category'}")
@pytest.mark.parametrize("status, waiting", STATES)
def test_a_decision_and_what_an_officer_mends_at_the_same_moment(money, status, waiting, what):
    original = money.report("张强")
    award = put(money, status, waiting)
    officer = money.world.ids["李静"]
    revalued = what.action is not Action.CORRECT or what.level is not None

    def mend(desk):
        first = money.fresh(desk, original) if what.action is Action.MERGE else None
        act(desk, award.report, what._replace(original=first), desk.person(officer))

    for action, name in open_to(money, award):
        with moment(money) as desk:  # the officer first: who decides hears of it
            mend(desk)
            if revalued:
                with pytest.raises(Refused, match="award_moved_on"):
                    step(money, desk, award, action, name)
                assert awards.get(desk.store, award.id).acted_by == officer
            else:
                step(money, desk, award, action, name)
            whole(money, desk, award)
        with moment(money) as desk:  # the decision first: it does not keep an officer from mending
            step(money, desk, award, action, name)
            mend(desk)
            stands = [a for a in awards.of_report(desk.store, award.report) if a.status is not S.REVERSED]
            assert not revalued or [a.status for a in stands] in ([], [S.PROPOSED])
            whole(money, desk, award)

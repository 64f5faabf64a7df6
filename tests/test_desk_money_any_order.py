"""Whatever people tap in whatever order: the ledger adds up, and nobody is paid by two rules."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.desk import Desk
from handlers.turn import tap_data
from storage import ledger
from tests.plant_money import Money
from tests.world import DAY
from woodpecker.clocks import local_month
from woodpecker.errors import Refused
from woodpecker.programme import Budget, Caps, Programme
from woodpecker.reports import Act
from woodpecker.words import Action, Kind, Level, Naming, Role

APPROVERS = ("赵敏", "周涛", "钱进", "刘洋", "王磊")
REPORTERS = ("王磊", "张强", "周涛", "吴桐", "赵敏")
LEVELS = (Level.C, Level.B, Level.A)

report = st.tuples(st.just("report"), st.sampled_from(REPORTERS), st.sampled_from(REPORTERS), st.sampled_from(Naming))
admit = st.tuples(st.just("admit"), st.integers(0, 5), st.sampled_from(LEVELS))
tap = st.tuples(
    st.just("tap"), st.sampled_from(APPROVERS), st.sampled_from(["awyes", "awyes", "awall", "awlift", "awno", "awsum"]),
    st.integers(0, 5), st.sampled_from([0, 0, 0, -1]), st.sampled_from(["30", "700", "有原因", "9999999"]),
)  # fmt: skip
correct = st.tuples(st.just("correct"), st.integers(0, 5), st.sampled_from(LEVELS))
void = st.tuples(st.just("void"), st.integers(0, 5))
decline = st.tuples(st.just("decline"), st.integers(0, 5), st.sampled_from(REPORTERS))
later = st.tuples(st.just("later"), st.sampled_from([1, 20]))
steps = st.lists(st.one_of(report, admit, tap, tap, tap, correct, void, decline, later), min_size=10, max_size=30)
programmes = st.sampled_from(
    [
        Programme(),
        Programme(joint="each", second_approver_from=80_00),
        Programme(caps=Caps(person_month=60_00, person_kind_month=50_00)),
        Programme(budget=Budget(month=120_00)),
    ]
)


@settings(max_examples=30)
@given(programme=programmes, todo=steps)
def test_money_adds_up_in_any_order(tmp_path_factory: pytest.TempPathFactory, programme: Programme, todo: list[Any]):
    with Money(tmp_path_factory.mktemp("any"), programme) as plant:
        for name in ("周涛", "王磊"):
            plant.grant(name, Role.APPROVER)
        made = [plant.report("王磊", joint=("周涛",)), plant.report("张强", joint=("王磊", "吴桐"))]
        for level, number in zip(LEVELS, made, strict=False):
            plant.admit_only(number, level)
        for what, *args in todo:
            with contextlib.suppress(Refused):  # an officer's act that the rules do not allow now
                play(plant, made, what, args)
            plant.check()
            within_limits(plant, programme)


def within_limits(plant: Money, programme: Programme) -> None:
    def work(desk: Desk) -> None:
        month = local_month(desk.now, desk.plant.zone)
        for person in plant.world.ids.values():
            had = ledger.had(desk.store, person, month, Kind.HAZARD)
            assert programme.caps.person_month is None or had.month <= programme.caps.person_month
            assert programme.caps.person_kind_month is None or had.kind <= programme.caps.person_kind_month

    plant.world.transaction(work)


def play(plant: Money, made: list[int], what: str, args: list[Any]) -> None:
    if what == "report":
        name, other, naming = args
        nobody = naming is Naming.ANONYMOUS
        made.append(plant.report(name, naming=naming, joint=(other,) if other != name else (), nobody=nobody))
    elif what == "admit":
        plant.admit_only(made[args[0] % len(made)], args[1])
    elif what == "tap":
        tap_award(plant, made, *args)
    elif what == "correct":
        plant.correct(made[args[0] % len(made)], args[1])
    elif what == "decline":
        plant.act(made[args[0] % len(made)], Act(Action.DECLINE_JOINT), args[1])
    elif what == "void":
        plant.void(made[args[0] % len(made)])
    else:
        plant.world.real += args[0] * DAY


def tap_award(plant: Money, made: list[int], name: str, verb: str, which: int, stale: int, typed: str) -> None:
    found = plant.awards(made[which % len(made)])
    if not found:
        return
    award = found[-1]
    plant.world.tap_data(name, tap_data(verb, award.id, None if verb == "awall" else award.version + stale))
    if verb in {"awno", "awsum"}:
        plant.world.say(name, typed)
        plant.world.say(name, "因为值得")

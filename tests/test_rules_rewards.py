"""The order of money up to the threshold, as settled.md 'Money' has it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from woodpecker.errors import Refused
from woodpecker.programme import Budget, Caps, Programme, RateCard
from woodpecker.rewards import (
    Books,
    BudgetState,
    Had,
    Share,
    budget_state,
    capped,
    card_of,
    earning_of,
    paid_of,
    payout,
    propose,
    shares,
)
from woodpecker.words import Earning, Kind, Level, Role

WANG, LI, ZHANG = 1, 2, 3
DAY = date(2026, 11, 24)
PLANT = Programme()
EACH = PLANT._replace(joint="each")
DUTY = PLANT._replace(duty_factor=Decimal("1.2"))


def of_rate(fen: int, factor: str) -> Programme:
    return PLANT._replace(cards=(RateCard(rates={"C": fen}),), duty_factor=Decimal(factor))


@pytest.mark.parametrize(
    "kind, level, fen",
    [
        (Kind.HAZARD, Level.C, 20_00),
        (Kind.HAZARD, Level.B, 50_00),
        (Kind.HAZARD, Level.A, 100_00),
        (Kind.HAZARD, Level.MAJOR, 500_00),
        (Kind.VIOLATION, None, 100_00),
        (Kind.NEAR_MISS, None, 50_00),
        (Kind.SUGGESTION, None, 20_00),
        (Kind.SUGGESTION, Level.A, 20_00),
    ],
)
def test_default_card(kind: Kind, level: Level | None, fen: int) -> None:
    proposal = propose(PLANT, DAY, kind, level, outside_duty=False)
    assert (proposal.base, proposal.extra, proposal.total) == (fen, 0, fen)
    assert proposal.card_version == "1"
    assert proposal.rule == f"rate.{level if kind is Kind.HAZARD else kind}"


@pytest.mark.parametrize(
    "day, version",
    [
        (date(2026, 10, 31), "old"),
        (date(2026, 11, 1), "new"),
        (date(2026, 11, 30), "new"),
        (date(2026, 12, 1), "corrected"),
    ],
)
def test_rate_of_the_reports_day(day: date, version: str) -> None:
    cards = (
        RateCard("typo", date(2026, 12, 1)),
        RateCard("corrected", date(2026, 12, 1)),
        RateCard("new", date(2026, 11, 1)),
        RateCard("old", date(2026, 1, 1)),
    )
    assert card_of(PLANT._replace(cards=cards), day).version == version


def test_no_card_in_force_is_said() -> None:
    with pytest.raises(Refused) as no:
        card_of(PLANT._replace(cards=(RateCard(effective=date(2027, 1, 1)),)), DAY)
    assert (no.value.key, no.value.args_for_text) == ("refused.no_rate_card", {"day": DAY})


@pytest.mark.parametrize(
    "programme, outside, total, rule",
    [
        (PLANT, True, 50_00, "rate.B"),  # off by default
        (DUTY, False, 50_00, "rate.B"),
        (DUTY, True, 60_00, "rate.B.outside_duty"),
    ],
)
def test_duty_factor_only_where_the_plant_has_one(programme: Programme, outside: bool, total: int, rule: str) -> None:
    proposal = propose(programme, DAY, Kind.HAZARD, Level.B, outside)
    assert (proposal.total, proposal.rule) == (total, rule)


@pytest.mark.parametrize(
    "fen, factor, total",
    [(5, "1.5", 8), (3, "1.5", 5), (1, "0.5", 1), (10, "1.25", 13), (10, "1.24", 12), (33, "1.2", 40)],
)
def test_half_up_to_the_fen(fen: int, factor: str, total: int) -> None:
    assert propose(of_rate(fen, factor), DAY, Kind.HAZARD, Level.C, outside_duty=True).total == total


@given(st.integers(0, 10**8), st.decimals("0.01", "10", places=3))
def test_half_up_is_never_more_than_half_a_fen_off_and_ties_go_up(fen: int, factor: Decimal) -> None:
    total = propose(of_rate(fen, str(factor)), DAY, Kind.HAZARD, Level.C, outside_duty=True).total
    assert Decimal("-0.5") < total - fen * factor <= Decimal("0.5")


def test_extra_comes_after_the_factor() -> None:
    proposal = propose(DUTY, DAY, Kind.HAZARD, Level.B, True, extra=30_00, words="避免了一次事故")
    assert (proposal.total, proposal.extra) == (90_00, 30_00)
    most = propose(PLANT, DAY, Kind.HAZARD, Level.B, False, extra=500_00, words="避免了一次事故")
    assert most.total == 550_00


@pytest.mark.parametrize(
    "level, extra, words, key",
    [
        (Level.C, 500_01, "避免了一次事故", "refused.extra_limit"),
        (Level.C, -1, "少给", "refused.extra_limit"),
        (Level.C, 10_00, " ", "refused.words_missing"),
        (None, 0, "", "refused.level_missing"),
    ],
)
def test_no_proposal(level: Level | None, extra: int, words: str, key: str) -> None:
    with pytest.raises(Refused) as no:
        propose(PLANT, DAY, Kind.HAZARD, level, False, extra=extra, words=words)
    assert no.value.key == key


@pytest.mark.parametrize(
    "roles, earning",
    [
        ({Role.WORKER}, Earning.FULL),
        ({Role.WORKER, Role.OFFICER}, Earning.POINTS),
        ({Role.WORKER, Role.OFFICER, Role.LEADER}, Earning.NONE),
        (set(), Earning.FULL),
    ],
)
def test_the_strictest_role_decides_what_a_person_earns(roles: set[Role], earning: Earning) -> None:
    plant = PLANT._replace(earning={Role.OFFICER: Earning.POINTS, Role.LEADER: Earning.NONE})
    assert earning_of(plant, frozenset(roles)) is earning


@pytest.mark.parametrize(
    "programme, total, persons, fen",
    [
        (PLANT, 100, (WANG,), (100,)),
        (PLANT, 100, (WANG, LI), (50, 50)),
        (PLANT, 100, (WANG, LI, ZHANG), (34, 33, 33)),
        (PLANT, 101, (ZHANG, LI, WANG), (35, 33, 33)),
        (PLANT, 2, (WANG, LI, ZHANG), (2, 0, 0)),
        (EACH, 100, (WANG, LI, ZHANG), (100, 100, 100)),
    ],
)
def test_split_with_the_remainder_to_the_first_or_each_in_full(
    programme: Programme, total: int, persons: tuple[int, ...], fen: tuple[int, ...]
) -> None:
    parts = shares(programme, total, persons)
    assert tuple(part.person for part in parts) == persons
    assert tuple(part.pays for part in parts) == fen


@pytest.mark.parametrize("persons", [(), (WANG, LI, WANG)])
def test_sharers_are_different_persons(persons: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="different persons"):
        shares(PLANT, 100, persons)


def test_excluded_persons_shares_lapse_and_are_not_redistributed() -> None:
    parts = shares(PLANT, 100, (WANG, LI, ZHANG), frozenset({WANG}))
    assert [(part.fen, part.pays) for part in parts] == [(34, 0), (33, 33), (33, 33)]
    capless = payout(PLANT._replace(caps=Caps(0)), 100, None, Books((WANG,), frozenset({WANG})))
    assert capless == (Share(WANG, 100, excluded=True, cut=0),)  # lapsed, not cut as well


@pytest.mark.parametrize(
    "caps, had, kind, pays, cut",
    [
        (Caps(), Had(10**9, 10**9), Kind.HAZARD, 100, 0),
        (Caps(person_month=250), Had(150, 150), Kind.HAZARD, 100, 0),
        (Caps(person_month=250), Had(200, 0), Kind.HAZARD, 50, 50),
        (Caps(person_month=250), Had(250, 0), Kind.HAZARD, 0, 100),
        (Caps(person_month=250), Had(300, 0), Kind.HAZARD, 0, 100),
        (Caps(person_kind_month=120), Had(500, 50), Kind.HAZARD, 70, 30),
        (Caps(person_kind_month=120), Had(500, 50), None, 100, 0),
        (Caps(person_month=250, person_kind_month=120), Had(200, 90), Kind.HAZARD, 30, 70),
        (Caps(person_month=250, person_kind_month=120), Had(240, 20), Kind.HAZARD, 10, 90),
    ],
)
def test_what_exceeds_a_cap_is_cut(caps: Caps, had: Had, kind: Kind | None, pays: int, cut: int) -> None:
    (part,) = capped(PLANT._replace(caps=caps), (Share(WANG, 100),), {WANG: had}, kind)
    assert (part.pays, part.cut) == (pays, cut)


def test_caps_hold_for_each_person_alone_and_an_excluded_share_is_not_cut() -> None:
    plant = PLANT._replace(caps=Caps(person_month=60))
    books = Books((WANG, LI, ZHANG), frozenset({ZHANG}), {WANG: Had(30, 30)})
    parts = payout(plant, 180, Kind.HAZARD, books)
    assert [(part.pays, part.cut) for part in parts] == [(30, 30), (60, 0), (0, 0)]
    assert paid_of(parts) == 90


@pytest.mark.parametrize(
    "month, spent, total, state",
    [
        (None, 10**9, 1, BudgetState.OK),
        (1000, 0, 799, BudgetState.OK),
        (1000, 700, 99, BudgetState.OK),
        (1000, 700, 100, BudgetState.WARN),
        (1000, 900, 100, BudgetState.WARN),  # reaches the limit, does not cross it
        (1000, 900, 101, BudgetState.HOLD),
        (1000, 1200, 1, BudgetState.HOLD),
        (1000, 1200, 0, BudgetState.OK),  # costs nothing
        (0, 0, 1, BudgetState.HOLD),
    ],
)
def test_budget_warns_and_holds(month: int | None, spent: int, total: int, state: BudgetState) -> None:
    assert budget_state(PLANT._replace(budget=Budget(month)), spent, total) is state


persons_of = st.lists(st.integers(1, 50), min_size=1, max_size=9, unique=True).map(tuple)
limits = st.none() | st.integers(0, 2000)


@given(st.data(), st.integers(0, 10**6), persons_of, st.sampled_from(["split", "each"]))
def test_shares_sum_to_the_total_less_what_lapses(
    data: st.DataObject, total: int, persons: tuple[int, ...], joint: Literal["split", "each"]
) -> None:
    excluded = data.draw(st.frozensets(st.sampled_from(persons)))
    parts = shares(PLANT._replace(joint=joint), total, persons, excluded)
    whole = total * (len(persons) if joint == "each" else 1)
    assert sum(part.fen for part in parts) == whole
    assert paid_of(parts) == whole - sum(part.fen for part in parts if part.excluded)
    rest = total % len(persons) if joint == "split" else 0
    assert {part.fen for part in parts[1:]} <= {parts[0].fen - rest}


@given(st.data(), st.integers(0, 5000), persons_of, limits, limits)
def test_a_cap_never_pays_more_than_the_share_nor_beyond_the_limit(
    data: st.DataObject, total: int, persons: tuple[int, ...], month: int | None, by_kind: int | None
) -> None:
    plant = PLANT._replace(caps=Caps(month, by_kind))
    had = {person: Had(*data.draw(st.tuples(st.integers(0, 2500), st.integers(0, 2500)))) for person in persons}
    for part in payout(plant, total, Kind.HAZARD, Books(persons, had=had)):
        assert 0 <= part.pays <= part.fen == part.pays + part.cut
        if part.pays and month is not None:
            assert had[part.person].month + part.pays <= month
        if part.pays and by_kind is not None:
            assert had[part.person].kind + part.pays <= by_kind
        if part.cut:
            assert month is not None or by_kind is not None

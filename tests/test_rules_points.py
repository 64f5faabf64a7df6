"""What earns points, how many, and what entries of the points ledger may say."""

from __future__ import annotations

import pytest

from tests.award_cast import PLANT, award
from woodpecker.award_decisions import needs_two
from woodpecker.awards import Award
from woodpecker.errors import Refused
from woodpecker.explaining import Reason, reasons
from woodpecker.points import (
    PointEntry,
    check_spending,
    earned_entries,
    exchanged,
    may_exchange,
    price_of,
    redeemed,
    reversal_entries,
    worth_of,
)
from woodpecker.programme import Budget, Caps, Points, Programme
from woodpecker.rewards import Books, Had, Share, cost_of, paid_of, payout, points_of, without_part
from woodpecker.words import Kind, PointKind

INSTEAD = PLANT._replace(reward="points", points=Points(3_00))
BESIDE = PLANT._replace(reward="both", points=Points(3_00))
BOTH = Books((1, 2))


def parts(plan: Programme, total: int, books: Books) -> list[tuple[int, int]]:
    return [(p.pays, p.points) for p in payout(plan, total, Kind.HAZARD, books)]


@pytest.mark.parametrize(
    "plan, books, found",
    [
        (PLANT, BOTH, [(25_00, 0), (25_00, 0)]),
        (INSTEAD, BOTH, [(0, 8), (0, 8)]),  # 25 ÷ 3, whole points only
        (BESIDE, BOTH, [(25_00, 8), (25_00, 8)]),
        (INSTEAD, Books((1, 2), frozenset({1})), [(0, 8), (0, 8)]),  # points only is no loss here
        (BESIDE, Books((1, 2), frozenset({1})), [(0, 8), (25_00, 8)]),
        (PLANT, Books((1, 2), frozenset({1})), [(0, 0), (25_00, 0)]),
        (INSTEAD, Books((1, 2), frozenset({1}), no_points=frozenset({1})), [(0, 0), (0, 8)]),
        (BESIDE, Books((1, 2), frozenset({1}), no_points=frozenset({1})), [(0, 0), (25_00, 8)]),
    ],
)
def test_who_gets_yuan_and_who_gets_points(plan, books, found):
    assert parts(plan, 50_00, books) == found


def test_caps_count_points_by_their_worth_only_where_they_stand_instead():
    caps, books = Caps(person_month=30_00), Books((1,), had={1: Had(20_00, 0)})
    assert parts(INSTEAD._replace(caps=caps), 50_00, books) == [(0, 3)]
    assert parts(BESIDE._replace(caps=caps), 50_00, books) == [(10_00, 3)]
    nothing = Books((1,), had={1: Had(30_00, 0)})
    assert parts(INSTEAD._replace(caps=caps), 50_00, nothing) == [(0, 0)]


def test_what_counts_against_budget_and_threshold():
    shared = payout(INSTEAD, 50_00, Kind.HAZARD, BOTH)
    assert (paid_of(shared), points_of(shared), cost_of(INSTEAD, shared)) == (0, 16, 48_00)
    assert worth_of(INSTEAD, 8) == 24_00
    beside = payout(BESIDE, 50_00, Kind.HAZARD, BOTH)
    assert (cost_of(BESIDE, beside), worth_of(BESIDE, 8)) == (50_00, 0)


def test_who_earns_nothing_at_all():
    books = Books((1, 2, 3), frozenset({1, 2}), no_points=frozenset({2}))
    assert without_part(PLANT, books) == {1, 2}
    assert without_part(INSTEAD, books) == without_part(BESIDE, books) == {2}


def test_earned_points_and_their_reversal_belong_together():
    given = payout(INSTEAD, 50_00, Kind.HAZARD, Books((1, 0, 2), no_points=frozenset({2})))
    (entry,) = earned_entries(INSTEAD, award(), given, at=5, month=202611)  # 0 is nobody, 2 earns none
    assert (entry.key, entry.points, entry.worth, entry.rule) == ("points:9:1", 5, 15_00, "rate.B")
    (back,) = reversal_entries([entry], 6, 202612, 4, " 假的 ")
    assert (back.points, back.worth, back.reverses, back.words) == (-5, -15_00, entry.key, "假的")
    with pytest.raises(Refused, match=r"not_reversible"):
        reversal_entries([back], 7, 202612, 4, "再来")
    with pytest.raises(Refused, match=r"words_missing"):
        reversal_entries([entry], 7, 202612, 4, " ")


def test_exchanged_points_become_an_entry_of_the_money_ledger_and_cannot_be_taken_back():
    spent, entry = exchanged(INSTEAD, 1, 7, 2, at=5, month=202611)
    assert (spent.points, spent.worth, entry.fen, entry.rule, entry.award) == (-7, 0, 21_00, "exchange", None)
    assert spent.key == entry.key == "exchange:1:2"
    with pytest.raises(Refused, match=r"not_reversible"):
        reversal_entries([spent], 6, 202611, None, "x")
    back = reversal_entries([redeemed(1, "毛巾", 3, 4, 5, 202611)], 6, 202611, None, "没货")
    assert [(e.points, e.item) for e in back] == [(3, "毛巾")]


@pytest.mark.parametrize(
    "reward, wished, may",
    [
        ("points", None, True),
        ("both", None, False),
        ("yuan", None, True),
        ("points", False, False),
        ("both", True, True),
    ],
)
def test_whether_points_become_yuan(reward, wished, may):
    plan = PLANT._replace(reward=reward, points=Points(exchange=wished))
    assert may_exchange(plan) is may
    if not may:
        with pytest.raises(Refused, match=r"no_exchange"):
            exchanged(plan, 1, 1, 1, 5, 202611)


@pytest.mark.parametrize(
    "balance, points, key",
    [(10, 11, "points_short"), (-1, 1, "points_owed"), (5, 0, "points_unclear"), (5, -3, "points_unclear")],
)
def test_nobody_spends_what_is_not_there(balance, points, key):
    with pytest.raises(Refused, match=key):
        check_spending(balance, points)


def test_everything_may_be_spent():
    check_spending(10, 10)


def test_the_price_is_todays():
    plan = INSTEAD._replace(points=Points(items=(("毛巾", 3),)))
    assert price_of(plan, "毛巾") == 3
    with pytest.raises(Refused, match=r"no_item"):
        price_of(plan, "手套")


@pytest.mark.parametrize(
    "kind, points, month",
    [(PointKind.EARNED, -1, 202611), (PointKind.REDEEMED, 1, 202611), (PointKind.EXCHANGED, 1, 202611),
     (PointKind.EARNED, 0, 202611), (PointKind.REVERSAL, 0, 202611), (PointKind.EARNED, 1, 202613)],
)  # fmt: skip
def test_an_entry_has_the_sign_of_its_kind(kind, points, month):
    with pytest.raises(ValueError, match=r"sign|month"):
        PointEntry("k", 1, kind, points, month, 5)


def why(a: Award, share: Share) -> list[Reason]:
    return list(reasons(a, (share,), 1))


def test_why_it_is_so_many_points():
    a = award()
    assert why(a, Share(1, 50_00, excluded=True, points=16))[-1] == Reason("as_points", 50_00)
    assert why(a, Share(1, 50_00, points=16))[-1] == Reason("and_points", 50_00)
    assert why(a, Share(1, 50_00, excluded=True))[-1] == Reason("excluded", 0)
    assert why(a, Share(1, 50_00, excluded=True, cut=50_00))[-1] == Reason("cut", 0)


def test_the_second_approver_is_asked_by_what_points_are_worth():
    plan = INSTEAD._replace(second_approver_from=50_00, budget=Budget())
    assert not needs_two(award(), plan, Books((1,)))  # 16 whole points are worth 48 yuan
    assert needs_two(award(), plan._replace(points=Points(1_00)), Books((1,)))

"""Who is away, who stands in, and who is asked meanwhile."""

from __future__ import annotations

from datetime import date

import pytest

from tests.test_transitions import report
from woodpecker.decisions import eligible
from woodpecker.errors import Refused
from woodpecker.leave import Leave, away_on, check, stand_in
from woodpecker.people import Actor
from woodpecker.words import Action, Role

MON, WED, FRI = date(2026, 11, 2), date(2026, 11, 4), date(2026, 11, 6)


@pytest.mark.parametrize(
    "leave, key",
    [
        (Leave(1, WED, FRI), ""),
        (Leave(1, WED, WED, 2), ""),
        (Leave(1, MON, WED), ""),
        (Leave(1, FRI, WED), "leave_backwards"),
        (Leave(1, MON, MON), "leave_over"),
        (Leave(1, MON, date(2027, 11, 3)), "leave_long"),
        (Leave(1, WED, FRI, 1), "own_deputy"),
    ],
)
def test_what_can_be_entered_on_a_tuesday(leave, key):
    today = date(2026, 11, 3)
    if not key:
        check(leave, today)
        return
    with pytest.raises(Refused, match=key):
        check(leave, today)


def test_both_days_count_and_the_newest_entry():
    old, new = Leave(1, MON, FRI, 5, id=1), Leave(1, WED, WED, 6, id=2)
    assert away_on([new, old], MON) == {1: old}
    assert away_on([new, old], WED) == {1: new}
    assert away_on([new, old], date(2026, 11, 7)) == {}


def deputies(*pairs: tuple[int, int | None]) -> dict[int, Leave]:
    return {p: Leave(p, MON, FRI, d) for p, d in pairs}


@pytest.mark.parametrize(
    "away, stands",
    [
        (deputies(), 1),
        (deputies((1, 2)), 2),
        (deputies((1, None)), None),
        (deputies((1, 2), (2, 3)), 3),
        (deputies((1, 2), (2, None)), None),
        (deputies((1, 2), (2, 1)), None),
        (deputies((1, 2), (2, 3), (3, 2)), None),
    ],
)
def test_who_stands_in_for_the_first(away, stands):
    assert stand_in(away, 1) == stands


OFFICERS = [Actor(n, frozenset({Role.OFFICER})) for n in (1, 3)]
LEADERS = [Actor(n, frozenset({Role.LEADER})) for n in (4, 5)]


@pytest.mark.parametrize(
    "away, asked",
    [
        (set(), [1, 3]),
        ({1}, [3]),
        ({1, 3}, [4, 5]),
        ({1, 3, 4}, [5]),
        ({1, 3, 4, 5}, [1, 3]),  # better somebody on leave than nobody
    ],
)
def test_officers_then_leaders_then_whoever_is_away(away, asked):
    found = eligible(report(), Action.ADMIT, [*LEADERS, *OFFICERS], away)
    assert sorted(a.person or 0 for a in found) == asked

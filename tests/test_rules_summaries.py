"""Months, weeks and percentages of a summary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from woodpecker.summaries import after, before, months, percent, quarter_of, week_starts

MONTHS = st.builds(lambda y, m: y * 100 + m, st.integers(2020, 2040), st.integers(1, 12))


@given(MONTHS, st.integers(-40, 40))
def test_a_month_so_many_before_is_found_again(month: int, n: int) -> None:
    assert after(before(month, n), n) == month


@pytest.mark.parametrize("month, earlier", [(202601, 202512), (202612, 202611), (202603, 202602)])
def test_the_month_before(month: int, earlier: int) -> None:
    assert before(month) == earlier


def test_a_quarter_has_three_months_and_a_year_twelve() -> None:
    assert months(202610, 202612) == (202610, 202611, 202612)
    assert len(months(202601, 202612)) == 12
    assert [quarter_of(m) for m in (202601, 202603, 202604, 202612)] == [1, 1, 2, 4]


@given(MONTHS)
def test_weeks_begin_on_the_8th_15th_22nd_and_29th_day(month: int) -> None:
    assert [(d.day if d.month == month % 100 else 29) for d in week_starts(month)] in ([8, 15, 22, 29],)


@pytest.mark.parametrize("part, whole, expected", [(0, 0, 0), (1, 2, 50), (1, 3, 33), (2, 3, 67), (1, 200, 1)])
def test_percent_is_rounded_half_up(part: int, whole: int, expected: int) -> None:
    assert percent(part, whole) == expected

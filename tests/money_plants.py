"""Plants with every mix of rules about money: split or each, factors, caps, budgets, thresholds, odd fen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from woodpecker.programme import DEFAULT_RATES, Budget, Caps, Programme, RateCard
from woodpecker.words import Earning, Role

ODD = {**DEFAULT_RATES, "C": 20_03, "B": 50_15, "A": 100_07}  # fen that factors and splits do not divide
CARDS = (RateCard("1", rates=ODD), RateCard("2", date(2026, 11, 9), {**ODD, "B": 33_33, "near_miss": 7}))
EARNING = {Role.OFFICER: Earning.POINTS, Role.FINANCE: Earning.NONE, Role.LEADER: Earning.FULL}
LIMITED = st.tuples(st.sampled_from([None, None, 90_00]), st.sampled_from([None, None, 60_01]))
programmes = st.fixed_dictionaries(
    {
        "cards": st.just(CARDS),
        "joint": st.sampled_from(["split", "each"]),
        "duty_factor": st.sampled_from([None, Decimal("1.1"), Decimal("1.15"), Decimal("0.335")]),
        "caps": LIMITED.map(lambda limits: Caps(*limits)),
        "budget": st.sampled_from([None, 60_00, 150_00]).map(Budget),
        "second_approver_from": st.sampled_from([60_00, 100_00, 500_00]),
        "extra_limit": st.sampled_from([0, 40_00, 500_00]),
        "propose_on": st.sampled_from(["admit", "close"]),
        "earning": st.just(EARNING),
    }
).map(lambda drawn: Programme(**drawn))  # builds() would draw what is not named as well

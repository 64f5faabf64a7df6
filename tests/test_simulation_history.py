"""The present rules replayed give exactly the ledger, whatever happened; a card twice as high gives twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import ledger
from tests.money_plants import CARDS, EARNING, ODD, programmes
from tests.plant_money import Money
from tests.simulating import MONTHS, same, under
from tests.test_model_money import Books
from tests.world import DAY
from woodpecker.programme import Budget, Caps, Points, Programme, RateCard
from woodpecker.words import Earning, Level, Naming, Role

PLAIN = Programme(cards=CARDS[:1], joint="each", earning=EARNING)


def played(plant, seeds):
    books = Books(plant)
    for seed in seeds:
        books.move(seed)
        plant.world.real += 1  # nobody decides twice in one millisecond


# One fen a point, so that the model of money, which knows no points, still comes to the same thresholds.
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    programme=programmes,
    reward=st.sampled_from(["yuan", "yuan", "points", "both"]),
    seeds=st.lists(st.integers(0, 2**32), min_size=20, max_size=50),
)
def test_the_present_rules_give_the_present_ledger(tmp_path_factory: pytest.TempPathFactory, programme, reward, seeds):
    programme = programme._replace(reward=reward, points=Points(1))
    with Money(tmp_path_factory.mktemp("replay"), programme) as plant:
        played(plant, seeds)
        found = under(plant.world, programme)
        same(found)
        every = plant.world.transaction(lambda d: [ledger.totals(d.store, month).earned for month in MONTHS])
        assert [month.then_fen for month in found.months] == every
        assert found.unpriced == 0


@pytest.mark.parametrize("seed", range(4))
def test_a_card_twice_as_high_costs_twice(tmp_path, seed):
    dice = Random(seed)
    double = PLAIN._replace(cards=tuple(c._replace(rates={k: 2 * v for k, v in c.rates.items()}) for c in PLAIN.cards))
    with Money(tmp_path, PLAIN) as plant:
        for _ in range(12):
            people = [dice.choice(("王磊", "张强")), *dice.choice([(), (), ("吴桐",), ("周涛",)])]
            award = plant.admit(plant.report(people[0], joint=tuple(people[1:])), dice.choice([Level.C, Level.B]))
            if dice.random() < 0.8:
                plant.decide(award, "赵敏", "批准")
            if dice.random() < 0.2:
                plant.void(award.report)
            plant.world.real += dice.randrange(4) * DAY
        same(under(plant.world, PLAIN))
        found = under(plant.world, double)
        assert sum(m.then_fen for m in found.months) > 0
        assert [m.fen for m in found.months] == [2 * m.then_fen for m in found.months]
        assert all(gain.fen == 2 * gain.then_fen for gain in found.persons.values())


def approved(plant, name, level=Level.B, *words, **more):
    award = plant.admit(plant.report(name, **more), level)
    plant.decide(award, "赵敏", "改金额" if words else "批准", *words)
    return award


def sums(found):
    (month,) = found.months
    return month.then_fen, month.fen


def test_what_people_decided_stays(tmp_path):
    with Money(tmp_path, PLAIN) as plant:
        approved(plant, "王磊", Level.B, "60", "及时")  # 9.85 more than the rule
        plant.decide(plant.admit(plant.report("张强")), "赵敏", "不奖励", "老问题")
        plant.admit(plant.report("周涛"))  # not decided yet
        halved = PLAIN._replace(cards=(RateCard(rates={**ODD, "B": 10_00}),))
        assert sums(under(plant.world, halved, (202611,))) == (60_00, 19_85)
        assert sums(under(plant.world, halved._replace(extra_limit=5_00), (202611,))) == (60_00, 15_00)


def test_caps_and_a_budget_are_hit(tmp_path):
    with Money(tmp_path, PLAIN) as plant:
        for name in ("王磊", "王磊", "张强"):
            approved(plant, name)
        (month,) = under(plant.world, PLAIN._replace(caps=Caps(person_month=70_00)), (202611,)).months
        assert (month.then_fen, month.fen, month.cut, month.awards) == (150_45, 120_15, 30_30, 3)
        (month,) = under(plant.world, PLAIN._replace(budget=Budget(110_00)), (202611,)).months
        assert (month.fen, month.held, month.held_fen) == (100_30, 1, 50_15)


def test_what_a_leader_let_pass_passes_again(tmp_path):
    with Money(tmp_path, PLAIN._replace(budget=Budget(60_00))) as plant:
        for name in ("王磊", "张强"):
            approved(plant, name)
        plant.world.tap("刘洋", "放行")
        (month,) = under(plant.world, PLAIN._replace(budget=Budget(70_00)), (202611,)).months
        assert (month.then_fen, month.fen, month.then_lifted, month.held) == (100_30, 100_30, 1, 0)


def test_whoever_earned_nothing_may_earn_under_other_rules(tmp_path):
    with Money(tmp_path, PLAIN) as plant:
        plant.admit_only(plant.report("吴桐"))
        approved(plant, "王磊", joint=("吴桐",))
        same(under(plant.world, PLAIN))
        found = under(plant.world, PLAIN._replace(earning={Role.OFFICER: Earning.FULL}), (202611,))
        assert found.persons[plant.world.ids["吴桐"]].fen == 100_30
        assert sums(found) == (50_15, 150_45)
        (month,) = under(plant.world, PLAIN._replace(reward="points", points=Points(10_00)), (202611,)).months
        assert (month.fen, month.points) == (0, 15)  # officers have points by their role


def test_secret_reports_are_one_sum_without_names(tmp_path):
    with Money(tmp_path, PLAIN) as plant:
        approved(plant, "王磊", naming=Naming.HIDDEN)
        approved(plant, "张强")
        found = under(plant.world, PLAIN, (202611,))
        assert (found.secret.fen, found.secret.then_fen) == (50_15, 50_15)
        assert set(found.persons) == {plant.world.ids["张强"]}


def test_outside_ones_duty_counts_once_the_factor_is_on(tmp_path):
    with Money(tmp_path, PLAIN) as plant:
        award = plant.admit(plant.report("王磊"), outside_duty=True)
        plant.decide(award, "赵敏", "批准")
        assert sums(under(plant.world, PLAIN._replace(duty_factor=Decimal("1.2")), (202611,))) == (50_15, 60_18)


def test_a_report_that_no_card_prices_is_counted(tmp_path):
    with Money(tmp_path, PLAIN) as plant:
        approved(plant, "王磊")
        late = PLAIN._replace(cards=(RateCard(effective=date(2027, 1, 1)),))
        found = under(plant.world, late, (202611,))
        assert (sums(found), found.unpriced) == ((50_15, 0), 1)

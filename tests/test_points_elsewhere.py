"""Points in the month's summary, the reward ledger, the payout sheet's sum, and what somebody passes on."""

from __future__ import annotations

import pytest

from handlers import spending
from handlers.summaries import lines, own_text
from storage import ledger, points, reward_ledger, summaries
from tests.plant_money import Money
from woodpecker.clocks import local_month
from woodpecker.programme import Points, Programme
from woodpecker.words import Level

PLANT = Programme(reward="points", points=Points(1_00))


@pytest.fixture
def money(tmp_path):
    """王磊 earned 50 points and exchanged 20 of them."""
    with Money(tmp_path, PLANT) as plant:
        award = plant.admit(plant.report("王磊"), Level.B)
        plant.decide(award, "赵敏", "批准")

        def exchange(desk):
            return spending.exchange(desk, desk.person(plant.world.ids["王磊"]), 20, 0)

        assert plant.world.transaction(exchange) == 20_00
        yield plant


def month(desk):
    return local_month(desk.now, desk.plant.zone)


def test_exchanged_points_are_money_of_the_month_and_no_report(money):
    found = money.world.transaction(lambda d: summaries.money(d.store, month(d)))
    total = money.world.transaction(lambda d: ledger.totals(d.store, month(d)))
    assert found.fen == total.earned == 20_00
    assert (found.items, found.people, found.person_times, found.reports_fen) == (0, 0, 0, 0)
    assert (found.exchanged, found.exchanged_fen) == (1, 20_00)


def test_the_summary_says_what_it_was_for(money):
    def said(desk):
        found = summaries.summary(desk.store, month(desk), desk.plant.zone, desk.now)
        return lines(desk, "zh", found)[3]

    assert money.world.transaction(said) == "💰 奖励 20.00 元，上月 0.00 元：积分换奖金 1 笔 20.00 元"


def test_the_reward_ledger_names_the_exchange_and_whose_it_is(money):
    (line,) = money.world.transaction(lambda d: reward_ledger.page(d.store, month(d), 0))
    assert (line.cause, line.secret, line.fen, line.person) == ("exchange", False, 20_00, money.world.ids["王磊"])


def test_the_own_month_counts_points(money):
    def said(desk):
        return own_text(desk, desk.person(money.world.ids["王磊"]), month(desk)).splitlines()[-1]

    assert money.world.transaction(said) == "奖励 20.00 元，另得 50 积分。谢谢您！"


def test_whoever_logged_it_passes_on_points(tmp_path):
    with Money(tmp_path, PLANT) as plant:
        plant.world.connection.execute("DELETE FROM outbox")
        plant.world.connection.execute("DELETE FROM card")
        plant.world.connection.execute("DELETE FROM account WHERE person = ?", (plant.world.ids["王磊"],))
        award = plant.admit(plant.report("王磊", logger="周涛"), Level.B)
        plant.decide(award, "赵敏", "批准")
        assert plant.world.phone("周涛").last == "🎁 2611-0001 的积分已批准，记在 王磊 名下，请转告。"
        assert plant.world.transaction(lambda d: points.balance(d.store, plant.world.ids["王磊"])) == 50

"""Points on the real desk and database: whatever happens, the books add up and nobody spends what is not there."""

from __future__ import annotations

import sqlite3
from itertools import combinations_with_replacement
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers import spending
from handlers.act import act
from handlers.deciding import decide
from handlers.desk import Desk
from storage import awards, ledger, points
from tests.plant_money import Money
from tests.races import at_once
from woodpecker.clocks import local_month
from woodpecker.errors import Refused
from woodpecker.points import redeemed
from woodpecker.programme import Caps, Points, Programme
from woodpecker.reports import Act
from woodpecker.words import Action, AwardAction, Earning, Handing, Level, PointKind, Role

ITEMS = (("毛巾", 3), ("手套", 20))
PLANT = Programme(reward="points", points=Points(1_00, items=ITEMS), earning={Role.OFFICER: Earning.POINTS})
WORKERS = ("王磊", "张强", "周涛")


@pytest.fixture
def money(tmp_path):
    with Money(tmp_path, PLANT) as plant:
        yield plant


def earn(money, name="王磊", level=Level.B, joint=()):
    award = money.admit(money.report(name, joint=joint), level)
    money.decide(award, "赵敏", "批准")
    return money.award(award.report)


def at_desk(money, work):
    return money.world.transaction(work)


def who(money, desk, name):
    person = desk.person(money.world.ids[name])
    assert person is not None
    return person


def redeem(money, name, item, price):
    def work(desk):
        person = who(money, desk, name)
        return spending.redeem(desk, person, item, price, points.spendings(desk.store, person.id))

    return at_desk(money, work)


def balance(money, name):
    return at_desk(money, lambda d: points.balance(d.store, money.world.ids[name]))


def test_points_come_with_the_approval_and_go_with_the_reversal(money):
    award = earn(money)
    assert (balance(money, "王磊"), money.balance("王磊")) == (50, 0)
    at_desk(money, lambda d: decide(d, who(money, d, "刘洋"), award.id, AwardAction.REVERSE, words="假的"))
    assert balance(money, "王磊") == 0
    assert at_desk(money, lambda d: points.standing(d.store, award.id)) == []


def test_whoever_declines_gives_back_the_own_points_alone(money):
    award = earn(money, joint=("张强",))
    assert (balance(money, "王磊"), balance(money, "张强")) == (25, 25)
    what = Act(Action.DECLINE_JOINT)
    at_desk(money, lambda d: act(d, award.report, what, who(money, d, "张强")))
    assert (balance(money, "王磊"), balance(money, "张强")) == (25, 0)


def test_points_instead_of_yuan_use_up_caps_and_budget_once(tmp_path):
    with Money(tmp_path, PLANT._replace(caps=Caps(person_month=60_00))) as money:
        earn(money)
        earn(money)
        assert balance(money, "王磊") == 60

        def exchange(desk):
            return spending.exchange(desk, who(money, desk, "王磊"), 60, 0)

        assert at_desk(money, exchange) == 60_00
        month = local_month(money.world.now, money.world.plant.zone)
        assert at_desk(money, lambda d: points.spent(d.store, month) + ledger.spent(d.store, month)) == 60_00
        assert money.balance("王磊") == 60_00


def test_who_has_points_only_gets_things_but_no_yuan(money):
    earn(money, "吴桐")
    with pytest.raises(Refused, match=r"no_exchange"):
        at_desk(money, lambda d: spending.exchange(d, who(money, d, "吴桐"), 10, 0))
    assert redeem(money, "吴桐", "毛巾", 3).state is Handing.OPEN


def test_who_hands_out(money):
    def hands(name):
        return at_desk(money, lambda d: [p.name for p in spending.handing_out(d, money.world.ids[name])])

    assert hands("王磊") == ["孙芳"]
    assert hands("孙芳") == ["陈丽"]  # nobody to oneself
    money.revoke("孙芳", Role.FINANCE)
    assert hands("王磊") == ["陈丽"]
    earn(money)
    wanted = redeem(money, "王磊", "毛巾", 3)
    for name in ("孙芳", "周涛", "王磊"):
        with pytest.raises(Refused, match=r"not_handing_out"):
            at_desk(money, lambda d, n=name: spending.hand_out(d, who(money, d, n), wanted.id))
    with pytest.raises(Refused, match=r"no_redemption"):
        at_desk(money, lambda d: spending.give_up(d, who(money, d, "周涛"), wanted.id))


def test_an_old_price_or_a_second_tap_buys_nothing(money):
    earn(money)
    for price, number in ((2, 0), (3, 1)):
        with pytest.raises(Refused, match=r"points_moved"):
            at_desk(money, lambda d, p=price, n=number: spending.redeem(d, who(money, d, "王磊"), "毛巾", p, n))
    money.world.say("王磊", "奖励")
    money.world.tap("王磊", "兑换")
    money.world.tap("王磊", "毛巾")
    shown = money.world.phone("王磊").shown[-1]
    data = next(b.data for row in shown.message.buttons for b in row if b.label == "确认兑换")
    for _ in range(2):
        money.world.tap_data("王磊", data, shown.ref)
    assert balance(money, "王磊") == 47


def test_the_database_itself_refuses_to_overspend(money):
    earn(money, level=Level.C)
    entry = redeemed(money.world.ids["王磊"], "手套", 21, 1, money.world.now, 202611)
    with pytest.raises(sqlite3.IntegrityError, match="more points"):
        at_desk(money, lambda d: points.append(d.store, [entry]))
    assert balance(money, "王磊") == 20


def spend(kind):
    """One way to spend all of 20 points or to have them taken away, at this very moment."""

    def work(money, desk: Desk, award):
        person = who(money, desk, "王磊")
        if kind == "exchange":
            spending.exchange(desk, person, 20, 0)
        elif kind == "redeem":
            spending.redeem(desk, person, "手套", 20, 0)
        else:
            decide(desk, who(money, desk, "刘洋"), award.id, AwardAction.REVERSE, words="假的")

    return work


@pytest.mark.parametrize("first, second", list(combinations_with_replacement(["exchange", "redeem", "reverse"], 2)))
def test_two_at_the_same_moment(money, tmp_path, first, second):
    award = earn(money, level=Level.C)
    works = [lambda d, k=kind: spend(k)(money, d, award) for kind in (first, second)]
    outcomes = at_once(money.world, tmp_path / "money.db", works)
    kinds = [e.kind for e in at_desk(money, lambda d: points.of_person(d.store, money.world.ids["王磊"]))]
    spent = [k for k in kinds if k in {PointKind.EXCHANGED, PointKind.REDEEMED}]
    backs = kinds.count(PointKind.REVERSAL)
    assert outcomes.count("won") == len(spent) + backs >= 1
    assert len(spent) <= 1
    assert backs <= 1
    assert balance(money, "王磊") == 20 - 20 * len(spent) - 20 * backs
    assert money.balance("王磊") == (20_00 if PointKind.EXCHANGED in spent else 0)
    assert at_desk(money, lambda d: points.broken(d.store)) is None


class Mix:
    """A plant beside simple sums: what everybody has, what stands, what is still to be handed out."""

    def __init__(self, money):
        self.money = money
        self.has = dict.fromkeys(WORKERS, 0)
        self.fen = dict.fromkeys(WORKERS, 0)
        self.given: dict[int, dict[str, int]] = {}
        self.open: dict[int, tuple[str, int]] = {}

    def step(self, dice):
        moves = {self.earn: 4, self.redeem: 3, self.exchange: 2, self.reverse: 2, self.hand: 1, self.refuse: 1}
        dice.choices([*moves], [*moves.values()])[0](dice)

    def earn(self, dice):
        people = dice.sample(WORKERS, dice.choice([1, 1, 2]))
        award = earn(self.money, people[0], dice.choice([Level.C, Level.B]), joint=tuple(people[1:]))
        total = award.fen // 100
        parts = [total // len(people) + (total % len(people) if not i else 0) for i in range(len(people))]
        self.given[award.id] = dict(zip(people, parts, strict=True))
        for name, count in self.given[award.id].items():
            self.has[name] += count

    def redeem(self, dice):
        name, (item, price) = dice.choice(WORKERS), dice.choice(ITEMS)
        if self.has[name] < price:
            with pytest.raises(Refused, match=r"points_(owed|short)"):
                redeem(self.money, name, item, price)
            return
        self.open[redeem(self.money, name, item, price).id] = (name, price)
        self.has[name] -= price

    def exchange(self, dice):
        name, count = dice.choice(WORKERS), dice.randint(-1, 40)

        def work(desk):
            person = who(self.money, desk, name)
            return spending.exchange(desk, person, count, points.spendings(desk.store, person.id))

        if not 0 < count <= self.has[name]:
            with pytest.raises(Refused, match=r"points_"):
                at_desk(self.money, work)
            return
        assert at_desk(self.money, work) == count * 100
        self.has[name] -= count
        self.fen[name] += count * 100

    def reverse(self, dice):
        if self.given:
            award = dice.choice(list(self.given))
            done = AwardAction.REVERSE
            at_desk(self.money, lambda d: decide(d, who(self.money, d, "刘洋"), award, done, words="假的"))
            for name, count in self.given.pop(award).items():
                self.has[name] -= count

    def hand(self, dice):
        if self.open:
            wanted = dice.choice(list(self.open))
            self.open.pop(wanted)
            at_desk(self.money, lambda d: spending.hand_out(d, who(self.money, d, "孙芳"), wanted))

    def refuse(self, dice):
        if self.open:
            wanted = dice.choice(list(self.open))
            name, price = self.open.pop(wanted)
            self.has[name] += price
            at_desk(self.money, lambda d: spending.refuse(d, who(self.money, d, "孙芳"), wanted, "没货"))

    def check(self, desk):
        assert points.broken(desk.store) is None
        assert ledger.broken(desk.store) is None
        for name in WORKERS:
            person = self.money.world.ids[name]
            assert points.balance(desk.store, person) == self.has[name]
            assert ledger.balance(desk.store, person) == self.fen[name]
        entries = [e for n in WORKERS for e in points.of_person(desk.store, self.money.world.ids[n], 1000)]
        by_key = {e.key: e for e in entries}
        backs = [e for e in entries if e.kind is PointKind.REVERSAL]
        assert all(by_key[e.reverses].points == -e.points for e in backs)
        assert len({e.reverses for e in backs}) == len(backs)
        assert sum(e.points for e in entries) == sum(self.has.values())
        assert {r.id for r in points.open_redemptions(desk.store)} == set(self.open)
        standing = {a: {e.person: e.points for e in points.standing(desk.store, a)} for a in self.given}
        ids = self.money.world.ids
        assert standing == {a: {ids[n]: c for n, c in parts.items()} for a, parts in self.given.items()}
        assert all(awards.get(desk.store, a) is not None for a in self.given)


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(seeds=st.lists(st.integers(0, 2**32), min_size=15, max_size=40))
def test_any_mix_adds_up(tmp_path_factory: pytest.TempPathFactory, seeds):
    with Money(tmp_path_factory.mktemp("points"), PLANT) as money:
        mix = Mix(money)
        for seed in seeds:
            mix.step(Random(seed))
            at_desk(money, mix.check)

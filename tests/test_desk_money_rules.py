"""Money through the desk, rule by rule: extras, reversals, caps, the budget, who is told, who may not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from handlers import proposals
from handlers.desk import Desk
from storage import awards, boards, leaving, ledger, people, reports
from tests.plant_money import Money, money
from tests.world import DAY
from woodpecker.programme import Budget, Caps, Programme
from woodpecker.reports import Decision, Report
from woodpecker.words import Action, AwardStatus, Earning, Level, Naming, Role

__all__ = ["money"]


def toast(plant: Money, name: str, data: str) -> str:
    plant.world.tap_data(name, data)
    return plant.world.phones[name].toasts.pop()


def heard(plant: Money, name: str, words: str) -> int:
    return sum(words in shown.message.text for shown in plant.world.phones[name].shown)


def test_an_extra_needs_an_approver_a_sum_within_the_limit_and_words(money):
    award = money.admit(money.report("王磊"))
    for name in ("李静", "王磊", "周涛", "钱进", "刘洋"):
        assert "不归您做" in toast(money, name, f"awadd:{award.id}:{award.version}")
    money.decide(award, "赵敏", "加奖")
    for typed, answer in (("很多", "没看懂"), ("0", "大于 0"), ("500.01", "最多 500.00"), ("12.5", "一共 62.50")):
        money.world.say("赵敏", typed)
        assert answer in money.world.phones["赵敏"].last
    assert money.awards(award.report)[-1].status is AwardStatus.PROPOSED
    money.world.say("赵敏", "停机前发现")
    after = money.awards(award.report)[-1]
    assert (after.fen, after.extra, after.proposed, after.words) == (62_50, 12_50, 62_50, "停机前发现")
    assert money.balance("王磊") == 62_50
    money.check()


def test_an_extra_comes_after_the_factor_and_before_the_split(tmp_path):
    with Money(tmp_path, Programme(duty_factor=Decimal("1.2"))) as plant:
        award = plant.admit(plant.report("王磊", joint=("张强", "周涛")), outside_duty=True)
        plant.decide(award, "赵敏", "加奖", "10", "避免了一次砸伤")
        assert [plant.balance(n) for n in ("王磊", "张强", "周涛")] == [23_34, 23_33, 23_33]
        plant.check()


def test_no_extra_where_the_plant_gives_none(tmp_path):
    with Money(tmp_path, Programme(extra_limit=0)) as plant:
        award = plant.admit(plant.report("王磊"))
        assert "加奖" not in plant.world.phones["赵敏"].labels()
        plant.world.tap_data("赵敏", f"awadd:{award.id}:{award.version}")
        plant.world.say("赵敏", "5")
        assert "0.00" in plant.world.phones["赵敏"].last
        assert plant.awards(award.report)[-1].extra == 0


def test_a_later_extra_replaces_the_one_before(money):
    award = money.admit(money.report("王磊"), Level.A)
    money.decide(award, "赵敏", "加奖", "400", "避免了一次透水")
    money.decide(award, "钱进", "加奖", "450", "上次也是这么多")
    again = money.awards(award.report)[-1]
    assert (again.status, again.fen, again.extra) == (AwardStatus.PROPOSED, 550_00, 450_00)
    money.decide(again, "赵敏", "批准")
    money.decide(again, "钱进", "批准")
    assert money.balance("王磊") == 550_00
    money.check()


@pytest.mark.parametrize(
    "name, words",
    [("赵敏", "得请另一位"), ("李静", "等级是您定的"), ("王磊", "自己上报的"), ("周涛", "不归您做"),
     ("陈丽", "不归您做"), ("孙芳", "不归您做")],
)  # fmt: skip
def test_who_may_not_take_an_award_back(money, name, words):
    for extra in ("李静", "王磊"):
        money.grant(extra, Role.APPROVER)
    award = money.admit(money.report("王磊"))
    money.decide(award, "赵敏", "批准")
    assert words in toast(money, name, f"awback:{award.id}:2")
    assert money.balance("王磊") == 50_00


@pytest.mark.parametrize("name", ["钱进", "刘洋", "周涛"])
def test_another_approver_or_a_leader_takes_it_back_with_words(money, name):
    money.grant("周涛", Role.APPROVER)
    award = money.admit(money.report("王磊"))
    money.decide(award, "赵敏", "批准")
    money.world.tap_data(name, f"awback:{award.id}:2")
    assert money.balance("王磊") == 50_00
    money.world.say(name, "照片是去年的")
    assert money.balance("王磊") == 0
    assert "50.00 元从台账冲回" in money.world.phones[name].last
    assert "没有找到" not in toast(money, name, f"awback:{award.id}:3")
    money.check()


def test_only_what_was_approved_is_taken_back_and_only_once(money):
    award = money.admit(money.report("王磊"))
    assert "不归您做" in toast(money, "刘洋", f"awback:{award.id}:1")
    money.decide(award, "赵敏", "批准")
    money.world.tap_data("刘洋", f"aw:{award.report}")
    card = money.world.phones["刘洋"].shown[-1].ref
    for _ in range(2):
        money.world.tap_data("刘洋", f"awback:{award.id}:2", card)
    money.world.say("刘洋", "照片是去年的")
    money.world.tap_data("刘洋", f"awback:{award.id}:2", card)
    assert "您已经处理过了。现在：已撤销" in money.world.phones["刘洋"].last
    assert money.world.transaction(lambda d: ledger.totals(d.store).reversed) == -50_00
    money.check()


def test_a_leader_who_had_to_approve_takes_it_back_where_nobody_else_can(money):
    money.revoke("赵敏", Role.APPROVER)
    money.revoke("钱进", Role.SECOND_APPROVER)
    award = money.admit(money.report("王磊"))
    money.decide(award, "刘洋", "批准")
    money.world.tap_data("刘洋", f"awback:{award.id}:2")
    money.world.say("刘洋", "批错了")
    assert money.balance("王磊") == 0


def test_the_award_of_a_report_is_shown_to_deciders_only_and_not_of_an_own_report(money):
    money.grant("王磊", Role.APPROVER)
    report = money.report("王磊", naming=Naming.HIDDEN)
    money.decide(money.admit(report), "赵敏", "批准")
    for name in ("周涛", "王磊", "李静", "陈丽"):
        assert "没有找到这笔奖励" in toast(money, name, f"aw:{report}")
    money.world.tap_data("刘洋", f"aw:{report}")
    assert "✅ 赵敏已批准 50.00 元" in money.world.phones["刘洋"].last
    assert "王磊" not in money.world.phones["刘洋"].last
    other = money.report("张强")
    money.world.tap_data("刘洋", f"aw:{other}")
    assert "还没有奖励" in money.world.phones["刘洋"].last


def test_a_reversal_frees_a_cap_only_within_its_own_month(tmp_path):
    with Money(tmp_path, Programme(caps=Caps(person_month=60_00))) as plant:
        november = plant.admit(plant.report("王磊"))
        plant.decide(november, "赵敏", "批准")
        plant.world.real += 40 * DAY
        december = plant.admit(plant.report("王磊"))
        plant.decide(december, "赵敏", "批准")
        plant.void(november.report)  # its month is over
        third = plant.admit(plant.report("王磊"))
        plant.decide(third, "赵敏", "批准")
        assert plant.balance("王磊") == 60_00
        plant.void(december.report)
        plant.decide(plant.admit(plant.report("王磊")), "赵敏", "批准")
        assert plant.balance("王磊") == 60_00
        plant.check()


def test_the_budget_warning_comes_once_a_month_to_leaders_and_finance(tmp_path):
    with Money(tmp_path, Programme(budget=Budget(month=60_00))) as plant:
        for month in range(2):
            for level in (Level.B, Level.C, Level.C):
                plant.decide(plant.admit(plant.report("王磊"), level), "赵敏", "批准")
            for name in ("刘洋", "孙芳"):
                assert heard(plant, name, "本月奖励预算") == month + 1
            assert heard(plant, "陈丽", "预算") == heard(plant, "赵敏", "本月奖励预算") == 0
            plant.world.real += 31 * DAY
            plant.world.drain()


def test_an_award_is_held_whole_and_a_smaller_one_still_passes(tmp_path):
    with Money(tmp_path, Programme(budget=Budget(month=100_00))) as plant:
        plant.decide(plant.admit(plant.report("王磊")), "赵敏", "批准")
        big = plant.admit(plant.report("张强"), Level.A)
        plant.decide(big, "赵敏", "批准")
        assert plant.awards(big.report)[-1].status is AwardStatus.HELD_BUDGET
        assert plant.balance("张强") == 0
        plant.decide(plant.admit(plant.report("周涛")), "赵敏", "批准")
        assert plant.balance("周涛") == 50_00
        for name in ("赵敏", "钱进", "陈丽", "孙芳", "张强"):
            assert toast(plant, name, f"awlift:{big.id}:2")
        assert plant.balance("张强") == 0


def test_a_held_award_waits_over_the_end_of_the_month_for_its_leader(tmp_path):
    with Money(tmp_path, Programme(budget=Budget(month=30_00))) as plant:
        held = plant.admit(plant.report("王磊"))
        plant.decide(held, "赵敏", "批准")
        plant.world.real += 31 * DAY
        plant.world.say("刘洋", "待办")
        assert "待审批 1" in plant.world.phones["刘洋"].last
        plant.decide(held, "刘洋", "放行")
        assert plant.world.transaction(lambda d: ledger.spent(d.store, 202612)) == 50_00
        assert plant.world.transaction(lambda d: ledger.spent(d.store, 202611)) == 0


def test_what_a_leader_must_let_pass_is_listed_before_everything_else(tmp_path):
    with Money(tmp_path, Programme(budget=Budget(month=30_00))) as plant:
        plant.admit(plant.report("张强"), Level.C)
        held = plant.admit(plant.report("王磊"))
        plant.decide(held, "赵敏", "批准")
        found = plant.world.transaction(lambda d: list(awards.open(d.store, 1)))
        assert [a.id for a, _ in found] == [held.id]


def test_whoever_declines_before_the_decision_has_no_share(money):
    report = money.report("王磊", joint=("张强",))
    award = money.admit(report)

    def decline(desk: Desk) -> None:
        before = reports.get(desk.store, report)
        assert before is not None
        after: Report = before._replace(joint=(), version=before.version + 1)
        assert reports.save(desk.store, before, after)
        proposals.follow(desk, Decision(before, after, Action.EDIT, {}), None)

    money.world.transaction(decline)
    shares = money.world.transaction(lambda d: awards.shares(d.store, award.id))
    assert [(s.person, s.fen) for s in shares] == [(money.world.ids["王磊"], 50_00)]
    money.decide(award, "赵敏", "批准")
    assert (money.balance("王磊"), money.balance("张强")) == (50_00, 0)
    money.check()


def test_an_amount_returned_to_an_approver_who_has_left_goes_to_a_leader(money):
    award = money.admit(money.report("王磊"), Level.MAJOR)
    money.decide(award, "赵敏", "批准")
    money.world.transaction(lambda d: leaving.leave(d.store, money.world.ids["赵敏"], "2026-11-01", d.now))
    money.decide(award, "钱进", "改金额", "400", "别处也是这么多")
    money.decide(award, "刘洋", "批准")
    assert money.balance("王磊") == 400_00


def test_roles_decide_at_the_approval_who_earns(tmp_path):
    with Money(tmp_path, Programme(earning={Role.OFFICER: Earning.POINTS, Role.APPROVER: Earning.NONE})) as plant:
        award = plant.admit(plant.report("周涛", joint=("王磊",)))
        plant.grant("周涛", Role.APPROVER)
        plant.decide(award, "赵敏", "批准")
        assert (plant.balance("周涛"), plant.balance("王磊")) == (0, 25_00)
        plant.check()


def test_finance_hears_once_a_month_of_somebody_without_a_number_and_nobody_else_does(money):
    wang = money.world.ids["王磊"]
    money.world.transaction(lambda d: people.update(d.store, wang, employee_no=None))
    for _ in range(2):
        money.decide(money.admit(money.report("王磊", naming=Naming.HIDDEN)), "赵敏", "批准")
    assert heard(money, "王磊", "您还没有工号") == 2
    assert heard(money, "孙芳", "王磊 有奖金待发") == 1
    assert all(heard(money, name, "王磊") == 0 for name in ("陈丽", "赵敏", "刘洋", "李静", "周涛"))
    money.world.say("孙芳", "待办")
    money.world.tap("孙芳", "缺工号")
    assert heard(money, "孙芳", "应发 100.00 元") == 1
    money.pay("王磊", 100_00)
    money.world.say("孙芳", "待办")
    assert "缺工号" not in money.world.phones["孙芳"].last


def test_only_finance_lists_who_cannot_be_paid_leavers_too(money):
    wang = money.world.ids["王磊"]
    money.decide(money.admit(money.report("王磊")), "赵敏", "批准")
    money.world.transaction(lambda d: people.update(d.store, wang, employee_no=None))
    money.world.transaction(lambda d: leaving.leave(d.store, wang, "2026-11-02", d.now))
    money.world.say("孙芳", "待办")
    money.world.tap("孙芳", "缺工号")
    assert heard(money, "孙芳", "已离职") == 1
    for name in ("陈丽", "赵敏", "刘洋"):
        money.world.say(name, "待办")
        assert "缺工号" not in money.world.phones[name].last


def test_items_count_what_was_admitted_alone_or_with_others_also_in_secret(money):
    wu = money.world.ids["吴桐"]
    for joint, naming in (((), Naming.SHOWN), ((), Naming.HIDDEN)):
        money.admit_only(money.report("吴桐", joint=joint, naming=naming))
    money.admit_only(money.report("王磊", joint=("张强", "吴桐")))
    money.report("吴桐")  # not judged yet
    assert money.world.transaction(lambda d: boards.items(d.store, wu, 202611, 202611)) == 3
    assert money.world.transaction(lambda d: boards.items(d.store, wu, 202610, 202610)) == 0
    money.world.say("吴桐", "奖励")
    assert "本月计入 3 条 · 累计 3 条" in money.world.phones["吴桐"].last


def test_the_duty_button_works_only_where_the_plant_has_a_factor(money):
    report = money.report("王磊")
    money.world.tap("李静", "受理")
    money.world.tap("李静", "B")
    version = money.world.transaction(lambda d: reports.get(d.store, report)).version
    ref = money.world.phones["李静"].shown[-1].ref
    money.world.tap_data("李静", f"vu:{report}:{version}", ref)
    assert "职责外" not in money.world.phones["李静"].labels()
    money.world.tap("李静", "确认")
    assert money.award(report).fen == 50_00

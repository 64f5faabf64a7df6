"""Money through the desk: proposed by the rate card of the day, decided by whoever may, corrected by reversal."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from handlers.act import act
from handlers.desk import Desk
from handlers.money_answers import fen_of
from storage import awards, ledger, people
from tests.plant_money import Money, money
from tests.world import DAY
from woodpecker.programme import DEFAULT_RATES, Budget, Caps, Programme, RateCard
from woodpecker.words import AwardStatus, Kind, Level, Naming, Role

__all__ = ["money"]


def test_the_rate_of_the_day_it_was_sent_counts_not_of_the_day_it_is_admitted(tmp_path):
    later = RateCard("2", date(2026, 11, 3), {**DEFAULT_RATES, "B": 70_00})
    with Money(tmp_path, Programme(cards=(RateCard(), later))) as plant:
        old = plant.report("王磊")
        plant.world.advance(2 * DAY)
        new = plant.report("王磊")
        assert [plant.admit(r).fen for r in (old, new)] == [50_00, 70_00]
        assert plant.award(new).card_version == "2"


def test_no_rate_card_for_the_day_still_admits_and_tells_the_admin(tmp_path):
    with Money(tmp_path, Programme(cards=(RateCard("1", date(2027, 1, 1)),))) as plant:
        report = plant.report("王磊")
        plant.admit_only(report)
        assert plant.awards(report) == ()
        assert "还没有奖励标准" in plant.world.phones["陈丽"].last


def test_outside_duty_earns_more_only_where_the_plant_says_so(tmp_path):
    with Money(tmp_path, Programme(duty_factor=Decimal("1.2"))) as plant:
        assert plant.admit(plant.report("王磊"), outside_duty=True).fen == 60_00
        assert plant.admit(plant.report("王磊")).fen == 50_00


def test_an_award_may_wait_for_the_fix_and_is_paid_once(tmp_path):
    with Money(tmp_path, Programme(propose_on="close")) as plant:
        report = plant.report("王磊")
        plant.admit_only(report)
        assert plant.awards(report) == ()
        plant.close(report)
        plant.decide(plant.award(report), "赵敏", "批准")
        plant.reopen(report)
        plant.close(report)
        assert [a.status for a in plant.awards(report)] == [AwardStatus.APPROVED]
        assert plant.balance("王磊") == 50_00


def test_what_was_taken_back_does_not_come_again_by_closing_again(tmp_path):
    with Money(tmp_path, Programme(propose_on="close")) as plant:
        report = plant.report("王磊")
        plant.admit_only(report)
        plant.close(report)
        plant.decide(plant.award(report), "赵敏", "批准")
        plant.world.tap_data("刘洋", f"awback:{plant.award(report).id}:2")
        plant.world.say("刘洋", "照片是去年的")
        plant.reopen(report)
        plant.close(report)
        assert [a.status for a in plant.awards(report)] == [AwardStatus.REVERSED]
        plant.reopen(report)
        plant.correct(report, Level.A)  # another level is another judgement, and proposes anew once it is closed
        assert len(plant.awards(report)) == 1
        plant.close(report)
        assert [a.fen for a in plant.awards(report)] == [50_00, 100_00]
        plant.check()


def test_a_level_corrected_before_the_fix_counts_once_the_award_comes(tmp_path):
    with Money(tmp_path, Programme(propose_on="close")) as plant:
        report = plant.report("王磊")
        plant.admit_only(report, Level.C)
        plant.correct(report, Level.A)
        assert plant.awards(report) == ()
        plant.close(report)
        assert [a.fen for a in plant.awards(report)] == [100_00]


def test_closing_again_does_not_repeat_that_it_only_counts(tmp_path):
    with Money(tmp_path, Programme(propose_on="close")) as plant:
        report = plant.report("吴桐")
        plant.admit_only(report)
        plant.close(report)
        plant.reopen(report)
        plant.close(report)
        heard = [s.message.text for s in plant.world.phones["吴桐"].shown]
        assert sum("计入条数" in text for text in heard) == 1


def test_a_corrected_level_reverses_and_enters_again(money):
    report = money.report("王磊")
    first = money.admit(report)
    money.decide(first, "赵敏", "批准")
    money.correct(report, Level.A)
    assert money.balance("王磊") == 0
    second = money.award(report)
    assert second.fen == 100_00
    assert "已撤销" in money.world.phones["王磊"].last
    money.decide(second, "赵敏", "批准")
    assert money.balance("王磊") == 100_00
    assert [a.status for a in money.awards(report)] == [AwardStatus.REVERSED, AwardStatus.APPROVED]
    money.check()


def test_another_place_or_category_leaves_the_award_alone(money):
    report = money.report("王磊")
    award = money.admit(report)
    money.decide(award, "赵敏", "批准")
    money.correct(report, None, category="21")
    assert money.award(report).status is AwardStatus.APPROVED
    assert money.balance("王磊") == 50_00


def test_a_refused_award_is_decided_anew_after_a_correction(money):
    report = money.report("王磊")
    money.decide(money.admit(report), "赵敏", "不奖励", "本职")
    money.correct(report, Level.A)
    assert money.award(report).status is AwardStatus.PROPOSED
    money.check()


def test_a_void_report_takes_its_money_back_and_says_so(money):
    report = money.report("王磊")
    money.decide(money.admit(report), "赵敏", "批准")
    money.void(report)
    assert money.balance("王磊") == 0
    assert "撤销" in money.world.phones["王磊"].last
    money.world.say("王磊", "奖励")
    assert "-50.00，撤销：编的" in money.world.phones["王磊"].last
    money.check()


def test_who_set_the_level_brought_it_or_shares_it_never_approves(money):
    world = money.world
    for name in ("李静", "王磊", "张强"):
        money.grant(name, Role.APPROVER)
    shared = money.report("王磊", joint=("张强",))
    award = money.admit(shared)
    shown = [p.name for p in world.phones.values() if any("奖励建议" in s.message.text for s in p.shown)]
    assert shown == ["赵敏"]
    for name, words in (("李静", "等级是您定的"), ("王磊", "自己上报的"), ("张强", "自己上报的"), ("周涛", "不归您做")):
        world.tap_data(name, f"awyes:{award.id}:{award.version}")
        assert words in world.phones[name].toasts.pop()
    assert money.award(shared).status is AwardStatus.PROPOSED


def test_a_forged_or_stale_tap_changes_nothing(money):
    award = money.admit(money.report("王磊"))
    money.decide(award, "赵敏", "批准")
    for data in (f"awyes:{award.id}:1", f"awno:{award.id}:1", "awyes:99999:1", f"awlift:{award.id}", "awall:x"):
        money.world.tap_data("赵敏", data)
        assert money.world.phones["赵敏"].toasts.pop()
    assert money.balance("王磊") == 50_00
    money.check()


def test_nobody_at_all_to_approve_alarms_the_admin(money):
    money.revoke("赵敏", Role.APPROVER)
    money.revoke("刘洋", Role.LEADER)
    money.admit_only(money.report("王磊"))
    assert "没有人能审批" in money.world.phones["陈丽"].last


def test_joint_reporters_split_it_and_an_excluded_share_lapses(money):
    report = money.report("王磊", joint=("张强", "吴桐"))
    award = money.admit(report)
    assert award.fen == 50_00
    money.decide(award, "赵敏", "批准")
    assert (money.balance("王磊"), money.balance("张强"), money.balance("吴桐")) == (16_68, 16_66, 0)
    money.check()


def test_a_cap_cuts_and_says_so(tmp_path):
    with Money(tmp_path, Programme(caps=Caps(person_month=70_00))) as plant:
        for _ in range(3):
            plant.decide(plant.admit(plant.report("王磊")), "赵敏", "批准")
        assert plant.balance("王磊") == 70_00
        heard = "\n".join(s.message.text for s in plant.world.phones["王磊"].shown)
        assert "奖励 20.00 元已批准（本月到上限，少了 30.00 元）" in heard
        assert "这次不发钱，条数照算" in heard
        plant.check()


def test_a_budget_warns_then_holds_until_a_leader_lets_it_pass(tmp_path):
    with Money(tmp_path, Programme(budget=Budget(month=100_00))) as plant:
        plant.decide(plant.admit(plant.report("王磊")), "赵敏", "批准")
        plant.decide(plant.admit(plant.report("张强")), "赵敏", "批准")
        assert sum("预算" in s.message.text for s in plant.world.phones["刘洋"].shown) == 1
        held = plant.admit(plant.report("王磊"))
        plant.decide(held, "赵敏", "批准")
        assert plant.balance("王磊") == 50_00
        plant.world.tap("刘洋", "放行")
        assert plant.balance("王磊") == 100_00
        plant.check()


def test_a_person_without_a_number_is_told_when_money_is_due(money):
    money.world.transaction(lambda d: people.update(d.store, money.world.ids["王磊"], employee_no=None))
    money.decide(money.admit(money.report("王磊")), "赵敏", "批准")
    assert "还没有工号" in money.world.phones["王磊"].last


def test_a_debt_is_explained(money):
    wang = money.world.ids["王磊"]
    report = money.report("王磊")
    money.decide(money.admit(report), "赵敏", "批准")
    money.pay("王磊", 50_00)
    money.void(report)
    assert "从以后的奖励里扣" in "\n".join(s.message.text for s in money.world.phones["王磊"].shown[-2:])
    money.world.say("王磊", "奖励")
    page = money.world.phones["王磊"].last
    assert "多发了 50.00 元" in page
    assert "已批准未发放 0.00 元 · 已发放 50.00 元" in page
    assert money.world.transaction(lambda d: ledger.balance(d.store, wang)) == -50_00


def test_an_anonymous_reports_award_is_nobodys_until_its_code_is_redeemed(money):
    report = money.report("王磊", naming=Naming.ANONYMOUS, nobody=True)
    award = money.admit(report)
    money.decide(award, "赵敏", "批准")
    assert "已批准 50.00 元" in money.world.phones["赵敏"].last
    assert money.award(report).status is AwardStatus.APPROVED
    assert money.world.transaction(lambda d: (awards.shares(d.store, award.id), ledger.totals(d.store).owed)) == ((), 0)


def test_a_question_about_an_award_that_was_decided_meanwhile_is_let_go(money):
    money.grant("周涛", Role.APPROVER)
    award = money.admit(money.report("王磊"))
    money.world.tap("赵敏", "不奖励")
    money.decide(award, "周涛", "批准")
    money.world.say("赵敏", "本职工作")
    assert money.world.phones["赵敏"].last == "慢了一步：周涛 已经处理。现在：已批准。"
    money.world.say("赵敏", "3号球磨机漏油")
    assert "上报草稿" in money.world.phones["赵敏"].last


def test_all_at_once_passes_over_what_this_person_may_not_approve(money):
    money.grant("周涛", Role.APPROVER)
    money.admit(money.report("王磊"))
    money.admit(money.report("周涛"))
    money.admit(money.report("张强"))
    money.world.tap("周涛", "全部批准 2 条")
    assert "已批准 2 条，共 100.00 元" in money.world.phones["周涛"].last
    assert money.balance("周涛") == 0
    money.check()


def test_all_at_once_approves_only_what_was_in_sight(money):
    money.admit(money.report("王磊"))
    seen = money.admit(money.report("张强"))
    money.admit(money.report("周涛"))
    money.world.tap_data("赵敏", f"awall:{seen.id}")
    assert (money.balance("王磊"), money.balance("张强"), money.balance("周涛")) == (50_00, 50_00, 0)


@pytest.mark.parametrize(
    "typed, fen",
    [("80", 80_00), ("80.5", 80_50), ("￥80", 80_00), ("80元", 80_00), ("1,000", 1000_00), ("80 块", 80_00),
     ("８０", 80_00), ("0", 0), ("-5", None), ("八十", None), ("80.555", None), ("", None), ("1e3", None)],
)  # fmt: skip
def test_amounts_as_people_type_them(typed, fen):
    assert fen_of(typed) == fen


def test_an_award_is_proposed_once_a_report_and_round(money):
    report = money.report("王磊")
    award = money.admit(report)

    def again(desk: Desk) -> object:
        return awards.add(desk.store, award._replace(id=0), desk.now)

    assert money.world.transaction(again) is not None  # the next round, which follow() never asks for

    def unknown(desk: Desk) -> int:
        desk.store.run("UPDATE award SET round = 2 WHERE id = $2", award.id)
        return 0

    with pytest.raises(Exception, match="UNIQUE"):
        money.world.transaction(unknown)


def test_violations_near_misses_and_suggestions_have_one_rate_each(money):
    expected = {Kind.VIOLATION: 100_00, Kind.NEAR_MISS: 50_00, Kind.SUGGESTION: 20_00}
    for kind, fen in expected.items():
        report = money.report("王磊", kind=kind)
        money.world.transaction(lambda d, r=report: act(d, r, money.closing(), money.officer(d)))
        assert money.award(report).fen == fen

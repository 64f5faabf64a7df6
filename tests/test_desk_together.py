"""一起发现: who is named is chosen by number, told, may say no; what that does to the money and to the names."""

from __future__ import annotations

import pytest

from storage import awards, history, ledger, people, reports
from tests.officer import Checked
from tests.plant_money import Money
from woodpecker.errors import Refused
from woodpecker.reports import Act
from woodpecker.words import Action, Level, Naming

TEXT = "3号球磨机护栏松了"


@pytest.fixture
def world(tmp_path):
    made = Checked(tmp_path / "together.db")
    yield made
    made.close()


def asked(world: Checked, name: str = "王磊") -> None:
    """A draft whose card asks with whom it was found."""
    world.say(name, TEXT)
    world.tap(name, "更多")
    world.tap(name, "一起发现")


def sent(world: Checked, *numbers: str, naming: str = ""):
    asked(world)
    for number in numbers:
        world.say("王磊", number)
    world.tap("王磊", "返回")
    if naming:
        world.tap("王磊", "署名")
        world.tap("王磊", naming)
    world.tap("王磊", "提交")
    return world.newest()


def test_a_name_alone_adds_nobody_a_number_does(world):
    asked(world)
    world.say("王磊", "周涛")
    assert "一起发现：" not in world.phones["王磊"].last
    world.say("王磊", "1007")
    assert "一起发现：周涛" in world.phones["王磊"].last


def test_namesakes_are_told_apart_by_their_number_everywhere(world):
    other = world.transaction(lambda d: people.add(d.store, "周涛", d.now, employee_no="2007").id)
    asked(world)
    world.say("王磊", "周涛")
    world.tap("王磊", "周涛 2007")
    world.say("王磊", "1007")
    assert "一起发现：周涛 2007、周涛 1007" in world.phones["王磊"].last
    world.tap("王磊", "返回")
    world.tap("王磊", "提交")
    assert world.newest().joint == (other, world.ids["周涛"])
    assert "署名：王磊、周涛 2007、周涛 1007" in world.text_of("李静")


def test_several_are_named_in_one_message_and_five_are_the_most(world):
    asked(world)
    world.say("王磊", "1002、1004，1007 1008")
    assert "一起发现：李静、张强、周涛、陈丽" in world.phones["王磊"].last
    world.say("王磊", "1009")
    world.say("王磊", "1010")
    assert world.phones["王磊"].last == "一起发现的最多再加 5 人。"
    world.say("王磊", "1009")  # a second time changes nothing
    assert "陈丽、刘洋" in world.phones["王磊"].last


def test_a_name_of_two_words_is_one_name_and_two_names_are_two(world):
    world.transaction(lambda d: people.add(d.store, "Li Wei", d.now, employee_no="3001"))
    asked(world)
    world.say("王磊", "Li Wei, 周涛 张强")
    offered = world.phones["王磊"].last
    assert "1. Li Wei：工号 3001" in offered
    assert "2. 周涛：工号 1007" in offered
    assert "3. 张强：工号 1004" in offered
    world.say("王磊", "2")
    assert "一起发现：周涛" in world.phones["王磊"].last


@pytest.mark.parametrize("word, said", [("1001", "上报人不用再加"), ("不存在", "没有找到"), ("9999", "没有找到")])
def test_who_cannot_be_named(world, word, said):
    asked(world)
    world.say("王磊", word)
    assert said in world.phones["王磊"].last


def test_a_leaver_cannot_be_named_not_even_by_a_forged_button(world):
    world.transaction(lambda d: people.update(d.store, world.ids["周涛"], left_on="2026-11-01"))
    asked(world)
    world.say("王磊", "1007")
    assert "没有找到" in world.phones["王磊"].last
    world.tap_data("王磊", f"dwith:1::{world.ids['周涛']}")
    assert "没有找到这个人" in world.phones["王磊"].last


def test_nobody_adds_to_the_draft_of_another(world):
    asked(world)
    world.tap_data("周涛", f"dwith:1::{world.ids['周涛']}")
    assert world.phones["周涛"].last == "没有找到这份草稿。"


def test_a_photo_while_it_asks_joins_the_draft(world):
    asked(world)
    world.photo("王磊")
    assert "照片：1 张" in world.phones["王磊"].last
    world.say("王磊", "1007")
    assert "一起发现：周涛" in world.phones["王磊"].last


def test_a_joint_officer_neither_verifies_nor_is_asked_to(world):
    report = sent(world, "1002")
    assert "受理" not in world.phones["李静"].labels()
    world.forge("李静", "va", report)
    assert world.phones["李静"].last == "自己上报的，要请别人来处理。"
    world.tap("李静", "不是我")
    world.tap("李静", "确实不是我")
    assert world.report(report).joint == ()
    assert f"🆕 {report.number}" in world.phones["李静"].last  # now it is for her to judge


def test_only_the_reporter_is_asked_for_more(world):
    report = sent(world, "1007")
    world.do("吴桐", report, Action.QUERY, words="哪一根？")
    assert world.phones["周涛"].last == f"{report.number} 安全员请上报人补充：哪一根？"
    assert "补充" not in world.phones["周涛"].labels()


def test_a_joint_reporter_follows_but_does_not_change_the_report(world):
    report = sent(world, "1007")
    for verb in ("ed", "edt", "edd", "undo"):
        world.forge("周涛", verb, report)
        assert world.report(report) == report
    world.tap("周涛", "进度")
    assert "王磊 上报，一起发现：周涛" in world.phones["周涛"].last


def test_whoever_joins_later_finds_it_under_mine_and_may_decline_there(tmp_path):
    world = Checked(tmp_path / "later.db", absent=frozenset({"周涛"}))
    asked(world)
    world.say("王磊", "1007")
    assert "周涛 还没加入" in world.phones["王磊"].last
    world.tap("王磊", "返回")
    world.tap("王磊", "提交")
    world.join("周涛")
    world.say("周涛", "我的")
    assert "🤝 2611-0001" in world.phones["周涛"].last
    world.tap("周涛", "2611-0001")
    world.tap("周涛", "不是我")
    world.tap("周涛", "确实不是我")
    assert world.newest().joint == ()
    world.close()


def test_only_whoever_was_named_declines_and_only_once(world):
    report = sent(world, "1007")
    for name in ("王磊", "张强", "李静"):
        world.forge(name, "notme", report, "y")
        assert world.phones[name].last == "您不在一起发现的人里。"
    for _ in range(2):
        world.forge("周涛", "notme", report, "y")
    assert world.phones["周涛"].last == "您不在一起发现的人里。"
    events = world.transaction(lambda d: history.of_report(d.store, report.id))
    assert [e.action for e in events] == [Action.SUBMIT, Action.DECLINE_JOINT]
    assert events[0].detail["joint"] == [world.ids["周涛"]]


def test_a_withdrawn_report_needs_no_declining(world):
    report = sent(world, "1007")
    world.tap("王磊", "撤回")
    assert "已撤回" in world.phones["周涛"].last
    world.forge("周涛", "notme", report, "y", version=None)
    assert world.report(report).joint == (world.ids["周涛"],)


def test_the_secrecy_of_a_hidden_report_holds_for_everybody_on_it(world):
    report = sent(world, "1007", naming="对处理人保密")
    world.admit(report)
    world.tap("周涛", "不是我")
    world.tap("周涛", "确实不是我")
    for name in ("李静", "吴桐", "张强", "赵敏", "刘洋"):
        world.tap_data(name, f"case:{report.id}")
        assert "周涛" not in world.text_of(name)
        assert "王磊" not in world.text_of(name)


def test_what_witnesses_hear_never_says_who_found_it_with_whom(world):
    first = sent(world, "1007")
    second = world.submit("孙芳", "3号球磨机护栏晃")
    world.do("吴桐", second, Action.MERGE, original=world.report(first))
    world.forge("周涛", "notme", first, "y")
    assert "周涛" not in world.text_of("孙芳")


def decline(money: Money, report: int, name: str) -> None:
    money.act(report, Act(Action.DECLINE_JOINT), name)


def test_declining_after_the_approval_takes_back_that_share_alone_and_once(tmp_path):
    with Money(tmp_path) as money:
        report = money.report("王磊", joint=("张强", "周涛"))
        award = money.admit(report, Level.A)
        money.decide(award, "赵敏", "批准")
        assert [money.balance(n) for n in ("王磊", "张强", "周涛")] == [33_34, 33_33, 33_33]
        decline(money, report, "周涛")
        assert [money.balance(n) for n in ("王磊", "张强", "周涛")] == [33_34, 33_33, 0]
        with pytest.raises(Refused):
            decline(money, report, "周涛")
        found = money.world.transaction(lambda d: awards.of_person(d.store, money.world.ids["周涛"]))
        assert found == []
        money.void(report)
        assert [money.balance(n) for n in ("王磊", "张强", "周涛")] == [0, 0, 0]
        reversals = money.world.transaction(lambda d: [e.key for e in ledger.of_award(d.store, award.id) if e.reverses])
        assert len(reversals) == len(set(reversals)) == 3
        money.check()


def test_declining_what_is_paid_leaves_a_debt_that_later_awards_pay(tmp_path):
    with Money(tmp_path) as money:
        report = money.report("王磊", joint=("周涛",), naming=Naming.HIDDEN)
        money.decide(money.admit(report), "赵敏", "批准")
        money.pay("周涛", 25_00)
        decline(money, report, "周涛")
        assert (money.balance("王磊"), money.balance("周涛")) == (25_00, -25_00)
        money.world.drain()
        assert "从以后的奖励里扣" in money.world.phones["周涛"].last
        assert money.world.transaction(lambda d: reports.get(d.store, report)).joint == ()
        money.check()

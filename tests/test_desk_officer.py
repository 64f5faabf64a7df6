"""Verifying, fixing and accepting in chat: what is asked, what is said, and whose name stands where."""

from __future__ import annotations

from decimal import Decimal

import pytest

from handlers.message import Media, MediaKind
from storage import people
from tests.officer import Checked
from woodpecker.words import Action, Kind, Level, Role, Status

HOUR = 3_600_000


@pytest.fixture
def world(tmp_path):
    made = Checked(tmp_path / "officer.db")
    yield made
    made.close()


def photos_seen(world, name):
    return [m for s in world.phones[name].shown for m in s.message.media]


def test_the_owner_never_learns_who_reported_nor_hears_a_voice(world):
    world.photo("王磊", "3号球磨机护栏松了")
    world.voice("王磊")
    world.tap("王磊", "提交")
    report = world.newest()
    assert "语音" in world.text_of("李静")
    world.tap("李静", "受理")
    world.tap("李静", "B")
    world.tap("李静", "确认")
    world.tap("张强", "照片")
    world.tap("张强", "已整改")
    world.say("张强", "已紧固")
    world.tap("张强", "提交")
    world.tap("吴桐", "退回整改")
    world.say("吴桐", "还有一颗没紧")
    shown = world.text_of("张强")
    assert "王磊" not in shown
    assert "语音" not in shown
    assert MediaKind.VOICE not in {m.kind for m in photos_seen(world, "张强")}
    world.forge("李静", "pics", report)
    assert MediaKind.VOICE in {m.kind for m in photos_seen(world, "李静")}


def test_a_hidden_reporter_has_an_alias_that_tells_nothing(world):
    report = world.submit("王磊", "3号球磨机护栏松了", naming="对处理人保密")
    other = world.submit("王磊", "3号球磨机电缆破了", naming="对处理人保密")
    for name in ("李静", "吴桐"):
        assert "王磊" not in world.text_of(name)
    aliases = {line for line in world.text_of("李静").splitlines() if "署名" in line}
    assert len(aliases) == 2  # another report, another alias
    for subject in (report, other):
        world.do("李静", subject, Action.FIXED_ON_SPOT, words="好了", level=Level.C)
    assert "王磊" not in world.text_of("李静") + world.text_of("吴桐")


def test_who_withdrew_is_not_named(world):
    world.submit("王磊", "3号球磨机护栏松了", naming="对处理人保密")
    world.tap("王磊", "撤回")
    assert "上报人已撤回" in world.text_of("李静")
    assert "王磊" not in world.text_of("李静")
    assert world.phones["李静"].labels() == []


@pytest.mark.parametrize("kind, word", [("违章", "违章"), ("未遂事件", "未遂事件"), ("建议", "建议")])
def test_what_is_no_hazard_gets_no_level(world, kind, word):
    report = world.submit("王磊", "3号球磨机没停机就清料", kind=kind)
    world.tap("李静", "驳回")
    assert "不构成隐患" not in world.phones["李静"].labels()
    world.tap("李静", "返回")
    world.tap("李静", "受理")
    assert "类别" not in world.phones["李静"].labels()
    world.tap("李静", "确认")
    after = world.report(report)
    assert (after.level, after.status, after.owner) == (None, Status.ASSIGNED, world.ids["张强"])
    assert f"类型：{word} · 期限：11-09" in world.text_of("张强")
    assert f"已受理：{word}，由" in world.text_of("王磊").replace(" ", "")


def test_every_level_is_offered(world):
    world.submit("王磊", "3号球磨机护栏松了")
    world.tap("李静", "受理")
    assert world.phones["李静"].labels() == ["C", "B", "A", "重大", "返回"]


def test_outside_own_duty_is_asked_only_where_it_counts(world):
    report = world.submit("王磊", "3号球磨机护栏松了")
    world.tap("李静", "受理")
    world.tap("李静", "C")
    assert "职责外" not in world.phones["李静"].labels()
    world.forge("李静", "vu", report)
    assert world.phones["李静"].toasts
    with world.programme(duty_factor=Decimal("1.2")):
        world.tap("李静", "返回")
        world.tap("李静", "C")
        world.tap("李静", "职责外")
        assert "属本职以外：是" in world.text_of("李静")
        world.tap("李静", "确认")
    assert world.report(report).outside_duty


def test_a_button_that_shows_something_else_is_refused(world):
    """Two officers at one group card: nobody confirms what is not on the screen."""
    report = world.submit("王磊", "3号球磨机护栏松了")
    world.tap("李静", "受理")
    world.tap("李静", "C")
    stale = next(b for s in world.phones["李静"].shown for r in s.message.buttons for b in r if b.label == "确认").data
    world.tap("李静", "改期限")
    world.tap("李静", "1天")
    world.tap_data("李静", stale, world.phones["李静"].shown[0].ref)
    assert world.report(report).status is Status.REPORTED
    world.tap("李静", "确认")
    assert world.report(report).status is Status.ASSIGNED


def test_an_edit_while_the_officer_decides_is_seen_first(world):
    report = world.submit("王磊", "3号球磨机护栏松了")
    world.tap("李静", "驳回")
    world.tap("李静", "其他")
    world.do("王磊", report, Action.EDIT, text="3号球磨机护栏已经倒了")
    world.say("李静", "看不出松动")
    assert world.phones["李静"].last.startswith("慢了一步：")
    assert world.report(report).status is Status.REPORTED
    assert "已经倒了" in world.text_of("李静")


def test_a_sentence_hours_after_somebody_was_faster_is_a_new_report(world):
    world.submit("王磊", "3号球磨机护栏松了")
    world.tap("李静", "请补充")
    world.tap("吴桐", "驳回")
    world.tap("吴桐", "描述不清")
    world.advance(3 * HOUR)
    world.say("李静", "1号浮选机漏水")
    assert "上报草稿" in world.phones["李静"].last


def test_a_photo_is_no_reason(world):
    report = world.submit("王磊", "3号球磨机护栏松了")
    world.tap("李静", "驳回")
    world.tap("李静", "其他")
    world.photo("李静", "1号浮选机漏水")
    assert "上报草稿" in world.phones["李静"].last
    assert world.report(report).status is Status.REPORTED


def test_an_album_on_the_spot_is_one_fix(world):
    report = world.submit("王磊", "3号球磨机护栏松了")
    world.tap("李静", "当场已改")
    world.tap("李静", "C")
    world.photo("李静", "已焊牢", count=3)
    assert world.report(report).status is Status.CLOSED
    assert "上报草稿" not in world.text_of("李静")
    count = world.transaction(
        lambda d: d.store.value("SELECT count(*) FROM evidence WHERE enterprise = $1 AND stage = 'after'")
    )
    assert count == 3


def test_a_photo_that_did_not_arrive_is_asked_for_again(world):
    report = world.submit("王磊", "3号球磨机护栏松了")
    world.tap("李静", "当场已改")
    world.tap("李静", "C")
    lost = (Media(MediaKind.PHOTO, "x", problem="too_big"),)
    world.deliver(world.incoming("李静", media=lost))
    assert "照片没有收到" in world.phones["李静"].last
    assert world.report(report).status is Status.REPORTED
    world.say("李静", "已焊牢")
    assert world.report(report).status is Status.CLOSED


def test_the_acceptor_sees_before_and_after_on_one_sheet(world):
    report = world.admit(world.submit("王磊", "3号球磨机护栏松了", photos=2))
    world.tap("张强", "已整改")
    world.photo("张强", "第一次", count=2)
    world.tap("张强", "提交")
    sheet = next(s.message for s in world.phones["吴桐"].shown if s.message.text.endswith("整改前后"))
    assert sheet.sheet
    assert sheet.labels == ("整改前", "整改前", "整改后", "整改后")
    first = {m.sha for m in sheet.media}
    world.tap("吴桐", "退回整改")
    world.say("吴桐", "没焊")
    world.tap("张强", "已整改")
    world.photo("张强", "第二次")
    world.tap("张强", "提交")
    again = [s.message for s in world.phones["吴桐"].shown if s.message.text.endswith("整改前后")][-1]
    assert again.labels == ("整改前", "整改前", "整改后")  # only the last try
    assert again.media[2].sha not in first
    world.tap("吴桐", "照片")
    originals = [s.message for s in world.phones["吴桐"].shown if s.message.text.endswith("整改后照片")][-1]
    assert len(originals.media) == 3
    assert not originals.sheet
    assert world.report(report).status is Status.FIXED


def test_a_fix_needs_a_photo_or_a_word(world):
    report = world.admit(world.submit("王磊", "3号球磨机护栏松了"))
    world.tap("张强", "已整改")
    world.tap("张强", "提交")
    assert world.phones["张强"].last == "请发照片，或写一句话说明。"
    assert world.report(report).status is Status.ASSIGNED
    world.photo("张强")
    world.tap("张强", "提交")
    assert world.report(report).status is Status.FIXED


def test_a_returned_fix_is_due_tomorrow_at_the_earliest(world):
    report = world.admit(world.submit("王磊", "3号球磨机护栏松了"), days=1)
    world.until(2, 18)
    world.do("张强", report, Action.FIX, words="好了")
    world.until(6, 9)
    world.tap("李静", "退回整改")
    world.say("李静", "没好")
    assert "期限 11-07" in world.text_of("王磊")
    world.do("张强", report, Action.FIX, words="好了")
    assert "按期完成" in world.phones["李静"].last


def test_merging_where_the_other_cannot_be_the_original(world):
    world.submit("李静", "3号球磨机护栏松了")
    second = world.submit("王磊", "3号球磨机护栏要倒")
    third = world.submit("周涛", "3号球磨机护栏倒了")
    world.tap("李静", "合并", "要倒")
    for words, said in (
        ("上面那条", "请输入编号，如 2611-0003。"),
        ("2611-0099", "没有找到这条上报。"),
        ("2", "不能并到这一条：请换一条还在处理的。"),
    ):
        world.say("李静", words)
        assert world.phones["李静"].last == said
    world.admit(third)
    world.say("李静", "3")
    assert "2611-0003 发得更晚，但已经受理" in world.text_of("李静")
    world.tap("李静", "返回", "要倒")
    world.tap("李静", "返回", "要倒")
    world.tap("李静", "合并", "要倒")
    world.say("李静", "26110001")
    assert world.report(second).original == 1
    assert "2611-0001" in world.text_of("王磊")


def test_a_later_report_of_ones_own_is_not_merged_by_oneself(world):
    first = world.submit("王磊", "3号球磨机护栏松了")
    own = world.submit("李静", "3号球磨机护栏要倒")
    world.tap("李静", "合并", "2611-0001")
    world.tap("李静", own.number)
    assert world.phones["李静"].toasts[-1] == "自己上报的，要请别人来处理。"
    assert world.report(own).status is Status.REPORTED
    assert world.report(first).status is Status.REPORTED


def test_a_taken_back_role_takes_the_buttons(world):
    report = world.submit("王磊", "3号球磨机护栏松了")
    world.role("李静", Role.OFFICER, -1)
    world.tap("李静", "受理")
    assert "这一步要安全员来做。" in world.phones["李静"].toasts
    assert world.phones["李静"].labels() == []
    assert world.report(report).status is Status.REPORTED


def test_in_english(world):
    for name in ("李静", "张强", "吴桐"):
        world.transaction(lambda d, n=name: people.update(d.store, world.ids[n], language="en"))
    report = world.submit("王磊", "3号球磨机护栏松了", photos=1)
    for label in (
        "Merge",
        "Back",
        "Ask more",
        "Back",
        "Reject",
        "Other",
        "Back",
        "Fixed now",
        "B",
        "Back",
        "Admit",
        "A",
    ):
        world.tap("李静", label)
    world.tap("李静", "Due date")
    world.say("李静", "next friday")
    for label in ("Category", "4 Manageme", "More", "49 Other", "Owner", "Back", "Confirm"):
        world.tap("李静", label)
    world.tap("张强", "Fixed")
    world.say("张强", "tightened")
    world.tap("张强", world.phones["张强"].labels()[-3])
    world.tap("吴桐", "Return")
    world.say("吴桐", "one bolt is loose")
    world.say("张强", "todo")
    world.tap("张强", "To fix")
    assert "not accepted: one bolt is loose" in world.text_of("张强")
    assert world.report(report).kind is Kind.HAZARD

"""Joining at its edges: guesses, forgeries, second accounts, leavers, what waits for whoever joins."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage import accounts, audit, invitations, people
from tests.roster_lines import change
from tests.world import DAY, World
from woodpecker.words import Role


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The admin 陈丽 and 李静 have joined, nobody else."""
    world = World(tmp_path / "plant.db", join=False)
    world.join("陈丽")
    world.join("李静")
    yield world
    world.close()


def person_of(world: World, name: str) -> int | None:
    phone = world.phones[name]
    account = world.transaction(lambda desk: accounts.find(desk.store, world.platform, phone.user))
    return account.person if account else None


def audited(world: World) -> list[tuple[str, int | None, int | None]]:
    rows = world.transaction(lambda desk: list(audit.list(desk.store)))
    return [(r.action, r.subject, r.person) for r in reversed(rows)]


def test_five_wrong_codes_mean_a_pause_even_for_the_right_one(world: World):
    change(world, "邀请", "王磊", "K7M2P4Q9RT")
    for n in range(5):
        world.say("王磊", f"WRONG{n}WRONG")
    world.say("王磊", "K7M2P4Q9RT")
    assert world.phones["王磊"].last == "试得太多了，请 15 分钟后再试，或找管理员要新的邀请码。"
    assert person_of(world, "王磊") is None
    world.advance(accounts.PAUSE)
    world.say("王磊", "K7M2P4Q9RT")
    assert person_of(world, "王磊") == world.ids["王磊"]


def test_an_old_code_is_worth_nothing(world: World):
    change(world, "邀请", "王磊", "K7M2P4Q9RT")
    world.advance((invitations.VALID_DAYS + 1) * DAY)
    world.say("王磊", "/start K7M2P4Q9RT")
    assert person_of(world, "王磊") is None
    assert "不对，或者已经用过了" in world.phones["王磊"].last


def test_joining_is_written_down_with_who_and_how(world: World):
    change(world, "邀请", "王磊", "K7M2P4Q9RT")
    world.say("王磊", "K7M2P4Q9RT")
    world.say("周涛", "1007")
    world.tap("陈丽", "批准加入")
    me, admin, other = world.ids["王磊"], world.ids["陈丽"], world.ids["周涛"]
    assert audited(world) == [
        ("account.joined", me, me),
        ("join.requested", other, None),
        ("join.approved", other, admin),
        ("account.joined", other, admin),
    ]


def test_a_number_never_joins_by_itself_and_asks_only_once(world: World):
    before = len(world.phones["陈丽"].shown)
    for _ in range(3):
        world.say("王磊", "1001")
    assert person_of(world, "王磊") is None
    assert len(world.phones["陈丽"].shown) == before + 1


def test_requests_are_limited_to_three_a_day(world: World):
    for _ in range(3):
        world.say("王磊", "1001")
        world.tap("陈丽", "拒绝")
        world.advance(accounts.PAUSE)
    world.say("王磊", "1001")
    assert world.phones["王磊"].last == "今天申请的次数够多了，请明天再试，或直接找管理员。"


def test_the_second_admin_sees_who_decided(world: World):
    world.transaction(lambda desk: people.set_roles(desk.store, world.ids["李静"], Role.ADMIN))
    world.say("王磊", "1001")
    button = next(b for r in world.phones["李静"].shown[-1].message.buttons for b in r if b.label == "拒绝")
    world.tap("陈丽", "批准加入")
    assert world.phones["李静"].last == "✅ 王磊（1001，磨矿车间）已加入，陈丽批准。"
    world.tap_data("李静", button.data, world.phones["李静"].shown[-1].ref)
    assert world.phones["李静"].last == "这条已经有人处理了，请看最新的情况。"
    assert person_of(world, "王磊") == world.ids["王磊"]


@pytest.mark.parametrize("verb", ["letin", "letno", "letwho"])
def test_only_an_admin_decides(world: World, verb: str):
    world.say("王磊", "1001")
    world.tap_data("李静", f"{verb}:1")
    assert world.phones["李静"].last == "这一步要管理员来做。"
    world.tap_data("王磊", f"{verb}:1")
    assert person_of(world, "王磊") is None


def test_the_admin_may_put_a_new_person_on_the_roster(world: World):
    world.say("王磊", "9999")
    world.tap("陈丽", "批准加入")
    world.say("陈丽", "新建 王小磊")
    new = person_of(world, "王磊")
    assert new not in world.ids.values()
    made = world.transaction(lambda desk: people.get(desk.store, new))
    assert made is not None
    assert (made.name, made.employee_no) == ("王小磊", None)
    assert world.phones["王磊"].shown[-2].message.text.startswith("✅ 王小磊，欢迎加入")


def test_an_admin_asked_for_a_number_may_go_on_reporting(world: World):
    world.say("王磊", "9999")
    world.tap("陈丽", "改工号")
    world.say("陈丽", "3号球磨机漏油了，很滑")
    assert world.phones["陈丽"].last.startswith("📝 上报草稿")
    change(world, "邀请", "王磊", "K7M2P4Q9RT")
    world.say("王磊", "K7M2P4Q9RT")
    assert world.phones["陈丽"].shown[0].message.text == "✅ 王磊（1001，磨矿车间）已加入。"
    world.say("陈丽", "1001")
    assert "1001" in world.phones["陈丽"].last


def test_a_second_account_of_somebody_is_pointed_out(world: World):
    world.phone("陌生手机")
    world.say("陌生手机", "1002")
    assert "⚠️ 这个人已经用别的账号加入了，请当面或打电话核实。" in world.phones["陈丽"].last
    world.tap("陈丽", "批准加入")
    assert person_of(world, "陌生手机") == world.ids["李静"] == person_of(world, "李静")


def test_a_phone_number_that_two_share_or_that_is_not_ones_own_joins_nobody(world: World):
    change(world, "手机", "王磊", "13800001111")
    change(world, "手机", "张强", "13800001111")
    world.deliver(world.incoming("王磊", phone="13800001111"))
    assert person_of(world, "王磊") is None
    assert "13800001111" in world.phones["陈丽"].last
    world.deliver(world.incoming("张强", foreign_contact=True))
    assert world.phones["张强"].last.startswith("请点下面的按钮，发送您自己的手机号")


def test_a_leaver_gets_no_right_back_and_uses_no_code_up(world: World):
    world.join("周涛")
    change(world, "离职", "周涛")
    change(world, "邀请", "王磊", "K7M2P4Q9RT")
    for said in ("我的", "1007", "帮助", "好的"):
        world.say("周涛", said)
        assert world.phones["周涛"].last == "您的账号已停用。已得的奖励照发，有疑问请找管理员。"
    world.tap_data("周涛", "case:1")
    assert world.phones["周涛"].last == "您的账号已停用。已得的奖励照发，有疑问请找管理员。"
    world.say("王磊", "K7M2P4Q9RT")
    assert person_of(world, "王磊") == world.ids["王磊"]


def test_somebody_elses_code_stays_good(world: World):
    change(world, "邀请", "王磊", "K7M2P4Q9RT")
    world.say("李静", "/start K7M2P4Q9RT")
    assert world.phones["李静"].last == "这是别人的邀请码。您已经加入了，不需要它；请转给本人。"
    world.say("王磊", "/start K7M2P4Q9RT")
    assert person_of(world, "王磊") == world.ids["王磊"]


def test_start_again_keeps_the_open_draft(world: World):
    world.say("李静", "3号球磨机漏油")
    world.say("李静", "/start")
    assert world.phones["李静"].last.startswith("📝 上报草稿\n问题：3号球磨机漏油")
    assert world.phones["李静"].shown[-3].message.text == "📝 草稿在下面"


def test_what_waits_is_shown_to_whoever_joins(world: World):
    world.join("王磊")
    world.join("张强")
    world.say("王磊", "3号球磨机漏油")
    world.tap("王磊", "提交")
    change(world, "邀请", "吴桐", "WT22334455")
    world.say("吴桐", "WT22334455")
    assert "2611-0001 待核实" in world.phones["吴桐"].last
    for label in ("受理", "C", "确认"):
        world.tap("吴桐", label)
    world.transaction(lambda desk: accounts.unlink_person(desk.store, world.ids["张强"]))
    change(world, "邀请", "张强", "ZQ22334455")
    world.say("张强", "ZQ22334455")
    assert "2611-0001 整改中" in world.phones["张强"].last
    assert "已整改" in world.phones["张强"].labels()


def test_the_phones_language_is_kept_until_chosen_otherwise(world: World):
    change(world, "邀请", "王磊", "K7M2P4Q9RT")
    world.say("王磊", "hello", language="en-us")
    assert world.phones["王磊"].last.startswith("Hello, please send")
    world.say("王磊", "/lang", language="en-us")
    world.tap("王磊", "中文")
    world.say("王磊", "K7M2P4Q9RT", language="en-us")
    assert world.phones["王磊"].shown[-2].message.text == "✅ 王磊，欢迎加入北山矿业的啄木鸟计划！"


def test_before_any_admin_the_log_says_what_to_do_and_names_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    world = World(tmp_path / "empty.db", join=False)
    with caplog.at_level(logging.WARNING):
        world.say("王磊", "你好")
    world.close()
    assert "woodpecker invite --enterprise demo" in caplog.text
    assert "王磊" not in caplog.text
    assert "你好" not in caplog.text


def test_the_stranger_is_offered_to_share_the_phone_and_the_keyboard_goes_away(world: World):
    change(world, "邀请", "王磊", "K7M2P4Q9RT")
    world.photo("王磊")
    asked: Any = world.phones["王磊"].shown[-1].message
    assert asked.ask_phone == "发送我的手机号"
    assert "请把照片再发一次" in asked.text
    world.say("王磊", "K7M2P4Q9RT")
    assert world.phones["王磊"].shown[-2].message.drop_keyboard

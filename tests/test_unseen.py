"""Messages that leave nothing behind, and backups that are named to whoever reports without a name."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.desk import Desk
from handlers.message import Message
from handlers.unreachable import cut_off
from storage import claims, people, places, traces
from tests.world import HOUR, World
from woodpecker.words import Role

PROBLEM = "3号球磨机的安全销被人拆了"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "w.db")


def nameless(world: World, name: str = "王磊") -> str:
    """Reports without a name; returns what the phone shows then."""
    world.say(name, PROBLEM)
    world.tap(name, "署名")
    world.tap(name, "匿名（领取码）")
    world.tap(name, "提交")
    return world.phones[name].last


def count(world: World, table: str, where: str = "1 = 1") -> int:
    found: int = world.connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0]
    return found


def test_what_was_sent_unseen_is_gone_from_the_outbox(world: World):
    received = nameless(world)
    assert claims.in_text(received)[0]
    assert count(world, "outbox", "burn = 1") == 0
    assert count(world, "outbox", "chat = 'u1'") == count(world, "card", "chat = 'u1'") == 0


def test_a_chat_that_cannot_be_reached_keeps_no_code(world: World):
    def work(desk: Desk) -> None:
        desk.send_unseen("story", "u1", Message("K7M2-9QXD-4HTN"))
        cut_off(desk, "story", "u1", "blocked")

    world.transaction(work)
    assert count(world, "outbox") == 0


def test_a_backup_made_meanwhile_is_named(world: World):
    world.transaction(lambda desk: traces.note_backup(desk.store.tx, world.real - HOUR))
    world.say("王磊", PROBLEM)
    world.transaction(lambda desk: traces.note_backup(desk.store.tx, world.real))
    world.tap("王磊", "署名")
    world.tap("王磊", "匿名（领取码）")
    world.tap("王磊", "提交")
    last = world.phones["王磊"].last
    assert last.count("备份") == 3
    assert "⚠️ 11-02 10:32 刚好做过一次备份" in last


def test_without_a_backup_none_is_named(world: World):
    assert "备份" not in nameless(world)


def test_a_nameless_report_moves_no_usual_place(world: World):
    def usual(desk: Desk) -> list[str]:
        [wang] = people.by_name(desk.store, "王磊")
        return [place.name for place in places.likely(desk.store, wang.id, None)]

    first = world.transaction(usual)
    world.say("王磊", PROBLEM)
    world.tap("王磊", "地点")
    world.tap("王磊", "1号浮选机")
    world.tap("王磊", "署名")
    world.tap("王磊", "匿名（领取码）")
    world.tap("王磊", "提交")
    assert world.transaction(usual) == first


def test_two_codes_differ_and_only_their_hashes_are_kept(world: World):
    one, two = (claims.in_text(nameless(world, name))[0] for name in ("王磊", "周涛"))
    assert one != two
    kept = [h for (h,) in world.connection.execute("SELECT code_hash FROM claim")]
    assert len(kept) == 2
    assert all(len(h) == 64 and one not in h and two not in h for h in kept)


def test_a_stranger_with_a_code_leaves_no_account(world: World):
    code = claims.in_text(nameless(world))[0]
    accounts = count(world, "account")
    world.phone("路人")
    world.say("路人", f"领取码 {code}")
    assert world.phones["路人"].last.startswith("🙈 2611-0001")
    world.say("路人", "领取码 ABCD-EFGH-JKMN")
    assert world.phones["路人"].last.startswith("没有这个领取码")
    assert count(world, "account") == accounts


def test_only_somebody_who_has_joined_can_take_the_money(world: World):
    code = claims.in_text(nameless(world))[0]
    for name, label in (("李静", "受理"), ("李静", "C"), ("李静", "确认"), ("赵敏", "批准")):
        world.tap(name, label)
    world.phone("路人")
    world.say("路人", code)
    world.tap("路人", "领取奖励")
    assert "加入" in world.phones["路人"].last
    assert count(world, "ledger") == 0


@pytest.mark.parametrize(
    "role, said",
    [(Role.OFFICER, "您的岗位不领奖金"), (Role.UNION, "1 元")],
)
def test_who_earns_nothing_by_rule_redeems_nothing(world: World, role: Role, said: str):
    code = claims.in_text(nameless(world))[0]
    for name, label in (("李静", "受理"), ("李静", "C"), ("李静", "确认"), ("赵敏", "批准")):
        world.tap(name, label)
    world.transaction(lambda desk: people.set_roles(desk.store, world.ids["周涛"], role))
    world.say("周涛", code)
    world.tap("周涛", "领取奖励")
    assert (said in world.phones["周涛"].last) == (role is Role.OFFICER)
    assert ("确定领取" in world.phones["周涛"].labels()) == (role is not Role.OFFICER)


def test_a_parked_draft_does_not_come_back_at_that_very_moment(world: World):
    """It would say who was there when the nameless report came."""
    world.say("王磊", PROBLEM)
    world.tap("王磊", "署名")
    world.tap("王磊", "匿名（领取码）")
    world.connection.execute(
        "INSERT INTO draft (enterprise, person, purpose, text, sent_at, delivery, state, created_at, touched_at)"
        " SELECT enterprise, person, 'report', '别的', 0, '', 'parked', 0, 0 FROM draft"
    )
    world.tap("王磊", "提交")
    assert "别的" not in "".join(s.message.text for s in world.phones["王磊"].shown)
    assert count(world, "card", "chat = 'u1'") == 0


@pytest.mark.parametrize(
    "typed, code, rest",
    [
        ("k7m2-9qxd-4htn", "K7M2-9QXD-4HTN", ""),
        ("领取码 K7M2－9QXD－4HTN 北侧", "K7M2-9QXD-4HTN", "领取码 北侧"),
        ("领取码K7M2-9QXD-4HTN北侧", "K7M2-9QXD-4HTN", "领取码 北侧"),
        ("K7M2-9QXD", "", "K7M2-9QXD"),
        ("XK7M2-9QXD-4HTN", "", "XK7M2-9QXD-4HTN"),
        ("2611-0001", "", "2611-0001"),
    ],
)
def test_a_code_is_found_however_it_is_typed(typed: str, code: str, rest: str):
    assert claims.in_text(typed) == (code, rest)


@pytest.mark.parametrize(
    "typed",
    [
        "领取码 {plain}",
        "领取码 {spaced}",
        "claim {plain}",
        "{code}",
        "我的码是 {code}，北侧",
        "/claim {code}",
        "{lower}",
    ],
)
def test_a_code_opens_its_report_however_it_is_said(world: World, typed: str):
    code = claims.in_text(nameless(world))[0]
    plain, spaced = code.replace("-", ""), code.replace("-", " ")
    world.say("周涛", typed.format(code=code, plain=plain, spaced=spaced, lower=code.lower()))
    assert world.phones["周涛"].last.startswith("🙈 2611-0001")
    assert count(world, "draft") == 0


def test_a_pumps_number_that_looks_like_a_code_is_none(world: World):
    world.say("王磊", "3号球磨机旁的泵 PUMP-2345-ABCD 漏油")
    assert world.phones["王磊"].last.startswith("📝 上报草稿")

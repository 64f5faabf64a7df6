"""The draft at its edges: places, questions, two phones, waiting and coming back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers.drafting import DRAFT_CARDS
from handlers.message import Event
from storage import accounts, drafts, evidence, places
from tests.test_desk_worker_reporting import all_reports, data, draft, only
from tests.world import World
from woodpecker.words import Kind, Naming, Status


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "plant.db")
    yield world
    world.close()


def test_a_location_puts_the_nearest_place_first_and_may_answer_the_question(world: World):
    def coordinates(desk: Any) -> None:
        for place, at in zip(places.all(desk.store), ((40.0, 110.0), (40.1, 110.1)), strict=True):
            places.update(desk.store, place.id, latitude=at[0], longitude=at[1])

    world.transaction(coordinates)
    world.say("王磊", "漏油")
    world.tap("王磊", "提交")
    world.deliver(world.incoming("王磊", location=(40.09, 110.09)))
    assert "1. 选矿车间 · 1号浮选机" in world.phones["王磊"].last
    world.say("王磊", "1")
    assert only(world).place_text == "选矿车间 · 1号浮选机"
    assert only(world).latitude == 40.09


@pytest.mark.parametrize(
    "typed, place",
    [
        ("p02", "选矿车间 · 1号浮选机"),
        ("浮选机", "选矿车间 · 1号浮选机"),
        ("3号球磨机旁边", "磨矿车间 · 3号球磨机"),
        ("食堂门口", "食堂门口"),
        ("1", "磨矿车间 · 3号球磨机"),
        ("9", "9"),
    ],
)
def test_a_place_is_typed_as_number_code_name_or_free_words(world: World, typed: str, place: str):
    world.say("王磊", "漏油")
    world.tap("王磊", "提交")
    world.say("王磊", typed)
    assert only(world).place_text == place


def test_words_that_fit_several_places_are_asked_back_once(world: World):
    world.say("王磊", "漏油")
    world.tap("王磊", "提交")
    world.say("王磊", "车间")
    assert "「车间」是下面哪一个？" in world.phones["王磊"].last
    world.tap("王磊", "就用我写的")
    assert only(world).place_text == "车间"


def test_a_photo_while_the_place_is_asked_keeps_the_question(world: World):
    world.say("王磊", "漏油")
    world.tap("王磊", "提交")
    world.photo("王磊")
    assert "在哪里？" in world.phones["王磊"].last
    world.say("王磊", "这里的灯也坏了，而且地面不平，走过去要当心，昨天就有两个人差一点在这里摔倒了，真的要早点修好")
    assert "在哪里？" in world.phones["王磊"].last
    world.say("王磊", "食堂门口")
    assert only(world).place_text == "食堂门口"
    assert "早点修好" in only(world).text


def test_two_phones_of_one_person_share_the_draft(world: World):
    second = world.phone("王磊的平板")

    def link(desk: Any) -> None:
        account = accounts.touch(desk.store, world.platform, second.user, second.chat, "", "", world.now)
        accounts.link(desk.store, account.id, world.ids["王磊"])

    world.transaction(link)
    world.photo("王磊")
    world.say("王磊的平板", "3号球磨机漏油")
    assert "照片：1 张" in second.last
    assert world.phones["王磊"].last == second.last
    world.tap("王磊", "提交")
    assert only(world).text == "3号球磨机漏油"
    assert second.last == "📝 已提交：2611-0001"


def test_a_draft_that_lay_too_long_says_so_and_its_buttons_are_gone(world: World):
    world.say("王磊", "漏油")
    submit, ref = data(world, "王磊", "提交")
    now = draft(world)
    assert now is not None

    def expire(desk: Any) -> None:
        drafts.end(desk.store, now.id, "expired")
        desk.refresh(DRAFT_CARDS, now.id)

    world.transaction(expire)
    world.drain()
    assert world.phones["王磊"].last == "📝 草稿放了太久，已作废。要报请重新发。"
    world.tap_data("王磊", submit, ref)
    assert world.phones["王磊"].last == "这份草稿已经取消或过期，请重新发。"


def test_a_hidden_draft_keeps_its_settings(world: World):
    world.say("王磊", "1号浮选机没系安全带")
    for label in ("类型", "违章", "署名", "对处理人保密", "提交"):
        world.tap("王磊", label)
    report = only(world)
    assert (report.kind, report.naming, report.status) == (Kind.VIOLATION, Naming.HIDDEN, Status.REPORTED)
    assert report.reporter == world.ids["王磊"]


def test_reporting_waits_while_something_else_is_written_and_comes_back(world: World):
    world.say("王磊", "3号球磨机漏油")
    world.tap("王磊", "提交")
    world.say("王磊", "1号浮选机的灯坏了")
    world.tap("李静", "请补充")
    world.say("李静", "漏了多少？")
    world.tap("王磊", "补充")
    world.say("王磊", "半桶")
    world.tap("王磊", "提交", "补充 2611-0001")
    assert world.phones["王磊"].last.startswith("📝 上报草稿\n问题：1号浮选机的灯坏了")
    world.tap("王磊", "提交")
    assert [r.text for r in all_reports(world)] == ["1号浮选机的灯坏了", "3号球磨机漏油"]


def test_cancelling_leaves_nothing_and_a_typed_label_does_it_too(world: World):
    world.say("王磊", "漏油")
    world.say("王磊", "取消")
    assert draft(world) is None
    assert world.phones["王磊"].last == "已取消。随时可以重新发。"


def test_photos_and_voices_are_dropped_by_their_number(world: World):
    world.photo("王磊", count=2)
    world.voice("王磊")
    world.tap("王磊", "更多")
    world.tap("王磊", "删照片")
    world.tap("王磊", "第1张")
    world.tap("王磊", "第2张")
    now = draft(world)
    assert now is not None
    assert [e.kind for e in world.transaction(lambda desk: evidence.of_draft(desk.store, now.id))] == ["voice"]
    world.tap("王磊", "第3张")
    world.tap("王磊", "更多")
    world.tap("王磊", "删照片")
    assert world.phones["王磊"].last == "没有照片可删了。"


def test_a_voice_alone_is_asked_for_words(world: World):
    world.voice("王磊")
    world.tap("王磊", "提交")
    assert world.phones["王磊"].last == "语音收到了，再写一句话，好让整改的人看明白。"


def test_an_old_question_never_swallows_a_new_report(world: World):
    world.say("王磊", "漏油")
    world.tap("王磊", "提交")
    world.tap("王磊", "返回")
    world.tap("王磊", "取消")
    world.say("王磊", "灯坏了")
    now = draft(world)
    assert now is not None
    assert (now.text, now.place_text) == ("灯坏了", "")


def test_taps_keep_working_when_the_card_is_unknown(world: World):
    world.say("王磊", "3号球磨机漏油")
    now = draft(world)
    assert now is not None
    world.deliver(world.incoming("王磊", event=Event.TAP, tap=f"dsend:{now.id}", message_ref="gone"))
    assert only(world).text == "3号球磨机漏油"


def test_the_sentence_that_was_asked_for_can_be_changed_afterwards(world: World):
    world.photo("王磊")
    world.tap("王磊", "提交")
    world.say("王磊", "3号球磨机漏油", message_ref="m-asked")
    world.say("王磊", "3号球磨机漏水", message_ref="m-asked", edited=True)
    assert only(world).text == "3号球磨机漏水"


def test_a_photo_with_a_captioned_command_is_not_lost(world: World):
    world.photo("王磊", "好的")
    world.photo("王磊", "我的")
    now = draft(world)
    assert now is not None
    assert now.text == "好的\n我的"
    assert "照片：2 张" in world.phones["王磊"].last
    world.photo("周涛", "危险")
    assert "照片：1 张" in world.phones["周涛"].last


def test_the_word_before_a_report_only_says_what_it_is(world: World):
    world.say("王磊", "上报 3号球磨机漏油")
    now = draft(world)
    assert now is not None
    assert now.text == "3号球磨机漏油"


def test_a_location_is_answered_each_time(world: World):
    world.deliver(world.incoming("王磊", location=(40.0, 110.0)))
    assert "位置：已收到" in world.phones["王磊"].last
    world.deliver(world.incoming("王磊", location=(40.0, 110.0)))
    assert world.phones["王磊"].last == "位置已经记下了。"

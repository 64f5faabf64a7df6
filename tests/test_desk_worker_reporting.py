"""Reporting at its edges: doubles, forgeries, changes, late photos, who was first, two phones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers import drafting
from handlers.message import Media, MediaKind
from storage import drafts, evidence, history, mine
from tests.world import HOUR, World
from woodpecker.reports import Report
from woodpecker.words import Action, Kind, Naming


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "plant.db")
    yield world
    world.close()


def all_reports(world: World) -> list[Report]:
    return world.transaction(lambda desk: mine.brought(desk.store, world.ids["王磊"], 50))


def only(world: World) -> Report:
    (report,) = all_reports(world)
    return report


def draft(world: World, name: str = "王磊") -> drafts.Draft | None:
    return world.transaction(lambda desk: drafts.open_of(desk.store, world.ids[name]))


def data(world: World, name: str, label: str) -> tuple[str, str]:
    """What the newest button of a label carries, and the message it stands under."""
    for shown in reversed(world.phones[name].shown):
        for row in shown.message.buttons:
            for button in row:
                if button.label == label:
                    return button.data, shown.ref
    raise AssertionError(label)


def photo(sha: str = "a" * 64, **more: Any) -> tuple[Media, ...]:
    return (Media(MediaKind.PHOTO, "f", 1000, "image/jpeg", sha, thumb=sha, **more),)


def test_the_same_tap_twice_makes_one_report(world: World):
    world.say("王磊", "3号球磨机漏油")
    submit, ref = data(world, "王磊", "提交")
    world.tap_data("王磊", submit, ref)
    world.tap_data("王磊", submit, ref)
    assert only(world).number == "2611-0001"
    assert world.phones["王磊"].last == "已经提交过了：2611-0001，不会重复。"


@pytest.mark.parametrize("verb", [*drafting.TAPS, "dsend", "dplace", "dkind", "dname", "dmore", "dback", "dfound",
                                  "ddrop", "dtext", "anssend", "resend", "other", "fsend"])  # fmt: skip
def test_nobody_touches_the_draft_of_somebody_else(world: World, verb: str):
    world.say("王磊", "3号球磨机漏油")
    before = draft(world)
    assert before is not None
    for argument in ("", "::violation", "::hidden", "::p1", "::now"):
        world.tap_data("周涛", f"{verb}:{before.id}{argument}")
        assert world.phones["周涛"].last == "没有找到这份草稿。"
    assert draft(world) == before
    assert all_reports(world) == []


@pytest.mark.parametrize(
    "data, answer",
    [
        ("dplace:1::p999", "没有这个地点，请重新选。"),
        ("dplace:1::p1e9", "没有这个地点，请重新选。"),
        ("dplace:1::typed", "没有这个地点，请重新选。"),
        ("dsend:77", "没有找到这份草稿。"),
        ("fsend:1", "没有找到这份草稿。"),
        ("undo:1", "没有找到这条上报。"),
        ("case:999999999999999999", "没有找到这条上报。"),
        ("page:2::0", "没有找到这条上报。"),
        ("page:1::-1", "没有找到这条上报。"),
        ("answer:1", "没有找到这条上报。"),
        ("notfine:1", "没有找到这条上报。"),
    ],
)
def test_forged_buttons_are_answered_and_change_nothing(world: World, data: str, answer: str):
    world.say("王磊", "漏油")
    before = draft(world)
    world.tap_data("王磊", data)
    assert world.phones["王磊"].last == answer
    assert draft(world) == before


def test_a_way_of_signing_or_a_kind_that_is_none_is_not_taken(world: World):
    world.say("王磊", "漏油")
    world.tap_data("王磊", "dname:1::nobody")
    world.tap_data("王磊", "dkind:1::theft")
    now = draft(world)
    assert now is not None
    assert (now.naming, now.kind) == (Naming.SHOWN, Kind.HAZARD)


def test_a_changed_message_changes_the_draft_then_the_report_then_nothing(world: World):
    world.say("王磊", "3号球磨机漏油", message_ref="m-first")
    world.say("王磊", "很滑", message_ref="m-second")
    world.say("王磊", "3号球磨机漏水", message_ref="m-first", edited=True)
    now = draft(world)
    assert now is not None
    assert now.text == "3号球磨机漏水\n很滑"
    world.tap("王磊", "提交")
    world.say("王磊", "很滑，摔过人", message_ref="m-second", edited=True)
    report = only(world)
    assert report.text == "3号球磨机漏水\n很滑，摔过人"
    assert world.phones["王磊"].last == "2611-0001 已按您的修改更新。"
    events = world.transaction(lambda desk: history.of_report(desk.store, report.id))
    assert [e.action for e in events] == [Action.SUBMIT, Action.EDIT]
    assert "很滑，摔过人" in world.phones["李静"].last
    world.tap("李静", "受理")
    world.tap("李静", "C")
    world.tap("李静", "确认")
    world.say("王磊", "不滑", message_ref="m-second", edited=True)
    assert world.phones["王磊"].last == "安全员已经在处理，改不了了。要补充，请告诉安全员。"
    assert only(world).text == "3号球磨机漏水\n很滑，摔过人"


def test_a_changed_caption_does_not_double_its_photo(world: World):
    world.deliver(world.incoming("王磊", text="漏油", media=photo(), message_ref="m1"))
    world.deliver(world.incoming("王磊", text="漏水", media=photo(), message_ref="m1", edited=True))
    now = draft(world)
    assert now is not None
    assert now.text == "漏水"
    assert len(world.transaction(lambda desk: evidence.of_draft(desk.store, now.id))) == 1


def test_a_change_of_what_nobody_knows_is_answered(world: World):
    world.say("王磊", "早上的话", edited=True, message_ref="old")
    assert world.phones["王磊"].last == "没找到这条消息对应的上报。要补充，请直接再发一条。"
    assert draft(world) is None


def test_a_photo_of_the_album_that_comes_after_submitting_joins_the_report(world: World):
    world.deliver(world.incoming("王磊", text="3号球磨机漏油", media=photo(), album="A1"))
    world.advance(HOUR // 60)
    world.tap("王磊", "提交")
    world.deliver(world.incoming("王磊", media=photo("b" * 64), album="A1"))
    assert world.phones["王磊"].last == "照片已补到 2611-0001。"
    report = only(world)
    pieces = world.transaction(lambda desk: evidence.of_report(desk.store, report.id))
    assert [p.stage for p in pieces] == ["before", "before"]
    assert draft(world) is None


def test_the_time_of_the_newest_words_decides_who_was_first(world: World):
    start = world.now
    world.say("王磊", "3号球磨机漏油", sent_at=start - 3 * HOUR)
    world.deliver(world.incoming("王磊", media=photo(), sent_at=start - 2 * HOUR))
    delivery = f"{world.deliveries:06d}"
    world.tap("王磊", "类型")
    world.tap("王磊", "隐患")
    world.tap("王磊", "提交")
    report = only(world)
    assert (report.found_at, report.sent_at, report.delivery) == (start - 3 * HOUR, start - 2 * HOUR, delivery)
    assert report.submitted_at > start


def test_texts_end_at_two_thousand_characters(world: World):
    world.say("王磊", "漏" * 2000)
    assert len(world.phones["王磊"].last) < 300
    world.say("王磊", "油")
    assert world.phones["王磊"].last == "文字太长了，最多 2000 字。请挑要紧的说。"
    now = draft(world)
    assert now is not None
    assert len(now.text) == 2000


@pytest.mark.parametrize(
    "said, answer",
    [
        ({"unknown": "sticker"}, "这个我看不懂。请发照片、语音、位置，或一句话。"),
        ({}, "这个我看不懂。请发照片、语音、位置，或一句话。"),
        ({"foreign_contact": True}, "您已经加入了，不用再发号码。"),
        ({"phone": "13800001111"}, "您已经加入了，不用再发号码。"),
    ],
)
def test_what_is_no_content_gets_a_line_and_no_draft(world: World, said: dict[str, Any], answer: str):
    world.deliver(world.incoming("王磊", **said))
    assert world.phones["王磊"].last == answer
    assert draft(world) is None

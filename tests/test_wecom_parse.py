"""What WeCom calls back with, in our words; what is not for us is ignored."""

from __future__ import annotations

from typing import Any

import pytest

from bot.platforms.wecom.parse import delivery, parse
from bot.platforms.wecom.xml import read
from handlers.message import Event, Incoming, Media, MediaKind
from tests.fakes.wecom_push import inner

NOW = 1_795_000_000_123
SENT = 1_794_999_998


def told(kind: str, **content: Any) -> dict[str, Any]:
    number = {} if kind == "event" else {"MsgId": "7345678901234567890"}
    common = {"ToUserName": "wwcorp", "FromUserName": "ZhangSan", "CreateTime": SENT, "AgentID": 1000002}
    return read(inner({**common, "MsgType": kind, **content, **number}))


def parsed(kind: str, **content: Any) -> Incoming | None:
    found = delivery(1, told(kind, **content), NOW)
    assert found is not None
    return parse(found.raw)


def test_words() -> None:
    found = parsed("text", Content="3号车间护栏松动\n<b>很危险</b>")
    assert found == Incoming(
        "wecom", "zhangsan", "zhangsan", "7345678901234567890", SENT * 1000,
        text="3号车间护栏松动\n<b>很危险</b>", alone=True, message_ref="7345678901234567890",
    )  # fmt: skip


@pytest.mark.parametrize(
    "kind, content, media",
    [
        ("image", {"PicUrl": "https://x/0", "MediaId": "m"}, Media(MediaKind.PHOTO, "m", mime="image/jpeg")),
        ("voice", {"Format": "amr", "MediaId": "m"}, Media(MediaKind.VOICE, "m", mime="audio/amr")),
        ("video", {"ThumbMediaId": "t", "MediaId": "m"}, Media(MediaKind.VIDEO, "m", mime="video/mp4")),
        ("file", {"FileName": "现场.JPG", "MediaId": "m"}, Media(MediaKind.PHOTO, "m")),
        ("file", {"FileName": "a.mp4", "MediaId": "m"}, Media(MediaKind.VIDEO, "m")),
        ("file", {"FileName": "表.xlsx", "MediaId": "m"}, Media(MediaKind.FILE, "m")),
        ("file", {"MediaId": "m"}, Media(MediaKind.FILE, "m")),
    ],
)
def test_media(kind: str, content: dict[str, str], media: Media) -> None:
    found = parsed(kind, **content)
    assert found is not None
    assert found.media == (media,)
    assert found.alone
    assert found.text == ""


def test_a_place_is_latitude_first() -> None:
    found = parsed("location", Location_X="23.134", Location_Y="113.358", Scale=20, Label="广州市")
    assert found is not None
    assert found.location == (23.134, 113.358)
    picked = parsed(
        "event", Event="location_select", SendLocationInfo={"Location_X": "23", "Location_Y": "113", "Scale": "15"}
    )
    assert picked is not None
    assert picked.location == (23.0, 113.0)
    nowhere = parsed("location", Location_X="x", Location_Y="")
    assert nowhere is not None
    assert nowhere.location is None


def test_a_link_is_its_words() -> None:
    found = parsed("link", Title="安全通报", Description="", Url="https://x.example/1", PicUrl="")
    assert found is not None
    assert found.text == "安全通报\nhttps://x.example/1"


def test_a_tap_has_the_time_of_its_receipt_and_the_person_who_tapped() -> None:
    found = parsed(
        "event", Event="template_card_event", EventKey="adm:42:50", TaskId="t1", CardType="button_interaction",
        ResponseCode="RC", SelectedItems={"SelectedItem": {"QuestionKey": "q", "OptionIds": {"OptionId": "50"}}},
    )  # fmt: skip
    assert found is not None
    assert (found.event, found.tap, found.message_ref, found.account) == (Event.TAP, "adm:42:50", "t1", "zhangsan")
    assert found.sent_at == NOW
    assert parsed("event", Event="template_card_event", EventKey="", TaskId="t1") is None


@pytest.mark.parametrize(
    "content, text",
    [
        ({"Event": "click", "EventKey": "/todo"}, "/todo"),
        ({"Event": "CLICK", "EventKey": "todo"}, "/todo"),
        ({"Event": "scancode_push", "ScanCodeInfo": {"ScanType": "qrcode", "ScanResult": "P01"}}, "/start P01"),
        ({"Event": "scancode_waitmsg", "ScanCodeInfo": {"ScanResult": "https://t.me/x?start=P-7"}}, "/start P-7"),
    ],
)
def test_menu_and_scans_are_commands(content: dict[str, Any], text: str) -> None:
    found = parsed("event", **content)
    assert found is not None
    assert (found.event, found.text) == (Event.MESSAGE, text)


@pytest.mark.parametrize(
    "event, ours",
    [("subscribe", Event.ENTERED), ("enter_agent", Event.ENTERED), ("unsubscribe", Event.BLOCKED)],
)
def test_coming_and_going(event: str, ours: Event) -> None:
    found = parsed("event", Event=event, EventKey="")
    assert found is not None
    assert (found.event, found.chat) == (ours, "zhangsan")


@pytest.mark.parametrize(
    "kind, content",
    [
        ("event", {"Event": "LOCATION", "Latitude": "23.1", "Longitude": "113.3"}),  # nobody asked where people are
        ("event", {"Event": "view", "EventKey": "https://x"}),
        ("event", {"Event": "pic_sysphoto", "SendPicsInfo": {"Count": 1}}),
        ("event", {"Event": "pic_photo_or_album"}),
        ("event", {"Event": "pic_weixin"}),
        ("event", {"Event": "change_contact", "ChangeType": "update_user"}),
        ("event", {"Event": "made_up_next_year"}),
        ("event", {}),
        ("made_up", {"Content": "x"}),
        ("", {}),
    ],
)
def test_the_rest_is_ignored(kind: str, content: dict[str, Any]) -> None:
    assert parsed(kind, **content) is None


def test_a_repeat_has_the_same_key_and_two_taps_have_not() -> None:
    def key(one: dict[str, Any]) -> str:
        found = delivery(1, one, NOW)
        assert found is not None
        return found.key

    tap = {"Event": "template_card_event", "TaskId": "t", "EventKey": "a:1", "ResponseCode": "R1"}
    assert key(told("event", **tap)) == key(told("event", **tap))
    chosen = {"SelectedItems": answers(("pick", ["a:1"]))}
    others = [tap, {**tap, **chosen}, {**tap, "EventKey": "b:1"}, {**tap, "ResponseCode": "R2"}, {**tap, "TaskId": "u"}]
    assert len({key(told("event", **one)) for one in others}) == 5
    assert key(told("text", Content="x")) == key(told("text", Content="y")) == "7345678901234567890"
    upper = {**told("event", Event="enter_agent"), "FromUserName": "ZHANGSAN"}
    assert key(upper) == key(told("event", Event="enter_agent"))


@pytest.mark.parametrize("who", ["", "sys"])
def test_what_nobody_sent_is_no_delivery(who: str) -> None:
    assert delivery(1, {**told("event", Event="change_contact"), "FromUserName": who}, NOW) is None


def test_nonsense_inside_is_no_trouble() -> None:
    for odd in ({"SendLocationInfo": "x"}, {"ScanCodeInfo": "x"}, {"EventKey": {"a": "b"}}, {"Event": ["a", "b"]}):
        for event in ("location_select", "scancode_push", "click", "template_card_event"):
            parsed("event", **{"Event": event, **odd})


def answers(*questions):
    """The answers of a card as they come: one element, or several of the same name."""
    items = [{"QuestionKey": q, "OptionIds": {"OptionId": ids if len(ids) != 1 else ids[0]}} for q, ids in questions]
    return {"SelectedItem": items if len(items) != 1 else items[0]}


@pytest.mark.parametrize(
    "chosen, tap",
    [
        (answers(("pick", ["dplace:7::p9"])), "dplace:7::p9"),
        (answers(("pick", [])), "pick:0"),
        (answers(("pick", ["a:1", "b:2"])), "a:1"),
        (answers(("other", ["a:1"])), "pick:0"),
        (answers(("other", ["x:1"]), ("pick", ["a:1"])), "a:1"),
        ({}, "pick:0"),
        ("", "pick:0"),
        ({"SelectedItem": "words"}, "pick:0"),
        ({"SelectedItem": {"QuestionKey": "pick", "OptionIds": {"OptionId": {"deep": "er"}}}}, "pick:0"),
        ({"SelectedItem": {"QuestionKey": "pick", "OptionIds": "a:1"}}, "pick:0"),
        ({"SelectedItem": {"OptionIds": {"OptionId": "a:1"}}}, "pick:0"),
    ],
)
def test_what_was_ticked_in_a_list_is_the_tap(chosen, tap):
    more = {"TaskId": "v1", "EventKey": "pick:0", "CardType": "vote_interaction", "SelectedItems": chosen}
    found = parsed("event", Event="template_card_event", **more)
    assert (found.event, found.tap, found.message_ref) == (Event.TAP, tap, "v1")


def test_what_was_chosen_beside_a_button_comes_with_the_tap():
    items = answers(("set:vl:1:2:C", ["vl:1:2:A"]), ("set:vo:1:2:4", ["vo:1:2:4"]))
    found = parsed("event", Event="template_card_event", TaskId="w1", EventKey="vc:1:2:x", SelectedItems=items)
    assert (found.tap, found.chosen) == ("vc:1:2:x", ("vl:1:2:A",))
    assert parsed("event", Event="template_card_event", TaskId="w1", EventKey="vc:1:2:x").chosen == ()

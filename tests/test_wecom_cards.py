"""What a card of ours looks like on WeCom."""

import pytest

from bot.platforms.wecom.cards import APP, BOT, card, fits, several
from handlers.message import Button, Message

SHORT = "2611-0001 待核实 · 2号破碎机 · 08:05\n护栏松动，有坠落危险"
BUTTONS = ((Button("受理", "adm:1:2"), Button("驳回", "rej:1:2")), (Button("问一下", "ask:1:2"),))


def test_a_card_with_buttons():
    assert card(Message(SHORT, BUTTONS), "o7-ab") == {
        "card_type": "button_interaction",
        "main_title": {"title": "2611-0001 待核实 · 2号破碎机 · 08:05"},
        "sub_title_text": "护栏松动，有坠落危险",
        "task_id": "o7-ab",
        "button_list": [
            {"text": "受理", "style": 1, "key": "adm:1:2"},
            {"text": "驳回", "style": 2, "key": "rej:1:2"},
            {"text": "问一下", "style": 2, "key": "ask:1:2"},
        ],
    }


def test_without_buttons_a_grey_one_says_why():
    shown = card(Message("李静 已受理", spent="已处理"), "t")
    assert shown["replace_text"] == "已处理"
    assert shown["main_title"] == {"title": "李静 已受理"}
    assert "sub_title_text" not in shown


@pytest.mark.parametrize("limits", [APP, BOT])
def test_nothing_is_longer_than_the_phone_shows(limits):
    text = "很长的一句话" * 20 + "\n地点：2号破碎机\n类型：一般隐患\n" + "看不到尽头的描述" * 40
    shown = card(Message(text, ((Button("一二三四五六七八九十十一", "a:1"),),)), "t", limits)
    assert len(shown["main_title"]["title"]) == limits.title
    assert len(shown["sub_title_text"]) <= limits.body
    assert shown["horizontal_content_list"] == [
        {"keyname": "地点", "value": "2号破碎机"},
        {"keyname": "类型", "value": "一般隐患"},
    ]
    assert len(shown["button_list"][0]["text"]) == 10
    assert not fits(Message(text), limits)


@pytest.mark.parametrize(
    "line, title, more",
    [
        ("🆕 2611-0001 待核实 · 磨矿车间 · 3号球磨机 · 10:32", "🆕 2611-0001 待核实 · 磨矿车间 · 3号球磨机", "10:32"),
        (
            "✅ 已收到 2611-0001：照片 1 张，文字 13 字。安全员将在 24 小时内核实。",
            "✅ 已收到 2611-0001：照片 1 张，文字 13 字。",
            "安全员将在 24 小时内核实。",
        ),
        (
            "💰 2026年四季度“啄木鸟”标兵 BB26Q4-01 奖励 1,000.00 元已批准",
            "💰 2026年四季度“啄木鸟”标兵 BB26Q4-01 奖励",
            "1,000.00 元已批准",
        ),
        ("a" * 40, "a" * 36, "a" * 4),
    ],
)
def test_a_long_heading_breaks_at_a_border(line, title, more):
    assert card(Message(line, BUTTONS), "t")["main_title"] == {"title": title, "desc": more}


def test_facts_become_rows_only_where_that_is_needed():
    assert "horizontal_content_list" not in card(Message("一\n地点：2号破碎机", BUTTONS), "t")
    lines = [f"事实{n}：{'值' * 30}" for n in range(6)]
    text = "\n".join(["题目", *lines])
    shown = card(Message(text, BUTTONS), "t")
    assert len(shown["horizontal_content_list"]) == 6
    assert fits(Message(text))
    assert not fits(Message(text + "\n" + "多" * 161))


def test_a_long_first_sentence_goes_on_below():
    shown = card(Message("字" * 100, BUTTONS), "t")
    assert shown["main_title"] == {"title": "字" * 36}
    assert shown["sub_title_text"] == "字" * 64


def test_no_two_buttons_have_the_same_key_and_there_are_six_at_most():
    twice = (Button("甲", "a:1"), Button("乙", "a:1"))
    assert len(card(Message("x", (twice,)), "t")["button_list"]) == 1
    many = tuple(Button(str(n), f"v:{n}") for n in range(14))
    assert [len(card(m, "t")["button_list"]) for m in several(Message("x", (many,)))] == [6, 6, 2]
    assert several(Message(SHORT, BUTTONS)) == [Message(SHORT, BUTTONS)]


def test_an_empty_text_still_makes_a_card():
    assert card(Message("", BUTTONS), "t")["main_title"]["title"] == "…"

"""What a card of ours looks like on WeCom."""

import pytest

from bot.platforms.wecom.cards import APP, BOT, KEYS, LIST, card, chosen, fits, headed, kind, several, takes
from handlers.message import Button, Message, Select, from_body, to_body
from tests.fakes.wecom_choices import wrong_choices

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
def test_what_was_decided_is_read_however_long_the_rest_is(limits):
    text = "奖励 90.00 元 · 2611-0001\n" + "破碎机还在转的时候发现的。\n" * 20 + "✅ 刘洋已放行"
    body = card(Message(text, spent="已处理"), "t", limits)["sub_title_text"]
    assert body.endswith("…\n✅ 刘洋已放行")
    assert len(body) <= limits.body


@pytest.mark.parametrize(
    "written, shown",
    [
        ("Five points", "Five points"),
        ("Twenty-one letters are", "Twenty-one letters…"),
        ("申请延期（最多两次）", "申请延期（最多两次）"),
        ("申请延期（最多只能两次）", "申请延期（最多只能…"),
    ],
)
def test_a_button_holds_ten_characters_or_twenty_letters(written, shown):
    made = card(Message("x", ((Button(written, "a:1"),),)), "t")
    assert made["button_list"][0]["text"] == shown


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


def test_no_two_buttons_have_the_same_key():
    twice = (Button("甲", "a:1"), Button("乙", "a:1"))
    assert len(card(Message("x", (twice,)), "t")["button_list"]) == 1


def many(count):
    return (tuple(Button(f"{n}号皮带", f"v:{n}") for n in range(count)),)


@pytest.mark.parametrize(
    "count, kinds, sizes",
    [(1, KEYS, [1]), (6, KEYS, [6]), (7, LIST, [7]), (20, LIST, [20]), (21, LIST, [20, 1]), (50, LIST, [20, 20, 10])],
)
def test_more_buttons_than_a_card_holds_are_a_list(count, kinds, sizes):
    message = Message("草稿\n在哪里？", many(count), submit="确定")
    made = [card(one, f"{kind(one)}1") for one in several(message)]
    assert kind(message) == kinds
    assert [len(one.get("button_list") or one["checkbox"]["option_list"]) for one in made] == sizes
    assert all(wrong_choices(one, new=True) is None for one in made)
    keys = [o.get("key") or o["id"] for c in made for o in c.get("button_list") or c["checkbox"]["option_list"]]
    assert keys == [f"v:{n}" for n in range(count)]


def test_a_list_of_one_question():
    assert card(Message("草稿\n在哪里？", many(7), submit="确定"), "v1") == {
        "card_type": "vote_interaction",
        "main_title": {"title": "草稿", "desc": "在哪里？"},
        "task_id": "v1",
        "checkbox": {
            "question_key": "pick",
            "mode": 0,
            "option_list": [{"id": f"v:{n}", "text": f"{n}号皮带"} for n in range(7)],
        },
        "submit_button": {"text": "确定", "key": "pick:0"},
    }


def test_a_list_that_is_over_is_locked():
    shown = card(Message("✅ 已收到", spent="见下方"), "v1")
    assert shown["checkbox"] == {
        "question_key": "pick", "mode": 0, "disable": True, "option_list": [{"id": "-", "text": "见下方"}]
    }  # fmt: skip
    assert shown["replace_text"] == "见下方"
    assert wrong_choices(shown, new=False) is None


@pytest.mark.parametrize(
    "text, brief, heading, whole",
    [
        ("草稿", "", {"title": "草稿"}, True),
        ("草稿\n在哪里？", "", {"title": "草稿", "desc": "在哪里？"}, True),
        ("草稿\n问题：护栏\n在哪里？", "", {"title": "草稿", "desc": "在哪里？"}, False),
        ("草稿\n问题：护栏\n在哪里？", "草稿\n在哪里？", {"title": "草稿", "desc": "在哪里？"}, True),
        ("长" * 40 + "\n在哪里？", "", {"title": "长" * 35 + "…", "desc": "在哪里？"}, False),
        ("题" * 40, "", {"title": "题" * 36, "desc": "题" * 4}, True),
        ("", "", {"title": "…"}, True),
    ],
)
def test_a_list_shows_two_lines(text, brief, heading, whole):
    message = Message(text, many(7), brief=brief)
    assert card(headed(message), "v1")["main_title"] == heading
    assert fits(message) == whole


@pytest.mark.parametrize(
    "task, buttons, taken",
    [("w1", 3, True), ("w1", 7, False), ("v1", 7, True), ("v1", 3, False), ("w1", 0, True), ("v1", 0, True)],
)
def test_a_card_stays_of_its_kind(task, buttons, taken):
    assert takes(task, Message("x", many(buttons) if buttons else ())) == taken


def test_an_empty_text_still_makes_a_card():
    assert card(Message("", BUTTONS), "t")["main_title"]["title"] == "…"


def level(count=3, shown="vl:1:2:0"):
    return Select("等级", tuple(Button(f"{n}级", f"vl:1:2:{n}") for n in range(count)), shown)


@pytest.mark.parametrize("count", [1, 3, 10])
def test_a_drop_down_beside_the_buttons(count):
    shown = card(Message(SHORT, BUTTONS, select=level(count)), "w1")
    assert shown["button_selection"] == {
        "question_key": "set:vl:1:2:0",
        "title": "等级",
        "option_list": [{"id": f"vl:1:2:{n}", "text": f"{n}级"} for n in range(count)],
        "selected_id": "vl:1:2:0",
    }
    assert shown["sub_title_text"]
    assert len(shown["button_list"]) == 3
    assert wrong_choices(shown, new=True) is None


def test_a_drop_down_is_locked_with_its_buttons():
    shown = card(Message(SHORT, select=level(), spent="见下方"), "w1")
    assert shown["button_selection"]["disable"] is True
    assert shown["replace_text"] == "见下方"
    assert wrong_choices(shown, new=False) is None


def test_a_list_has_no_room_for_a_drop_down():
    shown = card(Message("草稿", many(7), select=level()), "v1")
    assert "button_selection" not in shown
    assert wrong_choices(shown, new=True) is None


def broken(**changes):
    box = {**card(Message(SHORT, BUTTONS, select=level()), "w1")["button_selection"], **changes}
    return {**card(Message(SHORT, BUTTONS), "w1"), "button_selection": box}


@pytest.mark.parametrize(
    "shown, code",
    [
        (broken(question_key=""), 42043),
        (broken(question_key="x" * 1025), 42043),
        (broken(option_list=[], selected_id=""), 40058),
        (broken(option_list=[{"id": "vl:1:2:0", "text": "A"}] * 11), 42037),
        (broken(option_list=[{"id": "vl:1:2:0", "text": "A"}] * 2), 42040),
        (broken(option_list=[{"id": "vl:1:2:0", "text": ""}]), 42041),
        (broken(option_list=[{"id": "x" * 129, "text": "A"}], selected_id="x" * 129), 42040),
        (broken(selected_id="elsewhere"), 40058),
        (broken(disable=True), 40058),
    ],
)
def test_the_fakes_refuse_what_wecom_would(shown, code):
    assert (wrong_choices(shown, new=True) or (0, ""))[0] == code


@pytest.mark.parametrize(
    "questions, data",
    [
        ([("set:vl:1:2:0", ["vl:1:2:1"])], ("vl:1:2:1",)),
        ([("set:vl:1:2:0", ["vl:1:2:0"])], ()),
        ([("set:vl:1:2:0", [])], ()),
        ([("pick", ["vl:1:2:1"])], ()),
        ([("elsewhere", ["vl:1:2:1"])], ()),
        ([("set:", ["a:1"]), ("set:b:1", ["b:2", "b:3"])], ("a:1", "b:2")),
    ],
)
def test_what_was_chosen_instead_of_what_was_shown(questions, data):
    assert chosen(questions) == data


def test_a_drop_down_survives_the_outbox():
    message = Message(SHORT, BUTTONS, select=level())
    assert from_body(to_body(message)) == message
    assert "select" not in to_body(Message(SHORT, BUTTONS))

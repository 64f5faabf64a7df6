"""How a phone's screen is compared with the story: what counts as the same, and how a difference is written."""

from __future__ import annotations

import pytest

from handlers.message import Message
from tests.carried import OnScreen
from tests.carriers.base import Look
from tests.platform_screens import differences, told

CARD = [
    "  → 李静  🆕 2611-0001 待核实 · 磨矿车间 · 3号球磨机",
    "      防护罩没装",
    "      地点：磨矿车间",
    "      [受理]  [驳回]",
]
TITLE, PLACE = ("🆕 2611-0001 待核实 · 磨矿车间", "3号球磨机"), ("地点：磨矿车间",)
BUTTONS = ("[受理]", "[驳回]")


def seen(look: Look, before: Look | None = None, phone: str = "李静") -> OnScreen:
    """A look that came, or that another one has become."""
    return OnScreen(phone, Message(look.text), before is not None, look, before)


SAME = [
    (CARD, [Look("1", (*TITLE, "防护罩没装"), PLACE, controls=BUTTONS)]),
    (CARD, [Look("1", (*TITLE, "防护罩没装", *PLACE), controls=BUTTONS)]),
    (["  → 李静  📷📷合成一张", "      现场照片"], [Look("1", media="📷📷合成一张"), Look("2", ("现场照片",))]),
    (["  → 李静  📷📷"], [Look("1", media="📷"), Look("2", media="📷")]),
    (["  → 李静  好的", "  (李静: 已受理。)"], [Look("1", ("好的",))]),
    (["  (李静: 慢了一步。)"], [Look("1", ("慢了一步。",))]),
    ([], []),
]


@pytest.mark.parametrize("story, looks", SAME)
def test_what_is_the_same_is_not_written(story, looks):
    assert differences(told(story), [seen(look) for look in looks], [], splits=True) == []


OTHERWISE = [
    (CARD, [Look("1", (*TITLE, "防护罩没…"), PLACE, controls=BUTTONS)],
     ["  → 李静  🆕 2611-0001 待核实 · 磨矿车间", "      3号球磨机", "      防护罩没…", "      地点：磨矿车间",
      "      [受理]  [驳回]"]),
    (CARD, [Look("1", (*TITLE, "防护罩没装"), PLACE, controls=BUTTONS[:1])],
     ["  → 李静  ≡ 🆕 2611-0001 待核实 · 磨矿车间", "      [受理]"]),
    (CARD, [Look("1", (*TITLE, "防护罩没装"), PLACE, grey="见下方")],
     ["  → 李静  ≡ 🆕 2611-0001 待核实 · 磨矿车间", "      ‹见下方›"]),
    (CARD, [Look("1", (*TITLE, "防护罩没装"), PLACE)], ["  → 李静  ≡ 🆕 2611-0001 待核实 · 磨矿车间", "      ‹›"]),
    (CARD, [Look("1", (*TITLE, "防护罩没装", *PLACE)), Look("2", TITLE, controls=BUTTONS)],
     ["  → 李静  ≡¶ 🆕 2611-0001 待核实 · 磨矿车间"]),
    (CARD, [Look("1", (*TITLE, "防护罩没装", *PLACE)), Look("2", TITLE, controls=("☐ 受理 | 驳回",))],
     ["  → 李静  ≡¶ 🆕 2611-0001 待核实 · 磨矿车间", "      ☐ 受理 | 驳回"]),
    (CARD, [], ["  ✗ 李静"]),
    (["  ✎ 李静  好的"], [], ["  ✗ ✎ 李静"]),
    (["  → 李静  好的", "  ✎ 李静  已受理"], [Look("1", ("好的",))], ["  ✗ ✎ 李静"]),
    (["  (李静: 已受理。)"], [], ["  ✗ 李静"]),
    ([], [Look("1", ("谁叫你说的",))], ["  → 李静  谁叫你说的"]),
]  # fmt: skip


@pytest.mark.parametrize("story, looks, written", OTHERWISE)
def test_a_difference_is_written(story, looks, written):
    assert differences(told(story), [seen(look) for look in looks], [], splits=True) == written


def test_a_card_that_comes_below_leaves_a_grey_one():
    old = Look("1", ("📝 上报草稿", "问题：漏油"), controls=("[提交]",))
    grey = Look("1", old.lines, grey="见下方")
    new = Look("2", ("📝 上报草稿", "问题：漏油了"), controls=("[提交]",))
    story = told(["  ✎ 李静  📝 上报草稿", "      问题：漏油了", "      [提交]"])
    assert differences(story, [seen(grey, old), seen(new)], [], splits=True) == [
        "  ✎ 李静  ‹见下方› 📝 上报草稿",
        "  → 李静  ≡ 📝 上报草稿",
    ]


def test_telegram_shows_line_by_line_what_the_story_says():
    story = told(["  → 李静  好的", "", "      第二行", "  (李静: 记下了。)"])
    whole, flat = Look("1", ("好的", "", "第二行")), Look("1", ("好的", "第二行"))
    assert differences(story, [seen(whole)], ["  (李静: 记下了。)"], splits=False) == []
    assert differences(story, [seen(flat)], ["  (李静: 记下了。)"], splits=False) == ["  → 李静  好的", "      第二行"]
    assert differences(story, [seen(whole)], [], splits=False) == ["  ✗ ()"]

"""No button does anything for whom it is not: forged ids, strangers, other plants, other kinds, old versions."""

from __future__ import annotations

from collections import Counter

import pytest

from handlers import claiming
from handlers.tables import TAPS
from tests.forger import Forger, refusal
from tests.storyteller import played_by, setting
from tests.test_stories import STORIES
from tests.world import World

# Stories that together show every button there is.
SHOWN = """
    100_appeal 102_ 103_ 104_ 106_ 11_ 120_ 121_ 122_ 126_ 130_ 131_ 132_ 133_ 135_ 137_ 139_ 150_ 152_ 154_ 156_
    171_ 173_ 174_ 181_ 200_ 201_ 205_ 206_ 21_ 220_ 22_ 350_ 351_ 353_ 357_ 361_ 363_ 380_ 400_
    420_ 421_ 425_ 430_ 431_ 433_ 93_
"""
MORE = """```story
⚙ 新人 周涛 2007 磨矿车间
⚙ 新人 甲一 3001 磨矿车间
⚙ 新人 乙二 3002 磨矿车间
⚙ 新人 丙三 3003 磨矿车间
王磊: 排行
陈丽: 请假
陈丽 ▶ 替人登记
陈丽: 周涛
⚙ 角色 周涛 union
""" + "".join(f"王磊: 3号球磨机第{n}处漏油\n王磊 ▶ 提交\n周涛: 查阅记录 2611-0001\n周涛: 第{n}次\n" for n in range(9))
MORE += "周涛: 查阅记录\n王磊: 查找 漏油\n```"
UNTOLD = frozenset({"pick"})  # no button at all: a list on WeCom that was sent with nothing ticked
CODES = frozenset(claiming.TAPS)  # who has the code has the right, whatever the id says
ANYBODY = frozenset({"sos", "setlang"})  # whoever is in danger, or reads another language; the id means nothing
PAGES = frozenset({"bk", "fnext", "lk", "sumprev"})  # show what one may read anyway; the id is a month or a page
# Whatever is no violation may be seen by everybody, and everybody may object; 0 is one's newest award; the version of
# one's own first exchange of points is 0.
MEANT = {
    "case": "a stranger's tap", "pics": "a stranger's tap", "mdobj": "a stranger's tap", "obj": "a stranger's tap",
    "why": "an id of 0", "ptyes": "no version",
}  # fmt: skip


def played(story, path, tried):
    """What went wrong with the buttons that a story shows for the first time."""
    world = Forger(path, tried=tried, most=1, **setting(story))
    for _ in played_by(world, story):
        pass
    world.close()
    return world.wrong


@pytest.fixture(scope="module")
def forged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("forged")
    tried: Counter[str] = Counter()
    wrong = []
    for story in (s for s in STORIES if s.stem.startswith(tuple(SHOWN.split()))):
        wrong += played(story.read_text(encoding="utf-8"), folder / f"{story.stem}.db", tried)
    wrong += played(MORE, folder / "more.db", tried)
    return tried, wrong


def test_every_verb_was_forged(forged):
    assert sorted(set(TAPS) - {*forged[0], *UNTOLD}) == [], "add a story that shows it to SHOWN"


def test_no_forged_tap_does_anything(forged):
    done = [f for f in forged[1] if f.verb not in CODES | ANYBODY | PAGES and MEANT.get(f.verb) != f.way]
    assert done == []
    turned = {name for f in forged[1] if f.verb in PAGES for name in f.changed}
    assert turned <= {"question"}


def test_a_page_that_there_is_not_turns_nothing(tmp_path):
    (path,) = (s for s in STORIES if s.stem.startswith("361_"))
    story = path.read_text(encoding="utf-8")
    world = World(tmp_path / "pages.db", **setting(story))
    for _ in played_by(world, story):
        pass
    phone = world.phones["王磊"]
    shown = next(s for s in reversed(phone.shown) if "第 1/2 页" in s.message.text)
    turn = next(b.data for row in shown.message.buttons for b in row if b.label == "下一页")
    assert turn.endswith(":2")
    for page in ("0", "²", "-1", "99999", "two", ""):
        world.tap_data("王磊", turn[:-1] + page, shown.ref)
        assert refusal().fullmatch(phone.toasts[-1]), page
        assert "第 1/2 页" in shown.message.text
    world.tap_data("王磊", turn, shown.ref)
    assert "第 2/2 页" in shown.message.text
    world.close()

"""修改: what may be changed before it is admitted, by whom, and what stays in the history."""

from __future__ import annotations

import pytest

from storage import evidence, history, places
from tests.officer import Checked
from tests.world import HOUR
from woodpecker.words import Action, Role

TEXT = "3号球磨机护栏松了"


@pytest.fixture
def world(tmp_path):
    made = Checked(tmp_path / "editing.db")
    yield made
    made.close()


def pieces(world: Checked, report) -> list[str]:
    return world.transaction(lambda d: [e.kind for e in evidence.of_report(d.store, report.id)])


def edits(world: Checked, report) -> list[dict]:
    events = world.transaction(lambda d: history.of_report(d.store, report.id))
    assert world.transaction(lambda d: history.broken(d.store, report.id)) is None
    return [e.detail for e in events if e.action is Action.EDIT]


def test_the_history_keeps_what_was_there_before(world):
    report = world.submit("王磊", TEXT, photos=2)
    world.tap("王磊", "修改")
    world.tap("王磊", "改文字")
    world.say("王磊", "3号球磨机护栏断了")
    world.tap("王磊", "改地点")
    world.say("王磊", "2号皮带尾部")
    world.tap("王磊", "删照片")
    world.tap("王磊", "第1张")
    text, place, photo = edits(world, report)
    assert text == {"text": "3号球磨机护栏断了", "text_was": TEXT}
    assert place == {"place_text": "2号皮带尾部", "place_was": "磨矿车间 · 3号球磨机"}
    kept = world.transaction(lambda d: d.store.one("SELECT * FROM evidence WHERE enterprise = $1 AND removed = 1"))
    assert photo == {"removed": [kept["id"]]}
    assert (kept["report"], pieces(world, report)) == (report.id, ["photo"])
    now = world.report(report)
    assert (now.text, now.place, now.department) == ("3号球磨机护栏断了", None, report.department)


def test_what_was_there_before_is_read_by_the_officer_and_never_by_the_owner(world):
    report = world.submit("王磊", "我是王磊，护栏是我弄松的，3号球磨机")
    world.tap("王磊", "修改")
    world.tap("王磊", "改文字")
    world.say("王磊", TEXT)
    world.admit(report)
    for name, reads in (("李静", True), ("张强", False), ("周涛", False)):
        world.tap_data(name, f"case:{report.id}")
        assert ("我弄松的" in world.phones[name].last) is reads


def test_the_same_again_changes_nothing_and_asks_on(world):
    report = world.submit("王磊", TEXT)
    world.tap("王磊", "修改")
    world.tap("王磊", "改文字")
    world.say("王磊", TEXT)
    assert world.phones["王磊"].last == "和现在一样，不用改。"
    world.say("王磊", "x" * 2001)
    assert "最多 2000 字" in world.phones["王磊"].last
    assert world.report(report) == report


def test_once_admitted_a_tap_hears_who_was_faster_and_a_sentence_what_to_do(world):
    report = world.submit("王磊", TEXT)
    world.tap("王磊", "修改")
    world.tap("王磊", "改文字")
    card = world.phones["王磊"].shown[-1].ref
    world.admit(report)
    world.tap_data("王磊", f"edt:{report.id}", card)
    assert "慢了一步：11-02 10:32 李静 受理" in world.phones["王磊"].last
    world.say("王磊", "3号球磨机护栏断了")
    assert "改不了了" in world.phones["王磊"].last
    assert world.report(report).text == TEXT


def test_a_queried_report_can_be_changed_as_well(world):
    report = world.submit("王磊", TEXT)
    world.do("李静", report, Action.QUERY, words="哪一根？")
    world.tap("王磊", "修改")
    world.tap("王磊", "改文字")
    world.say("王磊", "3号球磨机南侧护栏松了")
    assert world.report(report).status == "queried"
    assert world.report(report).text == "3号球磨机南侧护栏松了"


@pytest.mark.parametrize("name", ["李静", "张强", "周涛", "刘洋"])
@pytest.mark.parametrize("verb", ["ed", "edt", "edp", "eda", "edd"])
def test_nobody_else_changes_a_report(world, name, verb):
    report = world.submit("王磊", TEXT, photos=2)
    for arg in ("", "1", "p2", "typed", "9" * 18, "王"):
        world.forge(name, verb, report, arg)
    world.say(name, "改掉")
    assert world.report(report) == report
    assert pieces(world, report) == ["photo", "photo"]


def test_only_own_pieces_go_and_each_once(world):
    report = world.submit("王磊", TEXT, photos=2)
    other = world.submit("周涛", "1号浮选机护栏晃", photos=1)
    theirs = world.transaction(lambda d: evidence.of_report(d.store, other.id))[0].id
    mine = world.transaction(lambda d: evidence.of_report(d.store, report.id))[0].id
    world.forge("王磊", "edd", report, str(theirs))
    assert world.phones["王磊"].last == "这一张已经不在了，请看最新的卡片。"
    for _ in range(2):
        world.forge("王磊", "edd", report, str(mine))
    assert world.phones["王磊"].last == "这一张已经不在了，请看最新的卡片。"
    assert (pieces(world, report), pieces(world, other)) == (["photo"], ["photo"])


def test_another_place_brings_the_officers_of_that_department(world):
    mill, other = world.transaction(lambda d: [p.department for p in places.all(d.store)])
    world.role("吴桐", Role.OFFICER, other)
    world.role("李静", Role.OFFICER, mill)
    report = world.submit("王磊", TEXT, photos=1)
    assert report.number not in world.text_of("吴桐")
    world.tap("王磊", "修改")
    world.tap("王磊", "改地点")
    world.tap("王磊", "1号浮选机")
    assert f"🆕 {report.number}" in world.text_of("吴桐")
    assert "受理" not in world.phones["李静"].labels()


def test_an_officer_who_is_at_it_decides_on_what_it_says_now(world):
    report = world.submit("王磊", TEXT)
    world.tap("李静", "受理")
    old = next(b.data for s in world.phones["李静"].shown for r in s.message.buttons for b in r if b.label == "B")
    world.tap("王磊", "修改")
    world.tap("王磊", "改文字")
    world.say("王磊", "3号球磨机护栏断了")
    world.tap_data("李静", old, world.phones["李静"].shown[-1].ref)
    assert world.report(report).status == "reported"
    world.tap("李静", "B")
    world.tap("李静", "确认")
    assert world.report(report).status == "assigned"


def test_photos_sent_later_than_half_an_hour_are_a_new_report(world):
    report = world.submit("王磊", TEXT)
    world.tap("王磊", "修改")
    world.tap("王磊", "加照片")
    world.photo("王磊", count=2)
    assert pieces(world, report) == ["photo", "photo"]
    world.advance(HOUR)
    world.photo("王磊")
    assert pieces(world, report) == ["photo", "photo"]
    assert "上报草稿" in world.phones["王磊"].last


def test_words_that_fit_several_places_are_asked_back_about_once(world):
    world.transaction(lambda d: [places.add(d.store, f"Q{n}", f"{n}号皮带尾部") for n in (1, 2)])
    report = world.submit("王磊", TEXT)
    world.tap("王磊", "修改")
    world.tap("王磊", "改地点")
    world.say("王磊", "皮带尾部")
    assert "是下面哪一个" in world.phones["王磊"].last
    world.tap("王磊", "就用我写的")
    assert world.report(report).place_text == "皮带尾部"

"""A person by name or number, a day by words, a category by its number."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handlers.choosing import day_meant
from storage import leaving, people
from tests.officer import Checked
from woodpecker.words import Status

MONDAY = date(2026, 11, 2)


@pytest.fixture
def world(tmp_path):
    made = Checked(tmp_path / "choosing.db")
    yield made
    made.close()


@pytest.mark.parametrize(
    "words, day",
    [
        ("11-05", date(2026, 11, 5)),
        ("11/5", date(2026, 11, 5)),
        ("11.05", date(2026, 11, 5)),
        ("11月5日", date(2026, 11, 5)),
        ("11月5号前", date(2026, 11, 5)),
        ("2026-12-31", date(2026, 12, 31)),
        ("2026年12月31日", date(2026, 12, 31)),
        ("1-10", date(2027, 1, 10)),
        ("5号", date(2026, 11, 5)),
        ("1日", date(2026, 12, 1)),
        ("11-01", date(2026, 11, 1)),
        ("3天", date(2026, 11, 5)),
        ("三天", date(2026, 11, 5)),
        ("两天内", date(2026, 11, 4)),
        ("3 天后", date(2026, 11, 5)),
        ("3天之内", date(2026, 11, 5)),
        ("10 days", date(2026, 11, 12)),
        ("1 day", date(2026, 11, 3)),
        ("今天", MONDAY),
        ("明天", date(2026, 11, 3)),
        ("后天", date(2026, 11, 4)),
        ("Tomorrow", date(2026, 11, 3)),
        ("周一", MONDAY),
        ("周五", date(2026, 11, 6)),
        ("周五前", date(2026, 11, 6)),
        ("本周日", date(2026, 11, 8)),
        ("星期天", date(2026, 11, 8)),
        ("下周一", date(2026, 11, 9)),
        ("下星期三", date(2026, 11, 11)),
        ("下下周一", date(2026, 11, 16)),
        ("friday", date(2026, 11, 6)),
        ("next monday", date(2026, 11, 9)),
        ("昨天", date(2026, 11, 1)),  # refused as past
        ("13-40", None),
        ("2-30", None),
        ("尽快", None),
        ("1000天", None),
        ("", None),
        ("31号吧", None),
    ],
)
def test_days_in_words(words, day):
    assert day_meant(words, MONDAY) == day


def test_days_around_the_turn_of_a_year():
    december = date(2026, 12, 30)
    assert day_meant("1-5", december) == date(2027, 1, 5)
    assert day_meant("5号", december) == date(2027, 1, 5)
    assert day_meant("12-29", december) == date(2026, 12, 29)  # refused as past, not meant for next year
    assert day_meant("31号", date(2026, 11, 15)) is None or day_meant("31号", date(2026, 11, 15)).day == 31
    assert day_meant("周二", date(2026, 11, 4)) == date(2026, 11, 10)
    assert day_meant("这周二", date(2026, 11, 4)) == date(2026, 11, 3)


def test_every_day_of_a_year_can_be_typed():
    for n in range(1, 180):
        day = MONDAY + timedelta(days=n)
        assert day_meant(f"{day:%m-%d}", MONDAY) == day
        assert day_meant(f"{day.month}月{day.day}日", MONDAY) == day


def confirming(world):
    report = world.submit("王磊", "3号球磨机护栏松了")
    world.tap("李静", "受理")
    world.tap("李静", "C")
    return report


def add(world, name, number, *, join=True, department="选矿车间"):
    def work(desk):
        where = desk.store.value("SELECT id FROM department WHERE enterprise = $1 AND name = $2", department)
        world.ids[name + number] = people.add(desk.store, name, world.now, employee_no=number, department=where).id

    world.transaction(work)
    phone = world.phone(name + number)
    if join:
        world.join(phone.name)


def test_people_of_one_name_are_told_apart_by_number(world):
    add(world, "张强", "2044")
    report = confirming(world)
    world.tap("李静", "换责任人")
    world.say("李静", "张强")
    shown = world.phones["李静"].shown[0].message.text
    assert "是哪一位？\n张强：工号 1004 磨矿车间\n张强：工号 2044 选矿车间" in shown
    world.tap("李静", "张强 2044")
    world.tap("李静", "确认")
    assert world.report(report).owner == world.ids["张强2044"]


def test_a_number_is_certain_a_part_of_a_name_is_enough(world):
    add(world, "欧阳建国", "3001")
    report = confirming(world)
    world.tap("李静", "换责任人")
    world.say("李静", "1009")
    assert "责任人：刘洋" in world.text_of("李静")
    world.tap("李静", "换责任人")
    world.say("李静", "建国")
    assert "责任人：欧阳建国" in world.text_of("李静")
    world.say("李静", "确认")  # a typed label
    assert world.report(report).owner == world.ids["欧阳建国3001"]


def test_whoever_has_not_joined_is_stood_in_for(world):
    add(world, "马六", "4001", join=False)
    report = confirming(world)
    world.tap("李静", "换责任人")
    world.say("李静", "马六")
    assert "责任人：刘洋（马六 还没加入，先由部门负责人接）" in world.text_of("李静")
    world.tap("李静", "确认")
    assert world.report(report).owner == world.ids["刘洋"]
    assert "护栏" in world.text_of("刘洋")


def test_leavers_are_not_found(world):
    world.transaction(lambda d: leaving.leave(d.store, world.ids["周涛"], "2026-11-01", d.now))
    confirming(world)
    world.tap("李静", "换责任人")
    for words in ("周涛", "1007"):
        world.say("李静", words)
        assert world.phones["李静"].last == f"没有找到「{words}」。请输入姓名或工号。"


def test_a_place_by_hand_leaves_the_choice_to_the_officer(world):
    world.say("王磊", "路口的井盖没了")
    world.tap("王磊", "提交")
    world.say("王磊", "老办公楼门口")
    if "就用我写的" in world.phones["王磊"].labels():
        world.tap("王磊", "就用我写的")
    if "提交" in world.phones["王磊"].labels():
        world.tap("王磊", "提交")
    report = world.newest()
    assert report.place is None
    world.tap("李静", "受理")
    world.tap("李静", "C")
    assert "由谁整改？" in world.text_of("李静")
    world.tap("李静", "返回")
    world.tap("李静", "确认")
    assert "请先选整改责任人。" in world.phones["李静"].toasts
    assert world.report(report).status is Status.REPORTED
    world.tap("李静", "换责任人")
    world.say("李静", "张强")
    world.tap("李静", "确认")
    assert world.report(report).owner == world.ids["张强"]


def test_the_due_date_is_the_end_of_that_day(world):
    report = confirming(world)
    for words, said in (
        ("很快", "没看懂日期。请这样写：11-05、3天、下周一。"),
        ("2030-01-01", "期限最远一年，请换一个日期。"),
    ):
        world.tap("李静", "改期限")
        world.say("李静", words)
        assert world.phones["李静"].last == said
        world.tap("李静", "返回")
    world.tap("李静", "改期限")
    world.tap("李静", "3天")
    assert "期限：11-05" in world.text_of("李静")
    world.tap("李静", "改期限")
    world.say("李静", "今天")
    world.tap("李静", "确认")
    due = world.report(report).due
    assert due is not None
    assert due - world.now < 14 * 3_600_000
    assert "期限：11-02" in world.text_of("张强")


@pytest.mark.parametrize("way", [["4 管理因素", "更多", "49 其他管理"], ["3 环境因素", "39 其他环境"], ["未分类"]])
def test_a_category_in_two_taps(world, way):
    report = confirming(world)
    world.tap("李静", "类别")
    for label in way:
        world.tap("李静", label)
    world.tap("李静", "确认")
    assert world.report(report).category == ("" if way == ["未分类"] else way[-1][:2])


def test_a_category_typed(world):
    report = confirming(world)
    world.tap("李静", "类别")
    world.say("李静", "99")
    assert world.phones["李静"].last == "没有这个类别编号。请点按钮，或输入两位编号，如 21。"
    world.tap("李静", "2 物的因素")
    world.tap("李静", "返回")
    world.say("李静", "21 物理")
    world.tap("李静", "确认")
    assert world.report(report).category == "21"

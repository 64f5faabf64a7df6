"""Quiet hours at the moment of sending: nothing rings at night, however long it was on its way."""

from __future__ import annotations

from handlers import pushes
from storage import outbox, people
from tests.plant_money import Money, money
from tests.world import DAY, HOUR
from woodpecker.reports import Act
from woodpecker.words import Action, Level

__all__ = ["money"]
MINUTE = 60_000


def at(money: Money, hour: int, minute: int = 0, *, day: int = 0) -> None:
    """A local time of the day on which the story begins, or of a later day."""
    start = money.world.real
    midnight = (start + 8 * HOUR) // DAY * DAY - 8 * HOUR
    money.world.real = midnight + day * DAY + hour * HOUR + minute * MINUTE


def texts(money: Money, name: str) -> list[str]:
    return [s.message.text for s in money.world.phones[name].shown]


def push(money: Money, name: str, key: str, *, urgent: bool = False) -> None:
    who = money.world.ids[name]
    money.world.transaction(lambda d: d.push(who, "notice", {"key": key, "args": {}}, urgent=urgent))


def test_what_was_on_its_way_when_the_machine_stopped_does_not_ring_at_night(money):
    push(money, "王磊", "guide.thanks")  # by day, and the machine is off before it is sent
    at(money, 3, day=1)
    money.world.drain()
    assert texts(money, "王磊") == []
    at(money, 7, 11)
    money.world.drain()
    assert texts(money, "王磊") == ["不客气，注意安全！"]


def test_cards_and_cards_in_groups_wait_as_well(money, monkeypatch):
    world = money.world
    world.phone("安全群", private=False)
    world.deliver(world.incoming("陈丽", "安全群", text="/here"))
    world.tap("陈丽", "待核实", chat="安全群")
    before = len(texts(money, "安全群"))
    with monkeypatch.context() as off:
        off.setattr(world, "drain", list)  # the machine is off before anything is sent
        money.report("王磊")
    at(money, 23)
    world.drain()
    assert len(texts(money, "安全群")) == before
    assert texts(money, "李静") == []
    at(money, 7, 11, day=1)
    world.drain()
    assert len(texts(money, "安全群")) == before + 1
    assert "待核实" in texts(money, "李静")[0]


def test_danger_rings_at_night_and_takes_nothing_else_along(money):
    push(money, "李静", "guide.thanks")
    at(money, 23)
    push(money, "李静", "danger.told_nobody", urgent=True)
    money.world.drain()
    assert len(texts(money, "李静")) == 1
    assert "不客气" not in texts(money, "李静")[0]


def test_an_answer_comes_at_night(money):
    at(money, 23)
    money.world.say("王磊", "谢谢")
    assert texts(money, "王磊") == ["不客气，注意安全！"]


def test_steps_notices_and_reminders_that_waited_come_as_one_message(money):
    money.admit_only(money.report("王磊"))
    at(money, 23)
    report = money.report("王磊")
    money.act(report, Act(Action.ADMIT, level=Level.C, owner=money.world.ids["孙芳"], due=money.world.now + DAY))
    push(money, "王磊", "guide.thanks")
    before = len(texts(money, "王磊"))
    at(money, 7, 11, day=1)
    money.world.drain()
    new = texts(money, "王磊")[before:]
    assert len(new) == 1
    assert "已受理" in new[0]
    assert new[0].endswith("不客气，注意安全！")


def test_what_is_too_long_for_one_message_comes_as_two(money, monkeypatch):
    monkeypatch.setattr(pushes, "LONGEST", 60)
    at(money, 23)
    who = money.world.ids["王磊"]
    for n in range(3):
        args = {"number": f"2611-000{n}"}
        money.world.transaction(lambda d, a=args: d.push(who, "notice", {"key": "staffing.accept", "args": a}))
    at(money, 7, 11, day=1)
    money.world.drain()
    assert [t.count("2611-000") for t in texts(money, "王磊")] == [1, 1, 1]


def test_the_same_said_twice_is_said_once(money):
    at(money, 23)
    push(money, "王磊", "guide.thanks")
    push(money, "王磊", "guide.thanks")
    at(money, 7, 11, day=1)
    money.world.drain()
    assert texts(money, "王磊") == ["不客气，注意安全！"]


def test_a_failed_sending_loses_nothing_of_what_was_taken_along(money):
    at(money, 23)
    push(money, "王磊", "guide.thanks")
    push(money, "王磊", "language.chosen")
    at(money, 7, 11, day=1)
    drawn = money.world._tx(money.world._claim)  # it fails at the platform: nothing is marked as sent
    assert "以后用中文" in drawn[0].message.text
    money.world.real += MINUTE
    money.world.drain()
    assert texts(money, "王磊") == ["不客气，注意安全！\n\n好的，以后用中文。"]


def test_what_an_older_version_had_put_together_is_read(money):
    at(money, 23)
    push(money, "王磊", "guide.thanks")
    old = {
        "key": "guide.thanks",
        "args": {},
        "together": [{"key": "language.chosen", "args": {}}],
    }
    row = money.world._tx(lambda tx: tx.value("SELECT max(id) FROM outbox"))
    money.world._tx(lambda tx: outbox.set_body(tx, row, old))
    at(money, 7, 11, day=1)
    money.world.drain()
    assert texts(money, "王磊") == ["不客气，注意安全！\n\n好的，以后用中文。"]


def test_other_hours_hold_for_what_waits_already(money):
    at(money, 23)
    push(money, "王磊", "guide.thanks")
    money.world.say("王磊", "免打扰 20:00-6:00")
    assert "不客气，注意安全！" not in texts(money, "王磊")
    at(money, 6, 11, day=1)
    money.world.drain()
    assert "不客气，注意安全！" in texts(money, "王磊")


def test_without_quiet_hours_what_waits_comes_at_once(money):
    at(money, 23)
    push(money, "王磊", "guide.thanks")
    money.world.say("王磊", "免打扰")
    assert "不客气，注意安全！" not in texts(money, "王磊")
    money.world.tap("王磊", "不设")
    assert "不客气，注意安全！" in texts(money, "王磊")


def test_a_choice_of_hours_is_the_persons_own(money):
    money.world.say("王磊", "免打扰")
    data = money.world.phones["王磊"].shown[-1].message.buttons[0][1].data
    money.world.tap_data("张强", data)
    kept = money.world.transaction(lambda d: people.get(d.store, money.world.ids["张强"]))
    assert kept.quiet_from is None


def test_a_report_is_no_answer_to_the_question_of_hours(money):
    money.world.say("王磊", "免打扰")
    money.world.tap("王磊", "自己定")
    money.world.say("王磊", "白天")
    assert texts(money, "王磊")[-1].startswith("没看懂")
    money.world.say("王磊", "3号球磨机23点开始漏油")
    assert "📝 上报草稿" in texts(money, "王磊")[-1]

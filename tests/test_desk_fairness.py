"""Appeals and second taps at the desk: what nobody else may learn, and what one hears of oneself."""

from __future__ import annotations

import pytest

from storage import audit
from tests.plant_money import Money, money
from tests.world import World
from woodpecker.words import Kind, Naming

__all__ = ["money"]


@pytest.mark.parametrize(
    "kind, naming, named",
    [(Kind.HAZARD, Naming.SHOWN, True), (Kind.HAZARD, Naming.HIDDEN, False), (Kind.VIOLATION, Naming.SHOWN, False)],
)
def test_the_audit_log_names_nobody_who_appeals_about_a_secret_report(money: Money, kind, naming, named):
    report = money.report("王磊", kind=kind, naming=naming)
    award = money.admit(report) if kind is Kind.HAZARD else admitted(money, report)
    money.decide(award, "赵敏", "不奖励", "昨天说过")
    money.world.tap_data("王磊", f"ds:{award.id}")
    money.world.say("王磊", "昨天我不在班上")
    line = money.world.transaction(lambda d: audit.list(d.store)[0])
    assert line.action == "award.appeal"
    assert (line.person, line.detail["words"]) == ((money.world.ids["王磊"], "昨天我不在班上") if named else (None, ""))


def admitted(money: Money, report: int):
    money.act(report, money.closing())
    return money.award(report)


def test_whoever_taps_twice_hears_that_it_is_done(tmp_path):
    world = World(tmp_path / "w.db")
    world.say("王磊", "3号球磨机护栏松了")
    world.tap("王磊", "提交")
    world.tap("李静", "驳回")
    card = world.phones["李静"].shown[-1]
    button = next(b for row in card.message.buttons for b in row if b.label == "描述不清")
    for _ in range(2):
        world.tap_data("李静", button.data, card.ref)
    assert world.phones["李静"].toasts.pop() == "这一步您已经做过了。现在：不予受理。"
    world.close()

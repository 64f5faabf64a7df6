"""What is chosen beside a button is done before it, exactly as if the buttons had been tapped one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers.message import Event, Select
from handlers.turn import tap_data
from storage import people
from tests.officer import Checked
from woodpecker.words import Role

LOOKED_AT = {
    "report": "id, status, level, owner, due, category, version",
    "history": "report, seq, action, person, from_status, to_status",
    "award": "id, status, fen, words, first_approver, second_approver, version",
    "ledger": "kind, person, fen",
    "card": "kind, subject, person, args, live",
    "question": "account, kind, args",
}


@pytest.fixture
def worlds(tmp_path: Path) -> Iterator[Any]:
    """Makes plants in which 王磊 has reported something."""
    made: list[Checked] = []

    def another() -> Checked:
        world = Checked(tmp_path / f"{len(made)}.db")
        made.append(world)
        world.submit("王磊", "3号球磨机的防护罩没装")
        return world

    yield another
    for world in made:
        world.close()


def state(world: Checked, *without: str) -> dict[str, list[tuple[Any, ...]]]:
    """What the plant knows, as far as it matters here."""
    wanted = {table: columns for table, columns in LOOKED_AT.items() if table not in without}
    return world.transaction(
        lambda desk: {
            table: sorted((tuple(row) for row in desk.store.tx.all(f"SELECT {columns} FROM {table}")), key=repr)
            for table, columns in wanted.items()
        }
    )


def select(world: Checked, name: str, about: str = "") -> tuple[str, Select]:
    """The drop-down on somebody's newest card that has one, and where it stands."""
    for shown in reversed(world.phones[name].shown):
        if shown.message.select is not None and about in shown.message.text:
            return shown.ref, shown.message.select
    raise AssertionError(f"{name} has no drop-down")


def option(world: Checked, name: str, label: str) -> tuple[str, str]:
    ref, box = select(world, name)
    return ref, next(one.data for one in box.options if one.label == label)


def choose(world: Checked, name: str, label: str, button: str) -> None:
    """Chooses in the drop-down and taps a button beside it."""
    ref, data = option(world, name, label)
    shown = next(s for s in world.phones[name].shown if s.ref == ref)
    key = next(b.data for row in shown.message.buttons for b in row if b.label == button)
    send(world, name, ref, key, data)


def send(world: Checked, name: str, ref: str, tap: str, *chosen: str) -> None:
    world.deliver(world.incoming(name, event=Event.TAP, tap=tap, chosen=chosen, message_ref=ref, tap_ref="q"))


def labels(box: Select) -> list[str]:
    return [one.label for one in box.options]


def test_the_officers_card_offers_levels_and_then_owners(worlds):
    world = worlds()
    box = select(world, "李静")[1]
    assert (box.title, box.chosen) == ("等级", box.options[0].data)
    assert labels(box) == ["（未选）", "C级", "B级", "A级", "重大"]
    choose(world, "李静", "B级", "受理")
    box = select(world, "李静")[1]
    assert (box.title, box.chosen) == ("责任人", box.options[0].data)
    assert labels(box)[0] == "张强"
    assert "等级：B级" in world.phones["李静"].shown[-1].message.text


@pytest.mark.parametrize("level", ["C", "B", "A", "重大"])
@pytest.mark.parametrize("who", ["张强", "王磊"])
def test_admitting_with_choices_is_admitting_tap_by_tap(worlds, level, who):
    by_taps, by_choice = worlds(), worlds()
    by_taps.tap("李静", "受理")
    by_taps.tap("李静", level)
    if who != "张强":
        by_taps.tap("李静", "换责任人")
        by_taps.tap("李静", who)
    by_choice_label = level if level == "重大" else f"{level}级"
    choose(by_choice, "李静", by_choice_label, "受理")
    if who == "张强":
        assert state(by_taps) == state(by_choice)
        by_choice.tap("李静", "确认")
    else:
        choose(by_choice, "李静", who, "确认")
    by_taps.tap("李静", "确认")
    assert state(by_taps) == state(by_choice)
    assert by_taps.phones["李静"].last == by_choice.phones["李静"].last
    assert by_taps.phones["李静"].toasts[-1] == by_choice.phones["李静"].toasts[-1]


@pytest.mark.parametrize("button", ["换责任人", "改期限", "类别", "返回"])
def test_the_other_buttons_go_on_from_what_was_chosen(worlds, button):
    by_taps, by_choice = worlds(), worlds()
    for world in (by_taps, by_choice):
        world.tap("李静", "受理")
        world.tap("李静", "B")
    by_taps.tap("李静", "换责任人")
    by_taps.tap("李静", "王磊")
    by_taps.tap("李静", button)
    choose(by_choice, "李静", "王磊", button)
    assert state(by_taps) == state(by_choice)


def test_without_a_choice_the_level_is_asked_as_ever(worlds):
    world = worlds()
    world.tap("李静", "受理")
    assert "[C] [B] [A] [重大]" in " ".join(f"[{label}]" for label in world.phones["李静"].labels())


def admitted(world: Checked, level: str = "B") -> Checked:
    world.tap("李静", "受理")
    world.tap("李静", level)
    world.tap("李静", "确认")
    return world


def test_the_approvers_card_offers_what_other_levels_earn(worlds):
    box = select(admitted(worlds()), "赵敏")[1]
    assert (box.title, box.chosen) == ("金额", box.options[0].data)
    assert labels(box) == ["50 元", "20元（C级）", "100元（A级）", "500元（重大）"]


@pytest.mark.parametrize("label, yuan, level", [("20元（C级）", "20", "C级"), ("100元（A级）", "100", "A级")])
def test_an_amount_that_was_chosen_is_one_that_was_typed(worlds, label, yuan, level):
    by_words, by_choice = admitted(worlds()), admitted(worlds())
    by_words.tap("赵敏", "改金额")
    by_words.say("赵敏", yuan)
    by_words.say("赵敏", f"按{level}的标准")
    choose(by_choice, "赵敏", label, "批准")
    assert state(by_words) == state(by_choice)
    assert state(by_choice)["ledger"] == [("award", by_choice.ids["王磊"], int(yuan) * 100)]
    assert by_words.phones["王磊"].last == by_choice.phones["王磊"].last


def test_an_amount_above_the_threshold_needs_the_second_approver(worlds):
    world = admitted(worlds())
    choose(world, "赵敏", "500元（重大）", "批准")
    assert state(world)["ledger"] == []
    assert [row[1] for row in state(world)["award"]] == ["half_approved"]
    world.tap("钱进", "批准")
    assert state(world)["ledger"] == [("award", world.ids["王磊"], 50_000)]


def test_a_second_approver_who_chooses_another_amount_gives_it_back_to_the_first(worlds):
    world = admitted(worlds(), "重大")
    world.tap("赵敏", "批准")
    before = state(world, "award", "card", "question")
    choose(world, "钱进", "100元（A级）", "批准")
    assert [(row[1], row[2]) for row in state(world)["award"]] == [("proposed", 10_000)]
    assert state(world, "award", "card", "question") == before
    world.tap("赵敏", "批准")
    assert state(world)["ledger"] == [("award", world.ids["王磊"], 10_000)]


def test_a_chosen_amount_is_for_one_award_alone(worlds):
    world = admitted(worlds())
    world.submit("王磊", "1号浮选机漏油")
    admitted(world)
    ref, data = option(world, "赵敏", "100元（A级）")
    every = next(b.data for s in world.phones["赵敏"].shown for r in s.message.buttons for b in r if "全部" in b.label)
    send(world, "赵敏", ref, every, data)
    assert "请先单独点「批准」" in world.phones["赵敏"].last
    assert state(world)["ledger"] == []


def test_who_only_looks_has_no_drop_down(worlds):
    world = admitted(worlds())
    shown = [s.message.select for n in ("王磊", "周涛", "刘洋") for s in world.phones[n].shown]
    assert [one for one in shown if one is not None] == []


FORGED = [
    ("nonsense", lambda r, v: ["x" * 65]),
    ("words", lambda r, v: ["好的"]),
    ("a verb of no drop-down", lambda r, v: [tap_data("vx", r, v)]),
    ("another thing", lambda r, v: [tap_data("vl", r + 1, v, "A")]),
    ("an older version", lambda r, v: [tap_data("vl", r, v - 1, "A")]),
    ("no version", lambda r, v: [tap_data("vl", r, None, "A")]),
    ("a level there is not", lambda r, v: [tap_data("vl", r, v, "Z")]),
    ("a person there is not", lambda r, v: [tap_data("vl", r, v, "A"), tap_data("vo", r, v, "9999")]),
    ("an owner before a level", lambda r, v: [tap_data("vo", r, v, "1")]),
    ("somebody else's award", lambda r, v: [tap_data("awset", r, v, "A")]),
    ("one of two is bad", lambda r, v: [tap_data("vl", r, v, "A"), tap_data("vl", r, v, "Z")]),
    ("too many", lambda r, v: [tap_data("vl", r, v, "A")] * 4),
]


@pytest.mark.parametrize("what, made", FORGED, ids=[what for what, _ in FORGED])
def test_of_a_forged_choice_nothing_is_done(worlds, what, made):
    world = worlds()
    report = world.newest()
    before = state(world)
    ref = select(world, "李静")[0]
    send(world, "李静", ref, tap_data("va", report.id, report.version), *made(report.id, report.version))
    assert state(world) == before
    assert world.phones["李静"].toasts[-1] == world.phones["李静"].last != ""


@pytest.mark.parametrize("name", ["王磊", "周涛", "赵敏", "陈丽"])
def test_a_choice_of_somebody_without_the_role_does_nothing(worlds, name):
    world = worlds()
    report = world.newest()
    ref, data = option(world, "李静", "A级")
    before = state(world)
    send(world, name, ref, tap_data("va", report.id, report.version), data)
    assert state(world) == before
    assert world.phones[name].last != ""


def test_a_choice_on_a_card_that_was_overtaken_does_nothing(worlds):
    world = worlds()
    report = world.newest()
    ref, data = option(world, "李静", "A级")
    world.tap("吴桐", "受理")
    world.tap("吴桐", "B")
    world.tap("吴桐", "确认")
    before = state(world, "card")
    send(world, "李静", ref, tap_data("va", report.id, report.version), data)
    assert state(world, "card") == before
    assert "慢了一步" in world.phones["李静"].last


def test_a_seal_of_something_else_is_refused_with_a_choice_too(worlds):
    world = worlds()
    report = world.newest()
    world.tap("李静", "受理")
    world.tap("李静", "B")
    ref, data = option(world, "李静", "王磊")
    before = state(world)
    send(world, "李静", ref, tap_data("vc", report.id, report.version, "00000000"), data)
    assert state(world) == before
    assert world.phones["李静"].last != ""


def test_who_may_not_approve_may_not_choose_an_amount(worlds):
    world = admitted(worlds())
    world.transaction(lambda desk: people.set_roles(desk.store, world.ids["李静"], Role.APPROVER))
    ref, data = option(world, "赵敏", "100元（A级）")
    approve = next(b.data for b in world.phones["赵敏"].shown[-1].message.buttons[0] if b.label == "批准")
    before = state(world)
    for name in ("李静", "王磊", "周涛"):  # 李静 set the level
        send(world, name, ref, approve, data)
        assert state(world) == before
        assert world.phones[name].last != ""

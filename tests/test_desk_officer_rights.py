"""Buttons say what, never who may: every verb tapped by everybody, with old, missing and strange data."""

from __future__ import annotations

import pytest

from handlers import accepting, awards, fixing, tables, todo, verifying
from handlers.texts import texts
from tests.cast import CAST
from tests.officer import Checked
from woodpecker.words import Action, Level, Role, Status

VERIFY = sorted(set(verifying.TAPS) - {"pics"})
ACCEPT = sorted(accepting.TAPS)
ARGS = ("", "C", "major", "known", "other", "1", "9999999999999999999", "-", "4+", "::", "王磊", "deadbeef")
REFUSALS = {t for k, t in texts("zh").items() if k.startswith("refused.") and "{" not in t}
OFFICERS = {"李静", "吴桐"}


@pytest.fixture
def world(tmp_path):
    made = Checked(tmp_path / "rights.db")
    yield made
    made.close()


def test_a_verb_belongs_to_one_module():
    modules = [getattr(tables, name) for name in dir(tables) if hasattr(getattr(tables, name), "TAPS")]
    assert {verifying, fixing, accepting, todo, awards} <= set(modules)
    verbs = [verb for module in modules for verb in module.TAPS]
    assert len(verbs) == len(set(verbs))
    assert set(tables.TAPS) == set(verbs)


@pytest.mark.parametrize("verb", VERIFY)
def test_nobody_but_an_officer_verifies(world, verb):
    report = world.submit("王磊", "3号球磨机护栏松了")
    for name in sorted({n for n, *_ in CAST} - OFFICERS):
        for arg in ARGS:
            world.forge(name, verb, report, arg)
            assert world.phones[name].toasts.pop() in REFUSALS
    assert world.report(report) == report
    assert "护栏" not in world.text_of("周涛")


@pytest.mark.parametrize("verb", VERIFY)
def test_nobody_verifies_an_own_report(world, verb):
    report = world.submit("李静", "3号球磨机护栏松了")
    for arg in ARGS:
        world.forge("李静", verb, report, arg)
        assert world.phones["李静"].toasts.pop() == texts("zh")["refused.own_report"]
    assert world.report(report) == report


@pytest.mark.parametrize("verb", VERIFY)
def test_an_officer_of_another_department_does_not_verify(world, verb):
    mill, _ = departments(world)
    world.role("吴桐", Role.OFFICER, mill + 1)
    report = world.submit("王磊", "3号球磨机护栏松了")
    world.forge("吴桐", verb, report)
    assert world.phones["吴桐"].toasts.pop() == texts("zh")["refused.out_of_scope"]
    assert not world.phones["吴桐"].shown or "护栏" not in world.text_of("吴桐")


def departments(world):
    return world.transaction(
        lambda d: [r["id"] for r in d.store.all("SELECT id FROM department WHERE enterprise = $1")]
    )[:2]


@pytest.mark.parametrize("verb", VERIFY)
@pytest.mark.parametrize("version", [None, 0, 1, 99])
def test_a_stale_button_changes_nothing(world, verb, version):
    report = world.submit("王磊", "3号球磨机护栏松了")
    world.do("王磊", report, Action.EDIT, text="3号球磨机护栏断了")
    now = world.report(report)
    for arg in ARGS:
        world.forge("李静", verb, report, arg, version=version)
        assert world.phones["李静"].toasts.pop().startswith(("慢了一步", texts("zh")["refused.moved_on"]))
    assert world.report(report) == now
    assert "护栏断了" in world.phones["李静"].shown[0].message.text


@pytest.mark.parametrize("verb", VERIFY)
def test_strange_data_never_breaks_a_card(world, verb):
    """An officer's own forgeries either go a step, decide what officers may decide, or are refused."""
    report = world.submit("王磊", "3号球磨机护栏松了")
    world.tap("李静", "受理")
    world.tap("李静", "B")
    for arg in ARGS:
        world.forge("李静", verb, report, arg)
        now = world.report(report)
        assert now.level is None or now.level != "major"
        assert now.status in {Status.REPORTED, Status.REJECTED}
        if now.status is not Status.REPORTED:
            assert (verb, arg) == ("vr", "known")
            break


@pytest.mark.parametrize("verb", [*VERIFY, *ACCEPT, "fx"])
def test_what_is_closed_stays_closed(world, verb):
    report = world.submit("王磊", "3号球磨机护栏松了")
    report = world.do("李静", report, Action.FIXED_ON_SPOT, words="已修好", level=Level.C)
    for arg in ARGS:
        world.forge("吴桐", verb, report, arg)
        assert world.phones["吴桐"].toasts.pop().startswith(("慢了一步", texts("zh")["refused.moved_on"]))
    assert world.report(report) == report


@pytest.mark.parametrize("verb", ["fx", "fsend"])
def test_only_the_owner_fixes(world, verb):
    report = world.admit(world.submit("王磊", "3号球磨机护栏松了"))
    for name in sorted({n for n, *_ in CAST} - {"张强"}):
        world.forge(name, verb, report)
        assert world.phones[name].toasts.pop() in REFUSALS
    assert world.report(report) == report


@pytest.mark.parametrize("verb", ACCEPT)
def test_only_another_officer_accepts(world, verb):
    report = world.admit(world.submit("王磊", "3号球磨机护栏松了"))
    report = world.do("张强", report, Action.FIX, words="已紧固")
    for name in sorted({n for n, *_ in CAST} - OFFICERS):
        world.forge(name, verb, report)
        assert world.phones[name].toasts.pop() in REFUSALS
        assert world.report(report) == report
    for version in (None, 1):
        world.forge("李静", verb, report, version=version)
        assert world.phones["李静"].toasts.pop().startswith(("慢了一步", texts("zh")["refused.moved_on"]))
    assert world.report(report) == report


def test_an_officer_who_fixes_does_not_accept(world):
    report = world.admit(world.submit("王磊", "3号球磨机护栏松了"), owner="李静")
    report = world.do("李静", report, Action.FIX, words="已紧固")
    assert "待验收" not in world.phones["李静"].labels()
    world.forge("李静", "ka", report)
    assert world.phones["李静"].toasts.pop() == texts("zh")["refused.own_fix"]
    world.tap("吴桐", "验收通过")
    assert world.report(report).status is Status.CLOSED


def test_with_no_other_officer_a_leader_accepts(world):
    world.role("吴桐", Role.OFFICER, -1)
    report = world.admit(world.submit("王磊", "3号球磨机护栏松了"), owner="李静")
    world.do("李静", report, Action.FIX, words="已紧固")
    world.tap("刘洋", "验收通过")
    assert world.report(report).status is Status.CLOSED


def test_with_nobody_at_all_the_admin_hears_of_it(world):
    world.role("吴桐", Role.OFFICER, -1)
    world.role("刘洋", Role.LEADER, -1)
    report = world.admit(world.submit("王磊", "3号球磨机护栏松了"), owner="李静")
    world.do("李静", report, Action.FIX, words="已紧固")
    assert "没有人能验收" in world.phones["陈丽"].last


def test_other_peoples_lists_and_photos_stay_closed(world):
    report = world.submit("王磊", "3号球磨机有人没停机", kind="违章", photos=1)
    before = len(world.phones["周涛"].shown)
    world.forge("周涛", "pics", report)
    assert world.phones["周涛"].toasts.pop() in REFUSALS
    world.tap_data("周涛", f"tn:{world.ids['李静']}::verify")
    world.tap_data("周涛", f"tn:{world.ids['周涛']}::verify")
    world.tap_data("周涛", f"tn:{world.ids['周涛']}::nonsense")
    world.tap_data("周涛", f"tl:{world.ids['李静']}")
    assert all(s.message.text in REFUSALS for s in world.phones["周涛"].shown[before:])
    assert not any(s.message.media for s in world.phones["周涛"].shown)

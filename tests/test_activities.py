"""Team activities: the award is always split, never a fen more or less; a year's come to what was published."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings_programme import ProgrammeSettings
from storage import activities, awards, ledger
from tests.world import DAY, World
from woodpecker.activities import Activity, check_complete, may_confirm, needs_confirming
from woodpecker.errors import Refused
from woodpecker.people import Actor
from woodpecker.programme import Caps, Programme
from woodpecker.rewards import Books, payout
from woodpecker.words import ActivityStatus, Relation, Role

TEAM = st.lists(st.integers(1, 500), min_size=1, max_size=60, unique=True)


@given(fen=st.integers(1, 10_000_00), people=TEAM, joint=st.sampled_from(["split", "each"]))
def test_the_shares_are_the_award_to_the_fen_and_differ_by_the_remainder_only(fen, people, joint):
    programme = Programme(joint=joint)
    parts = payout(programme, fen, None, Books(tuple(people), split=True))
    assert sum(p.fen for p in parts) == sum(p.pays for p in parts) == fen
    assert [p.person for p in parts] == people
    assert {p.fen for p in parts[1:]} <= {fen // len(people)}
    assert 0 <= parts[0].fen - fen // len(people) < len(people)


@given(fen=st.integers(1, 10_000_00), people=TEAM, cap=st.integers(0, 500_00), data=st.data())
def test_an_excluded_share_lapses_and_a_cap_cuts_nobody_elses(fen, people, cap, data):
    out = frozenset(data.draw(st.sets(st.sampled_from(people))))
    parts = payout(Programme(caps=Caps(person_month=cap)), fen, None, Books(tuple(people), out, split=True))
    whole = {p.person: p.fen for p in payout(Programme(), fen, None, Books(tuple(people), split=True))}
    for part in parts:
        assert part.fen == whole[part.person]
        assert part.pays == (0 if part.person in out else min(part.fen, cap))


def activity(**more: object) -> Activity:
    base = Activity(
        1, ActivityStatus.LOGGED, 1, "2026-11-02", 4, "drill", "HD2611-01", 202611, 7, "磨矿车间", "", (1, 2), 3
    )
    return base._replace(**more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "person, relations",
    [(1, {Relation.JOINT}), (3, {Relation.CONFIRMER}), (4, {Relation.LOGGER}), (5, set())],
)
def test_what_somebody_is_to_an_activity(person, relations):
    assert activity().relations(person) == relations


def test_who_logs_and_takes_part_is_both():
    assert activity(people=(4,)).relations(4) == {Relation.LOGGER, Relation.JOINT}


@pytest.mark.parametrize(
    "actor, may",
    [
        (Actor(5, frozenset({Role.OFFICER})), True),
        (Actor(5, frozenset({Role.OFFICER}), frozenset({7})), True),
        (Actor(5, frozenset({Role.OFFICER}), frozenset({8})), False),
        (Actor(5, frozenset({Role.LEADER})), True),
        (Actor(5, frozenset({Role.APPROVER, Role.ADMIN})), False),
        (Actor(4, frozenset({Role.OFFICER})), False),  # logged it
        (Actor(1, frozenset({Role.LEADER})), False),  # took part
        (Actor(None), False),
    ],
)
def test_who_may_confirm(actor, may):
    assert may_confirm(activity(confirmer=None), actor) is may


def test_what_an_officer_or_leader_logs_needs_no_confirming():
    assert not needs_confirming(Actor(1, frozenset({Role.OFFICER})))
    assert not needs_confirming(Actor(1, frozenset({Role.LEADER})))
    assert needs_confirming(Actor(1, frozenset({Role.APPROVER})))


@pytest.mark.parametrize(
    "missing, key", [({"kind": ""}, "refused.activity_kind"), ({"people": ()}, "refused.activity_people")]
)
def test_what_must_be_there(missing, key):
    check_complete(activity(), Programme().activities)
    with pytest.raises(Refused) as refused:
        check_complete(activity(**missing), Programme().activities)
    assert refused.value.key == key


def test_kinds_and_amounts_are_a_setting():
    assert dict(ProgrammeSettings(activities={"师带徒": "90.50"}).build().activities) == {"师带徒": 90_50}
    with pytest.raises(ValueError, match="does not fit a button"):
        ProgrammeSettings(activities={"一个名字太长放不进按钮的活动": 1})


@pytest.mark.parametrize("typed, day", [("30号", "2026-10-30"), ("2日", "2026-11-02"), ("10-15", "2026-10-15")])
def test_a_day_is_one_that_was(tmp_path, typed, day):
    world = World(tmp_path / "plant.db")
    world.say("李静", "班组活动")
    world.tap("李静", "安全学习")
    world.say("李静", "1001")
    world.tap("李静", "填好了")
    world.tap("李静", "日期")
    world.say("李静", typed)
    assert world.transaction(lambda d: activities.draft_of(d.store, world.ids["李静"])).day == day
    world.close()


def test_a_photo_hours_later_is_a_report_again(tmp_path):
    world = World(tmp_path / "plant.db")
    world.say("张强", "班组活动")
    world.advance(DAY // 8)
    world.photo("张强", "护栏松了")
    assert "上报草稿" in world.phones["张强"].last
    world.close()


def test_ninety_activities_come_to_21600(tmp_path):
    world = World(tmp_path / "plant.db")
    teams = ("1001", "1001 1004", "1001 1004 1007", "1001 1004 1006 1007 1008 1009 1010", "1001 1004 1007 1008")
    for n in range(90):
        world.say("李静", "班组活动")
        world.tap("李静", ("安全学习", "应急演练", "隐患排查", "技术比武", "其他活动")[n % 5])
        world.say("李静", teams[n % 5])
        world.tap("李静", "填好了")
        world.tap("李静", "提交")
        world.tap("赵敏", "批准")
        world.real += 4 * DAY
        world.drain()
    everything = world.transaction(lambda d: ledger.totals(d.store))
    assert (everything.awarded, everything.owed) == (21_600_00, 21_600_00)
    counted = world.transaction(lambda d: activities.count(d.store, 202601, 202712))
    assert (counted.activities, counted.people) == (90, 7)
    assert world.transaction(lambda d: list(awards.open(d.store))) == []
    world.close()

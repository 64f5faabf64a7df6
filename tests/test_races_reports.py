"""Every two transitions of a report at the same moment: one wins, the other hears that it has moved on."""

from __future__ import annotations

import pytest

from handlers.act import act
from storage import ledger
from tests.races import Races, at_once, pairs, standing
from tests.world import World
from woodpecker.errors import Refused
from woodpecker.transitions import TRANSITIONS
from woodpecker.words import Action

BUSY = sorted({status for status, _ in TRANSITIONS})
A = Action
# Each answers what the other asks: they are never open at the same moment.
OPPOSITES = {
    frozenset(pair.split())
    for pair in (
        "ask_extension grant_extension",
        "ask_extension refuse_extension",
        "not_mine keep_owner",
        "appeal uphold",
        "appeal dismiss",
    )
}


@pytest.fixture
def races(tmp_path):
    world = World(tmp_path / "w.db")
    world.memory = None  # it holds for one connection; here are two
    yield Races(world)
    world.close()


@pytest.mark.parametrize("status", BUSY)
def test_of_two_acts_on_one_state_the_first_stands(races, status):
    raced = set()
    for first, one, second, other in pairs(status):
        report = standing(races, status, (first, one), (second, other))
        if report is None:
            continue
        raced.add(frozenset((first, second)))
        where = f"{status}: {first} by {one}, {second} by {other}"
        who, rival = races.who(one), races.who(other)
        done = races.world.transaction(lambda d, r=report, w=who, a=first: act(d, r.id, races.brings(a), w, r.version))
        with pytest.raises(Refused, match="moved_on"):
            races.world.transaction(lambda d, r=report, w=rival, a=second: act(d, r.id, races.brings(a), w, 1))
        events = races.events(report)
        assert [e.action for e in events] == [A.SUBMIT, first], where
        assert (done.report.version, events[-1].after) == (2, done.report.status), where
        # The second one looks again: what is still legal is done as well, and both stand.
        if races.legal(done.report, second, other):
            races.world.transaction(lambda d, r=report, w=rival, a=second: act(d, r.id, races.brings(a), w))
            assert [e.action for e in races.events(report)][1:] in ([first, second], [first, second, A.PROMOTE]), where
        else:
            with pytest.raises(Refused):
                races.world.transaction(lambda d, r=report, w=rival, a=second: act(d, r.id, races.brings(a), w))
            assert len(races.events(report)) == 2, where
    known = {frozenset((a, b)) for s, a in TRANSITIONS if s == status for t, b in TRANSITIONS if t == status}
    assert {pair for pair in known - raced if len(pair) == 2} <= OPPOSITES
    assert races.world.transaction(lambda d: ledger.broken(d.store)) is None


@pytest.mark.parametrize("status", BUSY)
def test_two_connections_at_once_make_one_step(races, status, tmp_path):
    tried = set()
    for first, one, second, other in pairs(status):
        key = frozenset(((first, one), (second, other)))
        report = None if key in tried else standing(races, status, (first, one), (second, other))
        tried.add(key)
        if report is None:
            continue
        acts = [(races.brings(action), races.who(name)) for action, name in ((first, one), (second, other))]
        works = [lambda d, r=report, a=act_, w=who: act(d, r.id, a, w, r.version) for act_, who in acts]
        outcomes = at_once(races.world, tmp_path / "w.db", works)
        assert outcomes == ["refused.moved_on", "won"], f"{status}: {first} by {one}, {second} by {other}"
        assert len(races.events(report)) == 2

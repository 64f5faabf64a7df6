"""The card of a report's history has at most six buttons, whoever reads it and however it stands."""

from __future__ import annotations

from itertools import product

from handlers import cases
from handlers.views import Drawing
from storage import awards, evidence, people
from storage.cards import Card
from tests.races import Races
from tests.world import World
from woodpecker.words import Kind, Level, Naming, Role, Status

MOST = 6
READERS = ("王磊", "张强", "吴桐", "孙芳", "刘洋", "周涛")


def test_never_more_than_six_buttons(tmp_path, monkeypatch):
    world = World(tmp_path / "case.db")
    races, ids = Races(world), world.ids
    # Each of these people holds every role, so that only what they are to the report takes buttons away.
    for name, role in product(READERS, Role):
        world.transaction(lambda d, n=name, r=role: people.set_roles(d.store, ids[n], r))
    # As if it had pieces of every kind, and an award that may be opened.
    monkeypatch.setattr(
        cases, "pieces_button", lambda d, report: [d.button("word.photos_and_voice", "pics", report.id)]
    )
    monkeypatch.setattr(awards, "of_report", lambda store, report: [object()])
    monkeypatch.setattr(evidence, "of_report", lambda store, report: [])
    most = 0
    for status, kind, naming, level in product(Status, Kind, Naming, (Level.B, Level.MAJOR)):
        given = {} if kind is Kind.HAZARD else {"level": None}
        if kind is Kind.HAZARD and status in {Status.ASSIGNED, Status.FIXED, Status.CLOSED}:
            given = {"level": level}
        made = races.put(status, kind=kind, naming=naming, extension=5, disclaimed=True, **given)
        for name in READERS:

            def labels(desk, name=name, report=made.id):
                card = Card(0, "story", name, ids[name], "case", report, {}, "", "", "", True, 0)
                drawn = cases.CARDS["case"](Drawing(desk, card, desk.person(ids[name])))
                return [b.label for row in drawn.message.buttons for b in row]

            found = world.transaction(labels)
            most = max(most, len(found))
            assert len(found) <= MOST, (status, kind, naming, name, found)
    world.close()
    assert most >= MOST - 1  # it is a near thing: the test has looked where it is crowded

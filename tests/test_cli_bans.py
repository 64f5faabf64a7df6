"""`woodpecker people set --ban` and `--unban`: written down, said to the person and to those who lead."""

from __future__ import annotations

from pathlib import Path

from storage import audit, bans, people
from tests.commands import Plant


def test_a_ban_and_its_end(tmp_path: Path) -> None:
    plant = Plant(tmp_path)
    plant.good("people", "import", plant.file("p.csv", "工号,姓名\nW01,王磊\n"))
    assert "may not report" in plant.good("people", "set", "--number", "W01", "--ban", "the same photo")[-1]
    person = plant.ask(lambda s: people.by_number(s, "W01")).id
    assert plant.ask(lambda s: bans.of(s, person)).words == "the same photo"
    assert "may report again" in plant.good("people", "set", "--number", "W01", "--unban")[-1]
    assert plant.ask(lambda s: bans.of(s, person)) is None
    found = [(e.action, e.source) for e in plant.ask(lambda s: audit.list(s, person)) if "reporting" in e.action]
    assert found == [("reporting.allowed", "cli"), ("reporting.banned", "cli")]


def test_what_makes_no_sense_is_refused(tmp_path: Path) -> None:
    plant = Plant(tmp_path)
    plant.good("people", "import", plant.file("p.csv", "工号,姓名\nW01,王磊\n"))
    person = ("people", "set", "--number", "W01")
    assert "as it is" in plant.do(*person, "--unban").text
    assert "reason" in plant.do(*person, "--ban", " ").text
    assert "not both" in plant.do(*person, "--ban", "x", "--unban").text
    plant.good(*person, "--ban", "x")
    assert "already" in plant.do(*person, "--ban", "y").text

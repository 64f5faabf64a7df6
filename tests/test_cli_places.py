"""What a plant prints as the QR codes of its places."""

from __future__ import annotations

from pathlib import Path

from tests.commands import Plant, running

PLACES = "编号,名称\nP01,3号球磨机\nP02,1号浮选机\n"


def test_each_place_has_its_message_and_while_the_bot_runs_its_link(tmp_path: Path) -> None:
    plant = Plant(tmp_path)
    plant.good("places", "import", plant.file("places.csv", PLACES))
    out = tmp_path / "links.csv"
    said = plant.good("places", "links", "--out", out)
    assert said[0] == "2 places."
    assert "not running" in said[1]
    assert out.read_text(encoding="utf-8-sig").splitlines()[1] == "P01,3号球磨机,/start P01"
    with running(plant):
        plant.good("places", "links", "--out", out)
    last = out.read_text(encoding="utf-8-sig").splitlines()[2]
    assert last == "P02,1号浮选机,/start P02,https://t.me/demo_bot?start=P02"

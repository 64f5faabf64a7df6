"""`woodpecker rules simulate`: its table, its files, its picture; the database stays as it is."""

from __future__ import annotations

import io
import sqlite3
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from PIL import Image

from bot.commands.new_rules import rules_of
from bot.commands.outcome import OperationFailed
from bot.commands.simulate import months_of
from bot.glyphs import lacking
from bot.simulation_picture import POINTS, _spread, draw, unit_of
from handlers.texts import texts
from tests.commands import CONFIG, Plant, running
from tests.plant_money import Money
from tests.world import DAY
from woodpecker.programme import DEFAULT_RATES, Programme
from woodpecker.simulation import Gain, Month, Outcome
from woodpecker.words import Level, Naming

WHEN = ("--from", "2026-10", "--to", "2026-11")


@pytest.fixture
def plant(tmp_path):
    """Three awards of 50, one of them secret, one more taken back."""
    with Money(tmp_path) as money:
        for name, naming in (("王磊", Naming.SHOWN), ("张强", Naming.SHOWN), ("周涛", Naming.HIDDEN)):
            award = money.admit(money.report(name, naming=naming), Level.B)
            money.decide(award, "赵敏", "批准")
        gone = money.admit(money.report("王磊"), Level.A)
        money.decide(gone, "赵敏", "批准")
        money.world.real += DAY
        money.void(gone.report)
    (tmp_path / "money.db").rename(tmp_path / "plant.db")
    return Plant(tmp_path)


def dump(path: Path) -> str:
    connection = sqlite3.connect(path)
    try:
        return "\n".join(connection.iterdump())
    finally:
        connection.close()


def wide(png: bytes) -> int:
    with Image.open(io.BytesIO(png)) as picture:
        return picture.size[0]


def card(plant: Plant, text: str = "[[rate_card]]\neffective = 2027-01-01\nB = 80\n") -> Path:
    return plant.file("new.toml", text)


def test_the_table_says_what_it_would_have_cost(plant):
    before = dump(plant.database)
    said = plant.good("rules", "simulate", "--card", card(plant), *WHEN)
    assert said[0] == "The card of 2027-01-01 is tried for every day."
    rows = [line.split() for line in said if line.strip().startswith(("2026", "all"))]
    assert rows == [
        ["2026-10", "0.00", "0.00", "0.00", "0.00", "(0.00)", "-"],
        ["2026-11", "150.00", "240.00", "+90.00", "0.00", "(0.00)", "-"],
        ["all", "150.00", "240.00", "+90.00", "0.00", "(0.00)", "-"],
    ]
    text = "\n".join(said)
    assert "It would have cost 240.00 yuan instead of 150.00: +90.00 (+60.0 %)." in text
    assert "2 people would have had more, 0 less, 0 the same." in text
    assert "Most more: 王* +30.00, 张* +30.00" in text
    assert "from secret reports, of nobody in particular: 80.00 instead of 50.00." in text
    assert not any(name in text for name in ("王磊", "张强", "周涛", "周*"))
    assert dump(plant.database) == before


def test_the_files_have_the_same_numbers_and_names_for_the_operator(plant, tmp_path):
    out = tmp_path / "out"
    said = plant.good("rules", "simulate", "--card", card(plant), *WHEN, "--out", out)
    assert "The people's table has names" in said[-1]
    months = list(openpyxl.load_workbook(out / "simulation-months.xlsx").active.values)
    assert months[0][0] == "月份"
    assert months[2][:1] + months[2][6:9] == ("2026-11", 150, 240, 90)
    people = list(openpyxl.load_workbook(out / "simulation-people.xlsx").active.values)
    assert [(row[1], row[-1]) for row in people[1:]] == [("王磊", 30), ("张强", 30), ("保密的上报", 30)]
    assert wide((out / "simulation.png").read_bytes()) == 1080
    assert (out / "simulation.png").stat().st_mode & 0o077 == 0


def test_it_asks_the_running_bot(plant, tmp_path):
    alone = plant.good("rules", "simulate", "--card", card(plant), *WHEN)
    with running(plant) as asked:
        assert plant.good("rules", "simulate", "--card", card(plant), *WHEN) == alone
    assert asked == ["rules.month", "rules.month", "rules.people"]


@pytest.mark.parametrize(
    "text, when, said",
    [
        ("B = 80", WHEN, "new.toml: B: unknown key"),
        ("[[rate_card]]\nB = -1", WHEN, "new.toml: rate_card[1].B: -1 is not an amount"),
        ("[budget]\nmonth = 0", WHEN, "new.toml: budget.month: every award would be held"),
        ("[[rate", WHEN, "is not TOML in UTF-8"),
        ('[[enterprise]]\ncode = "other"', WHEN, "there is no enterprise demo in it."),
        ("", ("--from", "2026-12", "--to", "2026-11"), "--from is after --to"),
        ("", ("--from", "2026-1", "--to", "2026-11"), '"2026-1" is not a month'),
        ("", ("--from", "2020-01", "--to", "2026-11"), "83 months are too many"),
    ],
)
def test_what_cannot_be_tried(plant, text, when, said):
    result = plant.do("rules", "simulate", "--card", card(plant, text), *when)
    assert result.code == 1
    assert said in result.text


def test_without_a_file_or_a_database(plant):
    assert "no such file" in plant.do("rules", "simulate", "--card", "none.toml", *WHEN).text
    plant.database.unlink()
    assert "There is no database" in plant.do("rules", "simulate", "--card", card(plant), *WHEN).text


PRESENT = f'{CONFIG}[enterprise.programme]\njoint = "each"\n[enterprise.programme.caps]\nperson_month = 900\n'


def tried(tmp_path: Path, text: str) -> Programme:
    (tmp_path / "config.toml").write_text(PRESENT, encoding="utf-8")
    (tmp_path / "new.toml").write_text(text, encoding="utf-8")
    return rules_of(tmp_path / "new.toml", tmp_path / "config.toml", "demo")[0]


def test_what_the_file_does_not_say_stays_as_it_is(tmp_path):
    found = tried(tmp_path, "[caps]\nperson_kind_month = 300\n[budget]\nmonth = 5000\n")
    assert (found.joint, found.caps.person_month, found.caps.person_kind_month) == ("each", 900_00, 300_00)
    assert found.budget.month == 5_000_00
    assert found.cards == Programme().cards


def test_a_whole_configuration_will_do(tmp_path):
    text = PRESENT.replace('joint = "each"', 'joint = "split"')
    assert tried(tmp_path, text).joint == "split"
    assert tried(tmp_path, PRESENT).joint == "each"


def test_several_cards_keep_their_days(tmp_path):
    both = (("2026-01-01", 60), ("2026-07-01", 70))
    cards = "".join(f"[[rate_card]]\neffective = {day}\nB = {fen}\n" for day, fen in both)
    found = tried(tmp_path, cards)
    assert [card.rates["B"] for card in found.cards] == [DEFAULT_RATES["B"], 60_00, 70_00]
    (alone,) = tried(tmp_path, "[[rate_card]]\neffective = 2027-01-01\nB = 60\n").cards
    assert (alone.version, alone.rates["B"]) == ("2027-01-01", 60_00)


def test_months_follow_each_other():
    assert months_of(202611, 202702) == [202611, 202612, 202701, 202702]
    with pytest.raises(OperationFailed, match="too many"):
        months_of(202001, 202612)


@pytest.mark.parametrize("language", ["zh", "en", "ru"])
@pytest.mark.parametrize("count", [1, 12, 60])
def test_the_picture_holds_one_month_or_sixty(language, count):
    months = tuple(Month(month, 3, 100_00 * n, 150_00 * n, held=n % 2, held_fen=n % 2 * 500_00) for n, month in
                   enumerate(months_of(202201, 202612)[:count]))  # fmt: skip
    gains = {n: Gain(0, n * 10_00) for n in range(-12, 12)}
    for found in (Outcome(months, gains, Gain()), Outcome((replace(months[0], then_fen=0, fen=0),), {}, Gain())):
        png = draw(found, "北山矿业选矿厂", language)
        assert wide(png) == 1080


OLD, NEW = Month(202610, 3, then_fen=100_00, fen=150_00), Month(202610, 3, then_points=40, points=1260)
BOTH = Month(202610, 3, then_fen=100_00, fen=80_00, points=300)


@pytest.mark.parametrize(
    "month, gain, unit",
    [
        (OLD, Gain(0, 50_00), "yuan"),
        (NEW, Gain(0, 0, 40, 1260), "points"),
        (BOTH, Gain(0, -20_00, 0, 300), "yuan"),
        (Month(202610), Gain(0, 0, 0, 300), "points"),
        (Month(202610), Gain(), "yuan"),
    ],
)
def test_the_picture_counts_in_points_where_there_is_no_yuan(month, gain, unit):
    found = Outcome((month,), {1: gain}, Gain())
    assert unit_of(found).name == unit
    assert wide(draw(found, "北山矿业选矿厂", "zh")) == 1080


def test_points_are_spread_by_points():
    spread = _spread(
        Outcome((NEW,), {1: Gain(0, 0, 40, 60), 2: Gain(0, 0, 40, 41)}, Gain()), POINTS, lambda key, **args: key
    )
    assert [(label, count) for label, count, _ in spread] == [("between_more", 1), ("little_more", 1)]


def test_points_beside_yuan_change_the_picture():
    pictures = {draw(Outcome((month,), {}, Gain()), "厂", "zh") for month in (BOTH, replace(BOTH, points=0))}
    assert len(pictures) == 2


def test_every_character_of_the_picture_can_be_drawn():
    said = "".join(value for key, value in texts("zh").items() if key.startswith("simulation."))
    assert lacking(said) == []

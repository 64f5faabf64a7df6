"""The other commands, what they say, and how two of them get along."""

import re
from pathlib import Path

import click
import openpyxl
import pytest
from click.testing import CliRunner

from bot.cli import main
from storage import audit, departments, inbox, ledger, people, places
from storage.lock import hold
from tests.commands import CONFIG, Plant, running
from tests.roster import NOW
from woodpecker.ledger import Entry
from woodpecker.words import EntryKind, Role


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    return Plant(tmp_path)


def commands(group: click.Group, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for name, command in group.commands.items():
        path = (*before, name)
        found += commands(command, path) if isinstance(command, click.Group) else [path]
    return found


@pytest.mark.parametrize("words", commands(main), ids=" ".join)
def test_every_command_has_help_and_takes_a_configuration(words: tuple[str, ...]) -> None:
    said = CliRunner().invoke(main, [*words, "--help"]).output
    assert "--config FILE" in said
    first = said.splitlines()[2].strip()
    assert first.endswith("."), first
    options = re.findall(r"^  (--\S+)(.*)$", said, re.M)
    assert options
    assert [name for name, rest in options if not rest.strip()] == []


def test_the_commands_are_those_that_were_promised() -> None:
    assert {" ".join(words) for words in commands(main)} >= {
        *("run", "check", "migrate", "invite", "flow", "replay", "backup", "restore"),
        *(
            "people import",
            "people export",
            "people set",
            "places import",
            "places links",
            "departments import",
            "ledger export",
        ),
    }


def test_check_names_everything_that_is_wrong(plant: Plant) -> None:
    plant.config.write_text('[[enterprise]]\ncode = "X"\nname = ""\n', encoding="utf-8")
    said = plant.do("check")
    assert said.code == 1
    assert "enterprise[X].code: does not fit; write a short word" in said.text
    assert "enterprise[X].name: is empty; write the plant's name." in said.text
    assert plant.do("invite", "--name", "陈丽").code == 1


def test_check_makes_nothing_and_warns_of_work_nobody_could_do(plant: Plant) -> None:
    lines = plant.good("check")
    assert lines[-1] == "The configuration is good."
    assert not plant.database.exists()
    plant.good("people", "import", plant.file("p.csv", "工号,姓名,角色\nS01,李静,officer;approver\n"))
    said = "\n".join(plant.good("check"))
    assert "Warning: demo: nobody has the role admin: nobody can let people join" in said
    assert "Warning: demo: nobody with the role officer has joined yet" in said
    assert "Warning: demo: every approver is an officer too" in said
    before = plant.ask(audit.list)
    plant.config.write_text(CONFIG + '[[enterprise]]\ncode = "other"\nname = "别厂"\n', encoding="utf-8")
    assert "Warning: other is not in the database as it is now" in plant.do("check").text
    plant.config.write_text(CONFIG, encoding="utf-8")
    assert plant.ask(audit.list) == before
    with running(plant) as asked:
        assert "nobody has the role admin" in "\n".join(plant.good("check"))
    assert asked == ["staffing", "names"]


def test_migrate_says_what_it_did(plant: Plant) -> None:
    assert plant.good("migrate")[0] == "0001_first: done"
    assert plant.good("migrate") == ["The tables are up to date."]


def test_a_database_of_a_newer_version_is_refused(plant: Plant) -> None:
    plant.good("migrate")
    plant.ask(lambda s: s.tx.run("INSERT INTO migration VALUES ('9999_future', 'x', 0)"))
    said = plant.do("people", "export", "--out", plant.folder / "x.csv")
    assert (said.code, "made by a newer version" in said.text) == (1, True)


def test_what_is_no_database_is_said_in_a_sentence(plant: Plant) -> None:
    plant.database.write_bytes(b"this is not a database, but long enough to be looked at" * 20)
    said = plant.do("migrate")
    assert (said.code, said.lines[0]) == (1, "Error: The database cannot be used: file is not a database.")


def test_flow_prints_the_table() -> None:
    said = CliRunner().invoke(main, ["flow"])
    assert said.exit_code == 0
    assert "admit" in said.output


def test_a_parked_message_is_handled_again(plant: Plant) -> None:
    assert plant.good("replay") == ["Nothing is parked."]

    def park(store: object) -> int:
        tx = store.tx
        item = inbox.add(tx, store.enterprise, "telegram", "k", "7", {"x": 1}, NOW).id
        tx.run("UPDATE inbox SET state = 'parked', error = 'KeyError' WHERE id = $1", item)
        return item

    item = plant.ask(park)
    assert plant.good("replay", "--list")[:1] == [f"{item}  2026-11-24 14:00  demo  telegram  KeyError"]
    assert plant.good("replay", str(item)) == [f"{item} will be handled again."]
    assert plant.do("replay", str(item)).code == 1
    assert plant.good("replay", "--list") == ["Nothing is parked."]


def test_departments_then_people_then_their_leaders(plant: Plant) -> None:
    plant.good(
        "departments", "import", plant.file("d.csv", "部门,上级部门,类型\n磨矿车间,选矿厂,\n选矿厂,,\n恒通,,承包商\n")
    )
    plant.good("people", "import", plant.file("p.csv", "工号,姓名,部门\nZ01,张强,磨矿车间\n"))
    again = plant.good("departments", "import", plant.file("d.csv", "部门,负责人工号\n磨矿车间,Z01\n"))
    assert again == ["磨矿车间: leader changed", "0 added, 1 changed, 0 as before."]
    mill = plant.ask(lambda s: departments.by_name(s, "磨矿车间"))
    assert plant.ask(lambda s: departments.leader_of(s, mill.id)) == plant.ask(lambda s: people.by_number(s, "Z01")).id
    assert plant.ask(lambda s: departments.by_name(s, "恒通")).kind == "contractor"


def test_wrong_departments_are_named_by_row(plant: Plant) -> None:
    plant.good("departments", "import", plant.file("d.csv", "部门\n甲\n"))
    text = "部门,上级部门,负责人工号,类型\n乙,丁,,\n丙,丙,,\n,,,own\n甲,戊,X,odd\n戊,甲,,\n甲,,,\n"
    said = plant.do("departments", "import", plant.file("d.csv", text)).text
    for line in (
        'Row 2, parent: there is no department "丁"',
        'Row 3, parent: "丙" would stand above itself',
        "Row 4, name: is empty",
        'Row 5, leader_no: nobody has the number "X"',
        "Row 5, kind: write own",
        "Row 7 is the same department as row 5",
    ):
        assert line in said
    assert len(plant.ask(departments.all)) == 1


def test_places_are_imported_by_code(plant: Plant) -> None:
    plant.good("people", "import", "--add-departments", plant.file("p.csv", "工号,姓名,部门\nZ01,张强,磨矿车间\n"))
    text = '编号,名称,部门,默认责任人,坐标\nM03,3号球磨机,磨矿车间,Z01,"30.1, 114.2"\nG1,东门,,,\n'
    assert plant.good("places", "import", plant.file("o.csv", text))[-1] == "2 added, 0 changed, 0 as before."
    assert plant.good("places", "import", plant.folder / "o.csv")[-1] == "0 added, 0 changed, 2 as before."
    ball = plant.ask(lambda s: places.by_code(s, "m03"))
    assert (ball.latitude, ball.longitude, ball.owner) == (30.1, 114.2, 1)
    wrong = '编号,名称,部门,默认责任人,坐标\n,东门,,,\nM05,,乙,Q,"200,1"\nm05,西门,,,\n'
    said = plant.do("places", "import", plant.file("o.csv", wrong)).text
    for line in (
        "Row 2, code: write 1 to 32",
        "Row 3, name: is empty",
        'Row 3, department: there is no department "乙"',
        'Row 3, owner_no: nobody has the number "Q"',
        "Row 3, coordinates: write latitude",
        "Row 4 is the same place as row 3",
    ):
        assert line in said


def test_what_is_owed_is_exported_to_the_fen(plant: Plant) -> None:
    plant.good("people", "import", plant.file("p.csv", "工号,姓名\nW01,王磊\nW02,周涛\n,梁伟\n"))
    entries = [
        Entry("a", 1, EntryKind.AWARD, 50_01, 202610, NOW),
        Entry("b", 1, EntryKind.AWARD, 100_00, 202611, NOW),
        Entry("c", 1, EntryKind.PAYMENT, -50_01, 202611, NOW),
        Entry("d", 2, EntryKind.REVERSAL, -20_05, 202611, NOW),
        Entry("e", 3, EntryKind.AWARD, 20_00, 202611, NOW),
        Entry("f", 3, EntryKind.AWARD, 90_00, 202612, NOW),
    ]
    plant.ask(lambda s: ledger.append(s, entries))
    lines = plant.good("ledger", "export", "--month", "2026-11", "--out", plant.folder / "owed.csv")
    assert lines[:2] == [
        "2 people are owed 120.00 yuan in all.",
        "Without an employee number, so that payroll cannot pay: 梁伟.",
    ]
    text = (plant.folder / "owed.csv").read_text(encoding="utf-8-sig").splitlines()
    assert text[0].startswith("工号,姓名,部门,上月结转（元）,本月奖励（元）")
    assert text[1:] == [
        "W01,王磊,,50.01,100.00,0.00,-50.01,0.00,100.00,100.00",
        "W02,周涛,,0.00,0.00,-20.05,0.00,0.00,-20.05,0.00",
        ",梁伟,,0.00,20.00,0.00,0.00,0.00,20.00,20.00",
    ]
    with running(plant):
        plant.good("ledger", "export", "--month", "2026-11", "--out", plant.folder / "owed.xlsx")
    sheet = openpyxl.load_workbook(plant.folder / "owed.xlsx").active
    assert [c.value for c in sheet[3]][3:] == [0, 0, -20.05, 0, 0, -20.05, 0]
    assert sheet["J2"].number_format == "0.00"
    wrong = plant.do("ledger", "export", "--month", "November", "--out", plant.folder / "x.csv")
    assert (wrong.code, wrong.text) == (1, 'Error: "November" is not a month: write it as 2026-11.')


def test_which_enterprise_is_meant(plant: Plant) -> None:
    plant.config.write_text(CONFIG + '[[enterprise]]\ncode = "other"\nname = "别厂"\n', encoding="utf-8")
    assert "There are several enterprises: write --enterprise" in plant.do("invite", "--name", "陈丽").text
    assert "There is no enterprise x" in plant.do("invite", "--enterprise", "x", "--name", "陈丽").text
    plant.good("invite", "--enterprise", "other", "--name", "陈丽")
    assert plant.ask(people.all) == []


def test_a_command_says_when_another_one_holds_the_database(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.commands.perform.WAIT", 0.0)
    monkeypatch.setattr("bot.commands.perform.STEP", 0.0)
    with hold(plant.database):
        said = plant.do("people", "export", "--out", plant.folder / "x.csv")
    assert said.code == 1
    assert "is in use, but no running bot answers" in said.text


def test_without_a_configuration_the_sample_plant_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code = CliRunner().invoke(main, ["invite", "--number", "W02"])
    assert code.exit_code == 0, code.output
    said = CliRunner().invoke(main, ["people", "export", "--out", "people.csv"])
    assert "18 people." in said.output
    again = CliRunner().invoke(main, ["people", "import", "people.csv"])
    assert again.output.splitlines()[-1] == "0 added, 0 changed, 18 as before."
    text = Path("people.csv").read_text(encoding="utf-8-sig")
    assert [role for role in Role if role is not Role.WORKER and role.value not in text] == []
    assert Path("data/woodpecker.db").stat().st_mode & 0o077 == 0

"""The roster by command: imported whole or not at all, exported without loss, changed with a trace."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from storage import accounts, audit, departments, invitations, people
from storage.store import Store
from tests.commands import Plant, running
from tests.roster import NOW
from woodpecker.words import Role

ROSTER = """工号,姓名,手机,部门,班组,角色,性别
W01,王磊,+86 138-0000-1234,磨矿车间,甲班,,男
S01,李静,,安全部,,安全员:磨矿车间；审批人,女
D01,陈丽,,安全部,,管理员,女
"""


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    return Plant(tmp_path)


def imported(plant: Plant) -> None:
    plant.good("people", "import", "--add-departments", plant.file("roster.csv", ROSTER))


def person(plant: Plant, number: str) -> people.Person:
    return plant.ask(lambda s: people.by_number(s, number))


def test_a_roster_is_imported_with_roles_and_departments(plant: Plant) -> None:
    lines = plant.good("people", "import", "--add-departments", plant.file("roster.csv", ROSTER))
    assert "Columns not used: 性别." in lines
    assert "王磊 (W01): added" in lines
    assert "李静 (S01): is now officer of 磨矿车间" in lines
    assert lines[-1] == "3 added, 0 changed, 0 as before."
    assert person(plant, "W01").phone == "13800001234"
    mill = plant.ask(lambda s: departments.by_name(s, "磨矿车间"))
    li = person(plant, "S01")
    assert (li.roles, li.scopes) == ({Role.OFFICER, Role.APPROVER}, {mill.id})


def test_the_same_file_twice_changes_nothing(plant: Plant) -> None:
    imported(plant)
    before = len(plant.ask(lambda s: audit.list(s, limit=1000)))
    assert plant.good("people", "import", plant.folder / "roster.csv")[-1] == "0 added, 0 changed, 3 as before."
    assert len(plant.ask(lambda s: audit.list(s, limit=1000))) == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_that_excel_writes(plant: Plant, encoding: str) -> None:
    plant.good("people", "import", "--add-departments", plant.file("roster.csv", ROSTER, encoding))
    assert person(plant, "W01").name == "王磊"


def test_a_workbook_with_numbers_and_dates(plant: Plant) -> None:
    book = openpyxl.Workbook()
    for row in [
        ["Employee No", "name", "phone", "left", "contractor"],
        [10027, "王磊", 13800001234.0, date(2026, 1, 31), None],
        [],
        [10028, "张强", None, None, True],
    ]:
        book.active.append(row)
    book.save(plant.folder / "roster.xlsx")
    plant.good("people", "import", plant.folder / "roster.xlsx")
    wang, zhang = person(plant, "10027"), person(plant, "10028")
    assert (wang.phone, wang.left_on, wang.contractor) == ("13800001234", "2026-01-31", False)
    assert zhang.contractor


def test_a_title_may_stand_above_the_headers(plant: Plant) -> None:
    plant.good("people", "import", plant.file("r.csv", "示例厂员工花名册,,\n\n序号,工号,姓名\n1,W01,王磊\n"))
    wrong = plant.do("people", "import", plant.file("r.csv", "花名册,,\n\n序号,工号,姓名\n1,W02,\n"))
    assert "Row 4, name: is empty" in wrong.text


def test_every_wrong_row_is_named_and_nothing_is_imported(plant: Plant) -> None:
    wrong = plant.file(
        "wrong.csv",
        "工号,姓名,部门,角色,离职日期,语言,承包商\n"
        "W01,王磊,,,,,\n"
        "W02,,,,,,\n"
        "W01,王雷,,,,,\n"
        "W03,张强,没有部,boss,2999-01-01,fr,maybe\n"
        "W04,赵敏,,approver:磨矿,昨天,,\n",
    )
    said = plant.do("people", "import", wrong)
    assert said.code == 1
    for line in (
        "Row 3, name: is empty; write the person's name.",
        "Row 4 is the same person as row 2; write each person once.",
        'Row 5, department: there is no department "没有部"; import the departments first.',
        'Row 5, roles: "boss" is not a role; write one of',
        "Row 5, left: 2999-01-01 is more than a year ahead; check the year.",
        'Row 5, language: "fr" is not a language here; write zh or en or ru.',
        'Row 5, contractor: "maybe" is neither yes nor no',
        "Row 6, roles: only officers are limited to departments, not approver",
        'Row 6, left: "昨天" is not a date; write it as 2026-11-30.',
    ):
        assert line in said.text
    assert plant.ask(people.all) == []


def test_files_that_are_no_roster(plant: Plant) -> None:
    for name, content, said in (
        ("empty.csv", b"", "the table is empty"),
        ("other.csv", "水果,价格\n苹果,3\n".encode(), "no header is known"),
        ("twice.csv", "姓名,name\n王磊,王磊\n".encode(), "the column name is there twice"),
        ("old.xls", b"\xd0\xcf\x11\xe0", "save it as xlsx or csv"),
        ("bad.xlsx", b"PK\x03\x04nothing", "is not a workbook"),
        ("bin.csv", b"\xff\xff\xff\x80", "neither UTF-8 nor GB18030"),
    ):
        (plant.folder / name).write_bytes(content)
        found = plant.do("people", "import", plant.folder / name)
        assert found.code == 1
        assert said in found.text
    assert "no such file" in plant.do("people", "import", plant.folder / "none.csv").text


def test_a_column_that_is_not_there_changes_nothing_and_an_empty_cell_clears(plant: Plant) -> None:
    imported(plant)
    plant.good("people", "import", plant.file("names.csv", "工号,班组\nS01,乙班\n"))
    assert person(plant, "S01").team == "乙班"
    assert person(plant, "S01").roles == {Role.OFFICER, Role.APPROVER}
    lines = plant.good("people", "import", plant.file("roles.csv", "工号,角色\nS01,\n"))
    assert "李静 (S01): is no longer officer" in lines
    assert person(plant, "S01").roles == set()


def test_two_admins_change_places_in_one_file_but_the_last_one_stays(plant: Plant) -> None:
    imported(plant)
    refused = plant.do("people", "import", plant.file("none.csv", "工号,角色\nD01,\n"))
    assert (refused.code, refused.text) == (
        1,
        "Error: 陈丽 (D01) is the last admin: make somebody else an admin first.",
    )
    plant.good("people", "import", plant.file("swap.csv", "工号,角色\nD01,\nW01,admin\n"))
    assert person(plant, "W01").has(Role.ADMIN)
    assert not person(plant, "D01").has(Role.ADMIN)


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
def test_export_and_import_lose_nothing(plant: Plant, name: str) -> None:
    imported(plant)
    plant.good("people", "import", plant.file("more.csv", "姓名,手机,承包商,班组\n梁伟,13900000000,是,=1+1\n"))
    plant.good("people", "set", "--number", "W01", "--left", "2026-01-31")
    before = plant.ask(people.all)
    assert plant.good("people", "export", "--out", plant.folder / name)[0] == "4 people."
    again = plant.good("people", "import", plant.folder / name)
    assert again == ["0 added, 0 changed, 4 as before."]
    assert plant.ask(people.all) == before


def test_a_text_that_looks_like_a_formula_stays_text(plant: Plant) -> None:
    plant.good("people", "import", plant.file("roster.csv", "工号,姓名,班组\nW01,王磊,=1+1\n"))
    plant.good("people", "export", "--out", plant.folder / "out.csv")
    assert ",'=1+1," in (plant.folder / "out.csv").read_text(encoding="utf-8-sig")
    plant.good("people", "export", "--out", plant.folder / "out.xlsx")
    cells = openpyxl.load_workbook(plant.folder / "out.xlsx").active
    assert [c.data_type for c in cells[2] if c.value == "=1+1"] != ["n"]
    assert plant.do("people", "export", "--out", plant.folder / "out.pdf").code == 1


def test_set_changes_one_person_and_leaves_a_trace(plant: Plant) -> None:
    imported(plant)
    lines = plant.good(
        *("people", "set", "--number", "S01", "--grant", "officer:安全部", "--revoke", "approver", "--show-name")
    )
    assert lines == [
        "李静 (S01): is now officer of 安全部, 磨矿车间",
        "李静 (S01): is no longer approver",
        "李静 (S01): show_name changed",
    ]
    assert plant.good("people", "set", "--number", "S01", "--show-name") == ["李静 (S01): as before"]
    li = person(plant, "S01")
    assert li.show_name
    traces = plant.ask(lambda s: audit.list(s, li.id, 3))
    assert [t.action for t in traces] == ["person.changed", "role.revoked", "role.granted"]
    assert {t.source for t in traces} == {"cli"}
    plant.good("people", "set", "--number", "S01", "--revoke", "officer:安全部")
    assert len(person(plant, "S01").scopes) == 1
    plant.good("people", "set", "--number", "S01", "--revoke", "officer:磨矿车间")
    assert not person(plant, "S01").has(Role.OFFICER)


def test_leaving_and_coming_back(plant: Plant) -> None:
    imported(plant)
    plant.good("people", "set", "--number", "S01", "--left", "2026/1/31")
    assert person(plant, "S01").left_on == "2026-01-31"
    assert "left on" in plant.do("invite", "--number", "S01").text
    plant.good("people", "set", "--number", "S01", "--returned")
    assert person(plant, "S01").has(Role.OFFICER)
    assert "Nobody has the employee number X" in plant.do("people", "set", "--number", "X").text
    assert plant.do("people", "set", "--number", "S01", "--returned", "--left", "2026-01-01").code == 2
    assert "is more than a year ahead" in plant.do("people", "set", "--number", "S01", "--left", "2999-01-01").text
    assert "is not a role" in plant.do("people", "set", "--number", "S01", "--grant", "boss").text


def test_the_first_admin_is_invited_into_an_empty_plant(plant: Plant) -> None:
    lines = plant.good("invite", "--name", "陈丽", "--department", "安全部", "--role", "admin", "--role", "leader")
    assert lines[:4] == [
        "安全部: is a new department",
        "陈丽: added",
        "陈丽: is now admin",
        "陈丽: is now leader",
    ]
    assert lines[-2].startswith(f"In the chat with the bot: /start {lines[-1]}")
    again = plant.good("invite", "--name", "陈丽")[-1]
    chen = plant.ask(people.all)
    assert [p.roles for p in chen] == [{Role.ADMIN, Role.LEADER}]
    assert plant.ask(lambda s: invitations.redeem(s, lines[-1], NOW)) is None
    assert plant.ask(lambda s: invitations.redeem(s, again, NOW)) == chen[0].id


def test_a_lost_phone_is_bound_anew(plant: Plant) -> None:
    imported(plant)
    wang = person(plant, "W01")

    def join(store: Store) -> None:
        accounts.link(store, accounts.touch(store, "telegram", "7", "7", "", "", NOW).id, wang.id)

    plant.ask(join)
    lines = plant.good("invite", "--number", "W01")
    assert lines[0] == "王磊 (W01): the account joined before (1) no longer works"
    assert plant.ask(lambda s: accounts.of_person(s, wang.id)) == []
    assert plant.ask(lambda s: invitations.redeem(s, lines[-1], NOW)) == wang.id


def test_a_name_never_identifies(plant: Plant) -> None:
    imported(plant)
    assert "W01 is 王磊, not 王雷" in plant.do("invite", "--number", "W01", "--name", "王雷").text
    assert "write --name as well" in plant.do("invite", "--number", "W99").text
    assert plant.do("invite").code == 2
    plant.good("invite", "--name", "王磊")
    assert len(plant.ask(lambda s: people.by_name(s, "王磊"))) == 2


def test_commands_go_through_the_running_bot(plant: Plant) -> None:
    imported(plant)
    with running(plant) as asked:
        lines = plant.good("invite", "--number", "W01")
        assert lines[-3:-1] == [
            f"As a link: https://t.me/demo_bot?start={lines[-1]}",
            f"In the chat with the bot: /start {lines[-1]}, or just the code as a word.",
        ]
        plant.good("people", "import", plant.file("team.csv", "工号,班组\nW01,丙班\n"))
        plant.good("people", "export", "--out", plant.folder / "out.csv")
        refused = plant.do("people", "set", "--number", "D01", "--revoke", "admin")
        assert (refused.code, "is the last admin" in refused.text) == (1, True)
        assert "Woodpecker is running" in plant.do("migrate").text
    assert asked == ["invite", "people.import", "people.export", "people.set"]
    assert person(plant, "W01").team == "丙班"
    assert "丙班" in (plant.folder / "out.csv").read_text(encoding="utf-8-sig")


def test_a_leader_is_told_of_a_change_of_roles(plant: Plant) -> None:
    imported(plant)
    plant.good("people", "import", plant.file("l.csv", "工号,姓名,角色\nL01,刘洋,leader\n"))
    liu = person(plant, "L01")

    def join(store: Store) -> None:
        accounts.link(store, accounts.touch(store, "telegram", "9", "9", "", "", NOW).id, liu.id)

    plant.ask(join)
    plant.good("people", "set", "--number", "W01", "--grant", "officer:安全部")
    rows = plant.ask(lambda s: s.all("SELECT person, push, body FROM outbox WHERE enterprise = $1"))
    assert [(r["person"], r["push"]) for r in rows] == [(liu.id, "notice")]
    assert "王磊" in rows[0]["body"]
    assert "安全部" in rows[0]["body"]

"""The audit log only grows, and every command that changes the roster, roles or settings writes to it."""

import sqlite3
from pathlib import Path

import pytest

from storage import audit, people
from tests.commands import CONFIG, Plant
from tests.roster import NOW, opened


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET action = 'x'",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit",
        "INSERT INTO audit SELECT * FROM audit WHERE true ON CONFLICT (id) DO UPDATE SET action = 'x'",
    ],
)
def test_no_line_is_ever_changed(tmp_path: Path, statement: str) -> None:
    with opened(tmp_path / "plant.db") as run:
        run(lambda s: audit.write(s, NOW, "role.granted", 1, 2, role="officer"))
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            run(lambda s: s.tx.run(statement))
        (line,) = run(audit.list)
        assert (line.action, line.subject, line.person, line.source) == ("role.granted", 1, 2, "chat")
        assert line.detail == {"role": "officer"}


def test_every_command_that_changes_something_leaves_a_line(tmp_path: Path) -> None:
    plant = Plant(tmp_path)
    plant.good("departments", "import", plant.file("d.csv", "名称,类型\n磨矿车间,\n"))
    plant.good("people", "import", plant.file("p.csv", "工号,姓名,部门,角色\nS01,李静,磨矿车间,officer;admin\n"))
    plant.good("departments", "import", plant.file("d.csv", "名称,负责人工号\n磨矿车间,S01\n"))
    plant.good("places", "import", plant.file("o.csv", "编号,名称,默认责任人\nM03,3号球磨机,S01\n"))
    plant.good("places", "import", plant.file("o.csv", "编号,名称\nM03,三号球磨机\n"))
    plant.good("invite", "--number", "S01")
    plant.good("people", "set", "--number", "S01", "--revoke", "officer")
    plant.config.write_text(CONFIG + '[enterprise.programme]\nextra_limit = "100"\n', encoding="utf-8")
    plant.good("migrate")
    lines = plant.ask(lambda s: audit.list(s, limit=1000))
    assert [line.action for line in reversed(lines)] == [
        "settings.first",
        "department.added",
        "person.added",
        "role.granted",
        "role.granted",
        "department.changed",
        "place.added",
        "place.changed",
        "invitation.created",
        "role.revoked",
        "settings.changed",
    ]
    assert lines[0].detail == {"changes": {"extra_limit": [50000, 10000]}}
    assert {line.source for line in lines} == {"cli", "config"}


def test_no_code_and_no_phone_number_stands_in_the_log(tmp_path: Path) -> None:
    plant = Plant(tmp_path)
    plant.good("people", "import", plant.file("p.csv", "工号,姓名,手机\nW01,王磊,13800001234\n"))
    plant.good("people", "import", plant.file("p.csv", "工号,手机\nW01,13900001234\n"))
    code = plant.good("invite", "--number", "W01")[-1]
    said = "".join(str(line) for line in plant.ask(lambda s: audit.list(s, limit=1000)))
    assert "person.changed" in said
    assert code not in said
    assert "13800001234" not in said
    assert "13900001234" not in said
    assert plant.ask(lambda s: people.by_number(s, "W01")).phone == "13900001234"

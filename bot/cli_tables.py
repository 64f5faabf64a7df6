"""Commands that read and write spreadsheets: the roster, places, departments, and what is owed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bot.cli_options import Group, config, failing, loaded, one_enterprise, show

enterprise = click.option("--enterprise", metavar="CODE", help="Which enterprise; needed if there are several.")
source = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
out = click.option(
    "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The .xlsx or .csv file."
)


def _import(config: Path | None, code: str | None, name: str, file: Path, **params: Any) -> None:
    settings = loaded(config)
    with failing():
        from bot.commands.operations import COLUMNS
        from bot.commands.perform import perform
        from bot.tables import read

        table = read(file, COLUMNS[name])
        if table.unused:
            click.echo(f"Columns not used: {', '.join(table.unused)}.")
        plant = one_enterprise(settings, code)
        show(perform(settings, f"{name}.import", enterprise=plant, rows=table.rows, **params).lines)


def _export(config: Path | None, code: str | None, name: str, out: Path, **params: Any) -> None:
    settings = loaded(config)
    with failing():
        from bot.commands.perform import perform
        from bot.tables import write

        done = perform(settings, name, enterprise=one_enterprise(settings, code), **params)
        write(out, done.headers, done.rows, done.money)
        show([*done.lines, f"Written to {out}."])


@click.group(cls=Group)
def people() -> None:
    """The roster: import, export, and change single people."""


@people.command("import")
@config
@enterprise
@click.option("--add-departments", is_flag=True, help="Add departments that are not known yet.")
@source
def people_import(config: Path | None, enterprise: str | None, add_departments: bool, file: Path) -> None:
    """Bring the roster to what FILE (xlsx or csv) says.

    \b
    Columns, in any order, in Chinese or English:
      工号 employee_no    姓名 name        手机 phone      部门 department   班组 team
      角色 roles          语言 language    企业微信账号 wecom_userid
      离职日期 left        承包商 contractor

    People are known by their number. A column that is there is the truth, an empty cell too; a column
    that is not there changes nothing. Whoever is not in the file stays as is. Roles are separated by
    semicolons: "officer:磨矿车间; approver". One wrong row and nothing is imported.
    """
    _import(config, enterprise, "people", file, add_departments=add_departments)


@people.command("export")
@config
@enterprise
@out
def people_export(config: Path | None, enterprise: str | None, out: Path) -> None:
    """Write the whole roster, leavers too, as a table that import takes back."""
    _export(config, enterprise, "people.export", out)


@people.command("set")
@config
@enterprise
@click.option("--number", required=True, metavar="EMPLOYEE_NO", help="Who.")
@click.option("--grant", multiple=True, metavar="ROLE", help="Give a role; officer:DEPARTMENT limits it.")
@click.option("--revoke", multiple=True, metavar="ROLE", help="Take a role away.")
@click.option(
    "--left",
    metavar="DATE",
    help="Mark a leaver: no rights from that day on, perhaps one to come; what is owed stays owed.",
)
@click.option("--returned", is_flag=True, help="Take a leaver back, or one who was to leave.")
@click.option("--ban", metavar="REASON", help="Keep from reporting for now; the person reads why, leaders are told.")
@click.option("--unban", is_flag=True, help="Let report again.")
@click.option("--show-name/--hide-name", default=None, help="Full name or masked in public lists, by own wish.")
def people_set(config: Path | None, enterprise: str | None, number: str, **wishes: Any) -> None:
    """Change what one person may do.

    \b
    Roles: officer, approver, second_approver, finance, leader, union, admin, regulator.
      woodpecker people set --number 10027 --grant officer:磨矿车间 --revoke approver
      woodpecker people set --number 10027 --left 2026-11-30
      woodpecker people set --number 10027 --ban "photos of the same pump sent twenty times"
    """
    settings = loaded(config)
    if wishes["left"] and wishes["returned"]:
        raise click.UsageError("Write --left or --returned, not both.")
    if wishes["ban"] is not None and wishes["unban"]:
        raise click.UsageError("Write --ban or --unban, not both.")
    with failing():
        from bot.commands.perform import perform

        params = {key: list(value) if isinstance(value, tuple) else value for key, value in wishes.items()}
        plant = one_enterprise(settings, enterprise)
        show(perform(settings, "people.set", enterprise=plant, number=number, **params).lines)


@people.command("unreachable")
@config
@enterprise
def people_unreachable(config: Path | None, enterprise: str | None) -> None:
    """List whom the bot cannot reach, and what waits for them.

    Those who stopped the chat, those who have not joined although something waits for them, and those to
    whom a message could not be sent in the last 7 days. An admin sees the same in the chat: 失联名单.
    """
    settings = loaded(config)
    with failing():
        from bot.commands.perform import perform

        plant = one_enterprise(settings, enterprise)
        show(perform(settings, "people.unreachable", enterprise=plant).lines)


@people.command("leave")
@config
@enterprise
@click.option("--number", metavar="EMPLOYEE_NO", help="Who is away.")
@click.option("--from", "first", metavar="DATE", help="The first day.")
@click.option("--until", "last", metavar="DATE", help="The last day.")
@click.option("--deputy", metavar="EMPLOYEE_NO", help="Who takes new tasks and reminders meanwhile.")
@click.option("--end", is_flag=True, help="Take the person's leave off the list.")
def people_leave(config: Path | None, enterprise: str | None, number: str | None, **wishes: Any) -> None:
    """List who is on leave, enter a leave, or end one.

    On leave new tasks and reminders go to the deputy, else to the leader of the department. No right is lent.

    \b
      woodpecker people leave
      woodpecker people leave --number 10027 --from 2026-11-03 --until 2026-11-06 --deputy 10031
      woodpecker people leave --number 10027 --end
    """
    settings = loaded(config)
    if number and not wishes["end"] and not (wishes["first"] and wishes["last"]):
        raise click.UsageError("Write --from and --until, or --end.")
    if not number and any(wishes.values()):
        raise click.UsageError("Write --number.")
    with failing():
        from bot.commands.perform import perform

        plant = one_enterprise(settings, enterprise)
        show(perform(settings, "people.leave", enterprise=plant, number=number, **wishes).lines)


@click.group(cls=Group)
def places() -> None:
    """Places in the plant."""


@places.command("import")
@config
@enterprise
@source
def places_import(config: Path | None, enterprise: str | None, file: Path) -> None:
    """Add and change places by code, from FILE (xlsx or csv).

    \b
    Columns, in any order, in Chinese or English:
      编号 code    名称 name    部门 department    默认责任人 owner_no (an employee number)
      坐标 coordinates ("30.1234, 114.5678")    区域规定 zone_rules
    """
    _import(config, enterprise, "places", file)


@places.command("links")
@config
@enterprise
@out
def places_links(config: Path | None, enterprise: str | None, out: Path) -> None:
    """Write every place's code with the link that its QR code is to hold.

    A scanned code opens the bot and begins a report from that place. The links are known while the bot runs;
    otherwise the table holds only the message, /start CODE.
    """
    _export(config, enterprise, "places.links", out)


@click.group(cls=Group)
def departments() -> None:
    """Departments and contractors."""


@departments.command("import")
@config
@enterprise
@source
def departments_import(config: Path | None, enterprise: str | None, file: Path) -> None:
    """Add and change departments by name, from FILE (xlsx or csv).

    \b
    Columns, in any order, in Chinese or English:
      名称 name    上级部门 parent    负责人工号 leader_no    类型 kind (own 本单位, contractor 承包商)
    """
    _import(config, enterprise, "departments", file)


@click.group(cls=Group)
def ledger() -> None:
    """The reward ledger."""


@ledger.command("export")
@config
@enterprise
@click.option("--month", required=True, metavar="YYYY-MM", help="Up to the end of which month.")
@out
def ledger_export(config: Path | None, enterprise: str | None, month: str, out: Path) -> None:
    """Write who is owed what, so that the plant can pay.

    One row a person, in yuan: carried over, awarded, reversed, paid, written off, what is owed, what is
    to pay. A debt is negative and carried; then nothing is to pay.
    """
    _export(config, enterprise, "ledger.export", out, month=month)


@ledger.command("payout")
@config
@enterprise
@click.option("--month", required=True, metavar="YYYY-MM", help="Which month's batch.")
@out
def ledger_payout(config: Path | None, enterprise: str | None, month: str, out: Path) -> None:
    """Write a month's payout sheet again, the same file as in the chat.

    It is an xlsx: employee number, name, department, amount, items; nothing about reports. It is frozen when the
    time to object is over and never changes.
    """
    settings = loaded(config)
    if out.suffix.lower() != ".xlsx":
        raise click.UsageError("Write a file name that ends in .xlsx.")
    with failing():
        from base64 import b64decode

        from bot.commands.perform import perform

        done = perform(settings, "ledger.payout", enterprise=one_enterprise(settings, enterprise), month=month)
        out.write_bytes(b64decode(done.file))
        show([*done.lines, f"Written to {out}."])


@click.command()
@config
@enterprise
@click.option("--month", required=True, metavar="YYYY-MM", help="Which month.")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder.")
def summary(config: Path | None, enterprise: str | None, month: str, out: Path) -> None:
    """Write a month's picture and workbooks into a folder.

    The picture, the hazard ledger with photos (beyond 2,000 rows with a zip of them beside it) and its public copy, the
    reward ledger, repeated hazards, the payout sheet once it is frozen, and the plant's own table if it has one; with
    the last month of a quarter or year also its figures, ready to sign. Hidden names stay hidden.

    \b
      woodpecker summary --month 2026-11 --out reports/2026-11
    """
    settings = loaded(config)
    with failing():
        from bot.commands import perform

        show(perform.summary(settings, one_enterprise(settings, enterprise), month, out).lines)

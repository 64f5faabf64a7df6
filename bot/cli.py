"""`woodpecker`: the command line. What a command needs is imported when it runs, so that --help is quick."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli_options import GROUP, Group, config, failing, loaded, one_enterprise, show
from bot.cli_rules import rules
from bot.cli_tables import departments, ledger, people, places, summary

if TYPE_CHECKING:
    from bot.settings import Settings


@click.group(cls=Group, context_settings=GROUP)
@click.version_option(package_name="woodpecker", prog_name="woodpecker")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Woodpecker (啄木鸟): workers report hazards by chat; the plant fixes them and rewards the finders.

    Without a configuration file, `woodpecker run` starts a sample plant in the browser.
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # it would look for them in every package
    # What is written holds names: it is for this user alone.
    before = os.umask(0o077)
    ctx.call_on_close(lambda: os.umask(before))


@main.command()
@config
@click.option("--log", type=click.Choice(["plain", "json"]), default="plain", show_default=True, help="How to log.")
def run(config: Path | None, log: str) -> None:
    """Run the bot until it is told to stop.

    Handles SIGTERM and Ctrl-C: what was accepted is kept and continues at the next start.
    """
    gc.disable()  # what is imported stays: looking through it again and again only delays the start
    click.get_current_context().call_on_close(gc.enable)
    settings = loaded(config)
    import logging

    from bot.log import start_logging
    from bot.trust import import_aiohttp

    import_aiohttp()  # before the program does, with certificates and all
    from bot.program import run as run_program

    start_logging("json" if log == "json" else "plain", settings.secrets())
    try:
        with failing():
            run_program(settings)
    except click.ClickException:
        raise
    except Exception:
        # Through the log, because a traceback on its own may hold a token.
        logging.getLogger("woodpecker").exception("stopped by an error")
        raise SystemExit(1) from None


@main.command()
@config
def check(config: Path | None) -> None:
    """Check the configuration: what is wrong, what to write.

    Exits with 1 if a setting is wrong. Warns, without failing, of a bot that Telegram does not know and of
    work that nobody could do.
    """
    from bot.commands.probing import probe

    settings = loaded(config)
    show(_facts(settings))
    show(probe(settings))
    show(f"Warning: {line}" for line in _doubts(settings))
    if settings.database.exists():
        with failing():
            from bot.commands.perform import warnings

            show(f"Warning: {line}" for line in warnings(settings))
    click.echo("The configuration is good.")


def _doubts(settings: Settings) -> list[str]:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.rule_checks import doubts

    days = {plant.code: datetime.now(ZoneInfo(plant.timezone)).date() for plant in settings.enterprise}
    found = [f"{p.code}: {line}" for p in settings.enterprise for line in doubts(p.rules, days[p.code])]
    if settings.web.open_to_read:
        found.append("web.public_url is not https: whoever is on the way reads messages and files; write https://….")
    return found


def _facts(settings: Settings) -> list[str]:
    import sqlite3

    from storage.database import wal_reset_bug

    lines = ["No configuration file: this is the sample plant."] if settings.sample else []
    lines.append(f"Database: {settings.database}; photos: {settings.photos}")
    if wal_reset_bug():
        lines.append(
            f"SQLite {sqlite3.sqlite_version} may damage a file that two connections write:"
            " Woodpecker uses one for everything. Open the file with no other program while it runs."
        )
    for plant in settings.enterprise:
        bots = [
            f"Telegram by {plant.telegram.mode}" if plant.telegram else "",
            "WeCom application" if plant.wecom else "",
            "WeCom AI bot" if plant.wecom_bot else "",
            f"sandbox at {plant.sandbox.listen}" if plant.sandbox_enabled else "",
        ]
        lines.append(f"{plant.code}: {plant.name}; {', '.join(filter(None, bots))}")
    return lines


@main.command()
@config
def migrate(config: Path | None) -> None:
    """Bring the database's tables up to date.

    A copy is made before.

    `run` and the other commands do the same at their start.
    """
    settings = loaded(config)
    with failing():
        from bot.commands.perform import opened
        from storage.database import Busy

        try:
            with opened(settings) as (_, ran):
                done = ran
        except Busy:
            raise click.ClickException(
                "Woodpecker is running: it brought the tables up to date at its start."
            ) from None
    show([f"{name}: done" for name in done] or ["The tables are up to date."])


@main.command()
@config
@click.option("--enterprise", metavar="CODE", help="Which enterprise; needed if there are several.")
@click.option("--name", help="The person's name.")
@click.option("--number", metavar="EMPLOYEE_NO", help="The employee number.")
@click.option("--department", help="The department; a new one is added.")
@click.option("--role", multiple=True, metavar="ROLE", help="A role, again for more; officer:DEPARTMENT limits.")
def invite(config: Path | None, enterprise: str | None, name: str | None, number: str | None, **more: Any) -> None:
    """Make a code with which one person joins. Its last line is the code.

    The person writes the code to the bot as a word or as /start CODE, or opens the link. It works once,
    for 30 days; a new code makes the old one worthless. With --number of a person who has joined already
    (a lost phone) the old account no longer works.

    \b
      woodpecker invite --name 陈丽 --role admin
      woodpecker invite --number 10027
    """
    settings = loaded(config)
    if not name and not number:
        raise click.UsageError("Write --name or --number.")
    with failing():
        from bot.commands.perform import perform

        plant = one_enterprise(settings, enterprise)
        params = {"name": name, "number": number, "department": more["department"], "role": list(more["role"])}
        show(perform(settings, "invite", enterprise=plant, **params).lines)


@main.command()
@config
def flow(config: Path | None) -> None:
    """Print the life of a report, as in docs/flow.md."""
    from woodpecker import transitions

    click.echo(transitions.flow())


@main.command()
@config
@click.option("--list", "listing", is_flag=True, help="List what is parked, as without anything.")
@click.option("--all", "everything", is_flag=True, help="Have all of them handled again, in their order.")
@click.argument("id", required=False, type=int)
def replay(config: Path | None, listing: bool, everything: bool, id: int | None) -> None:
    """Have a message that failed handled again.

    Without ID it lists what is parked: number, time, enterprise, platform and the kind of error, never what
    somebody wrote; the log has more. The sender was told that it failed and is told when it is done.
    """
    settings = loaded(config)
    if everything and id is not None:
        raise click.UsageError("Write a number or --all, not both.")
    with failing():
        from bot.commands.perform import perform

        if everything and not listing:
            show(perform(settings, "replay.all").lines)
        elif listing or id is None:
            show(perform(settings, "replay.list").lines)
        else:
            show(perform(settings, "replay", id=id).lines)


@main.command()
@config
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def backup(config: Path | None, folder: Path) -> None:
    """Copy database, photos and key into a new FOLDER.

    It may be done while the bot runs.

    The folder holds everything that is needed to restore; keep it as carefully as the original.
    The configuration file is not in it.
    """
    settings = loaded(config)
    with failing():
        from bot.commands.perform import back_up

        show(back_up(settings, folder).lines)


@main.command()
@config
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def restore(config: Path | None, folder: Path) -> None:
    """Bring a backup back to where nothing is.

    Everything in the backup is checked first: hashes, number of rows, chains of histories and ledger.
    """
    settings = loaded(config)
    with failing():
        from bot.commands import perform

        show(perform.restore(settings, folder))


for part in (people, places, departments, ledger, summary, rules):
    main.add_command(part)

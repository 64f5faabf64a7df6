"""Commands about a plant's rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bot.cli_options import Group, config, failing, loaded, one_enterprise, show
from bot.cli_tables import enterprise


@click.group(cls=Group)
def rules() -> None:
    """The plant's rules about money: try out others on what has happened."""


@rules.command("simulate")
@config
@enterprise
@click.option("--card", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file to try.")
@click.option("--from", "first", required=True, metavar="YYYY-MM", help="The first month.")
@click.option("--to", "last", required=True, metavar="YYYY-MM", help="The last month.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="A folder for tables and a picture.")
def simulate(config: Path | None, enterprise: str | None, card: Path, first: str, last: str, out: Path | None) -> None:
    """Replay past months under other rules.

    Says what they would have cost, who would gain or lose, what caps cut and the budget holds. CARD is a
    TOML file with whatever keys of [enterprise.programme] are to differ, most often one [[rate_card]]; a
    whole configuration will do as well. One card alone holds for every day. Awards count in the month of
    their approval. Nothing is written but the files in --out: two workbooks (the one of people has names)
    and a picture (none).

    \b
      woodpecker rules simulate --card new.toml --from 2026-01 --to 2026-10 --out simulation
    """
    settings = loaded(config)
    code = one_enterprise(settings, enterprise)
    with failing():
        from bot.commands import simulate as command
        from bot.commands.ledger_export import month_number
        from bot.commands.new_rules import rules_of
        from bot.commands.outcome import Outcome
        from bot.commands.perform import reading

        def ask(name: str, **params: Any) -> Outcome:
            return reading(settings, name, enterprise=code, **params)

        new, said = rules_of(card, config, code)
        months = command.months_of(month_number(first), month_number(last))
        plant = next(e for e in settings.enterprise if e.code == code)
        found = command.simulate(ask, plant.rules, new, months)
        show([*said, *command.lines(found)])
        if out is not None:
            from bot.simulation_picture import draw

            picture = draw(found.found, plant.name, plant.language)
            show(command.save(out, found, picture, plant.language == "zh"))

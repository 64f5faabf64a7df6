"""What all commands share: --config, one-sentence errors, and which enterprise is meant."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.settings import Settings

GROUP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

config = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The configuration file.  [default: config.toml in this folder]",
)


class Group(click.Group):
    """A group that lists its commands in the order of a working life, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands as they were added."""
        return list(self.commands)


class Said(click.ClickException):
    """One or more sentences to the operator; the exit code is 1."""

    def __init__(self, problems: Iterable[str]) -> None:
        super().__init__("\n".join(problems))

    def format_message(self) -> str:
        """The sentences, one a line."""
        return self.message


def loaded(path: Path | None) -> Settings:
    """The settings, or every sentence about what is wrong with them."""
    from bot.configuration import load
    from bot.settings_errors import WrongSettings

    try:
        return load(path)
    except WrongSettings as error:
        raise Said(error.problems) from None


@contextmanager
def failing() -> Iterator[None]:
    """Turns what a command may run into into sentences."""
    from bot.commands.outcome import OperationFailed
    from bot.tables import WrongTable
    from storage.database import Busy, DiskFull
    from storage.migrations import WrongSchema

    try:
        yield
    except (OperationFailed, WrongTable) as error:
        raise Said(error.problems) from None
    except DiskFull:
        raise Said(["The disk is full: nothing was done."]) from None
    except (Busy, WrongSchema) as error:
        raise Said([f"{error}."]) from None
    except sqlite3.DatabaseError as error:
        raise Said([f"The database cannot be used: {error}."]) from None
    except OSError as error:
        raise Said([f"{error.filename or 'The system'}: {(error.strerror or str(error)).lower()}."]) from None


def one_enterprise(settings: Settings, code: str | None) -> str:
    """The code of the enterprise that is meant."""
    codes = [plant.code for plant in settings.enterprise]
    if code is None and len(codes) == 1:
        return codes[0]
    if code not in codes:
        which = f"There is no enterprise {code}" if code else "There are several enterprises"
        raise Said([f"{which}: write --enterprise with one of {', '.join(codes)}."])
    return code


def show(lines: Iterable[str]) -> None:
    """Prints lines."""
    for line in lines:
        click.echo(line)

"""What the README says is there."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from bot.cli import main

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "README.zh.md")


def commands(group: click.Group, before: str = "") -> set[str]:
    found = set()
    for name, command in group.commands.items():
        found |= commands(command, f"{before}{name} ") if isinstance(command, click.Group) else {f"{before}{name}"}
    return found


def named(page: str) -> set[str]:
    """Every command that the page's table of commands names."""
    rows = re.findall(r"^\| (`woodpecker.*?) \|", (ROOT / page).read_text(encoding="utf-8"), flags=re.M)
    found = set()
    for row in rows:
        for words in re.findall(r"`woodpecker ([^`]*)`", row):
            head, *rest = words.split(" / ")
            plain = [w for w in head.split() if re.fullmatch(r"[a-z]+", w)]
            found.add(" ".join(plain))
            found |= {" ".join([*plain[:-1], other.strip()]) for other in rest}
    return found


@pytest.mark.parametrize("page", PAGES)
def test_the_table_of_commands_is_the_command_line(page):
    assert named(page) == commands(main)


@pytest.mark.parametrize("page", PAGES)
def test_the_options_in_the_examples_exist(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    known = {"--help", "--config"}
    for command in walk(main):
        known |= {o for p in command.params for o in p.opts}
    assert set(re.findall(r"(?<![-\w])--[a-z][a-z-]*", text)) <= known


def walk(group: click.Group):
    for command in group.commands.values():
        yield command
        if isinstance(command, click.Group):
            yield from walk(command)


@pytest.mark.parametrize("command", list(walk(main)), ids=lambda c: c.name)
def test_every_command_says_what_it_does(command):
    assert command.help or command.short_help
    if not isinstance(command, click.Group):
        assert "--config" in {o for p in command.params for o in p.opts}

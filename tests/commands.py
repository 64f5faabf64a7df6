"""Runs `woodpecker` commands on a configuration of their own, and a running bot for them to reach."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from bot.cli import main
from bot.commands.operations import execute
from bot.commands.outcome import Outcome
from bot.control import ControlServer
from storage.database import Database, Tx
from storage.lock import hold
from storage.store import Store
from tests.roster import NOW, opened

CONFIG = '[storage]\nurl = "sqlite:///plant.db"\n[[enterprise]]\ncode = "demo"\nname = "示例厂"\n'


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    lines: list[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


class Plant:
    """A folder with a configuration; commands run on it as from the shell."""

    def __init__(self, folder: Path, config: str = CONFIG) -> None:
        self.folder = folder
        self.config = folder / "config.toml"
        self.config.write_text(config, encoding="utf-8")
        self.database = folder / "plant.db"

    def do(self, *words: str | Path) -> Said:
        """Runs a command; `--config` is added."""
        result = CliRunner().invoke(main, [*map(str, words), "--config", str(self.config)])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(result.exit_code, result.output.splitlines())

    def good(self, *words: str | Path) -> list[str]:
        """The lines of a command that must succeed."""
        said = self.do(*words)
        assert said.code == 0, said.text
        return said.lines

    def file(self, name: str, text: str, encoding: str = "utf-8") -> Path:
        """A file to import."""
        path = self.folder / name
        path.write_bytes(text.encode(encoding))
        return path

    def ask(self, work: Any) -> Any:
        """Reads through a connection of its own, between commands."""
        with opened(self.database) as run:
            return run(work)


@contextmanager
def running(plant: Plant) -> Iterator[list[str]]:
    """A process that holds the database and answers commands; yields the names of what it was asked."""
    asked: list[str] = []
    ready, stop = threading.Event(), threading.Event()

    async def serve() -> None:
        with hold(plant.database):
            database = await Database.open(plant.database)

            async def do(name: str, params: dict[str, Any]) -> Outcome:
                asked.append(name)

                def work(tx: Tx) -> Outcome:
                    return execute(tx, name, params, NOW, {"demo": ["https://t.me/demo_bot?start="]})

                return await database.run(work)

            server = ControlServer(plant.database.with_name("plant.db.sock"), do)
            await server.start()
            ready.set()
            await asyncio.to_thread(stop.wait)
            await server.stop()
            await database.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert ready.wait(30)
        yield asked
    finally:
        stop.set()
        thread.join(10)


def table(store: Store, name: str) -> list[tuple[Any, ...]]:
    """All rows of a table."""
    return [tuple(r) for r in store.tx.all(f"SELECT * FROM {name} ORDER BY 1, 2")]

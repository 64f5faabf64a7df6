"""The measures can be taken: at a size at which their figures mean nothing, so none is looked at."""

from __future__ import annotations

import asyncio
from contextlib import closing as closes
from pathlib import Path

import pytest

from bench import closing, month, queries


def test_questions_and_closing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "big.db"
    queries.main(3_000)
    said = capsys.readouterr().out
    asked = [f"{text:<16} {role:<9}" for text, (_, roles) in queries.SAID.items() for role in roles]
    assert [line.partition(" first ")[0] for line in said.splitlines()[1:]] == asked
    closing.main(3_000, str(kept))
    said = capsys.readouterr().out
    assert [line.partition(":")[0] for line in said.splitlines()[1:]] == [
        "closed and announced", "sheet frozen", "marked as paid",
    ]  # fmt: skip
    connection, plant = queries.found(tmp_path / "month.db", 3_000, str(kept))
    with closes(connection):
        month.numbers(connection, plant, 202610)
        asyncio.run(month.ledger(connection, plant, 100, tmp_path))
    assert "rows of the reward ledger" in capsys.readouterr().out

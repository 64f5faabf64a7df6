"""The sample plant begins by day, whenever somebody first tries it."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.configuration import SAMPLE
from bot.ready import make_ready
from bot.settings import Settings
from bot.settings_platforms import Origin
from storage import enterprises
from storage.database import prepare, transaction

ZONE = ZoneInfo("Asia/Shanghai")


def ms(day: int, hour: int, minute: int = 0) -> int:
    return int(datetime(2026, 11, day, hour, minute, tzinfo=ZONE).timestamp() * 1000)


@pytest.mark.parametrize(
    "begun, stands_at",
    [
        (ms(2, 10, 32), ms(2, 10, 32)),
        (ms(2, 21, 0), ms(3, 9)),  # the evening would end an hour later
        (ms(2, 20, 59), ms(2, 20, 59)),
        (ms(2, 23, 30), ms(3, 9)),
        (ms(3, 0, 0), ms(3, 9)),
        (ms(3, 6, 59), ms(3, 9)),
        (ms(3, 7, 0), ms(3, 7, 0)),
    ],
)
def test_a_plant_tried_at_night_begins_in_the_morning(tmp_path: Path, begun: int, stands_at: int) -> None:
    plant: dict[str, Any] = SAMPLE["enterprise"][0]
    settings = Settings.model_validate({"enterprise": [plant]}, context=Origin(tmp_path, {}, sample=True))
    connection = sqlite3.connect(tmp_path / "woodpecker.db", isolation_level=None)
    prepare(connection)
    for later in (0, 3_600_000):  # the second start finds it as it was
        make_ready(connection, settings, begun + later)
        (found,) = transaction(connection, enterprises.all)
        assert begun + found.clock_offset == stands_at
    connection.close()

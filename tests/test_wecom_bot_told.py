"""Every story in tests/stories/wecom_bot is played through the program; people see exactly what is written there."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from tests.wecom_bot_teller import play

STORIES = sorted((Path(__file__).parent / "stories" / "wecom_bot").glob("*.md"))


@pytest.mark.parametrize("story", STORIES, ids=lambda p: p.stem)
def test_story(story: Path, tmp_path: Path) -> None:
    written = story.read_text(encoding="utf-8")
    played = asyncio.run(play(written, tmp_path))
    if os.environ.get("UPDATE_STORIES"):
        story.write_text(played, encoding="utf-8")
        return
    assert played == written

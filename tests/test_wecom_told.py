"""The stories of tests/stories/wecom are played through the whole program at a fake WeCom and must read as written.

UPDATE_STORIES=1 writes them anew; then read them.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from tests.wecom_teller import play

STORIES = sorted((Path(__file__).parent / "stories" / "wecom").glob("[0-9]*.md"))


@pytest.mark.parametrize("story", STORIES, ids=lambda p: p.stem)
def test_story_on_wecom(story: Path, tmp_path: Path) -> None:
    written = story.read_text(encoding="utf-8")
    played = asyncio.run(play(written, tmp_path))
    if os.environ.get("UPDATE_STORIES"):
        story.write_text(played, encoding="utf-8")
        return
    assert played == written

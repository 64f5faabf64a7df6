"""Every story of tests/stories again on Telegram, on the WeCom application and on WeCom's AI bot.

What a platform forces to be otherwise stands in the story, in a block of the platform's name below the ```story block;
all else must be as in the story. UPDATE_STORIES=1 writes those blocks. See tests/stories/README.md for the notation.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.platform_teller import CARRIERS, not_on, play
from tests.test_stories import STORIES

PLAYED = [(story, p) for story in STORIES for p in CARRIERS if p not in not_on(story.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("story, platform", PLAYED, ids=[f"{story.stem}-{p}" for story, p in PLAYED])
def test_story(story: Path, platform: str, tmp_path: Path):
    written = story.read_text(encoding="utf-8")
    played = play(written, platform, tmp_path)
    if os.environ.get("UPDATE_STORIES"):
        story.write_text(played, encoding="utf-8")
        return
    assert played == written

"""Every story in tests/stories is played through the handlers and must read exactly as it is written.

To write one: put the lines people say into a block marked `story`, run the test with UPDATE_STORIES=1,
and read what they were answered. See tests/stories/README.md for the notation.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.statements import asked, nameless
from tests.storyteller import play
from tests.worker_side import noted, worker_side

STORIES = sorted((Path(__file__).parent / "stories").glob("[0-9]*.md"))


@pytest.mark.parametrize("story", STORIES, ids=lambda p: p.stem)
def test_story(story: Path, tmp_path: Path):
    written = story.read_text(encoding="utf-8")
    with noted() as keys, asked() as statements:
        played = play(written, tmp_path)
    if os.environ.get("UPDATE_STORIES"):
        story.write_text(played, encoding="utf-8")
        return
    assert played == written
    assert sorted(keys - worker_side()) == [], "shown to a worker: add to tests/worker_side.py and to every language"
    assert statements
    assert nameless(statements) == [], "every statement of a plant's store names the plant"

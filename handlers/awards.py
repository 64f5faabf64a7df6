"""Awards at the approver's: proposed, approved, changed with words, refused, all at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TAPS: Mapping[str, Any] = {}
QUESTIONS: Mapping[str, Any] = {}
CARDS: Mapping[str, Any] = {}

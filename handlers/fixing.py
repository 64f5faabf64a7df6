"""The owner's side: what is to be fixed by when, and saying that it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TAPS: Mapping[str, Any] = {}
QUESTIONS: Mapping[str, Any] = {}
CARDS: Mapping[str, Any] = {}

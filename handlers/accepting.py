"""Accepting a fix: before and after side by side, accepted or returned by somebody who did not do it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TAPS: Mapping[str, Any] = {}
QUESTIONS: Mapping[str, Any] = {}
CARDS: Mapping[str, Any] = {}

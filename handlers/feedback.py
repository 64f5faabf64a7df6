"""The reporter's side of a report's life: answering a query, confirming a fix or reopening it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TAPS: Mapping[str, Any] = {}
QUESTIONS: Mapping[str, Any] = {}
CARDS: Mapping[str, Any] = {}

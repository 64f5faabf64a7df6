"""The officer's side: admit, reject, merge, ask, or fixed on the spot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TAPS: Mapping[str, Any] = {}
QUESTIONS: Mapping[str, Any] = {}
CARDS: Mapping[str, Any] = {}

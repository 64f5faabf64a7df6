"""How a record's fields lie in columns: several as JSON, yes and no as 1 and 0, all else as it is."""

from __future__ import annotations

import json
from typing import Any


def cell(value: Any) -> Any:
    """What is written for a field."""
    if isinstance(value, bool):
        return int(value)
    return json.dumps(value) if isinstance(value, tuple) else value


def several(text: str) -> tuple[Any, ...]:
    """The tuple that was written; an empty column is none."""
    return tuple(json.loads(text)) if text not in ("", "[]") else ()

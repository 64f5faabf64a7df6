"""What an invented report earned those who found it."""

from __future__ import annotations

from typing import NamedTuple

from woodpecker.programme import DEFAULT_RATES


class Earned(NamedTuple):
    """An admitted report, and what it earned."""

    report: int
    finders: tuple[int, ...]
    at: int
    kind: str
    level: str | None
    officer: int
    fresh: bool  # not decided yet

    @property
    def fen(self) -> int:
        return DEFAULT_RATES[self.level or self.kind]

    @property
    def shares(self) -> list[tuple[int, int]]:
        """Who gets how much: it is split, what is left over goes to the first."""
        each, rest = divmod(self.fen, len(self.finders))
        return [(person, each + (0 if n else rest)) for n, person in enumerate(self.finders)]

    @property
    def rule(self) -> str:
        return f"rate.{self.level or self.kind}"

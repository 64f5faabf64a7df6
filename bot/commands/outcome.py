"""What an operation hands back, in words that JSON can carry through the control socket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from handlers.roster import Change
from woodpecker.leave import Leave


class OperationFailed(Exception):
    """Nothing was done; `problems` are sentences for the operator."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems: tuple[str, ...] = problems


class Notice(NamedTuple):
    """A change of an enterprise's roster that a leader is to be told."""

    enterprise: int
    change: Change


class LeaveNotice(NamedTuple):
    """A leave that was entered, or with `over` taken off the list: whoever it concerns is to be told."""

    enterprise: int
    leave: Leave
    over: bool = False


@dataclass(slots=True)
class Outcome:
    """Lines to print, rows of a table to write, and what a leader is to be told."""

    lines: list[str] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    money: int | None = None  # from this column on the rows hold fen
    file: str = ""  # a ready file's bytes in base64
    notices: list[Notice] = field(default_factory=list)
    leaves: list[LeaveNotice] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """What the client needs, as JSON can hold it."""
        return {k: v for k, v in asdict(self).items() if k not in {"notices", "leaves"}}


def outcome_of(plain: dict[str, Any]) -> Outcome:
    """The outcome that `plain` was made from, without notices."""
    return Outcome(
        lines=list(plain["lines"]), rows=list(plain["rows"]), headers=list(plain["headers"]), money=plain["money"],
        file=plain.get("file", ""),
    )  # fmt: skip


def fail_if(problems: Sequence[str]) -> None:
    """Raises OperationFailed if there are problems."""
    if problems:
        raise OperationFailed(*problems)

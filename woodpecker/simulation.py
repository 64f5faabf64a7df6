"""History under other rules: what was approved in some months, replayed in its order with another programme.

What people decided stays: who brought it, its kind, level and duty, the extra, what an approver put on top or took off,
what a leader let pass, what was refused or taken back and when. What rules decide is worked out anew, by the very
functions that decide awards: rate, factor, shares, who is excluded, points, caps, budget.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from woodpecker.errors import Refused
from woodpecker.programme import Programme
from woodpecker.rewards import Books, BudgetState, Had, Share, budget_state, cost_of, earning_of, payout, propose
from woodpecker.words import Earning, Kind, Level, Role


@dataclass(frozen=True, slots=True)
class Grant:
    """An award that was approved (`at` ms, `month` 202611), or a report that nobody could earn by (`decided` False).

    `persons` share it, the first reporter first; `day` None is what no rate card prices: it stays at `fen`.
    `added` is what an approver put on top of rule and extra. `no_money` and `nothing` are by role, then.
    `cut` is what caps cut then; `outside` what was noted with the award, `outside_now` with the report.
    """

    id: int
    at: int
    month: int
    persons: tuple[int, ...]
    kind: Kind | None
    level: Level | None
    day: date | None
    fen: int
    extra: int = 0
    added: int = 0
    outside: bool = False
    outside_now: bool = False
    no_money: frozenset[int] = frozenset()
    nothing: frozenset[int] = frozenset()
    cut: int = 0
    lifted: bool = False
    secret: bool = False
    split: bool = False
    decided: bool = True


@dataclass(frozen=True, slots=True)
class TakeBack:
    """An award was reversed, for everybody or for one person alone."""

    award: int
    at: int
    month: int
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """A line that the ledgers have, in fen and points; `counts` against caps though no award of these months has it.

    `award` is 0 for what no award gave: a redeemed code, exchanged points.
    """

    person: int
    at: int
    month: int
    fen: int = 0
    points: int = 0
    award: int = 0
    secret: bool = False
    counts: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """All of some months: what was approved and taken back, what the ledgers say, who has which roles now."""

    grants: tuple[Grant, ...] = ()
    backs: tuple[TakeBack, ...] = ()
    entered: tuple[Entered, ...] = ()
    roles: Mapping[int, frozenset[Role]] = field(default_factory=dict)


@dataclass(slots=True)
class Month:
    """What a month cost and would have cost, in fen and points; `held` awards wait for a leader to let them pass."""

    month: int
    awards: int = 0
    then_fen: int = 0
    fen: int = 0
    then_points: int = 0
    points: int = 0
    then_cut: int = 0
    cut: int = 0
    then_lifted: int = 0
    held: int = 0
    held_fen: int = 0


@dataclass(slots=True)
class Gain:
    """What somebody had and would have had, in fen and points."""

    then_fen: int = 0
    fen: int = 0
    then_points: int = 0
    points: int = 0

    @property
    def difference(self) -> int:
        """How many fen more it would have been."""
        return self.fen - self.then_fen


@dataclass(frozen=True, slots=True)
class Outcome:
    """Every month, every person, and in one sum whose reporter nobody is to learn of; `unpriced` had no rate."""

    months: tuple[Month, ...]
    persons: Mapping[int, Gain]
    secret: Gain
    unpriced: int = 0


@dataclass(slots=True)
class _Line:
    """What somebody got of an award, until it is taken back."""

    person: int
    month: int
    fen: int
    points: int
    worth: int
    kind: Kind | None
    secret: bool


def simulate(now: Programme, new: Programme, history: History, months: Iterable[int]) -> Outcome:
    """What these months would have cost under `new` where `now` is in force, beside what they did cost."""
    replay = _Replay(now, new, history, {month: Month(month) for month in months})
    for entry in history.entered:
        replay.then(entry)
    events: list[Grant | TakeBack | Entered] = [*history.backs, *history.grants, *_alone(history)]
    given = {grant.id: grant.at for grant in history.grants}
    for event in sorted(events, key=lambda event: _order(event, given)):
        if isinstance(event, Grant):
            replay.grant(event)
        elif isinstance(event, TakeBack):
            replay.take_back(event)
        else:
            replay.enter(event)
    return Outcome(tuple(replay.months.values()), dict(replay.persons), replay.secret, replay.unpriced)


def _alone(history: History) -> list[Entered]:
    """Lines that belong to no award of these months: they are what they were."""
    known = {grant.id for grant in history.grants}
    return [entry for entry in history.entered if entry.award not in known]


def _order(event: Grant | TakeBack | Entered, given: Mapping[int, int]) -> tuple[int, int, int]:
    """In time; at the same instant an upheld appeal takes back before it gives again."""
    if isinstance(event, Grant):
        return event.at, 2, event.id
    if isinstance(event, TakeBack):
        return event.at, 3 if given.get(event.award) == event.at else 0, event.award
    return event.at, 1, event.person


class _Replay:
    def __init__(self, now: Programme, new: Programme, history: History, months: dict[int, Month]) -> None:
        self.now, self.new, self.history, self.months = now, new, history, months
        self.persons: defaultdict[int, Gain] = defaultdict(Gain)
        self.secret = Gain()
        self.unpriced = 0
        self._lines: defaultdict[int, list[_Line]] = defaultdict(list)  # by award
        self._had: defaultdict[tuple[int, int, Kind | None], int] = defaultdict(int)
        self._spent: defaultdict[int, int] = defaultdict(int)

    def _of(self, person: int, secret: bool) -> Gain:
        return self.secret if secret else self.persons[person]

    def then(self, entry: Entered) -> None:
        """What the ledgers say."""
        month, gain = self.months.get(entry.month), self._of(entry.person, entry.secret)
        if month is not None:
            month.then_fen += entry.fen
            month.then_points += entry.points
            gain.then_fen += entry.fen
            gain.then_points += entry.points

    def enter(self, entry: Entered) -> None:
        """What no rule of the new programme changes."""
        self._book(_Line(entry.person, entry.month, entry.fen, entry.points, 0, None, entry.secret), 1)
        if entry.counts:
            worth = entry.fen or self._worth(entry.points)
            self._count(_Line(entry.person, entry.month, 0, 0, worth, None, entry.secret), 1)

    def grant(self, grant: Grant) -> None:
        """What an award would have come to."""
        month, total = self.months.get(grant.month), self._total(grant)
        if month is None or not grant.persons:
            return
        month.then_cut += grant.cut
        month.then_lifted += grant.lifted
        parts = payout(self.new, total, grant.kind, self._books(grant))
        cost = cost_of(self.new, parts)
        if budget_state(self.new, self._spent[grant.month], cost) is BudgetState.HOLD and not grant.lifted:
            month.held += 1
            month.held_fen += cost
            return
        month.cut += sum(part.cut for part in parts)
        month.awards += any(part.pays or part.points for part in parts)
        for part in parts:
            line = self._line(grant, part)
            self._lines[grant.id].append(line)
            self._book(line, 1)
            self._count(line, 1)

    def _line(self, grant: Grant, part: Share) -> _Line:
        worth = part.pays + self._worth(part.points)
        return _Line(part.person, grant.month, part.pays, part.points, worth, grant.kind, grant.secret)

    def _worth(self, points: int) -> int:
        return points * self.new.points.fen_per_point if self.new.reward == "points" else 0

    def take_back(self, back: TakeBack) -> None:
        """Reversed in its own month, which alone it frees caps and budget of."""
        lines = self._lines[back.award]
        gone = [line for line in lines if back.person in {None, line.person}]
        self._lines[back.award] = [line for line in lines if line not in gone]
        for line in gone:
            self._book(_Line(line.person, back.month, line.fen, line.points, 0, None, line.secret), -1)
            if line.month == back.month:
                self._count(line, -1)

    def _book(self, line: _Line, sign: int) -> None:
        month, gain = self.months.get(line.month), self._of(line.person, line.secret)
        if month is not None:
            month.fen += sign * line.fen
            month.points += sign * line.points
            gain.fen += sign * line.fen
            gain.points += sign * line.points

    def _count(self, line: _Line, sign: int) -> None:
        self._spent[line.month] += sign * line.worth
        for kind in {None, line.kind}:
            self._had[line.person, line.month, kind] += sign * line.worth

    def _total(self, grant: Grant) -> int:
        if grant.day is None:
            return grant.fen
        # A flag that the rules of then did not ask for stands on the report alone.
        outside = grant.outside_now if self.now.duty_factor is None else grant.outside
        extra, kind = min(grant.extra, self.new.extra_limit), grant.kind or Kind.HAZARD
        try:
            found = propose(self.new, grant.day, kind, grant.level, outside, extra=extra, words="-")
        except Refused:
            self.unpriced += 1
            return 0
        most = found.total - extra + self.new.extra_limit
        return max(0, min(found.total + grant.added, most))

    def _books(self, grant: Grant) -> Books:
        had = {
            p: Had(self._had[p, grant.month, None], self._had[p, grant.month, grant.kind] if grant.kind else 0)
            for p in grant.persons
        }
        no_money, nothing = self._excluded(grant)
        return Books(grant.persons, no_money, had, self._spent[grant.month], nothing, split=grant.split)

    def _excluded(self, grant: Grant) -> tuple[frozenset[int], frozenset[int]]:
        """Who earns no money and who nothing: as it was then, but by role where the new rules say otherwise."""
        no_money, nothing = set(grant.no_money), set(grant.nothing)
        for person in grant.persons:
            roles = self.history.roles.get(person, frozenset())
            before, earning = earning_of(self.now, roles), earning_of(self.new, roles)
            if before is earning and self.now.reward == self.new.reward and (grant.decided or self._had_a_rate(grant)):
                continue
            (no_money.discard if earning is Earning.FULL else no_money.add)(person)
            (nothing.add if earning is Earning.NONE else nothing.discard)(person)
        return frozenset(no_money), frozenset(nothing)

    def _had_a_rate(self, grant: Grant) -> bool:
        """Whether a report that brought nobody anything had an amount at all: then it was for the roles."""
        if grant.day is None:
            return True
        try:
            return propose(self.now, grant.day, grant.kind or Kind.HAZARD, grant.level, grant.outside_now).total > 0
        except Refused:
            return False

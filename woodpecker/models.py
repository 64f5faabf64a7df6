"""Model workers (“啄木鸟”标兵): the score of a quarter, its quota, who may nominate, confirm and judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, NamedTuple

from woodpecker.errors import Refused
from woodpecker.people import Actor
from woodpecker.words import Kind, Level, ModelStatus, Naming, Relation, Role

DEFAULT_WEIGHTS: Mapping[str, int] = MappingProxyType(
    {"C": 2, "B": 5, "A": 10, "major": 50, "near_miss": 5, "suggestion": 2}
)
RULE = "model"


class Models(NamedTuple):
    """`[enterprise.programme.models]`: how many, what counts how much, how long one may object, what it earns (fen)."""

    quota: int = 3
    per: Literal["plant", "department"] = "plant"
    weights: Mapping[str, int] = DEFAULT_WEIGHTS
    fixed: int = 10  # points if everything admitted is fixed
    quality: int = 10  # points if everything judged was admitted
    least: int = 3  # reports admitted in the quarter to be listed at all
    list_day: int = 3  # of the quarter's first month, so that the last days' reports are verified
    notice_days: int = 3  # working days
    amount: int = 1000_00
    seal: str | None = None  # a picture for the certificate


class Tally(NamedTuple):
    """What a person's open reports of a quarter came to: admitted ones by level or kind, fixed ones, judged ones."""

    person: int
    department: int | None
    counts: Mapping[str, int]
    fixed: int
    judged: int

    @property
    def admitted(self) -> int:
        """How many were admitted."""
        return sum(self.counts.values())


class Score(NamedTuple):
    """A tally's points in tenths, each part as it is shown; `total` is their sum."""

    levels: int
    fixed: int
    quality: int

    @property
    def total(self) -> int:
        """Everything together, in tenths of a point."""
        return self.levels + self.fixed + self.quality


class Model(NamedTuple):
    """Somebody on a quarter's list (20264 is the fourth of 2026); `score` in tenths, times in ms."""

    id: int
    round: int
    quarter: int
    status: ModelStatus
    version: int
    person: int
    place: int  # the rank, shared by all with the same score
    score: int
    tally: Tally
    parts: Score
    weights: Mapping[str, int] = MappingProxyType({})  # as they were when the list was made
    number: str = ""
    department: int | None = None
    unit: str = ""
    nominators: tuple[int, ...] = ()
    confirmer: int | None = None
    judges: tuple[int, ...] = ()  # who decided objections
    words: str = ""  # the leader's
    confirmed_at: int | None = None
    honoured_at: int | None = None
    in_public: bool | None = None  # whether the full name may be announced, if the person said so
    notice_until: int | None = None  # one's own time to object, of who moved up; None is the round's
    vacancy: str = ""  # of who was struck off: "open" until a leader has somebody move up ("filled") or not ("left")

    @property
    def people(self) -> tuple[int, ...]:
        """Whose honour it is."""
        return (self.person,)

    @property
    def text(self) -> str:
        """What the leader said of it."""
        return self.words

    @property
    def place_text(self) -> str:
        """Where the person belongs."""
        return self.unit

    @property
    def naming(self) -> Naming:
        """An honour is no secret."""
        return Naming.SHOWN

    def relations(self, person: int) -> frozenset[Relation]:
        """What a person is to its award: whose it is, who nominated, confirmed or judged it."""
        found = {Relation.REPORTER} if person == self.person else set()
        if person in {*self.nominators, *self.judges, self.confirmer}:
            found.add(Relation.CONFIRMER)
        return frozenset(found)


def score(models: Models, tally: Tally) -> Score:
    """The points of a tally, in tenths rounded half up: levels, share of fixed ones, share of admitted ones."""
    levels = sum(models.weights.get(name, 0) * n for name, n in tally.counts.items())
    if not tally.admitted:
        return Score(0, 0, 0)
    fixed = _tenths(Fraction(models.fixed * tally.fixed, tally.admitted))
    quality = _tenths(Fraction(models.quality * tally.admitted, max(tally.judged, tally.admitted)))
    return Score(levels * 10, fixed, quality)


def _tenths(points: Fraction) -> int:
    return int((points * 20 + 1) // 2)


def ranked(models: Models, tallies: Iterable[Tally]) -> list[tuple[int, Tally, Score]]:
    """Everybody with enough admitted reports, best first, with the rank that a tie shares."""
    found = [(t, score(models, t)) for t in tallies if t.admitted >= models.least]
    found.sort(key=lambda one: (-one[1].total, one[0].person))
    totals = [s.total for _, s in found]
    return [(1 + totals.index(s.total), t, s) for t, s in found]


def weight_of(kind: Kind, level: Level | None) -> str:
    """Under which name a report counts."""
    return level.value if kind is Kind.HAZARD and level else kind.value


CHOSEN = frozenset({ModelStatus.CONFIRMED, ModelStatus.HONOURED})


def rivals(models: Models, model: Model, everybody: Iterable[Model]) -> list[Model]:
    """Those whose quota it is as well."""
    return [m for m in everybody if models.per == "plant" or m.department == model.department]


def passes_over(models: Models, model: Model, everybody: Iterable[Model]) -> bool:
    """Whether choosing this one leaves out somebody with as high a score: a tie at the end of the quota, or lower."""
    group = [m for m in rivals(models, model, everybody) if m.status is not ModelStatus.STRUCK]
    return sum(m.score >= model.score for m in group) > models.quota


def check_nominate(model: Model, actor: Actor) -> None:
    """Raises Refused unless this person may nominate or comment: an officer or leader, never oneself."""
    if not (actor.has(Role.OFFICER) or actor.has(Role.LEADER)):
        raise Refused("refused.not_officer")
    if actor.person == model.person:
        raise Refused("refused.model_self")
    if model.status is not ModelStatus.LISTED:
        raise Refused("refused.model_moved_on")


def check_confirm(models: Models, model: Model, everybody: Iterable[Model], actor: Actor, words: str) -> None:
    """Raises Refused unless this leader may confirm it now: nominated by somebody else, within the quota.

    Words are needed where somebody with as high a score is passed over.
    """
    if not actor.has(Role.LEADER):
        raise Refused("refused.not_leader")
    if actor.person == model.person:
        raise Refused("refused.model_self")
    if model.status is not ModelStatus.LISTED:
        raise Refused("refused.model_moved_on")
    if not set(model.nominators) - {actor.person}:
        raise Refused("refused.model_not_nominated")
    group = rivals(models, model, everybody)
    if sum(m.status in CHOSEN for m in group) >= models.quota:
        raise Refused("refused.model_quota", quota=models.quota)
    if passes_over(models, model, everybody) and not words.strip():
        raise Refused("refused.model_words")


def next_in_score(models: Models, struck: Model, everybody: Iterable[Model]) -> list[Model]:
    """Who is next once somebody was struck off: all that share the best score among those not chosen; none is struck.

    Empty if the quota is used up again.
    """
    group = rivals(models, struck, everybody)
    if sum(m.status in CHOSEN for m in group) >= models.quota:
        return []
    waiting = [m for m in group if m.status is ModelStatus.LISTED]
    return [m for m in waiting if m.score == max(one.score for one in waiting)]


def check_move_up(
    models: Models, struck: Model, model: Model, everybody: Iterable[Model], actor: Actor, words: str
) -> None:
    """Raises Refused unless this leader may have this one move up: the next in the score, never oneself.

    The score nominates; words are needed where others have the same.
    """
    if not actor.has(Role.LEADER):
        raise Refused("refused.not_leader")
    if actor.person == model.person:
        raise Refused("refused.model_self")
    found = next_in_score(models, struck, everybody)
    if model.id not in {m.id for m in found}:
        raise Refused("refused.model_moved_on")
    if len(found) > 1 and not words.strip():
        raise Refused("refused.model_words")


def may_judge(model: Model, objector: int, actor: Actor) -> bool:
    """Whether this person may decide an objection: a leader without a part in it."""
    involved = {model.person, model.confirmer, objector, *model.nominators}
    return actor.has(Role.LEADER) and actor.person not in involved


def quarter_before(month: int) -> tuple[int, int, int]:
    """The quarter that ended before that of a month: 202701 gives 20264 with its months 202610 and 202612."""
    year, number = divmod(month, 100)
    index = year * 4 + (number - 1) // 3 - 1
    year, q = divmod(index, 4)
    return year * 10 + q + 1, year * 100 + q * 3 + 1, year * 100 + q * 3 + 3

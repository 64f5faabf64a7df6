"""Another amount by one choice beside 批准: what the rate card gives for the other levels."""

from __future__ import annotations

from handlers import proposals
from handlers.desk import Desk
from handlers.formats import yuan
from handlers.message import Button, Select
from handlers.turn import tap_data
from handlers.views import Drawing
from woodpecker import clocks, rewards
from woodpecker.awards import Award, offered_award
from woodpecker.causes import Cause, relations
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.reports import Report
from woodpecker.rewards import Books
from woodpecker.words import AwardAction, Kind, Level

OPTIONS = 10


def offered(award: Award, cause: Cause, person: Person, candidates: list[Person]) -> tuple[AwardAction, ...]:
    """What this person may do with the award now."""
    return offered_award(
        award,
        person=person.id,
        roles=proposals.roles_of(person),
        relations=relations(cause, person.id),
        stands_in=proposals.stands_in(award, cause, person, candidates),
        books=Books(cause.people),
    )


def amounts(desk: Desk, award: Award, cause: Cause) -> dict[Level, int]:
    """What a hazard would have earned on its day with other levels, in fen, where that may be given for it."""
    if not isinstance(cause, Report) or award.kind is not Kind.HAZARD:
        return {}
    programme, day = desk.plant.programme, clocks.local_day(cause.sent_at, desk.plant.zone)
    most = award.by_rule + programme.extra_limit
    found: dict[Level, int] = {}
    for level in (*programme.levels, Level.MAJOR):
        try:
            fen = rewards.propose(programme, day, Kind.HAZARD, level, award.outside_duty).total
        except Refused:
            return {}
        if max(1, award.floor) <= fen <= most and fen != award.fen and fen not in found.values():
            found[level] = fen
    return found


def select(d: Drawing, award: Award, cause: Cause) -> Select | None:
    """The amounts to choose from, the present one first."""
    may = d.reader is not None and {AwardAction.APPROVE, AwardAction.CHANGE} <= set(
        offered(award, cause, d.reader, proposals.deciders(d.desk))
    )
    others = amounts(d.desk, award, cause) if may else {}
    if not others:
        return None
    now = Button(d.text("award.option", amount=_short(award.fen)), _data(award, "-"))
    options = [
        Button(d.text("award.option_of", amount=_short(fen), level=d.text(f"level.{level}")), _data(award, level.value))
        for level, fen in others.items()
    ]
    return Select(d.text("award.choose_amount"), (now, *options[: OPTIONS - 1]), now.data)


def _data(award: Award, arg: str) -> str:
    return tap_data("awset", award.id, award.version, arg)


def _short(fen: int) -> str:
    return yuan(fen).removesuffix(".00")

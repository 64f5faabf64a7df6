"""The cast of the award tests and an award to decide."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from woodpecker.award_decisions import AwardDecision, decide_award
from woodpecker.awards import Award, award_of
from woodpecker.errors import Refused
from woodpecker.programme import Programme
from woodpecker.rewards import Books, propose
from woodpecker.words import AwardAction, AwardStatus, Kind, Level, Role

WANG, LI, ZHANG, ZHAO, ZHOU, QIAN, SUN = range(1, 8)
NOW = 1_795_500_000_000
PLANT = Programme()
BOOKS = Books((WANG,))
CAST: dict[int, frozenset[Role]] = {
    WANG: frozenset({Role.WORKER}),
    LI: frozenset({Role.WORKER, Role.OFFICER}),
    ZHAO: frozenset({Role.WORKER, Role.APPROVER}),
    QIAN: frozenset({Role.WORKER, Role.APPROVER, Role.SECOND_APPROVER}),
    SUN: frozenset({Role.WORKER, Role.LEADER}),
    ZHOU: frozenset({Role.WORKER, Role.ADMIN}),
}
EVERY_ROLE = frozenset(Role)
A, S = AwardAction, AwardStatus


def award(level: Level = Level.B, status: AwardStatus = S.PROPOSED, **more: Any) -> Award:
    proposal = propose(PLANT, date(2026, 11, 24), Kind.HAZARD, level, outside_duty=False)
    fresh = award_of(proposal, id=9, report=42, kind=Kind.HAZARD, level=level, level_setter=LI)
    return fresh._replace(status=status, **more)


def half(**more: Any) -> Award:
    return award(Level.MAJOR, S.HALF_APPROVED, first_approver=ZHAO, **more)


def act(a: Award, action: AwardAction, person: int | None, **more: Any) -> AwardDecision:
    given: dict[str, Any] = {
        "roles": CAST[person] if person else frozenset(),
        "relations": frozenset(),
        "now": NOW,
        "programme": PLANT,
        "books": BOOKS,
        "words": "理由",
    }
    return decide_award(a, action, person=person, **(given | more))


def refusal(a: Award, action: AwardAction, person: int | None, **more: Any) -> str:
    with pytest.raises(Refused) as no:
        act(a, action, person, **more)
    return no.value.key

"""The award of what is no report: proposed by its own rule, then like every other."""

from __future__ import annotations

from handlers import proposals
from handlers.desk import Desk
from handlers.proposals import tell_person
from storage import awards
from woodpecker import activities, models
from woodpecker.activities import Activity
from woodpecker.awards import Award, may_propose
from woodpecker.models import Model
from woodpecker.rewards import payout
from woodpecker.words import AwardStatus


def propose(desk: Desk, cause: Activity | Model) -> Award | None:
    """Proposes the award of a confirmed activity or an honour and puts it before an approver; once.

    None if there is one already, if the plant gives nothing for it or nobody who shares it earns money.
    """
    award = _award(desk, cause)
    if award.fen == 0 or not may_propose(earlier(desk, cause)):
        return None
    parts = payout(desk.plant.programme, award.fen, None, proposals.books_of(desk, cause, None))
    for part in (p for p in parts if p.excluded):
        tell_person(desk, part.person, "award.counted_only", number=cause.number)
    if all(part.excluded for part in parts):
        return None
    added = awards.add(desk.store, award, desk.now)
    if added is not None:
        awards.set_shares(desk.store, added.id, parts)
        proposals.offer(desk, added, cause)
    return added


def earlier(desk: Desk, cause: Activity | Model) -> tuple[Award, ...]:
    """Every award it ever had, oldest first."""
    if isinstance(cause, Activity):
        return awards.of_activity(desk.store, cause.id)
    return awards.of_model(desk.store, cause.id)


def _award(desk: Desk, cause: Activity | Model) -> Award:
    programme = desk.plant.programme
    if isinstance(cause, Activity):
        fen, rule = programme.activities.get(cause.kind, 0), f"{activities.RULE}.{cause.kind}"
        what, which = cause.id, None
    else:
        fen, rule = programme.models.amount, models.RULE
        what, which = None, cause.id
    return Award(
        0, None, None, None, AwardStatus.PROPOSED, fen, fen, rule, "", base=fen, factor="1", activity=what, model=which
    )

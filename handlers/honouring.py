"""The award of what is no report: proposed by its own rule, then like every other."""

from __future__ import annotations

from handlers import proposals
from handlers.desk import Desk
from handlers.proposals import tell_person
from storage import awards
from woodpecker import activities, models
from woodpecker.activities import Activity
from woodpecker.awards import Award, may_propose
from woodpecker.errors import Refused
from woodpecker.models import Model
from woodpecker.people import Person
from woodpecker.rewards import payout, without_part
from woodpecker.words import AwardStatus


def propose(desk: Desk, cause: Activity | Model) -> Award | None:
    """Proposes the award of a confirmed activity or an honour and puts it before an approver; once.

    None if there is one already, if the plant gives nothing for it or nobody who shares it earns anything.
    """
    award = _award(desk, cause)
    if award.fen == 0 or not may_propose(earlier(desk, cause)):
        return None
    books = proposals.books_of(desk, cause, None)
    parts = payout(desk.plant.programme, award.fen, None, books)
    nothing = without_part(desk.plant.programme, books)
    for part in (p for p in parts if p.person in nothing):
        tell_person(desk, part.person, "award.counted_only", number=cause.number)
    if all(part.person in nothing for part in parts):
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


def open_still(desk: Desk, activity: Activity) -> bool:
    """Whether nobody has decided about its money yet."""
    return all(award.status in proposals.WORD_OF for award in earlier(desk, activity))


def share_anew(desk: Desk, before: Activity, after: Activity, gone: Person) -> None:
    """Somebody says not to have been there: those who are left share it; without anybody it is taken back.

    Raises Refused once the award is decided.
    """
    if not open_still(desk, before):
        raise Refused("refused.activity_decided")
    for award in earlier(desk, after):
        if after.people:
            books = proposals.books_of(desk, after, None)
            awards.set_shares(desk.store, award.id, payout(desk.plant.programme, award.fen, None, books))
            desk.refresh(("award",), award.id)
        else:
            words = desk.text(desk.plant.language, "activity.nobody_left")
            proposals.reverse_one(desk, award, before, gone.id, words)


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

"""The one way in which an award moves on: the rules decide, it is saved, entered into the ledger, told."""

from __future__ import annotations

from handlers import appeal_times, behalf, budgets, payees, proposals, purse
from handlers.desk import Desk
from handlers.formats import yuan
from handlers.next_hands import watch_staffing
from handlers.proposals import tell_person
from handlers.turn import Tap
from storage import audit, awards, causes, ledger
from woodpecker import clocks
from woodpecker.award_decisions import AwardDecision, decide_again, decide_award
from woodpecker.award_table import ON_APPEAL
from woodpecker.awards import Award
from woodpecker.causes import Cause, relations, secret
from woodpecker.errors import Refused
from woodpecker.ledger import award_entries
from woodpecker.people import Person
from woodpecker.reports import Report
from woodpecker.rewards import NOBODY, Books, BudgetState, Share
from woodpecker.words import AwardAction, AwardStatus, Relation

APART = ON_APPEAL | {AwardAction.REVERSE, AwardAction.DISMISS_OBJECTION}  # nobody's next word, but may be taken


def open_award(desk: Desk, award_id: int, version: int | None = None) -> tuple[Award, Cause]:
    """The award and what it is for; raises Refused if it has moved on since the button was drawn."""
    kept = awards.get(desk.store, award_id)
    cause = causes.of(desk.store, kept.award) if kept else None
    if kept is None or cause is None:
        raise Refused("refused.no_award")
    if version is not None and version != kept.award.version:
        raise Refused("refused.award_moved_on", status=kept.award.status)
    return kept.award, cause


def version_of(tap: Tap) -> int:
    """The version of an award that a button was drawn for. Raises Refused if it names none."""
    if tap.version is None:
        raise Refused("refused.unknown_button")
    return tap.version


def ruled(
    desk: Desk,
    person: Person,
    award: Award,
    cause: Cause,
    action: AwardAction,
    amount: int | None = None,
    words: str = "",
    extra: int | None = None,
) -> AwardDecision:
    """What the rules say to a person's step, without doing it."""
    try:
        return decide_award(
            award,
            action,
            person=person.id,
            roles=proposals.roles_of(person),
            relations=relations(cause, person.id),
            now=desk.now,
            programme=desk.plant.programme,
            books=proposals.books_of(desk, cause, award.kind),
            amount=amount,
            extra=extra,
            words=words,
            stands_in=proposals.stands_in(
                award, cause, person, proposals.deciders(desk), action if action in APART else None
            ),
            window_end=appeal_times.award_until(desk, person.id, award),
        )
    except Refused as refusal:
        limit = refusal.args_for_text.get("limit")
        if isinstance(limit, int):
            raise Refused(refusal.key, limit=yuan(limit)) from None
        raise


def decide(
    desk: Desk,
    person: Person,
    award_id: int,
    action: AwardAction,
    version: int | None = None,
    *,
    amount: int | None = None,
    extra: int | None = None,
    words: str = "",
) -> AwardDecision:
    """Takes a step with an award as this person. Raises Refused."""
    award, cause = open_award(desk, award_id, version)
    decision = ruled(desk, person, award, cause, action, amount, words, extra)
    _write(desk, award, decision, person.id)
    # Whoever reads the log is not to learn whose secret report it is: only those who brought it appeal.
    mute = action is AwardAction.APPEAL and secret(cause)
    audit.write(
        desk.store, desk.now, f"award.{action}", person=None if mute else person.id, award=award.id,
        number=cause.number, fen=decision.again.fen if decision.again else decision.award.fen,
        words="" if mute else words, status=decision.award.status,
    )  # fmt: skip
    if action is AwardAction.APPEAL or action in ON_APPEAL:
        _tell_appeal(desk, decision, cause, person.id)
    else:
        _tell(desk, decision, cause)
    if decision.again is not None:
        decision = _enter_again(desk, decision.again, cause, person.id)
    desk.refresh(("todo",), person.id)
    return decision


def move(
    desk: Desk,
    person: Person,
    award: Award,
    action: AwardAction,
    relations_of_person: frozenset[Relation],
    words: str,
    *,
    stands_in: bool = False,
) -> AwardDecision:
    """Takes a step about an objection, also with an award that is for no report; who hears of it is the caller's.

    Raises Refused.
    """
    sharers = tuple(s.person for s in awards.shares(desk.store, award.id))
    decision = decide_award(
        award, action, person=person.id, roles=proposals.roles_of(person), relations=relations_of_person,
        now=desk.now, programme=desk.plant.programme, books=Books(sharers), words=words, stands_in=stands_in,
    )  # fmt: skip
    _write(desk, award, decision, person.id)
    desk.refresh(("award", "earned", "dispute"), award.id)
    desk.refresh(("todo",), person.id)
    return decision


def _write(desk: Desk, award: Award, decision: AwardDecision, by: int) -> None:
    """Saves the step with its shares, and enters or reverses it in the ledger."""
    month = clocks.local_month(desk.now, desk.plant.zone)
    if not awards.save(desk.store, award, decision.award, by, month if decision.approved else None):
        raise Refused("refused.award_moved_on", status=award.status)
    if decision.shares:
        awards.set_shares(desk.store, award.id, decision.shares)
    if decision.approved:
        entries = award_entries(decision.award, decision.shares, desk.now, month, decision.award.approvers)
        ledger.append(desk.store, entries)
        purse.enter(desk, decision.award, decision.shares)
    if decision.reverses:
        proposals.take_back(desk, award, by, decision.award.words)


def _enter_again(desk: Desk, again: Award, cause: Cause, by: int) -> AwardDecision:
    """The round that an upheld appeal enters; the books already know that the old one is reversed."""
    added = awards.add(desk.store, again, desk.now)
    if added is None:
        raise Refused("refused.award_moved_on", status=again.status)
    books = proposals.books_of(desk, cause, added.kind)
    decision = decide_again(added, desk.plant.programme, books, desk.now)
    _write(desk, added, decision, by)
    if not decision.approved:
        for person in cause.people:
            tell_person(desk, person, "award.told_upheld", number=cause.number, amount=yuan(added.fen))
    _tell(desk, decision, cause)
    return decision


def _tell_appeal(desk: Desk, decision: AwardDecision, cause: Cause, by: int) -> None:
    """Everybody who shares it hears of the appeal and of its end; whoever may decide it gets it."""
    award = decision.award
    desk.refresh(("award", "earned", "dispute"), award.id)
    if decision.again is not None:
        return
    key = "award.told_appeal" if decision.action is AwardAction.APPEAL else "award.told_dismissed"
    for person in cause.people:
        if person != by:
            tell_person(desk, person, key, number=cause.number, words=award.appeal_answer)
    if decision.action is not AwardAction.APPEAL:
        return
    asked = proposals.eligible(award, cause, proposals.deciders(desk), AwardAction.DISMISS_APPEAL)
    for decider in asked:
        desk.open_card(decider.id, "dispute", award.id)
    watch_staffing(desk, cause, "dispute", [p.id for p in asked])


def _tell(desk: Desk, decision: AwardDecision, cause: Cause) -> None:
    award = decision.award
    desk.refresh(("award",), award.id)
    if decision.half or decision.held or decision.returned_to is not None:
        proposals.offer(desk, award, cause)
    elif award.status is AwardStatus.REFUSED:
        for person in cause.people:
            desk.open_card(person, "earned", award.id)
    elif decision.reverses:
        desk.refresh(("earned", "dispute"), award.id)
        proposals.tell_taken_back(desk, award, cause, award.words)
    if decision.approved:
        for share in decision.shares:
            _tell_share(desk, award, share, cause)
            if (share.pays or share.points) and isinstance(cause, Report):
                behalf.tell_award(desk, cause, share.person)
        if decision.budget is not BudgetState.OK:
            budgets.warn(desk)


def _tell_share(desk: Desk, award: Award, share: Share, cause: Cause) -> None:
    nothing = share.excluded and not share.points and not share.cut
    if nothing or share.person == NOBODY:
        return
    desk.open_card(share.person, "earned", award.id)
    person = desk.person(share.person)
    if share.pays and person is not None and person.employee_no is None:
        payees.miss_number(desk, person, secret=secret(cause))

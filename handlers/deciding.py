"""The one way in which an award moves on: the rules decide, it is saved, entered into the ledger, told."""

from __future__ import annotations

from handlers import proposals
from handlers.desk import Desk
from handlers.formats import yuan
from handlers.proposals import tell_person
from storage import audit, awards, jobs, ledger, people, reports
from woodpecker import clocks
from woodpecker.awards import Award, AwardDecision, decide_award
from woodpecker.errors import Refused
from woodpecker.ledger import award_entries
from woodpecker.people import Person
from woodpecker.reports import Report, relations
from woodpecker.rewards import BudgetState, Share
from woodpecker.words import AwardAction, AwardStatus, Role


def open_award(desk: Desk, award_id: int, version: int | None = None) -> tuple[Award, Report]:
    """The award and its report; raises Refused if it has moved on since the button was drawn."""
    kept = awards.get(desk.store, award_id)
    report = reports.get(desk.store, kept.award.report) if kept and kept.award.report else None
    if kept is None or report is None:
        raise Refused("refused.no_award")
    if version is not None and version != kept.award.version:
        raise Refused("refused.award_moved_on", status=kept.award.status)
    return kept.award, report


def ruled(
    desk: Desk,
    person: Person,
    award: Award,
    report: Report,
    action: AwardAction,
    amount: int | None = None,
    words: str = "",
) -> AwardDecision:
    """What the rules say to a person's step, without doing it."""
    try:
        return decide_award(
            award,
            action,
            person=person.id,
            roles=proposals.roles_of(person),
            relations=relations(report, person.id),
            now=desk.now,
            programme=desk.plant.programme,
            books=proposals.books_of(desk, report, award.kind),
            amount=amount,
            words=words,
            stands_in=proposals.stands_in(award, report, person, proposals.deciders(desk)),
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
    words: str = "",
) -> AwardDecision:
    """Takes a step with an award as this person. Raises Refused."""
    award, report = open_award(desk, award_id, version)
    decision = ruled(desk, person, award, report, action, amount, words)
    month = clocks.local_month(desk.now, desk.plant.zone)
    if not awards.save(desk.store, award, decision.award, person.id, month if decision.approved else None):
        raise Refused("refused.award_moved_on", status=award.status)
    if decision.shares:
        awards.set_shares(desk.store, award.id, decision.shares)
    if decision.approved:
        entries = award_entries(decision.award, decision.shares, desk.now, month, decision.award.approvers)
        ledger.append(desk.store, entries)
    audit.write(
        desk.store, desk.now, f"award.{action}", person=person.id, award=award.id, number=report.number,
        fen=decision.award.fen, words=words, status=decision.award.status,
    )  # fmt: skip
    _tell(desk, decision, report)
    desk.refresh(("todo",), person.id)
    return decision


def _tell(desk: Desk, decision: AwardDecision, report: Report) -> None:
    award = decision.award
    desk.refresh(("award",), award.id)
    if decision.returned_to is not None:
        desk.open_card(decision.returned_to, "award", award.id)
    elif decision.half or decision.held:
        proposals.offer(desk, award, report)
    elif award.status is AwardStatus.REFUSED:
        for person in report.people:
            tell_person(desk, person, "award.told_refused", number=report.number, words=award.words)
    if decision.approved:
        for share in decision.shares:
            _tell_share(desk, share, report)
        if decision.budget is not BudgetState.OK:
            _warn_of_budget(desk)


def _tell_share(desk: Desk, share: Share, report: Report) -> None:
    if share.excluded:
        return
    key = "award.told_approved" if share.cut == 0 else "award.told_capped" if share.pays else "award.told_cap_reached"
    tell_person(desk, share.person, key, number=report.number, amount=yuan(share.pays), cut=yuan(share.cut))
    person = desk.person(share.person)
    if share.pays and person is not None and person.employee_no is None:
        tell_person(desk, share.person, "award.no_number")


def _warn_of_budget(desk: Desk) -> None:
    """Leaders hear once a month that the budget is nearly spent."""
    month = clocks.local_month(desk.now, desk.plant.zone)
    if not jobs.claim(desk.store, "budget_warning", str(month), desk.now):
        return
    limit = desk.plant.programme.budget.month or 0
    spent = yuan(ledger.spent(desk.store, month))
    for leader in people.with_role(desk.store, Role.LEADER):
        tell_person(desk, leader.id, "award.budget_nearly_spent", spent=spent, limit=yuan(limit))

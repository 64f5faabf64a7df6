"""What a decision about a report means for its award: proposed, reversed, put before those who may decide."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from types import MappingProxyType

from handlers import purse
from handlers.away import away
from handlers.desk import Desk
from handlers.formats import yuan
from handlers.next_hands import staffing_alarm, watch_staffing
from storage import awards, batches, history, ledger, objections, people, reports
from woodpecker import clocks, rewards
from woodpecker.award_decisions import decide_award
from woodpecker.award_table import IN_LEDGER
from woodpecker.awards import Award, award_of, check_award, may_propose
from woodpecker.causes import Cause, always_split, relations
from woodpecker.decisions import closed_before
from woodpecker.errors import Refused
from woodpecker.ledger import reversal_entries
from woodpecker.people import Person
from woodpecker.reports import Decision, Report
from woodpecker.rewards import NOBODY, Books, Had, paid_of, payout
from woodpecker.words import Action, AwardAction, AwardStatus, EntryKind, Kind, Naming, Role, Status

WORD_OF: Mapping[AwardStatus, AwardAction] = MappingProxyType(
    {
        AwardStatus.PROPOSED: AwardAction.APPROVE,
        AwardStatus.HALF_APPROVED: AwardAction.APPROVE,
        AwardStatus.HELD_BUDGET: AwardAction.LIFT_HOLD,
    }
)
DECIDERS = (Role.APPROVER, Role.SECOND_APPROVER, Role.LEADER)


def follow(desk: Desk, decision: Decision, person: int | None) -> None:
    """Proposes or reverses the award that a decision calls for."""
    if decision.before.people != decision.report.people:
        _share_anew(desk, decision.report)
        for gone in set(decision.before.people) - set(decision.report.people):
            _gives_back(desk, decision.report, gone)
    if decision.action in (Action.VOID, Action.MERGE):
        if decision.reverses_award:
            _reverse(desk, decision, person)
    elif decision.action is Action.CORRECT:
        if decision.proposes_award:  # another place or category changes no amount
            _reverse(desk, decision, person)
            if _earned(desk, decision.report):
                _propose(desk, decision)
    elif decision.proposes_award:
        _propose(desk, decision)


def _share_anew(desk: Desk, report: Report) -> None:
    """Somebody declined to have found it too, or was added: what is not decided yet is shared by those who are left."""
    for award in awards.of_report(desk.store, report.id):
        if award.status in WORD_OF and report.people:
            books = books_of(desk, report, award.kind)
            awards.set_shares(desk.store, award.id, payout(desk.plant.programme, award.fen, award.kind, books))
            desk.refresh(("award",), award.id)


def _gives_back(desk: Desk, report: Report, person: int) -> None:
    """What was approved already for somebody who declines is taken back from this person alone; it lapses."""
    words = desk.text(desk.plant.language, "award.by_decline_joint")
    month = clocks.local_month(desk.now, desk.plant.zone)
    for award in awards.of_report(desk.store, report.id):
        entered = [e for e in ledger.standing(desk.store, award.id) if e.person == person]
        if entered:
            parts = (
                s._replace(excluded=True) if s.person == person else s for s in awards.shares(desk.store, award.id)
            )
            awards.set_shares(desk.store, award.id, tuple(parts))
            desk.refresh(("award", "earned"), award.id)
        if award.status in IN_LEDGER:
            purse.take_back(desk, award, person, words, person)
            purse.tell_taken_back(desk, award, (person,), report.number, words)
        ledger.append(desk.store, reversal_entries(entered, desk.now, month, person, words))
        for entry in entered:
            debt = ledger.balance(desk.store, person) < 0
            key = "award.told_reversed_debt" if debt else "award.told_reversed"
            tell_person(desk, person, key, number=report.number, amount=yuan(entry.fen), words=words)


def _earned(desk: Desk, report: Report) -> bool:
    return desk.plant.programme.propose_on == "admit" or report.status is Status.CLOSED


def _propose(desk: Desk, decision: Decision) -> None:
    report = decision.report
    if not whose(report) or not may_propose(awards.of_report(desk.store, report.id)) or _again(desk, decision):
        return
    programme = desk.plant.programme
    day = clocks.local_day(report.sent_at, desk.plant.zone)
    try:
        proposal = rewards.propose(programme, day, report.kind, report.level, report.outside_duty)
    except Refused:  # no rate card for that day must not keep an officer from admitting
        staffing_alarm(desk, report, "no_rate")
        return
    if proposal.total == 0:
        return
    books = books_of(desk, report, report.kind)
    parts, nothing = payout(programme, proposal.total, report.kind, books), rewards.without_part(programme, books)
    for part in parts:
        if part.person in nothing and decision.action is not Action.CORRECT:
            tell_person(desk, part.person, "award.counted_only", number=report.number)
    if all(part.person in nothing for part in parts):
        return
    award = award_of(
        proposal, id=0, report=report.id, kind=report.kind, level=report.level, level_setter=report.level_setter
    )
    added = awards.add(desk.store, award, desk.now)
    if added is not None:
        awards.set_shares(desk.store, added.id, parts)
        offer(desk, added, report)


def _again(desk: Desk, decision: Decision) -> bool:
    """Whether it is only closed once more: an award that was taken back by then does not come again."""
    if decision.action is not Action.ACCEPT_FIX:
        return False
    return closed_before(history.of_report(desk.store, decision.report.id)[:-1])


def _reverse(desk: Desk, decision: Decision, by: int | None) -> None:
    report = decision.report
    words = decision.detail.get("words") or desk.text(desk.plant.language, f"award.by_{decision.action}")
    for award in awards.of_report(desk.store, report.id):
        if award.status is not AwardStatus.REVERSED:
            reverse_one(desk, award, report, by, words)


def reverse_one(desk: Desk, award: Award, cause: Cause, by: int | None, words: str) -> None:
    """Takes an award back because of what became of what it is for."""
    nobody: frozenset[Role] = frozenset()
    decision = decide_award(
        award, AwardAction.REVERSE, person=None, roles=nobody, relations=frozenset(), now=desk.now,
        programme=desk.plant.programme, words=words,
    )  # fmt: skip
    if not awards.save(desk.store, award, decision.award, by):
        raise Refused("refused.award_moved_on", status=award.status)
    desk.refresh(("award", "earned", "dispute"), award.id)
    if not decision.reverses:
        return
    take_back(desk, award, by, words)
    tell_taken_back(desk, award, cause, words)


def tell_taken_back(desk: Desk, award: Award, cause: Cause, words: str) -> None:
    """Everybody who had money of an award hears that it is reversed, and of a debt that this leaves."""
    entered = (e for e in ledger.of_award(desk.store, award.id) if e.kind is EntryKind.AWARD)
    for entry in (e for e in entered if e.person in cause.people):  # whoever declined heard of it then
        debt = ledger.balance(desk.store, entry.person) < 0
        key = "award.told_reversed_debt" if debt else "award.told_reversed"
        tell_person(desk, entry.person, key, number=cause.number, amount=yuan(entry.fen), words=words)
    purse.tell_taken_back(desk, award, cause.people, cause.number, words)


def take_back(desk: Desk, award: Award, by: int | None, words: str) -> None:
    """Reverses an award's entries in the ledgers, and takes it out of the batch if its sheet is not frozen yet."""
    month = clocks.local_month(desk.now, desk.plant.zone)
    entered = ledger.standing(desk.store, award.id)
    ledger.append(desk.store, reversal_entries(entered, desk.now, month, by, words))
    purse.take_back(desk, award, by, words)
    batch = batches.take_out(desk.store, award.id, desk.now)
    if batch is not None:
        desk.refresh(("notice",), batch)
    for open_one in (o for o in objections.of_award(desk.store, award.id) if o.upheld is None):
        objections.decide(desk.store, open_one.id, by, True, words, desk.now)
        desk.refresh(("objection",), open_one.id)
        tell_person(desk, open_one.person, "objection.said_upheld", n=str(open_one.n), words=words)


def paid(desk: Desk, award: Award) -> int:
    """What its shares come to in fen, as they were last worked out."""
    return paid_of(awards.shares(desk.store, award.id)) or nobodys(desk, award)


def nobodys(desk: Desk, award: Award) -> int:
    """What is approved for an anonymous report, until and after its code is redeemed."""
    report = reports.get(desk.store, award.report) if award.report else None
    return award.fen if report is not None and report.naming is Naming.ANONYMOUS else 0


def tell_person(desk: Desk, person: int, key: str, **args: str) -> None:
    """Pushes a sentence about money to whom it concerns."""
    desk.push(person, "notice", {"key": key, "args": args})


def books_of(desk: Desk, cause: Cause, kind: Kind | None) -> Books:
    """What stands in the books for a report's award: who shares it, and what this month already had."""
    programme = desk.plant.programme
    month = clocks.local_month(desk.now, desk.plant.zone)
    had: dict[int, Had] = {}
    if programme.caps.person_month is not None or programme.caps.person_kind_month is not None:
        had = {p: purse.had(desk, p, month, kind) for p in cause.people}
    spent = purse.spent(desk, month) if programme.budget.month is not None else 0
    excluded, no_points = purse.excluded(desk, cause.people)
    return Books(whose(cause), excluded, had, spent, no_points, split=always_split(cause))


def whose(cause: Cause) -> tuple[int, ...]:
    """Who shares a report's award: whoever brought it; nobody yet if it came without a name."""
    return (NOBODY,) if cause.naming is Naming.ANONYMOUS else cause.people


class Deciders(list[Person]):
    """Everybody who decides about awards; those of them on leave count only if nobody else may."""

    def __init__(self, persons: Iterable[Person], away: Container[int]) -> None:
        super().__init__(persons)
        self.present = [p for p in self if p.id not in away]


def deciders(desk: Desk) -> Deciders:
    """Everybody who has joined and decides about awards in some role."""
    found = people.with_role(desk.store, *DECIDERS)
    here = people.joined(desk.store, [p.id for p in found])
    return Deciders((p for p in found if p.id in here), away(desk))


def _present(candidates: Iterable[Person]) -> list[Person]:
    return candidates.present if isinstance(candidates, Deciders) else list(candidates)


def may(award: Award, cause: Cause, person: Person, action: AwardAction, *, stands_in: bool = False) -> bool:
    """Whether a person may take this step with an award now."""
    try:
        check_award(
            award, action, person=person.id, roles=roles_of(person), relations=relations(cause, person.id),
            stands_in=stands_in, books=Books(cause.people),
        )  # fmt: skip
    except Refused:
        return False
    return True


def roles_of(person: Person) -> frozenset[Role]:
    """A person's roles as the rules of awards take them: everybody is a worker, a leaver has none."""
    return person.actor.roles | {Role.WORKER} if person.left_on is None else frozenset()


def eligible(
    award: Award, cause: Cause, candidates: Iterable[Person], action: AwardAction | None = None
) -> list[Person]:
    """Who may say the next word about an award, or take this step; leaders only if nobody else may."""
    action = action or WORD_OF.get(award.status)
    if action is None:
        return []
    everybody = list(candidates)
    return _eligible(award, cause, _present(candidates), action) or _eligible(award, cause, everybody, action)


def _eligible(award: Award, cause: Cause, everybody: list[Person], action: AwardAction) -> list[Person]:
    proper = [p for p in everybody if may(award, cause, p, action)]
    return proper or [p for p in everybody if may(award, cause, p, action, stands_in=True)]


def stands_in(
    award: Award, cause: Cause, person: Person, candidates: Iterable[Person], action: AwardAction | None = None
) -> bool:
    """Whether a leader decides because none of the candidates may."""
    action = action or WORD_OF.get(award.status)
    if action is None or not person.has(Role.LEADER):
        return False
    return not any(may(award, cause, p, action) for p in _present(candidates))


def offer(desk: Desk, award: Award, cause: Cause) -> None:
    """Puts an award before everybody who may decide about it now."""
    asked = eligible(award, cause, deciders(desk))
    for person in asked:
        desk.open_card(person.id, "award", award.id)
    watch_staffing(desk, cause, "award", [p.id for p in asked])


def waiting(desk: Desk, person: Person, candidates: list[Person] | None = None) -> Iterator[tuple[Award, Cause]]:
    """The awards that wait for this person's word, what a leader must let pass first, then the oldest; one by one.

    `candidates` are the `deciders`, if known.
    """
    if not any(person.has(role) for role in DECIDERS):
        return
    everybody = deciders(desk) if candidates is None else candidates
    for award, cause in awards.open(desk.store):
        if person.id in {p.id for p in eligible(award, cause, everybody)}:
            yield award, cause

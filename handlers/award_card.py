"""The approver's card: what is to be awarded for what, who has had a say in it, what can be said now."""

from __future__ import annotations

from itertools import islice

from handlers import award_amounts, proposals
from handlers.cause_text import about, grade
from handlers.desk import Desk
from handlers.formats import yuan
from handlers.message import Button
from handlers.own_words import in_language
from handlers.report_text import superseded, text_of
from handlers.turn import tap_data
from handlers.views import Drawing, View, view
from storage import awards, causes
from storage.awards import Kept
from woodpecker.award_decisions import needs_two
from woodpecker.awards import Award
from woodpecker.causes import Cause, always_split
from woodpecker.people import Person
from woodpecker.rewards import BudgetState, Share, budget_state, cost_of, paid_of, payout, points_of
from woodpecker.words import AwardAction, AwardStatus

AT_ONCE = 50  # awards one tap approves; each card that is drawn looks for so many

_VERBS = {
    AwardAction.LIFT_HOLD: "awlift",
    AwardAction.APPROVE: "awyes",
    AwardAction.CHANGE: "awsum",
    AwardAction.REFUSE: "awno",
}


def found(d: Drawing) -> tuple[Kept, Cause] | None:
    """The award that a card is about and what it is for."""
    kept = awards.get(d.desk.store, d.card.subject)
    cause = causes.of(d.desk.store, kept.award) if kept else None
    return None if kept is None or cause is None else (kept, cause)


def draw(d: Drawing) -> View:
    """The card as its reader sees it now."""
    known = found(d)
    if known is None or d.reader is None:
        return view(d.text("refused.no_award"), live=False, moot=True)
    kept, cause = known
    award = kept.award
    waits = award.status in proposals.WORD_OF
    if waits and superseded(d):
        return view(d.text("award.below", number=cause.number), live=False)
    opened = bool(d.card.args.get("opened"))  # from what it is for, not because it waited
    buttons = _buttons(d, award, cause) if waits else _back(d, award, cause) if opened else []
    text = text_of(
        d.text(
            "award.head" if waits else "award.head_done",
            amount=yuan(award.fen),
            number=cause.number,
            grade=grade(d, cause),
        ),
        *about(d, cause),
        *_facts(d, award, cause),
        *(_limits(d, award, cause) if waits else _kept_back(d, awards.shares(d.desk.store, award.id))),
        *_said(d, kept),
    )
    select = award_amounts.select(d, award, cause) if waits and buttons and d.drops_down else None
    return view(text, buttons, live=waits or bool(buttons), moot=not (waits or opened), select=select)


def _facts(d: Drawing, award: Award, cause: Cause) -> list[str]:
    lines = []
    if award.outside_duty:
        lines.append(d.text("award.outside_duty"))
    if len(cause.people) > 1:
        shared = "award.split" if d.desk.plant.programme.joint == "split" else "award.each"
        key = "award.split_team" if always_split(cause) else shared
        lines.append(d.text(key, count=len(cause.people)))
    if award.extra:
        lines.append(d.text("award.with_extra", extra=yuan(award.extra), words=award.words))
    if award.fen != award.proposed:
        words = in_language(d.desk, d.language, award.words)
        lines.append(d.text("award.changed", amount=yuan(award.proposed), words=words))
    return lines


def _limits(d: Drawing, award: Award, cause: Cause) -> list[str]:
    """What caps and the budget make of it, as they stand now."""
    programme = d.desk.plant.programme
    books = proposals.books_of(d.desk, cause, award.kind)
    parts = payout(programme, award.fen, award.kind, books)
    lines = _kept_back(d, parts)
    if lines and programme.reward != "points":
        lines.append(d.text("award.pays", amount=yuan(paid_of(parts))))
    if points := points_of(parts):
        lines.append(d.text("award.with_points" if paid_of(parts) else "award.as_points", points=points))
    state = budget_state(programme, books.spent, cost_of(programme, parts))
    if award.status is AwardStatus.HELD_BUDGET or state is BudgetState.HOLD:
        lines.append(d.text("award.over_budget", spent=yuan(books.spent), limit=yuan(programme.budget.month or 0)))
    return lines


def _kept_back(d: Drawing, parts: tuple[Share, ...]) -> list[str]:
    """What lapses and what a cap cuts; nobody's name, for the reporter's may be hidden."""
    lapsed = sum(p.fen - p.cut for p in parts if p.excluded and not p.points)
    cut = sum(p.cut for p in parts)
    lines = [d.text("award.lapsed", lapsed=yuan(lapsed))] if lapsed else []
    return [*lines, d.text("award.capped", cut=yuan(cut))] if cut else lines


def _said(d: Drawing, kept: Kept) -> list[str]:
    """Who has had a say so far."""
    award = kept.award
    who = _name(d, kept.decided_by)
    if award.status is AwardStatus.PROPOSED:
        if award.changed_by is None:
            return []
        mine = d.reader is not None and d.reader.id == award.changed_by
        return [d.text("award.returned_mine" if mine else "award.returned", who=_name(d, award.changed_by))]
    if award.status is AwardStatus.HALF_APPROVED:
        mine = d.reader is not None and d.reader.id == award.first_approver
        return [d.text("award.half_mine" if mine else "award.half", who=_name(d, award.first_approver))]
    if award.status is AwardStatus.HELD_BUDGET:
        return [d.text("award.held", who=d.text("award.and").join(_name(d, p) for p in award.approvers))]
    if award.status is AwardStatus.REFUSED:
        return [d.text("award.refused", who=who, words=award.words)]
    if award.status is AwardStatus.REVERSED:
        return [d.text("award.reversed", who=who, words=in_language(d.desk, d.language, award.words))]
    names = d.text("award.and").join(_name(d, p) for p in award.approvers)
    points = points_of(awards.shares(d.desk.store, award.id))
    amount = proposals.paid(d.desk, award)
    key = "award.approved" if not points else "award.approved_both" if amount else "award.approved_points"
    return [d.text(key, who=names, amount=yuan(amount), points=points)]


def _name(d: Drawing, person: int | None) -> str:
    if d.reader is not None and person == d.reader.id:
        return d.text("award.you")
    found = d.desk.person(person)
    return found.name if found else d.text("word.clock")


def _buttons(d: Drawing, award: Award, cause: Cause) -> list[Button]:
    if d.reader is None:
        return []
    candidates = proposals.deciders(d.desk)
    actions = award_amounts.offered(award, cause, d.reader, candidates)
    buttons = []
    for action in (a for a in _VERBS if a in actions):
        buttons.append(d.button(f"award.{action}", _VERBS[action], award.id, award.version))
        if action is AwardAction.CHANGE and award.report is not None and d.desk.plant.programme.extra_limit:
            buttons.append(d.button("award.extra", "awadd", award.id, award.version))
    return [*buttons, *_together(d, d.reader, candidates)] if buttons else []


def _together(d: Drawing, reader: Person, candidates: list[Person]) -> list[Button]:
    """全部批准, as far as one tap goes, where there is more than one."""
    fit = (a for a, r in proposals.waiting(d.desk, reader, candidates) if at_once(d.desk, a, r))
    found = list(islice(fit, AT_ONCE))
    if len(found) < 2:
        return []
    return [Button(d.text("award.approve_all", count=len(found)), tap_data("awall", found[-1].id))]


def _back(d: Drawing, award: Award, cause: Cause) -> list[Button]:
    found = proposals.eligible(award, cause, proposals.deciders(d.desk), AwardAction.REVERSE)
    if d.reader is None or d.reader.id not in {p.id for p in found}:
        return []
    return [d.button("award.reverse", "awback", award.id, award.version)]


def at_once(desk: Desk, award: Award, cause: Cause) -> bool:
    """Whether an award may be approved together with others: it is new and needs no second look."""
    if award.status is not AwardStatus.PROPOSED or award.changed_by is not None:
        return False
    return not needs_two(award, desk.plant.programme, proposals.books_of(desk, cause, award.kind))

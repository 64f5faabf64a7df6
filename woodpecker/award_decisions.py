"""The one place where the rules say what becomes of an award."""

from __future__ import annotations

from typing import NamedTuple

from woodpecker.award_table import AWARD_TRANSITIONS, BESIDE, IN_LEDGER, NEEDS_WORDS, ON_APPEAL, SAYS
from woodpecker.awards import Award, check_award
from woodpecker.errors import Refused
from woodpecker.lengths import check_sentence
from woodpecker.programme import Programme
from woodpecker.rewards import Books, BudgetState, Share, budget_state, cost_of, payout
from woodpecker.words import AwardAction, AwardStatus, Relation, Role


class AwardDecision(NamedTuple):
    """What a step does: the award after it, and what the books and the people are to learn.

    `shares` is filled by the steps that look at money; it is entered into the ledger only if
    `approved`. `reverses` says that the award's entries are to be reversed, `returned_to`
    who is to look at it again, `again` the round that takes its place (see `decide_again`).
    """

    award: Award
    action: AwardAction
    shares: tuple[Share, ...] = ()
    approved: bool = False
    half: bool = False
    held: bool = False
    reverses: bool = False
    returned_to: int | None = None
    again: Award | None = None
    budget: BudgetState = BudgetState.OK


def needs_two(award: Award, programme: Programme, books: Books) -> bool:
    """Whether a second approver must look: by what the report costs in all, or an amount changed that far."""
    parts = payout(programme, award.fen, award.kind, books)
    changed = award.fen if award.fen != award.by_rule else 0
    return max(cost_of(programme, parts), changed) >= programme.second_approver_from


def decide_award(
    award: Award,
    action: AwardAction,
    *,
    person: int | None,
    roles: frozenset[Role],
    relations: frozenset[Relation],
    now: int,
    programme: Programme,
    books: Books | None = None,
    amount: int | None = None,
    extra: int | None = None,
    words: str = "",
    stands_in: bool = False,
    window_end: int | None = None,
) -> AwardDecision:
    """What this step makes of the award; raises Refused. `now` in ms.

    A change brings an `amount`, or an `extra` on top of what the rate card gives, both in fen.
    `person` None is the program itself (`BY_ITSELF`). `stands_in`: a leader, because nobody else
    is eligible. `books` is needed wherever money is decided; `roles` name WORKER for everybody.
    `window_end` is the last instant (ms) for an appeal.
    """
    books = books or Books()
    words = words.strip()
    check_sentence(words)
    check_award(award, action, person=person, roles=roles, relations=relations, stands_in=stands_in, books=books)
    if action in NEEDS_WORDS and not words:
        raise Refused("refused.words_missing")
    if action is AwardAction.APPEAL or action in ON_APPEAL:
        return _appeal(award, action, person, programme, amount, words, now, window_end)
    kept = award.words if action in BESIDE else words or award.words
    moved = award._replace(version=award.version + 1, words=kept)
    if action in SAYS and person is not None:
        moved = moved._replace(judges=(*award.judges, *({person} - {*award.judges})))
    if action is AwardAction.CHANGE:
        moved = _changed(moved, programme, amount, extra)._replace(priced_by=person)
        if award.status is AwardStatus.HALF_APPROVED:
            moved = moved._replace(status=AwardStatus.PROPOSED, changed_by=person)
            parts = payout(programme, moved.fen, moved.kind, books)
            return AwardDecision(moved, action, parts, returned_to=award.first_approver)
    if action in {AwardAction.APPROVE, AwardAction.CHANGE}:
        if award.status is AwardStatus.PROPOSED:
            moved = moved._replace(first_approver=person, changed_by=None)
        else:
            moved = moved._replace(second_approver=person)
        return _settle(moved, action, programme, books, now)
    if action is AwardAction.LIFT_HOLD:
        return _settle(moved._replace(lifted_by=person), action, programme, books, now)
    return _moved_on(award, moved, action, now)


def _moved_on(award: Award, moved: Award, action: AwardAction, now: int) -> AwardDecision:
    (to,) = AWARD_TRANSITIONS[award.status, action].to
    reverses = action is AwardAction.REVERSE and award.status in IN_LEDGER
    moved = moved._replace(status=to, appealed_at=None if to is AwardStatus.REVERSED else award.appealed_at)
    if to is AwardStatus.REFUSED:
        moved = moved._replace(decided_at=now)
    return AwardDecision(moved, action, reverses=reverses)


def _appeal(
    award: Award,
    action: AwardAction,
    person: int | None,
    programme: Programme,
    amount: int | None,
    words: str,
    now: int,
    window_end: int | None,
) -> AwardDecision:
    moved = award._replace(version=award.version + 1)
    if action is AwardAction.APPEAL:
        if window_end is not None and now > window_end:
            raise Refused("refused.appeal_too_late")
        return AwardDecision(moved._replace(appealed=True, appealed_at=now, appeal_words=words), action)
    moved = moved._replace(appealed_at=None, appeal_answer=words)
    if action is AwardAction.DISMISS_APPEAL:
        return AwardDecision(moved, action)
    fen = _bounded(award, programme, amount)
    floor = 0 if award.status is AwardStatus.REFUSED else award.fen
    if fen <= floor:
        raise Refused("refused.appeal_not_less")
    again = award._replace(
        id=0, status=AwardStatus.PROPOSED, fen=fen, first_approver=person, second_approver=None,
        changed_by=None, lifted_by=None, approved_at=None, decided_at=None, version=1, floor=floor,
        words=words if fen != award.proposed else "", priced_by=person, judges=() if person is None else (person,),
        barred=tuple(dict.fromkeys((*award.barred, *award.judges, *award.approvers))),
        appealed_at=None, appeal_answer=words,
    )  # fmt: skip
    moved = moved._replace(status=AwardStatus.REVERSED, words=words)
    return AwardDecision(moved, action, reverses=award.status in IN_LEDGER, again=again)


def decide_again(award: Award, programme: Programme, books: Books, now: int) -> AwardDecision:
    """What becomes of the round that an upheld appeal enters, once the old one is reversed in the books."""
    moved = award._replace(version=award.version + 1)
    return _settle(moved, AwardAction.UPHOLD_APPEAL, programme, books, now)


def _changed(award: Award, programme: Programme, amount: int | None, extra: int | None) -> Award:
    if extra is not None:
        if extra <= 0:
            raise Refused("refused.amount_missing")
        if extra > programme.extra_limit:
            raise Refused("refused.extra_too_much", limit=programme.extra_limit)
        award, amount = award._replace(extra=extra, proposed=award.by_rule + extra), award.by_rule + extra
    fen = _bounded(award, programme, amount)
    if fen == award.fen:
        raise Refused("refused.amount_unchanged")
    if fen < award.floor:
        raise Refused("refused.appeal_not_less")
    return award._replace(fen=fen)


def _bounded(award: Award, programme: Programme, amount: int | None) -> int:
    most = award.by_rule + programme.extra_limit
    if amount is None or amount <= 0:
        raise Refused("refused.amount_missing")
    if amount > most:
        raise Refused("refused.extra_limit", limit=most)
    return amount


def _settle(award: Award, action: AwardAction, programme: Programme, books: Books, now: int) -> AwardDecision:
    # Asked again on lifting a hold: caps may leave more in a new month than in the one of approval.
    parts = payout(programme, award.fen, award.kind, books)
    if award.second_approver is None and needs_two(award, programme, books):
        half = award._replace(status=AwardStatus.HALF_APPROVED)
        return AwardDecision(half, action, parts, half=True)
    budget = budget_state(programme, books.spent, cost_of(programme, parts))
    if budget is BudgetState.HOLD and award.lifted_by is None:
        held = award._replace(status=AwardStatus.HELD_BUDGET)
        return AwardDecision(held, action, parts, held=True, budget=budget)
    final = award._replace(status=AwardStatus.APPROVED, approved_at=now, decided_at=now)
    return AwardDecision(final, action, parts, approved=True, budget=budget)

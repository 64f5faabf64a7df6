"""The life of an award: who may decide what, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

from woodpecker.errors import Refused
from woodpecker.programme import Programme
from woodpecker.rewards import Books, BudgetState, Proposal, Share, budget_state, paid_of, payout
from woodpecker.words import AwardAction, AwardStatus, Kind, Level, Relation, Role


@dataclass(frozen=True, slots=True)
class Award:
    """An award; `fen` is before it is shared, `proposed` what the rules said."""

    id: int
    report: int | None
    kind: Kind | None
    level: Level | None
    status: AwardStatus
    fen: int
    proposed: int
    rule: str
    card_version: str
    level_setter: int | None = None
    first_approver: int | None = None
    second_approver: int | None = None
    changed_by: int | None = None  # the second approver whose amount waits for the first one's word
    lifted_by: int | None = None
    approved_at: int | None = None
    outside_duty: bool = False
    extra: int = 0
    words: str = ""
    version: int = 1

    @property
    def approvers(self) -> tuple[int, ...]:
        """Who stands for it, in order, for the ledger."""
        people = (self.first_approver, self.second_approver, self.lifted_by)
        return tuple(person for person in people if person is not None)


@dataclass(frozen=True, slots=True)
class AwardDecision:
    """What a step does: the award after it, and what the books and the people are to learn.

    `shares` is filled by the steps that look at money; it is entered into the ledger only if
    `approved`. `reverses` says that the award's entries are to be reversed, `returned_to`
    who is to look at it again.
    """

    award: Award
    action: AwardAction
    shares: tuple[Share, ...] = ()
    approved: bool = False
    half: bool = False
    held: bool = False
    reverses: bool = False
    returned_to: int | None = None
    budget: BudgetState = BudgetState.OK


class Step(NamedTuple):
    """Whose step it is, and where it can lead."""

    roles: frozenset[Role]
    to: frozenset[AwardStatus]


_S, _A, _R = AwardStatus, AwardAction, Role
_FIRST = frozenset({_R.APPROVER})
_SECOND = frozenset({_R.SECOND_APPROVER})
_LEADER = frozenset({_R.LEADER})
_FINANCE = frozenset({_R.FINANCE})
_REVERSERS = frozenset({_R.APPROVER, _R.SECOND_APPROVER, _R.LEADER})
_NOBODY: frozenset[Role] = frozenset()  # follows from a corrected or void report, never from a button
_DECIDED = frozenset({_S.APPROVED, _S.HALF_APPROVED, _S.HELD_BUDGET})
_REVERSED = frozenset({_S.REVERSED})

AWARD_TRANSITIONS: Mapping[tuple[AwardStatus, AwardAction], Step] = MappingProxyType(
    {
        (_S.PROPOSED, _A.APPROVE): Step(_FIRST, _DECIDED),
        (_S.PROPOSED, _A.CHANGE): Step(_FIRST, _DECIDED),
        (_S.PROPOSED, _A.REFUSE): Step(_FIRST, frozenset({_S.REFUSED})),
        (_S.PROPOSED, _A.REVERSE): Step(_NOBODY, _REVERSED),
        (_S.HALF_APPROVED, _A.APPROVE): Step(_SECOND, frozenset({_S.APPROVED, _S.HELD_BUDGET})),
        (_S.HALF_APPROVED, _A.CHANGE): Step(_SECOND, frozenset({_S.PROPOSED})),
        (_S.HALF_APPROVED, _A.REFUSE): Step(_SECOND, frozenset({_S.REFUSED})),
        (_S.HALF_APPROVED, _A.REVERSE): Step(_NOBODY, _REVERSED),
        (_S.HELD_BUDGET, _A.LIFT_HOLD): Step(_LEADER, frozenset({_S.APPROVED, _S.HALF_APPROVED})),
        (_S.HELD_BUDGET, _A.REFUSE): Step(_LEADER, frozenset({_S.REFUSED})),
        (_S.HELD_BUDGET, _A.REVERSE): Step(_NOBODY, _REVERSED),
        (_S.APPROVED, _A.BATCH): Step(_FINANCE, frozenset({_S.BATCHED})),
        (_S.APPROVED, _A.REVERSE): Step(_REVERSERS, _REVERSED),
        (_S.BATCHED, _A.OBJECT): Step(frozenset({_R.WORKER}), frozenset({_S.OBJECTED})),
        (_S.BATCHED, _A.PAY): Step(_FINANCE, frozenset({_S.PAID})),
        (_S.BATCHED, _A.REVERSE): Step(_REVERSERS, _REVERSED),
        (_S.OBJECTED, _A.DISMISS_OBJECTION): Step(_LEADER, frozenset({_S.APPROVED})),
        (_S.OBJECTED, _A.REVERSE): Step(_LEADER, _REVERSED),
        (_S.PAID, _A.REVERSE): Step(_REVERSERS, _REVERSED),
        (_S.REFUSED, _A.REVERSE): Step(_NOBODY, _REVERSED),
    }
)
IN_LEDGER = frozenset({_S.APPROVED, _S.BATCHED, _S.OBJECTED, _S.PAID})
BY_ITSELF = frozenset({_A.BATCH, _A.REVERSE})  # on the 1st; when the report is corrected or void
NEEDS_WORDS = frozenset({_A.CHANGE, _A.REFUSE, _A.REVERSE, _A.OBJECT})
_JUDGING = frozenset({_A.APPROVE, _A.CHANGE, _A.REFUSE, _A.LIFT_HOLD, _A.DISMISS_OBJECTION, _A.REVERSE})
_OWN = frozenset({Relation.REPORTER, Relation.JOINT, Relation.LOGGER})


def award_of(
    proposal: Proposal,
    *,
    id: int,
    report: int | None,
    kind: Kind | None,
    level: Level | None,
    level_setter: int | None,
    words: str = "",
) -> Award:
    """The award that a proposal starts."""
    return Award(
        id, report, kind, level, AwardStatus.PROPOSED, proposal.total, proposal.total, proposal.rule,
        proposal.card_version, level_setter, outside_duty=proposal.outside_duty, extra=proposal.extra,
        words=words,
    )  # fmt: skip


def may_propose(earlier: tuple[Award, ...]) -> bool:
    """Whether a report may get an award beside these earlier ones: only if all were reversed."""
    return all(award.status is AwardStatus.REVERSED for award in earlier)


def needs_two(award: Award, programme: Programme, books: Books) -> bool:
    """Whether a second approver must look: by what the report costs in all, or an amount changed that far."""
    parts = payout(programme, award.fen, award.kind, books)
    changed = award.fen if award.fen != award.proposed else 0
    return max(paid_of(parts), changed) >= programme.second_approver_from


def in_batch(award: Award, before: int) -> bool:
    """Whether the award belongs to the batch of what was approved before that instant (ms)."""
    approved = award.status is AwardStatus.APPROVED
    return approved and award.approved_at is not None and award.approved_at < before


def offered_award(
    award: Award,
    *,
    person: int,
    roles: frozenset[Role],
    relations: frozenset[Relation],
    stands_in: bool = False,
    books: Books | None = None,
) -> tuple[AwardAction, ...]:
    """What this person may do with the award now, in the order of the buttons."""
    offered = []
    for action in AwardAction:
        try:
            check_award(
                award,
                action,
                person=person,
                roles=roles,
                relations=relations,
                stands_in=stands_in,
                books=books,
            )
        except Refused:
            continue
        offered.append(action)
    return tuple(offered)


def check_award(
    award: Award,
    action: AwardAction,
    *,
    person: int | None,
    roles: frozenset[Role],
    relations: frozenset[Relation],
    stands_in: bool = False,
    books: Books | None = None,
) -> None:
    """Raises Refused unless this person may do this now; None is the program itself."""
    step = AWARD_TRANSITIONS.get((award.status, action))
    if step is None:
        raise Refused("refused.award_moved_on", status=award.status)
    if person is None:
        if action not in BY_ITSELF:
            raise Refused("refused.not_approver")
        return
    if action in _JUDGING:
        _bar_partial(award, person, relations, books.persons if books else ())
    leader = stands_in and Role.LEADER in roles
    if not (step.roles & roles or (leader and step.roles in {_FIRST, _SECOND})):
        waits_for_second = award.status is AwardStatus.HALF_APPROVED and Role.APPROVER in roles
        key = "refused.award_moved_on" if waits_for_second else "refused.not_approver"
        raise Refused(key, status=award.status)
    if action in _JUDGING:
        _bar_twice(award, person, leader)


def _bar_partial(award: Award, person: int, relations: frozenset[Relation], sharers: tuple[int, ...]) -> None:
    if relations & _OWN or person in sharers:
        raise Refused("refused.own_report")
    if Relation.ACCUSED in relations:  # the same words as for a stranger: they tell nothing
        raise Refused("refused.not_approver")
    if Relation.LEVEL_SETTER in relations or person == award.level_setter:
        raise Refused("refused.level_setter")


def _bar_twice(award: Award, person: int, leader: bool) -> None:
    if award.status is AwardStatus.HALF_APPROVED and person == award.first_approver:
        raise Refused("refused.both_approvers")
    if award.status is AwardStatus.PROPOSED and award.changed_by is not None:
        if person == award.changed_by:
            raise Refused("refused.both_approvers")
        if person != award.first_approver and not leader:
            raise Refused("refused.returned_to_first")
    if award.status is AwardStatus.OBJECTED and person in award.approvers and not leader:
        raise Refused("refused.approved_it")


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
    words: str = "",
    stands_in: bool = False,
) -> AwardDecision:
    """What this step makes of the award; raises Refused. `now` in ms, `amount` in fen for a change.

    `person` None is the program itself (`BY_ITSELF`). `stands_in`: a leader, because nobody else
    is eligible. `books` is needed wherever money is decided; `roles` name WORKER for everybody.
    """
    books = books or Books()
    words = words.strip()
    check_award(award, action, person=person, roles=roles, relations=relations, stands_in=stands_in, books=books)
    if action in NEEDS_WORDS and not words:
        raise Refused("refused.words_missing")
    moved = replace(award, version=award.version + 1, words=words or award.words)
    if action is AwardAction.CHANGE:
        moved = replace(moved, fen=_changed(award, programme, amount))
        if award.status is AwardStatus.HALF_APPROVED:
            moved = replace(moved, status=AwardStatus.PROPOSED, changed_by=person)
            return AwardDecision(moved, action, returned_to=award.first_approver)
    if action in {AwardAction.APPROVE, AwardAction.CHANGE}:
        if award.status is AwardStatus.PROPOSED:
            moved = replace(moved, first_approver=person, changed_by=None)
        else:
            moved = replace(moved, second_approver=person)
        return _settle(moved, action, programme, books, now)
    if action is AwardAction.LIFT_HOLD:
        return _settle(replace(moved, lifted_by=person), action, programme, books, now)
    (to,) = AWARD_TRANSITIONS[award.status, action].to
    reverses = action is AwardAction.REVERSE and award.status in IN_LEDGER
    return AwardDecision(replace(moved, status=to), action, reverses=reverses)


def _changed(award: Award, programme: Programme, amount: int | None) -> int:
    most = award.proposed - award.extra + programme.extra_limit
    if amount is None or amount <= 0:
        raise Refused("refused.amount_missing")
    if amount > most:
        raise Refused("refused.extra_limit", limit=most)
    if amount == award.fen:
        raise Refused("refused.amount_unchanged")
    return amount


def _settle(award: Award, action: AwardAction, programme: Programme, books: Books, now: int) -> AwardDecision:
    # Asked again on lifting a hold: caps may leave more in a new month than in the one of approval.
    parts = payout(programme, award.fen, award.kind, books)
    if award.second_approver is None and needs_two(award, programme, books):
        half = replace(award, status=AwardStatus.HALF_APPROVED)
        return AwardDecision(half, action, parts, half=True)
    budget = budget_state(programme, books.spent, paid_of(parts))
    if budget is BudgetState.HOLD and award.lifted_by is None:
        held = replace(award, status=AwardStatus.HELD_BUDGET)
        return AwardDecision(held, action, parts, held=True, budget=budget)
    final = replace(award, status=AwardStatus.APPROVED, approved_at=now)
    return AwardDecision(final, action, parts, approved=True, budget=budget)

"""An award, and who may take which step with it."""

from __future__ import annotations

from typing import NamedTuple

from woodpecker.award_table import AWARD_TRANSITIONS, BY_ITSELF, JUDGING, LEADER_MAY, ON_APPEAL
from woodpecker.errors import Refused
from woodpecker.rewards import Books, Proposal
from woodpecker.words import AwardAction, AwardStatus, Kind, Level, Relation, Role


class Award(NamedTuple):
    """An award; `fen` is before it is shared, `proposed` what the rules said with the extra."""

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
    base: int | None = None  # the card's rate; None where nobody noted it
    factor: str = ""  # what it was multiplied by, as it is read
    words: str = ""
    decided_at: int | None = None  # when it was approved or refused
    priced_by: int | None = None  # who set the present amount, if not the rule
    judges: tuple[int, ...] = ()  # everybody who had a say in it
    barred: tuple[int, ...] = ()  # who decided the round that was appealed against
    floor: int = 0  # an upheld appeal never ends below this
    appealed: bool = False  # once a report's award
    appealed_at: int | None = None  # while the appeal waits for its decision
    appeal_words: str = ""
    appeal_answer: str = ""
    activity: int | None = None  # or a team's activity,
    model: int | None = None  # or a model worker, in place of a report
    version: int = 1

    @property
    def by_rule(self) -> int:
        """What the rate card and the duty factor give, before the extra."""
        return self.proposed - self.extra

    @property
    def replaced(self) -> bool:
        """Whether an upheld appeal put another round in its place; a dismissed one leaves its answer, too."""
        return self.status is AwardStatus.REVERSED and bool(self.appeal_answer) and self.words == self.appeal_answer

    @property
    def approvers(self) -> tuple[int, ...]:
        """Who stands for it, in order, for the ledger."""
        people = (self.first_approver, self.second_approver, self.lifted_by)
        return tuple(person for person in people if person is not None)


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
        base=proposal.base, factor=str(proposal.factor), words=words,
    )  # fmt: skip


def may_propose(earlier: tuple[Award, ...]) -> bool:
    """Whether a report may get an award beside these earlier ones: only if all were reversed."""
    return all(award.status is AwardStatus.REVERSED for award in earlier)


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
    if action is AwardAction.APPEAL:
        _check_appeal(award, person, relations, books.persons if books else ())
    if action in JUDGING:
        _bar_partial(award, person, relations, books.persons if books else ())
    leader = stands_in and Role.LEADER in roles
    if not (step.roles & roles or (leader and step.roles in LEADER_MAY)):
        waits_for_second = award.status is AwardStatus.HALF_APPROVED and Role.APPROVER in roles
        key = "refused.award_moved_on" if waits_for_second else "refused.not_approver"
        raise Refused(key, status=award.status)
    if action in JUDGING:
        _bar_twice(award, action, person, leader)
        _bar_appeal(award, action, person)


def contestable(award: Award) -> bool:
    """Whether somebody decided otherwise than the rule: refused, or another amount."""
    return award.status is AwardStatus.REFUSED or award.fen != award.proposed


def _check_appeal(award: Award, person: int, relations: frozenset[Relation], sharers: tuple[int, ...]) -> None:
    if not relations & {Relation.REPORTER, Relation.JOINT} and person not in sharers:
        raise Refused("refused.not_reporter")
    if award.appealed:
        raise Refused("refused.appealed_already")
    if not contestable(award):
        raise Refused("refused.award_by_rule")


def _bar_appeal(award: Award, action: AwardAction, person: int) -> None:
    if person in award.barred:
        raise Refused("refused.decided_it")
    if action is AwardAction.REFUSE and award.floor:
        raise Refused("refused.appeal_stands")
    if action not in ON_APPEAL:
        return
    if award.appealed_at is None:
        raise Refused("refused.not_appealed")
    if person in {*award.judges, *award.approvers}:
        raise Refused("refused.decided_it")


def _bar_partial(award: Award, person: int, relations: frozenset[Relation], sharers: tuple[int, ...]) -> None:
    if relations & _OWN or person in sharers:
        raise Refused("refused.own_report")
    if Relation.OBJECTOR in relations:
        raise Refused("refused.own_objection")
    if Relation.ACCUSED in relations:  # the same words as for a stranger: they tell nothing
        raise Refused("refused.not_approver")
    if Relation.LEVEL_SETTER in relations or person == award.level_setter:
        raise Refused("refused.level_setter")
    if Relation.CONFIRMER in relations:
        raise Refused("refused.confirmed_it")


def _bar_twice(award: Award, action: AwardAction, person: int, leader: bool) -> None:
    if award.status is AwardStatus.HALF_APPROVED and person == award.first_approver:
        raise Refused("refused.both_approvers")
    if award.status is AwardStatus.PROPOSED and award.changed_by is not None:
        if person == award.changed_by:
            raise Refused("refused.both_approvers")
        if person != award.first_approver and not leader:
            raise Refused("refused.returned_to_first")
    if award.status is AwardStatus.OBJECTED and person in award.approvers and not leader:
        raise Refused("refused.approved_it")
    if action is AwardAction.REVERSE and person in award.approvers and not leader:
        raise Refused("refused.approved_it_oneself")

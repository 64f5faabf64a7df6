"""The life of an award as one literal table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from woodpecker.words import AwardAction, AwardStatus, Role


class Step(NamedTuple):
    """Whose step it is, and where it can lead."""

    roles: frozenset[Role]
    to: frozenset[AwardStatus]


_S, _A, _R = AwardStatus, AwardAction, Role
_FIRST = frozenset({_R.APPROVER})
_SECOND = frozenset({_R.SECOND_APPROVER})
_EITHER = _FIRST | _SECOND
_LEADER = frozenset({_R.LEADER})
_FINANCE = frozenset({_R.FINANCE})
_EVERYBODY = frozenset({_R.WORKER})
_REVERSERS = _EITHER | _LEADER
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
        (_S.BATCHED, _A.OBJECT): Step(_EVERYBODY, frozenset({_S.OBJECTED})),
        (_S.BATCHED, _A.PAY): Step(_FINANCE, frozenset({_S.PAID})),
        (_S.BATCHED, _A.REVERSE): Step(_REVERSERS, _REVERSED),
        (_S.OBJECTED, _A.DISMISS_OBJECTION): Step(_EITHER, frozenset({_S.APPROVED})),
        (_S.OBJECTED, _A.REVERSE): Step(_EITHER, _REVERSED),
        (_S.PAID, _A.REVERSE): Step(_REVERSERS, _REVERSED),
        (_S.REFUSED, _A.REVERSE): Step(_NOBODY, _REVERSED),
        # An appeal changes no status: it stands beside it until it is decided.
        (_S.REFUSED, _A.APPEAL): Step(_EVERYBODY, frozenset({_S.REFUSED})),
        (_S.REFUSED, _A.UPHOLD_APPEAL): Step(_EITHER, _REVERSED),
        (_S.REFUSED, _A.DISMISS_APPEAL): Step(_EITHER, frozenset({_S.REFUSED})),
        (_S.APPROVED, _A.APPEAL): Step(_EVERYBODY, frozenset({_S.APPROVED})),
        (_S.APPROVED, _A.UPHOLD_APPEAL): Step(_EITHER, _REVERSED),
        (_S.APPROVED, _A.DISMISS_APPEAL): Step(_EITHER, frozenset({_S.APPROVED})),
        (_S.BATCHED, _A.APPEAL): Step(_EVERYBODY, frozenset({_S.BATCHED})),
        (_S.BATCHED, _A.UPHOLD_APPEAL): Step(_EITHER, _REVERSED),
        (_S.BATCHED, _A.DISMISS_APPEAL): Step(_EITHER, frozenset({_S.BATCHED})),
        (_S.PAID, _A.APPEAL): Step(_EVERYBODY, frozenset({_S.PAID})),
        (_S.PAID, _A.UPHOLD_APPEAL): Step(_EITHER, _REVERSED),
        (_S.PAID, _A.DISMISS_APPEAL): Step(_EITHER, frozenset({_S.PAID})),
    }
)
LEADER_MAY = frozenset({_FIRST, _SECOND, _EITHER})  # whose steps a leader takes where nobody else may
IN_LEDGER = frozenset({_S.APPROVED, _S.BATCHED, _S.OBJECTED, _S.PAID})
BY_ITSELF = frozenset({_A.BATCH, _A.REVERSE})  # on the 1st; when the report is corrected or void
ON_APPEAL = frozenset({_A.UPHOLD_APPEAL, _A.DISMISS_APPEAL})
NEEDS_WORDS = frozenset({_A.CHANGE, _A.REFUSE, _A.REVERSE, _A.OBJECT, _A.APPEAL, _A.DISMISS_OBJECTION}) | ON_APPEAL
BESIDE = frozenset({_A.OBJECT, _A.DISMISS_OBJECTION})  # their words stand beside the award, not in it
SAYS = frozenset({_A.APPROVE, _A.CHANGE, _A.REFUSE, _A.LIFT_HOLD})  # whoever did any of these decided the award
JUDGING = SAYS | ON_APPEAL | {_A.DISMISS_OBJECTION, _A.REVERSE}

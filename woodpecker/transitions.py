"""The life of a report as one literal table; docs/flow.md is printed from it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from woodpecker.people import NEVER, Who
from woodpecker.words import Action as A
from woodpecker.words import Relation
from woodpecker.words import Status as S


class Step(NamedTuple):
    """Where an action leads, who may take it, and what it must bring."""

    to: S
    who: Who
    needs: tuple[str, ...] = ()
    never: frozenset[Relation] = frozenset()


_REJECTER = frozenset({Relation.REJECTER})
_OWNER = frozenset({Relation.OWNER})

TRANSITIONS: Mapping[tuple[S, A], Step] = MappingProxyType(
    {
        (S.REPORTED, A.EDIT): Step(S.REPORTED, Who.REPORTER, ("change",)),
        (S.REPORTED, A.DECLINE_JOINT): Step(S.REPORTED, Who.JOINT),
        (S.REPORTED, A.WITHDRAW): Step(S.WITHDRAWN, Who.REPORTER),
        (S.REPORTED, A.CLAIM): Step(S.REPORTED, Who.OFFICER, ("unclaimed",)),
        (S.REPORTED, A.UNCLAIM): Step(S.REPORTED, Who.CLOCK),
        (S.REPORTED, A.ADMIT): Step(S.ASSIGNED, Who.OFFICER, ("owner", "due"), _REJECTER),
        (S.REPORTED, A.ADMIT_CLOSED): Step(S.CLOSED, Who.OFFICER, ("not_hazard",), _REJECTER),
        (S.REPORTED, A.FIXED_ON_SPOT): Step(S.CLOSED, Who.OFFICER, ("evidence",), _REJECTER),
        (S.REPORTED, A.REJECT): Step(S.REJECTED, Who.OFFICER, ("reason",), _REJECTER),
        (S.REPORTED, A.MERGE): Step(S.DUPLICATE, Who.OFFICER, ("original",), _REJECTER),
        (S.REPORTED, A.QUERY): Step(S.QUERIED, Who.OFFICER, ("words",), _REJECTER),
        (S.QUERIED, A.EDIT): Step(S.QUERIED, Who.REPORTER, ("change",)),
        (S.QUERIED, A.DECLINE_JOINT): Step(S.QUERIED, Who.JOINT),
        (S.QUERIED, A.ANSWER): Step(S.REPORTED, Who.REPORTER, ("evidence",)),
        (S.QUERIED, A.QUERY_LAPSED): Step(S.REPORTED, Who.CLOCK),
        (S.ASSIGNED, A.DECLINE_JOINT): Step(S.ASSIGNED, Who.JOINT),
        (S.ASSIGNED, A.FIX): Step(S.FIXED, Who.OWNER, ("evidence", "plan")),
        (S.ASSIGNED, A.PART_FIX): Step(S.ASSIGNED, Who.OWNER, ("evidence",)),
        (S.ASSIGNED, A.PLAN): Step(S.ASSIGNED, Who.PLANNER, ("points", "due")),
        (S.ASSIGNED, A.ASK_EXTENSION): Step(S.ASSIGNED, Who.OWNER, ("not_asked", "words", "due", "later")),
        (S.ASSIGNED, A.GRANT_EXTENSION): Step(S.ASSIGNED, Who.OFFICER, ("asked", "due"), _OWNER),
        (S.ASSIGNED, A.REFUSE_EXTENSION): Step(S.ASSIGNED, Who.OFFICER, ("asked", "words"), _OWNER),
        (S.ASSIGNED, A.SET_DUE): Step(S.ASSIGNED, Who.OFFICER, ("due",), _OWNER),
        (S.ASSIGNED, A.HAND_OVER): Step(S.ASSIGNED, Who.OWNER, ("receiver",)),
        (S.ASSIGNED, A.TAKE_OVER): Step(S.ASSIGNED, Who.RECEIVER),
        (S.ASSIGNED, A.DECLINE_OVER): Step(S.ASSIGNED, Who.RECEIVER),
        (S.ASSIGNED, A.NOT_MINE): Step(S.ASSIGNED, Who.OWNER, ("not_disclaimed", "words")),
        (S.ASSIGNED, A.KEEP_OWNER): Step(S.ASSIGNED, Who.OFFICER, ("disclaimed", "words"), _OWNER),
        (S.ASSIGNED, A.REASSIGN): Step(S.ASSIGNED, Who.OFFICER, ("owner", "another_owner")),
        (S.ASSIGNED, A.PASS_ON): Step(S.ASSIGNED, Who.CLOCK, ("owner", "another_owner")),
        (S.ASSIGNED, A.CORRECT): Step(S.ASSIGNED, Who.OFFICER, ("correction",)),
        (S.ASSIGNED, A.MERGE): Step(S.DUPLICATE, Who.OFFICER, ("original", "sent_first"), _REJECTER),
        (S.ASSIGNED, A.VOID): Step(S.VOID, Who.OFFICER, ("words",)),
        (S.FIXED, A.DECLINE_JOINT): Step(S.FIXED, Who.JOINT),
        (S.FIXED, A.ACCEPT_FIX): Step(S.CLOSED, Who.ACCEPTOR),
        (S.FIXED, A.RETURN_FIX): Step(S.ASSIGNED, Who.ACCEPTOR, ("words",)),
        (S.FIXED, A.CORRECT): Step(S.FIXED, Who.OFFICER, ("correction",)),
        (S.FIXED, A.VOID): Step(S.VOID, Who.OFFICER, ("words",)),
        (S.CLOSED, A.DECLINE_JOINT): Step(S.CLOSED, Who.JOINT),
        (S.CLOSED, A.CONFIRM): Step(S.CLOSED, Who.REPORTER),
        (S.CLOSED, A.REOPEN): Step(S.ASSIGNED, Who.REPORTER, ("evidence", "reopen_window")),
        (S.CLOSED, A.CORRECT): Step(S.CLOSED, Who.OFFICER, ("correction",)),
        (S.CLOSED, A.MERGE): Step(S.DUPLICATE, Who.OFFICER, ("original", "sent_first"), _REJECTER),
        (S.CLOSED, A.VOID): Step(S.VOID, Who.OFFICER, ("words",)),
        (S.REJECTED, A.DECLINE_JOINT): Step(S.REJECTED, Who.JOINT),
        (S.REJECTED, A.APPEAL): Step(S.REJECTED, Who.REPORTER, ("words", "appeal_window")),
        (S.REJECTED, A.UPHOLD): Step(S.REPORTED, Who.OFFICER, ("appealed",), _REJECTER),
        (S.REJECTED, A.DISMISS): Step(S.REJECTED, Who.OFFICER, ("appealed", "words"), _REJECTER),
        (S.REPORTED, A.NOTE): Step(S.REPORTED, Who.REPORTER, ("evidence",)),
        (S.ASSIGNED, A.NOTE): Step(S.ASSIGNED, Who.REPORTER, ("evidence",)),
        (S.FIXED, A.NOTE): Step(S.FIXED, Who.REPORTER, ("evidence",)),
        (S.CLOSED, A.NOTE): Step(S.CLOSED, Who.REPORTER, ("evidence",)),
        (S.REJECTED, A.NOTE): Step(S.REJECTED, Who.REPORTER, ("evidence",)),
        (S.ASSIGNED, A.WRITE): Step(S.ASSIGNED, Who.OFFICER, ("words",)),
        (S.FIXED, A.WRITE): Step(S.FIXED, Who.OFFICER, ("words",)),
        (S.CLOSED, A.WRITE): Step(S.CLOSED, Who.OFFICER, ("words",)),
        (S.REJECTED, A.WRITE): Step(S.REJECTED, Who.OFFICER, ("words",)),
        (S.DUPLICATE, A.DECLINE_JOINT): Step(S.DUPLICATE, Who.JOINT),
        (S.DUPLICATE, A.PROMOTE): Step(S.REPORTED, Who.CLOCK),
        (S.DUPLICATE, A.MERGE): Step(S.DUPLICATE, Who.CLOCK, ("original",)),
    }
)


def actions(status: S) -> tuple[A, ...]:
    """What the table knows for a status, in its order."""
    return tuple(a for s, a in TRANSITIONS if s is status)


def flow() -> str:
    """The table as Markdown."""
    rows = [
        "| status | action | becomes | who | never | brings |",
        "|---|---|---|---|---|---|",
    ]
    for (status, action), step in TRANSITIONS.items():
        never = ", ".join(sorted(NEVER[step.who] | step.never)) or "–"
        rows.append(f"| {status} | {action} | {step.to} | {step.who} | {never} | {', '.join(step.needs) or '–'} |")
    return "\n".join(rows) + "\n"

"""Who may read a reporter's name, and what stands in its place."""

from __future__ import annotations

from enum import StrEnum

from woodpecker.errors import Refused
from woodpecker.words import Kind, Naming, Relation, Role


class View(StrEnum):
    """Where a name would stand."""

    HANDLER = "handler"  # what officers and those who fix see
    PUBLIC = "public"  # boards, notices, lists
    PAYROLL = "payroll"  # name and amount, no report
    GROUP = "group"


OWN = frozenset({Relation.REPORTER, Relation.JOINT, Relation.LOGGER})
NEVER_TOLD = frozenset({Relation.OWNER, Relation.RECEIVER, Relation.FIXER, Relation.ACCUSED})


HANDLES = frozenset({Role.OFFICER, Role.APPROVER, Role.SECOND_APPROVER, Role.LEADER, Role.ADMIN})


def masked(name: str) -> str:
    """The first character and a star, whatever the name's length or script: 张*, 欧*, L*."""
    return f"{name.strip()[:1]}*"


def alias(keyed_hash: bytes, word: str = "上报人") -> str:
    """What a report's hidden reporter is called: three hex digits of the report's keyed hash (上报人-7F3)."""
    return f"{word}-{keyed_hash.hex()[:3].upper()}"


def check_look(roles: frozenset[Role], relations: frozenset[Relation]) -> None:
    """Raises Refused unless this person may look at a hidden name: the union, but nobody who handles reports."""
    if Role.UNION not in roles:
        raise Refused("refused.not_union")
    if roles & HANDLES or relations:
        raise Refused("refused.look_handler")


def secret(kind: Kind, naming: Naming) -> bool:
    """Whether no public list or board may count the report under its reporter, masked or not."""
    return naming is not Naming.SHOWN or kind is Kind.VIOLATION


def reporter_name(
    view: View,
    kind: Kind,
    naming: Naming,
    name: str,
    *,
    show_name_public: bool = False,
    relations: frozenset[Relation] = frozenset(),
    alias: str = "",
) -> str | None:
    """What stands for the reporter in this view; None where nothing may stand.

    `relations` are the viewer's to the report. Who fixes it or is accused never learns who
    reported it, officer or not; an anonymous report has no name to show to anybody.
    """
    if naming is Naming.ANONYMOUS:
        return alias or None if view is View.HANDLER and not relations & NEVER_TOLD else None
    if view is View.PAYROLL:
        return name
    if view is View.GROUP:
        return None
    if view is View.PUBLIC:
        if secret(kind, naming):
            return None
        return name if show_name_public else masked(name)
    if relations & OWN:
        return name
    if relations & NEVER_TOLD:
        return None
    return (alias or None) if secret(kind, naming) else name

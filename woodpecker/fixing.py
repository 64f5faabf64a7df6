"""What fixing changes in a report: interim measures, dates, whose task it is, and a major hazard's plan."""

from __future__ import annotations

from typing import Any

from woodpecker.errors import Refused
from woodpecker.people import Actor
from woodpecker.reports import Act, Report
from woodpecker.words import Level, Point

Change = tuple[Report, dict[str, Any]]


def complete(plan: tuple[str, ...]) -> bool:
    """Whether all five points (五落实) are given, in the order of Point."""
    return len(plan) == len(Point) and all(point.strip() for point in plan)


def planless(report: Report) -> bool:
    """Whether a major hazard still lacks its plan."""
    return report.level is Level.MAJOR and not complete(report.plan)


def waits_for_officer(report: Report) -> bool:
    """Whether the owner has asked something that an officer has not answered."""
    return report.extension is not None or report.disclaimed


def settled(report: Report) -> Report:
    """Nothing is asked or offered any more: another owner, or the work is done."""
    return report._replace(receiver=None, extension=None, disclaimed=False)


def fix(report: Report, act: Act, actor: Actor, now: int) -> Change:
    """The owner says that it is done."""
    return settled(report)._replace(fixer=actor.person, fixed_at=now), {}


def interim(report: Report, act: Act, actor: Actor, now: int) -> Change:
    """What protects people until it is done; photos alone leave the words before them."""
    return report._replace(interim=act.words.strip() or report.interim), {}


def plan(report: Report, act: Act, actor: Actor, now: int) -> Change:
    """The five points; the one about time is the due date. Raises Refused if an owner puts off what was settled."""
    later = report.due is not None and (act.due or 0) > report.due
    if later and complete(report.plan) and actor.person == report.owner:
        raise Refused("refused.plan_later")
    return report._replace(plan=act.plan, due=act.due), {"plan": list(act.plan), "due": act.due}


def ask_extension(report: Report, act: Act, actor: Actor, now: int) -> Change:
    """Until when the owner would like to have."""
    return report._replace(extension=act.due), {"due": act.due}


def grant(report: Report, act: Act, actor: Actor, now: int) -> Change:
    """The date that was asked for, or the one the officer gives instead."""
    return report._replace(due=act.due, extension=None), {"due": act.due, "asked": report.extension}


def refuse_extension(report: Report, act: Act, actor: Actor, now: int) -> Change:
    """The date stays."""
    return report._replace(extension=None), {"asked": report.extension}


def set_due(report: Report, act: Act, actor: Actor, now: int) -> Change:
    """Another date, and so an answer to whatever date was asked for."""
    return report._replace(due=act.due, extension=None), {"due": act.due}


def hand_over(report: Report, act: Act, actor: Actor, now: int) -> Change:
    """Offered to somebody; until it is taken over the owner is responsible."""
    return report._replace(receiver=act.receiver), {"receiver": act.receiver}


def take_over(report: Report, act: Act, actor: Actor, now: int) -> Change:
    """The receiver is the owner now; what the former one asked is moot."""
    return settled(report)._replace(owner=actor.person), {"owner": actor.person, "from": report.owner}


def decline_over(report: Report, act: Act, actor: Actor, now: int) -> Change:
    """The owner stays the owner."""
    return report._replace(receiver=None), {"owner": report.owner}


def not_mine(report: Report, act: Act, actor: Actor, now: int) -> Change:
    """Until an officer has decided the owner is responsible."""
    return report._replace(disclaimed=True), {"proposed": act.owner} if act.owner else {}


def keep_owner(report: Report, act: Act, actor: Actor, now: int) -> Change:
    """It is the owner's after all."""
    return report._replace(disclaimed=False), {"owner": report.owner}


def reassign(report: Report, act: Act, actor: Actor, now: int) -> Change:
    """Another owner, perhaps with another date."""
    after = settled(report)._replace(owner=act.owner, due=act.due or report.due)
    return after, {"owner": act.owner, "due": after.due, "from": report.owner}

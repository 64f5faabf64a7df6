"""The one place where the rules say what becomes of a report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from woodpecker.effects import EFFECTS, NEEDS
from woodpecker.errors import Refused
from woodpecker.people import Actor, check, may
from woodpecker.reports import Act, Decision, Report, relations
from woodpecker.transitions import TRANSITIONS, Step, actions
from woodpecker.words import Action, Role, Status


def allowed(report: Report, action: Action, actor: Actor) -> bool:
    """Whether this actor may take this action now, leaving aside what it must bring."""
    step = TRANSITIONS.get((report.status, action))
    return step is not None and may(step.who, actor, relations(report, actor.person), report.department, step.never)


def offered(report: Report, actor: Actor) -> tuple[Action, ...]:
    """All actions open to this actor now."""
    return tuple(a for a in actions(report.status) if allowed(report, a, actor))


def eligible(report: Report, action: Action, candidates: Iterable[Actor]) -> list[Actor]:
    """Who of these may take the action: officers, or if there is none the leaders who stand in."""
    everyone = list(candidates)
    proper = [a for a in everyone if allowed(report, action, a)]
    if proper:
        return proper
    stand_ins = (replace(a, stands_in=True) for a in everyone if a.has(Role.LEADER))
    return [a for a in stand_ins if allowed(report, action, a)]


def decide(report: Report, act: Act, actor: Actor, now: int, *, propose_on: str = "admit") -> Decision:
    """What the act makes of the report. Raises Refused; changes nothing itself."""
    step = TRANSITIONS.get((report.status, act.action))
    if step is None:
        raise Refused("refused.moved_on")
    check(step.who, actor, relations(report, actor.person), report.department, step.never)
    for need in step.needs:
        NEEDS[need](report, act, now)
    after, detail = _apply(report, act, actor, now, step)
    if act.words:
        detail["words"] = act.words
    if act.evidence:
        detail["evidence"] = act.evidence
    after = replace(after, version=report.version + 1)
    return Decision(
        report,
        after,
        act.action,
        detail,
        proposes_award=_proposes(report, after, act.action, propose_on),
        reverses_award=act.action is Action.VOID or _revalued(report, after, act.action),
    )


def _revalued(before: Report, after: Report, action: Action) -> bool:
    return action is Action.CORRECT and (before.kind, before.level) != (after.kind, after.level)


def _proposes(before: Report, after: Report, action: Action, propose_on: str) -> bool:
    if _revalued(before, after, action):
        return True
    admitted = action in (Action.ADMIT, Action.ADMIT_CLOSED, Action.FIXED_ON_SPOT)
    if propose_on == "close":
        return after.status is Status.CLOSED and before.status is not Status.CLOSED
    return admitted


def _apply(report: Report, act: Act, actor: Actor, now: int, step: Step) -> tuple[Report, dict[str, Any]]:
    moved = replace(report, status=step.to)
    effect = EFFECTS.get(act.action)
    return effect(moved, act, actor, now) if effect else (moved, {})

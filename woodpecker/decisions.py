"""The one place where the rules say what becomes of a report."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any, Protocol

from woodpecker.effects import EFFECTS, NEEDS
from woodpecker.errors import Refused
from woodpecker.lengths import check_sentence
from woodpecker.people import Actor, Who, refusal
from woodpecker.reports import Act, Decision, Report, relations
from woodpecker.transitions import TRANSITIONS, Step, actions
from woodpecker.words import Action, Level, Naming, Relation, Role, Status

# Their words were gathered in a draft, which is as long as a report may be.
HANDED_IN = frozenset(
    {Action.SUBMIT, Action.EDIT, Action.ANSWER, Action.NOTE, Action.FIX, Action.PART_FIX, Action.REOPEN}
)


class Past(Protocol):
    """A step of a report's history, as the rules need to know it."""

    @property
    def action(self) -> Action: ...
    @property
    def before(self) -> Status | None: ...
    @property
    def after(self) -> Status: ...
    @property
    def detail(self) -> dict[str, Any]: ...


def allowed(report: Report, action: Action, actor: Actor) -> bool:
    """Whether this actor may take this action now, leaving aside what it must bring."""
    step = TRANSITIONS.get((report.status, action))
    return step is not None and _refusal(report, action, actor, step) is None


def check_step(report: Report, action: Action, actor: Actor) -> Step:
    """The step, for whoever may take it now. Raises Refused for anybody else."""
    step = TRANSITIONS.get((report.status, action))
    if step is None:
        raise Refused("refused.moved_on")
    why = _refusal(report, action, actor, step)
    if why is not None:
        raise Refused(why)
    return step


def _refusal(report: Report, action: Action, actor: Actor, step: Step) -> str | None:
    """Why this actor may not take this step; None if they may.

    A major hazard is accepted by two, one of them a leader: leaders accept it in their own right. What an
    officer has claimed nobody else verifies.
    """
    if step.who is Who.ACCEPTOR and report.level is Level.MAJOR:
        actor = actor._replace(stands_in=True)
    why = refusal(step.who, actor, lambda: standing(report, actor), report.department, step.never)
    if why is not None:
        return why
    if step.who is Who.OFFICER and report.status is Status.REPORTED and report.claimed_by not in (None, actor.person):
        return "refused.claimed"
    if action is Action.ACCEPT_FIX and leader_needed(report) and not actor.has(Role.LEADER):
        return "refused.leader_needed"
    return None


def standing(report: Report, actor: Actor) -> frozenset[Relation]:
    """What an actor is to a report; whoever holds its code stands for the nameless reporter, and is nothing else."""
    if actor.holds is not None:
        nameless = actor.holds == report.id and report.naming is Naming.ANONYMOUS
        return frozenset({Relation.REPORTER}) if nameless else frozenset()
    return relations(report, actor.person)


def leader_needed(report: Report) -> bool:
    """Whether only a leader can be the second to accept."""
    return report.level is Level.MAJOR and report.first_acceptor is not None and not report.first_by_leader


def offered(report: Report, actor: Actor) -> tuple[Action, ...]:
    """All actions open to this actor now."""
    return tuple(a for a in actions(report.status) if allowed(report, a, actor))


def eligible(
    report: Report, action: Action, candidates: Iterable[Actor], away: Container[int | None] = ()
) -> list[Actor]:
    """Who of these may take the action: officers, or if there is none the leaders who stand in.

    Whoever is `away` counts only if there is nobody else.
    """
    everyone = list(candidates)
    present = [a for a in everyone if a.person not in away]
    return _eligible(report, action, present) or _eligible(report, action, everyone)


def _eligible(report: Report, action: Action, everyone: list[Actor]) -> list[Actor]:
    proper = [a for a in everyone if allowed(report, action, a)]
    if proper:
        return proper
    stand_ins = (a._replace(stands_in=True) for a in everyone if a.has(Role.LEADER))
    return [a for a in stand_ins if allowed(report, action, a)]


def decide(report: Report, act: Act, actor: Actor, now: int, *, propose_on: str = "admit") -> Decision:
    """What the act makes of the report. Raises Refused; changes nothing itself."""
    step = check_step(report, act.action, actor)
    if act.action not in HANDED_IN:
        check_sentence(act.words)
    for need in step.needs:
        NEEDS[need](report, act, now)
    after, detail = _apply(report, act, actor, now, step)
    if act.words:
        detail["words"] = act.words
    if act.evidence:
        detail["evidence"] = act.evidence
    return Decision(
        report,
        after,
        act.action,
        detail,
        proposes_award=_proposes(report, after, act.action, propose_on),
        reverses_award=_reverses(report, after, act.action),
    )


def _reverses(before: Report, after: Report, action: Action) -> bool:
    admitted = before.status not in (Status.REPORTED, Status.DUPLICATE)
    return action is Action.VOID or (action is Action.MERGE and admitted) or _revalued(before, after, action)


def _revalued(before: Report, after: Report, action: Action) -> bool:
    return action is Action.CORRECT and (before.kind, before.level) != (after.kind, after.level)


def _proposes(before: Report, after: Report, action: Action, propose_on: str) -> bool:
    if _revalued(before, after, action):
        return True
    admitted = action in (Action.ADMIT, Action.ADMIT_CLOSED, Action.FIXED_ON_SPOT)
    if propose_on == "close":
        return after.status is Status.CLOSED and before.status is not Status.CLOSED
    return admitted


def closed_before(past: Iterable[Past]) -> bool:
    """Whether a report with this history (oldest first) was closed and not judged anew since: it earns nothing again.

    Judged anew is what was admitted again, or got another kind or level while it was being fixed.
    """
    for step in reversed(list(past)):
        if step.after is Status.CLOSED:
            if step.before is not Status.CLOSED:
                return True
        elif step.action is Action.ADMIT or (step.action is Action.CORRECT and {"kind", "level"} & step.detail.keys()):
            return False
    return False


def _apply(report: Report, act: Act, actor: Actor, now: int, step: Step) -> tuple[Report, dict[str, Any]]:
    moved = report._replace(status=step.to, version=report.version + 1)
    effect = EFFECTS.get(act.action)
    return effect(moved, act, actor, now) if effect else (moved, {})

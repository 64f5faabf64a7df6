"""A report's life: from a report and an act to what the report is afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from woodpecker.errors import Refused
from woodpecker.people import Actor, Who, check, may
from woodpecker.transitions import TRANSITIONS, Step, actions
from woodpecker.words import Action, Kind, Level, Naming, RejectReason, Relation, Role, Status


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it is now; times in milliseconds UTC, people and places by id."""

    id: int
    number: str
    kind: Kind
    status: Status
    version: int
    text: str
    place: int | None
    place_text: str
    department: int | None
    naming: Naming
    reporter: int | None
    found_at: int
    sent_at: int
    delivery: str
    submitted_at: int
    month: int
    category: str = ""
    level: Level | None = None
    logger: int | None = None
    joint: tuple[int, ...] = ()
    owner: int | None = None
    receiver: int | None = None
    fixer: int | None = None
    level_setter: int | None = None
    rejecter: int | None = None
    claimed_by: int | None = None
    claimed_at: int | None = None
    first_acceptor: int | None = None
    original: int | None = None
    outside_duty: bool = False
    queried_at: int | None = None
    admitted_at: int | None = None
    due: int | None = None
    fixed_at: int | None = None
    closed_at: int | None = None
    interim: str = ""
    plan: str = ""
    appealed: bool = False
    latitude: float | None = None
    longitude: float | None = None

    @property
    def people(self) -> tuple[int, ...]:
        """Who brought it, the reporter first."""
        return tuple(p for p in (self.reporter, *self.joint) if p is not None)


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody wants to do to a report, with what it brings."""

    action: Action
    words: str = ""
    level: Level | None = None
    kind: Kind | None = None
    category: str | None = None
    place: tuple[int | None, str, int | None] | None = None  # place, its text, its department
    text: str | None = None
    owner: int | None = None
    receiver: int | None = None
    due: int | None = None
    reason: RejectReason | None = None
    original: Report | None = None
    evidence: int = 0  # photos and voices that come with it
    outside_duty: bool = False
    window_end: int | None = None  # until when reopening or appealing is allowed


@dataclass(frozen=True, slots=True)
class Decision:
    """The report afterwards and the row its history gets."""

    before: Report
    report: Report
    action: Action
    detail: dict[str, Any] = field(default_factory=dict)
    proposes_award: bool = False
    reverses_award: bool = False


def relations(report: Report, person: int | None) -> frozenset[Relation]:
    """What this person is to this report."""
    if person is None:
        return frozenset()
    pairs = (
        (Relation.REPORTER, report.reporter),
        (Relation.LOGGER, report.logger),
        (Relation.OWNER, report.owner),
        (Relation.RECEIVER, report.receiver),
        (Relation.FIXER, report.fixer),
        (Relation.LEVEL_SETTER, report.level_setter),
        (Relation.REJECTER, report.rejecter),
        (Relation.FIRST_ACCEPTOR, report.first_acceptor),
    )
    found = {relation for relation, who in pairs if who == person}
    if person in report.joint:
        found.add(Relation.JOINT)
    return frozenset(found)


def allowed(report: Report, action: Action, actor: Actor) -> bool:
    """Whether this actor may take this action now, leaving aside what it must bring."""
    step = TRANSITIONS.get((report.status, action))
    return step is not None and may(
        step.who, actor, relations(report, actor.person), report.department, step.never
    )


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
        _NEEDS[need](report, act, now)
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
        reverses_award=act.action in (Action.VOID, Action.CORRECT),
    )


def _proposes(before: Report, after: Report, action: Action, propose_on: str) -> bool:
    if action is Action.CORRECT:
        return (before.kind, before.level) != (after.kind, after.level)
    admitted = action in (Action.ADMIT, Action.ADMIT_CLOSED, Action.FIXED_ON_SPOT)
    if propose_on == "close":
        return after.status is Status.CLOSED and before.status is not Status.CLOSED
    return admitted


def _apply(report: Report, act: Act, actor: Actor, now: int, step: Step) -> tuple[Report, dict[str, Any]]:
    moved = replace(report, status=step.to)
    effect = _EFFECTS.get(act.action)
    return effect(moved, act, actor, now) if effect else (moved, {})


Effect = Callable[[Report, Act, Actor, int], tuple[Report, dict[str, Any]]]


def _admit(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    level = (act.level if report.kind is Kind.HAZARD else None) or report.level
    if report.kind is Kind.HAZARD and level is None:
        raise Refused("refused.level_missing")
    closing = report.status is Status.CLOSED
    after = replace(
        report,
        level=level,
        category=report.category if act.category is None else act.category,
        owner=act.owner,
        due=act.due,
        outside_duty=act.outside_duty,
        level_setter=actor.person,
        admitted_at=now,
        claimed_by=None,
        claimed_at=None,
        fixed_at=now if closing else None,
        closed_at=now if closing else None,
    )
    detail: dict[str, Any] = {"level": level, "category": after.category, "owner": act.owner, "due": act.due}
    return after, {k: v for k, v in detail.items() if v not in (None, "")}


def _reject(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    after = replace(report, rejecter=actor.person, claimed_by=None, closed_at=now)
    return after, {"reason": act.reason}


def _merge(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    assert act.original is not None
    after = replace(report, original=act.original.id, claimed_by=None)
    return after, {"original": act.original.number, "original_id": act.original.id}


def _query(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    return replace(report, queried_at=now), {}


def _answered(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    return replace(report, queried_at=None), {}


def _claim(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    return replace(report, claimed_by=actor.person, claimed_at=now), {}


def _unclaim(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    return replace(report, claimed_by=None, claimed_at=None), {}


def _fix(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    return replace(report, fixer=actor.person, fixed_at=now, receiver=None), {}


def _interim(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    return replace(report, interim=act.words), {}


def _plan(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    return replace(report, plan=act.words, due=act.due or report.due), {}


def _due(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    return replace(report, due=act.due), {"due": act.due}


def _asked(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    return report, {"due": act.due}


def _hand_over(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    return replace(report, receiver=act.receiver), {"receiver": act.receiver}


def _take_over(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    return replace(report, owner=actor.person, receiver=None), {"owner": actor.person}


def _decline_over(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    return replace(report, receiver=None), {}


def _not_mine(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    return report, {"proposed": act.owner} if act.owner else {}


def _reassign(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    after = replace(report, owner=act.owner, receiver=None, due=act.due or report.due)
    return after, {"owner": act.owner, "due": after.due}


def _correct(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    kind = act.kind or report.kind
    level = (act.level or report.level) if kind is Kind.HAZARD else None
    if kind is Kind.HAZARD and level is None:
        raise Refused("refused.level_missing")
    place, place_text, department = act.place or (report.place, report.place_text, report.department)
    after = replace(
        report,
        kind=kind,
        level=level,
        category=report.category if act.category is None else act.category,
        place=place,
        place_text=place_text,
        department=department,
        level_setter=actor.person if (kind, level) != (report.kind, report.level) else report.level_setter,
    )
    names = ("kind", "level", "category", "place_text")
    return after, {n: getattr(after, n) for n in names if getattr(after, n) != getattr(report, n)}


def _edit(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    detail: dict[str, Any] = {}
    after = report
    if act.text is not None:
        after = replace(after, text=act.text)
        detail["text"] = act.text
    if act.place is not None:
        place, place_text, department = act.place
        after = replace(after, place=place, place_text=place_text, department=department)
        detail["place_text"] = place_text
    return after, detail


def _accept_fix(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    if report.level is Level.MAJOR and report.first_acceptor is None:
        return replace(report, status=Status.FIXED, first_acceptor=actor.person), {"first": True}
    return replace(report, closed_at=now), {}


def _return_fix(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    after = replace(report, fixed_at=None, first_acceptor=None, due=act.due or report.due)
    return after, {"due": after.due}


def _reopen(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    # What was put right on the spot has no owner: it goes to whoever judged it.
    owner = report.owner or report.level_setter
    due = act.due or report.due
    after = replace(report, owner=owner, due=due, fixed_at=None, closed_at=None, first_acceptor=None)
    return after, {"due": due, "owner": owner}


def _appeal(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    if report.appealed:
        raise Refused("refused.appealed_already")
    return replace(report, appealed=True), {}


def _reported_again(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    return replace(report, closed_at=None, original=None), {}


_EFFECTS: dict[Action, Effect] = {
    Action.EDIT: _edit,
    Action.ADMIT: _admit,
    Action.ADMIT_CLOSED: _admit,
    Action.FIXED_ON_SPOT: _admit,
    Action.REJECT: _reject,
    Action.MERGE: _merge,
    Action.QUERY: _query,
    Action.ANSWER: _answered,
    Action.QUERY_LAPSED: _answered,
    Action.CLAIM: _claim,
    Action.UNCLAIM: _unclaim,
    Action.FIX: _fix,
    Action.PART_FIX: _interim,
    Action.PLAN: _plan,
    Action.ASK_EXTENSION: _asked,
    Action.GRANT_EXTENSION: _due,
    Action.HAND_OVER: _hand_over,
    Action.TAKE_OVER: _take_over,
    Action.DECLINE_OVER: _decline_over,
    Action.NOT_MINE: _not_mine,
    Action.REASSIGN: _reassign,
    Action.CORRECT: _correct,
    Action.ACCEPT_FIX: _accept_fix,
    Action.RETURN_FIX: _return_fix,
    Action.REOPEN: _reopen,
    Action.APPEAL: _appeal,
    Action.UPHOLD: _reported_again,
    Action.PROMOTE: _reported_again,
}


def _need(condition: Callable[[Report, Act, int], bool], key: str) -> Callable[[Report, Act, int], None]:
    def need(report: Report, act: Act, now: int) -> None:
        if not condition(report, act, now):
            raise Refused(key)

    return need


def _original_fits(report: Report, act: Act, now: int) -> bool:
    original = act.original
    return (
        original is not None
        and original.id != report.id
        and original.original is None
        and original.status not in (Status.DUPLICATE, Status.WITHDRAWN, Status.VOID, Status.REJECTED)
    )


def _in_window(report: Report, act: Act, now: int) -> bool:
    return act.window_end is None or now < act.window_end


_NEEDS: dict[str, Callable[[Report, Act, int], None]] = {
    "owner": _need(lambda r, a, n: a.owner is not None, "refused.owner_missing"),
    "due": _need(lambda r, a, n: a.due is not None and a.due > n, "refused.due_past"),
    "words": _need(lambda r, a, n: bool(a.words.strip()), "refused.words_missing"),
    "evidence": _need(lambda r, a, n: bool(a.words.strip()) or a.evidence > 0, "refused.evidence_missing"),
    "reason": _need(
        lambda r, a, n: a.reason is not None and (a.reason is not RejectReason.OTHER or bool(a.words.strip())),
        "refused.reason_missing",
    ),
    "original": _need(_original_fits, "refused.original_unfit"),
    "receiver": _need(lambda r, a, n: a.receiver is not None and a.receiver != r.owner, "refused.receiver_missing"),
    "not_hazard": _need(lambda r, a, n: r.kind is not Kind.HAZARD, "refused.hazard_needs_fix"),
    "plan": _need(lambda r, a, n: r.level is not Level.MAJOR or bool(r.plan.strip()), "refused.plan_missing"),
    "correction": _need(
        lambda r, a, n: any(x is not None for x in (a.kind, a.level, a.category, a.place)),
        "refused.correction_missing",
    ),
    "reopen_window": _need(_in_window, "refused.reopen_too_late"),
    "appeal_window": _need(_in_window, "refused.appeal_too_late"),
    "appealed": _need(lambda r, a, n: r.appealed, "refused.not_appealed"),
}

NEEDS = frozenset(_NEEDS)
__all__ = ["NEEDS", "Act", "Decision", "Report", "Who", "allowed", "decide", "eligible", "offered", "relations"]

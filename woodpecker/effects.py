"""What each action changes in a report, and what it must bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from woodpecker import fixing
from woodpecker.errors import Refused
from woodpecker.people import Actor
from woodpecker.reports import Act, Report, came_first
from woodpecker.words import Action, Kind, Level, RejectReason, Role, Status

Effect = Callable[[Report, Act, Actor, int], tuple[Report, dict[str, Any]]]


def _admit(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    level = (act.level if report.kind is Kind.HAZARD else None) or report.level
    if report.kind is Kind.HAZARD and level is None:
        raise Refused("refused.level_missing")
    closing = report.status is Status.CLOSED
    if closing and level is Level.MAJOR:
        raise Refused("refused.major_not_at_once")
    after = report._replace(
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
    after = report._replace(rejecter=actor.person, claimed_by=None, claimed_at=None, closed_at=now)
    return after, {"reason": act.reason}


def _merge(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    assert act.original is not None
    after = report._replace(original=act.original.id, claimed_by=None, claimed_at=None, closed_at=None, receiver=None)
    return after, {"original": act.original.number, "original_id": act.original.id}


def _query(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    return report._replace(queried_at=now), {}


def _answered(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    stood = 0 if report.queried_at is None else max(0, now - report.queried_at)
    # Whoever asked has as long again to look at the answer.
    claimed = now if report.claimed_by else None
    return report._replace(queried_at=None, queried_for=report.queried_for + stood, claimed_at=claimed), {}


def _query_lapsed(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    stood = 0 if report.queried_at is None else max(0, now - report.queried_at)
    after = report._replace(queried_at=None, queried_for=report.queried_for + stood, claimed_by=None, claimed_at=None)
    return after, {}


def _claim(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    return report._replace(claimed_by=actor.person, claimed_at=now), {}


def _unclaim(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    return report._replace(claimed_by=None, claimed_at=None), {}


def _correct(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    kind = act.kind or report.kind
    level = (act.level or report.level) if kind is Kind.HAZARD else None
    if kind is Kind.HAZARD and level is None:
        raise Refused("refused.level_missing")
    if level is Level.MAJOR and report.level is not level and report.status is not Status.ASSIGNED:
        raise Refused("refused.major_while_assigned")
    place, place_text, department = act.place or (report.place, report.place_text, report.department)
    after = report._replace(
        kind=kind,
        level=level,
        category=report.category if act.category is None else act.category,
        place=place,
        place_text=place_text,
        department=department,
        level_setter=actor.person if (kind, level) != (report.kind, report.level) else report.level_setter,
    )
    if level is not Level.MAJOR:
        after = after._replace(first_acceptor=None, first_by_leader=False)
    if (level is Level.MAJOR) != (report.level is Level.MAJOR) and report.status is Status.ASSIGNED:
        # A plan is a major hazard's, and says its date; any other is due by its level.
        after = after._replace(plan=(), due=None if level is Level.MAJOR else act.due or report.due, extension=None)
    names = ("kind", "level", "category", "place_text")
    return after, {n: getattr(after, n) for n in names if getattr(after, n) != getattr(report, n)}


def _edit(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    detail: dict[str, Any] = {}
    after = report
    if act.text is not None:
        after = after._replace(text=act.text)
        detail |= {"text": act.text, "text_was": report.text}
    if act.place is not None:
        place, place_text, department = act.place
        after = after._replace(place=place, place_text=place_text, department=department)
        detail |= {"place_text": place_text, "place_was": report.place_text}
    if act.removed:
        detail["removed"] = list(act.removed)
    return after, detail


def _decline_joint(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    return report._replace(joint=tuple(p for p in report.joint if p != actor.person)), {}


def _accept_fix(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    if report.level is Level.MAJOR and report.first_acceptor is None:
        leads = actor.has(Role.LEADER)
        return report._replace(status=Status.FIXED, first_acceptor=actor.person, first_by_leader=leads), {"first": True}
    return report._replace(closed_at=now), {}


def _return_fix(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    after = report._replace(fixed_at=None, first_acceptor=None, first_by_leader=False, due=act.due or report.due)
    return after, {"due": after.due}


def _reopen(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    # What was put right on the spot has no owner: it goes to whoever judged it.
    owner = report.owner or report.level_setter
    due = act.due or report.due
    after = report._replace(owner=owner, due=due, fixed_at=None, closed_at=None)
    after = after._replace(first_acceptor=None, first_by_leader=False)
    return after, {"due": due, "owner": owner}


def _appeal(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    if report.appealed:
        raise Refused("refused.appealed_already")
    return report._replace(appealed=True, appealed_at=now), {}


def _dismiss(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    return report._replace(appealed_at=None), {}


def _reported_again(report: Report, act: Act, actor: Actor, now: int) -> tuple[Report, dict[str, Any]]:
    after = report._replace(closed_at=None, original=None, appealed_at=None)
    return after._replace(waits_since=now, queried_for=0), {}  # the clock of verifying begins anew


EFFECTS: Mapping[Action, Effect] = MappingProxyType(
    {
        Action.EDIT: _edit,
        Action.DECLINE_JOINT: _decline_joint,
        Action.ADMIT: _admit,
        Action.ADMIT_CLOSED: _admit,
        Action.FIXED_ON_SPOT: _admit,
        Action.REJECT: _reject,
        Action.MERGE: _merge,
        Action.QUERY: _query,
        Action.ANSWER: _answered,
        Action.QUERY_LAPSED: _query_lapsed,
        Action.CLAIM: _claim,
        Action.UNCLAIM: _unclaim,
        Action.FIX: fixing.fix,
        Action.PART_FIX: fixing.interim,
        Action.PLAN: fixing.plan,
        Action.ASK_EXTENSION: fixing.ask_extension,
        Action.GRANT_EXTENSION: fixing.grant,
        Action.REFUSE_EXTENSION: fixing.refuse_extension,
        Action.SET_DUE: fixing.set_due,
        Action.HAND_OVER: fixing.hand_over,
        Action.TAKE_OVER: fixing.take_over,
        Action.DECLINE_OVER: fixing.decline_over,
        Action.NOT_MINE: fixing.not_mine,
        Action.KEEP_OWNER: fixing.keep_owner,
        Action.REASSIGN: fixing.reassign,
        Action.PASS_ON: fixing.reassign,
        Action.CORRECT: _correct,
        Action.ACCEPT_FIX: _accept_fix,
        Action.RETURN_FIX: _return_fix,
        Action.REOPEN: _reopen,
        Action.APPEAL: _appeal,
        Action.UPHOLD: _reported_again,
        Action.DISMISS: _dismiss,
        Action.PROMOTE: _reported_again,
    }
)


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


def _came_first(report: Report, act: Act, now: int) -> bool:
    return act.original is not None and came_first(act.original, report)


def _due_fits(report: Report, act: Act, now: int) -> bool:
    if act.action is Action.ADMIT and act.level is Level.MAJOR and act.due is None:
        return True  # its plan will say
    return act.due is not None and act.due > now


def _changes(report: Report, act: Act, now: int) -> bool:
    text = act.text is not None and act.text.strip() not in ("", report.text)
    place = act.place is not None and act.place[:2] != (report.place, report.place_text)
    return text or place or act.evidence > 0 or bool(act.removed)


def _owner_fits(report: Report, act: Act, now: int) -> None:
    if act.owner is None:
        raise Refused("refused.owner_missing")
    if act.owner == report.accused:
        raise Refused("refused.accused_mends")


def _receiver_fits(report: Report, act: Act, now: int) -> bool:
    # An owner, who is to offer it to somebody else, does not hear that it is about that person.
    return act.receiver is not None and act.receiver not in (report.owner, report.accused)


def _in_window(report: Report, act: Act, now: int) -> bool:
    return act.window_end is None or now < act.window_end


NEEDS: Mapping[str, Callable[[Report, Act, int], None]] = MappingProxyType(
    {
        "owner": _owner_fits,
        "due": _need(_due_fits, "refused.due_past"),
        "later": _need(lambda r, a, n: r.due is None or (a.due or 0) > r.due, "refused.extension_not_later"),
        "not_asked": _need(lambda r, a, n: r.extension is None, "refused.extension_open"),
        "asked": _need(lambda r, a, n: r.extension is not None, "refused.nothing_asked"),
        "not_disclaimed": _need(lambda r, a, n: not r.disclaimed, "refused.disclaimed_already"),
        "disclaimed": _need(lambda r, a, n: r.disclaimed, "refused.nothing_asked"),
        "unclaimed": _need(lambda r, a, n: r.claimed_by is None, "refused.claimed"),
        "another_owner": _need(lambda r, a, n: a.owner != r.owner, "refused.same_owner"),
        "points": _need(lambda r, a, n: fixing.complete(a.plan), "refused.plan_missing"),
        "words": _need(lambda r, a, n: bool(a.words.strip()), "refused.words_missing"),
        "evidence": _need(lambda r, a, n: bool(a.words.strip()) or a.evidence > 0, "refused.evidence_missing"),
        "reason": _need(
            lambda r, a, n: a.reason is not None and (a.reason is not RejectReason.OTHER or bool(a.words.strip())),
            "refused.reason_missing",
        ),
        "original": _need(_original_fits, "refused.original_unfit"),
        "sent_first": _need(_came_first, "refused.came_first"),
        "receiver": _need(_receiver_fits, "refused.receiver_missing"),
        "not_hazard": _need(lambda r, a, n: r.kind is not Kind.HAZARD, "refused.hazard_needs_fix"),
        "plan": _need(lambda r, a, n: not fixing.planless(r), "refused.plan_missing"),
        "correction": _need(
            lambda r, a, n: any(x is not None for x in (a.kind, a.level, a.category, a.place)),
            "refused.correction_missing",
        ),
        "change": _need(_changes, "refused.edit_nothing"),
        "reopen_window": _need(_in_window, "refused.reopen_too_late"),
        "appeal_window": _need(_in_window, "refused.appeal_too_late"),
        "appealed": _need(lambda r, a, n: r.appealed_at is not None, "refused.not_appealed"),
    }
)

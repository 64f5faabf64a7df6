"""The life of a report as a table: every status, action, role and relation against what the programme says."""

from __future__ import annotations

from pathlib import Path

import pytest

from woodpecker import transitions
from woodpecker.decisions import allowed, decide, offered
from woodpecker.errors import Refused
from woodpecker.people import Actor
from woodpecker.reports import Act, Report
from woodpecker.words import Action, Kind, Level, Naming, RejectReason, Relation, Role, Status

ROOT = Path(__file__).parent.parent
NOW = 1_000_000
PLAN = ("张强", "换新", "2000 元", "2026-11-20", "停机")
HERE, ELSEWHERE = 7, 8  # departments
ME, OTHER = 1, 2

# What the programme says, written by hand from its pages and not from the code. Letters: r whoever reported or logged
# it, j who found it too, o an officer in scope (or a leader standing in) who did not bring it, h the owner, p the owner
# or such an officer, v who was offered a hand-over, a an officer in scope who neither brought nor worked on it nor
# accepted it first, c the clock; "-x" excludes also x.
PROGRAMME = """
reported  edit             reported  r           change
reported  withdraw         withdrawn r
reported  claim            reported  o           unclaimed
reported  unclaim          reported  c
reported  admit            assigned  o-rejecter  owner due
reported  admit_closed     closed    o-rejecter  not_hazard
reported  fixed_on_spot    closed    o-rejecter  evidence
reported  reject           rejected  o-rejecter  reason
reported  merge            duplicate o-rejecter  original
reported  query            queried   o-rejecter  words
queried   edit             queried   r           change
queried   answer           reported  r           evidence
queried   query_lapsed     reported  c
assigned  fix              fixed     h           evidence plan
assigned  part_fix         assigned  h           evidence
assigned  plan             assigned  p           points due
assigned  ask_extension    assigned  h           not_asked words due later
assigned  grant_extension  assigned  o-owner     asked due
assigned  refuse_extension assigned  o-owner     asked words
assigned  set_due          assigned  o-owner     due
assigned  hand_over        assigned  h           receiver
assigned  take_over        assigned  v
assigned  decline_over     assigned  v
assigned  not_mine         assigned  h           not_disclaimed words
assigned  keep_owner       assigned  o-owner     disclaimed words
assigned  reassign         assigned  o           owner another_owner
assigned  pass_on          assigned  c           owner another_owner
assigned  correct          assigned  o           correction
assigned  merge            duplicate o-rejecter  original sent_first
assigned  void             void      o           words
fixed     accept_fix       closed    a
fixed     return_fix       assigned  a           words
fixed     correct          fixed     o           correction
fixed     void             void      o           words
closed    confirm          closed    r
closed    reopen           assigned  r           evidence reopen_window
closed    correct          closed    o           correction
closed    merge            duplicate o-rejecter  original sent_first
closed    void             void      o           words
rejected  appeal           rejected  r           words appeal_window
rejected  uphold           reported  o-rejecter  appealed
rejected  dismiss          rejected  o-rejecter  appealed words
reported  note             reported  r           evidence
assigned  note             assigned  r           evidence
fixed     note             fixed     r           evidence
closed    note             closed    r           evidence
rejected  note             rejected  r           evidence
assigned  write            assigned  o           words
fixed     write            fixed     o           words
closed    write            closed    o           words
rejected  write            rejected  o           words
duplicate promote          reported  c
duplicate merge            duplicate c           original
"""

Rule = tuple[Status, str, frozenset[Relation], tuple[str, ...]]


def programme() -> dict[tuple[Status, Action], Rule]:
    rules = {}
    for line in PROGRAMME.strip().splitlines():
        status, action, to, who, *needs = line.split()
        letter, _, barred = who.partition("-")
        never = frozenset({Relation(barred)}) if barred else frozenset()
        rules[Status(status), Action(action)] = (Status(to), letter, never, tuple(needs))
    for status in set(Status) - {Status.WITHDRAWN, Status.VOID}:  # 不是我 can be said as long as it counts
        rules[status, Action.DECLINE_JOINT] = (status, "j", frozenset(), ())
    return rules


EXPECTED = programme()
BROUGHT = {Relation.REPORTER, Relation.JOINT, Relation.LOGGER, Relation.ACCUSED}
ALONE = {"j": Relation.JOINT, "h": Relation.OWNER, "v": Relation.RECEIVER}
WORKED = {Relation.OWNER, Relation.FIXER, Relation.FIRST_ACCEPTOR}

ACTORS = {
    "worker": Actor(ME, frozenset({Role.WORKER})),
    "officer": Actor(ME, frozenset({Role.OFFICER})),
    "officer here": Actor(ME, frozenset({Role.OFFICER}), frozenset({HERE})),
    "officer elsewhere": Actor(ME, frozenset({Role.OFFICER}), frozenset({ELSEWHERE})),
    "leader": Actor(ME, frozenset({Role.LEADER})),
    "leader standing in": Actor(ME, frozenset({Role.LEADER}), stands_in=True),
    "leader and officer elsewhere": Actor(
        ME, frozenset({Role.LEADER, Role.OFFICER}), frozenset({ELSEWHERE}), stands_in=True
    ),
    "standing in for nothing": Actor(ME, frozenset({Role.APPROVER}), stands_in=True),
    **{role.value: Actor(ME, frozenset({role})) for role in Role if role not in {Role.OFFICER, Role.LEADER}},
    "clock": Actor(None),
    "nobody with every role": Actor(None, frozenset(Role), stands_in=True),
}
JUDGES = {"officer", "officer here", "leader standing in", "leader and officer elsewhere"}

COLUMN = {
    Relation.REPORTER: {"reporter": ME},
    Relation.LOGGER: {"logger": ME},
    Relation.JOINT: {"joint": (ME,)},
    Relation.OWNER: {"owner": ME},
    Relation.RECEIVER: {"receiver": ME},
    Relation.FIXER: {"fixer": ME},
    Relation.LEVEL_SETTER: {"level_setter": ME},
    Relation.REJECTER: {"rejecter": ME},
    Relation.FIRST_ACCEPTOR: {"first_acceptor": ME},
    Relation.ACCUSED: {"accused": ME},
}


def report(status: Status = Status.REPORTED, **fields: object) -> Report:
    """A report to which person ME is nothing."""
    plain = Report(
        id=5, number="2611-0005", kind=Kind.SUGGESTION, status=status, version=3, text="x", place=1, place_text="p",
        department=HERE, naming=Naming.SHOWN, reporter=OTHER, found_at=1, sent_at=1, delivery="d", submitted_at=1,
        month=202611, owner=OTHER, appealed=True,
    )  # fmt: skip
    return plain._replace(**fields)  # type: ignore[arg-type]


def full(action: Action) -> Act:
    """The action with everything it could need."""
    return Act(
        action, text="other words", words="words", level=Level.C, category="21", owner=9, receiver=9, due=NOW + 1,
        reason=RejectReason.KNOWN, original=report(id=4), evidence=1, plan=PLAN,
    )  # fmt: skip


def asked_before(action: Action) -> dict[str, object]:
    """What must have been asked for an answer to make sense, and must not for asking it."""
    answers = {Action.GRANT_EXTENSION, Action.REFUSE_EXTENSION}
    return {
        "appealed": action is not Action.APPEAL,
        "appealed_at": NOW if action in {Action.UPHOLD, Action.DISMISS} else None,
        "extension": NOW + 7 if action in answers else None,
        "disclaimed": action is Action.KEEP_OWNER,
    }


def may_by_programme(rule: Rule, actor: str, relation: Relation | None) -> bool:
    """The programme's answer, in its own words."""
    _, letter, never, _ = rule
    person = ACTORS[actor].person is not None
    if letter == "c":
        return not person
    if letter == "r":
        return person and relation in {Relation.REPORTER, Relation.LOGGER}
    if letter in ALONE:
        return person and relation is ALONE[letter]
    if letter == "p" and person and relation is Relation.OWNER:
        return True
    barred = BROUGHT | never | (WORKED if letter == "a" else set())
    return actor in JUDGES and relation not in barred


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("actor", ACTORS)
def test_every_status_action_role_and_relation(status, actor):
    for relation in (None, *COLUMN):
        fields = COLUMN[relation] if relation else {}
        for action in Action:
            subject = report(status, **asked_before(action), **fields)
            rule = EXPECTED.get((status, action))
            expected = rule is not None and may_by_programme(rule, actor, relation)
            where = f"{status} {action} by {actor} who is {relation}"
            assert allowed(subject, action, ACTORS[actor]) == expected, where
            assert (action in offered(subject, ACTORS[actor])) == expected, where
            if rule is not None and expected:
                decision = decide(subject, full(action), ACTORS[actor], NOW)
                assert decision.report.status == rule[0], where
                assert decision.report.version == subject.version + 1
                assert decision.before == subject
            else:
                with pytest.raises(Refused):
                    decide(subject, full(action), ACTORS[actor], NOW)


def test_the_table_has_nothing_beside_the_programme():
    assert set(transitions.TRANSITIONS) == set(EXPECTED)
    assert {k: s.needs for k, s in transitions.TRANSITIONS.items()} == {k: r[3] for k, r in EXPECTED.items()}


MISSING = {
    "owner": ({"owner": None}, {}, "refused.owner_missing"),
    "due": ({"due": NOW}, {}, "refused.due_past"),
    "later": ({"due": NOW + 5}, {"due": NOW + 5}, "refused.extension_not_later"),
    "not_asked": ({}, {"extension": NOW + 9}, "refused.extension_open"),
    "asked": ({}, {"extension": None}, "refused.nothing_asked"),
    "not_disclaimed": ({}, {"disclaimed": True}, "refused.disclaimed_already"),
    "disclaimed": ({}, {"disclaimed": False}, "refused.nothing_asked"),
    "unclaimed": ({}, {"claimed_by": 12}, "refused.claimed"),
    "another_owner": ({"owner": OTHER}, {}, "refused.same_owner"),
    "points": ({"plan": (*PLAN[:4], " ")}, {}, "refused.plan_missing"),
    "words": ({"words": "  "}, {}, "refused.words_missing"),
    "evidence": ({"words": " ", "evidence": 0}, {}, "refused.evidence_missing"),
    "reason": ({"reason": None}, {}, "refused.reason_missing"),
    "original": ({"original": None}, {}, "refused.original_unfit"),
    "receiver": ({"receiver": OTHER}, {}, "refused.receiver_missing"),
    "not_hazard": ({}, {"kind": Kind.HAZARD}, "refused.hazard_needs_fix"),
    "plan": ({}, {"kind": Kind.HAZARD, "level": Level.MAJOR}, "refused.plan_missing"),
    "correction": ({"category": None, "level": None}, {}, "refused.correction_missing"),
    "reopen_window": ({"window_end": NOW}, {}, "refused.reopen_too_late"),
    "appeal_window": ({"window_end": NOW}, {}, "refused.appeal_too_late"),
    "appealed": ({}, {"appealed_at": None}, "refused.not_appealed"),
    "change": ({"text": None, "evidence": 0}, {}, "refused.edit_nothing"),
    "sent_first": ({}, {"sent_at": 0}, "refused.came_first"),
}
NEEDED = [(*key, need) for key, rule in EXPECTED.items() for need in rule[3]]


@pytest.mark.parametrize("status, action, need", NEEDED, ids=str)
def test_what_an_action_must_bring(status, action, need):
    brings, fields, key = MISSING[need]
    letter = EXPECTED[status, action][1]
    mine = {"r": {"reporter": ME}, "h": {"owner": ME}}.get(letter, {})
    if need == "receiver":
        brings = {"receiver": ME}  # to oneself
    subject = report(status, **{**asked_before(action), **mine, **fields})
    with pytest.raises(Refused) as refused:
        decide(subject, full(action)._replace(**brings), ACTORS["clock" if letter == "c" else "officer"], NOW)
    assert refused.value.key == key


def test_other_as_a_reason_takes_words():
    what = Act(Action.REJECT, reason=RejectReason.OTHER)
    with pytest.raises(Refused, match="reason_missing"):
        decide(report(), what, ACTORS["officer"], NOW)
    done = decide(report(), what._replace(words="昨天已修好"), ACTORS["officer"], NOW)
    assert done.detail == {"reason": "other", "words": "昨天已修好"}


@pytest.mark.parametrize("status", list(Status))
def test_only_what_is_alive_takes_a_duplicate(status):
    original = report(status, id=4)
    fits = status not in {Status.DUPLICATE, Status.WITHDRAWN, Status.VOID, Status.REJECTED}
    what = Act(Action.MERGE, original=original)
    if fits:
        assert decide(report(), what, ACTORS["officer"], NOW).report.original == 4
    else:
        with pytest.raises(Refused, match="original_unfit"):
            decide(report(), what, ACTORS["officer"], NOW)
    with pytest.raises(Refused, match="original_unfit"):
        decide(report(), what._replace(original=report()), ACTORS["officer"], NOW)  # itself
    with pytest.raises(Refused, match="original_unfit"):
        decide(report(), what._replace(original=original._replace(original=3)), ACTORS["officer"], NOW)


def test_a_hazard_needs_a_level_and_a_suggestion_gets_none():
    hazard = report(kind=Kind.HAZARD)
    with pytest.raises(Refused, match="level_missing"):
        decide(hazard, full(Action.ADMIT)._replace(level=None), ACTORS["officer"], NOW)
    assert decide(hazard, full(Action.ADMIT), ACTORS["officer"], NOW).report.level is Level.C
    assert decide(report(), full(Action.ADMIT), ACTORS["officer"], NOW).report.level is None


def test_a_major_hazard_is_accepted_by_two():
    major = report(Status.FIXED, kind=Kind.HAZARD, level=Level.MAJOR)
    first = decide(major, Act(Action.ACCEPT_FIX), ACTORS["officer"], NOW).report
    assert (first.status, first.first_acceptor) == (Status.FIXED, ME)
    with pytest.raises(Refused, match="same_acceptor"):
        decide(first, Act(Action.ACCEPT_FIX), ACTORS["officer"], NOW)
    second = Actor(12, frozenset({Role.LEADER}))
    assert decide(first, Act(Action.ACCEPT_FIX), second, NOW).report.status is Status.CLOSED


def test_the_page_shows_the_table():
    page = (ROOT / "docs" / "flow.md").read_text(encoding="utf-8")
    assert page.endswith("\n\n" + transitions.flow())
    assert page.startswith("# The life of a report\n")
    assert transitions.flow().count("\n") == len(EXPECTED) + 2

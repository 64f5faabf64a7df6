"""A report's life against a simply written model: no history outside it, no right outside the list."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from handlers.act import act
from storage import awards, history, ledger, reports
from tests.races import Races
from tests.test_transitions import EXPECTED
from tests.world import DAY, World
from woodpecker.decisions import allowed
from woodpecker.errors import Refused
from woodpecker.people import CLOCK
from woodpecker.words import Action, AwardStatus, Level, Status

OFFICERS = {"李静", "吴桐"}
PEOPLE = ("王磊", "李静", "吴桐", "张强", "周涛", "孙芳", "赵敏", "刘洋", "")
S, A = Status, Action
JUDGED = {A.ADMIT, A.ADMIT_CLOSED, A.FIXED_ON_SPOT, A.REJECT, A.MERGE, A.QUERY, A.UPHOLD, A.DISMISS}
JOINT = "周涛"


class Life(RuleBasedStateMachine):
    """One report: a model of sets and names beside the desk on a real database."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.world = World(Path(self.folder.name) / "w.db")
        self.races = Races(self.world)
        self.report = self.races.put(S.REPORTED, joint=(self.world.ids[JOINT],))
        self.status, self.steps = S.REPORTED, [A.SUBMIT]
        # Who is what, by name: all that the rights below are told.
        self.owner = self.fixer = self.rejecter = self.first = self.receiver = None
        self.level = None
        self.joint = True

    def teardown(self) -> None:
        self.world.close()
        self.folder.cleanup()

    def judges(self, name: str, action: Action) -> bool:
        """Officers who did not bring it; never one's own rejection, task or first acceptance."""
        if name not in OFFICERS:
            return False
        if action in JUDGED and name == self.rejecter:
            return False
        if action.value in {"grant_extension", "refuse_extension", "set_due", "keep_owner"}:
            return name != self.owner
        return True

    def may(self, name: str, action: Action) -> bool:
        """The model's answer."""
        rule = EXPECTED.get((self.status, action))
        if rule is None:
            return False
        letter = rule[1]
        if letter == "c":
            return name == ""
        if letter == "r":
            return name == "王磊"
        if letter == "j":
            return self.joint and name == JOINT
        if letter == "h":
            return name != "" and name == self.owner
        if letter == "v":
            return name != "" and name == self.receiver
        if letter == "p":
            return name != "" and (name == self.owner or self.judges(name, action))
        if letter == "a":
            barred = {self.owner, self.fixer, self.first}
            if self.level is Level.MAJOR and name == "刘洋" and name not in barred:
                return True
            leader_next = self.level is Level.MAJOR and self.first in OFFICERS and action is A.ACCEPT_FIX
            return name in OFFICERS - barred and not leader_next
        return self.judges(name, action)

    @rule(action=st.sampled_from(Action), name=st.sampled_from(PEOPLE), level=st.sampled_from(Level),
          owner=st.sampled_from(["张强", "周涛", "孙芳", "李静"]), pick=st.integers(0, 99))  # fmt: skip
    def tries(self, action, name, level, owner, pick):
        """Somebody tries something; whoever the model refuses is refused, and changes nothing."""
        ids = self.world.ids
        open_now = [(a, n) for s, a in EXPECTED if s is self.status for n in PEOPLE if self.may(n, a)]
        ends = {A.VOID, A.WITHDRAW, A.MERGE, A.REJECT, A.FIXED_ON_SPOT, A.ADMIT_CLOSED}
        open_now = [(a, n) for a, n in open_now if a not in ends or pick % 8 == 1]
        if pick >= 20 and open_now:  # mostly something that is legal, so that the life goes on
            action, name = open_now[pick % len(open_now)]
        what = replace(self.races.brings(action), level=level, owner=ids[owner], receiver=ids[owner])
        who, before = self.races.who(name), self.stands()
        try:
            done = self.world.transaction(lambda d: act(d, before.id, what, who))
        except Refused:
            assert self.stands() == before
            return
        assert self.may(name, action), f"{name} was let {action} in {self.status}"
        self.steps.append(action)
        self.follow(action, name, level, owner)
        after = done.report.status
        first = action is A.ACCEPT_FIX and self.level is Level.MAJOR and after is S.FIXED
        assert first or after is EXPECTED[self.status, action][0]
        if first:
            self.first = name
        self.status = after

    def follow(self, action, name, level, owner):
        """What the step makes of who is what."""
        value = action.value
        if value in {"admit", "correct"}:
            self.level = level
        if value in {"admit", "reassign", "pass_on", "admit_closed", "fixed_on_spot"}:
            self.owner = owner
        if value == "fixed_on_spot":
            self.level = level
        if value == "hand_over":
            self.receiver = owner
        if value == "decline_joint":
            self.joint = False
        if value == "take_over":
            self.owner = name
        if value in {"take_over", "decline_over", "reassign", "pass_on", "fix", "merge"}:
            self.receiver = None
        if value == "fix":
            self.fixer = name
        if value == "reject":
            self.rejecter = name
        if value in {"return_fix", "reopen"}:
            self.first = None

    @rule(days=st.sampled_from([1, 8]))
    def waits(self, days):
        """Time passes; nothing here moves by itself without the schedule."""
        self.world.real += days * DAY

    def stands(self):
        return self.world.transaction(lambda d: reports.get(d.store, self.report.id))

    @invariant()
    def rights(self):
        """What the desk would offer is what the model allows, person by person."""
        report = self.stands()
        for name in PEOPLE:
            who = self.races.who(name) if name else CLOCK
            actor = who.actor if name else who
            for action in Action:
                assert allowed(report, action, actor) == self.may(name, action), (name, action, self.status)

    @invariant()
    def books(self):
        """One history row a step, chained; one award at most that is not reversed; the ledger whole."""

        def work(desk):
            events = history.of_report(desk.store, self.report.id)
            assert history.broken(desk.store, self.report.id) is None
            assert [e.action for e in events] == self.steps
            for event in events[1:]:
                assert (event.before, event.action) in EXPECTED
            alive = [a for a in awards.of_report(desk.store, self.report.id) if a.status is not AwardStatus.REVERSED]
            assert len(alive) <= 1
            assert not (alive and self.status in {S.VOID, S.REJECTED, S.WITHDRAWN, S.DUPLICATE})
            assert ledger.broken(desk.store) is None

        self.world.transaction(work)


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)

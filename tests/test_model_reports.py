"""A report's life against a simply written model: no history outside it, no right outside the list."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from handlers.act import act
from handlers.next_hands import actor_for
from storage import awards, departments, history, ledger, people, reports
from tests.races import Races
from tests.test_transitions import EXPECTED
from tests.world import DAY, World
from woodpecker.decisions import allowed
from woodpecker.errors import Refused
from woodpecker.people import CLOCK
from woodpecker.programme import Programme
from woodpecker.words import Action, AwardStatus, Kind, Level, Role, Status

S, A = Status, Action
PEOPLE = ("王磊", "李静", "吴桐", "张强", "赵敏", "钱进", "周涛", "陈丽", "刘洋", "孙芳", "")  # "" is the clock
BROUGHT = st.sampled_from(["王磊", "王磊", "张强", "吴桐", "刘洋", "赵敏"])
ASIDE = st.sampled_from(["", "", "周涛", "吴桐", "刘洋", "李静"])
OWNERS = ["张强", "周涛", "孙芳", "李静", "刘洋"]
JUDGED = {A.ADMIT, A.ADMIT_CLOSED, A.FIXED_ON_SPOT, A.REJECT, A.MERGE, A.QUERY, A.UPHOLD, A.DISMISS}
NOT_THE_OWNER = {A.GRANT_EXTENSION, A.REFUSE_EXTENSION, A.SET_DUE, A.KEEP_OWNER}
STARTS = [S.REPORTED, S.REPORTED, S.ASSIGNED, S.FIXED, S.CLOSED, S.REJECTED, S.DUPLICATE]
HERE = [None, True, False]
ONWARD = {A.ADMIT, A.FIX, A.ACCEPT_FIX, A.REOPEN, A.APPEAL, A.UPHOLD, A.PROMOTE}
WEIGHTS = dict.fromkeys(ONWARD, 3) | dict.fromkeys({A.VOID, A.WITHDRAW, A.MERGE, A.REJECT}, 0.2)


class Life(RuleBasedStateMachine):
    """One report: a model of sets and names beside the desk on a real database."""

    @initialize(status=st.sampled_from(STARTS), reporter=BROUGHT, joint=ASIDE, logger=ASIDE, here=st.sampled_from(HERE),
                kind=st.sampled_from([Kind.HAZARD, Kind.NEAR_MISS]), two=st.booleans(), also=st.booleans())  # fmt: skip
    def begin(self, status, reporter, joint, logger, here, kind, two, also):
        """`here`: 吴桐 is limited to the report's department or to another one; `also`: 陈丽 leads, too."""
        self.folder = tempfile.TemporaryDirectory()
        self.world = World(Path(self.folder.name) / "w.db", Programme(propose_on="close" if two else "admit"))
        self.races = Races(self.world)
        ids = self.world.ids
        self.reporter, self.joint = reporter, joint if joint != reporter else ""
        self.logger = logger if logger not in {reporter, joint} else ""
        verified = status in {S.ASSIGNED, S.FIXED, S.CLOSED}
        self.kind, self.level = kind, Level.B if verified and kind is Kind.HAZARD else None
        self.officers, self.leaders = {"李静"}, {"刘洋"}
        if here is not False:
            self.officers.add("吴桐")
        if here is not None:
            self.world.transaction(lambda d: self.limit(d, "磨矿车间" if here else "选矿车间"))
        if also:
            self.leaders.add("陈丽")
            self.world.transaction(lambda d: people.set_roles(d.store, ids["陈丽"], Role.LEADER))
        self.report = self.races.put(
            status, kind=kind, level=self.level, reporter=ids[reporter], logger=ids.get(self.logger),
            joint=(ids[self.joint],) if self.joint else (),
        )  # fmt: skip
        self.status, self.steps = status, [A.SUBMIT]
        # Who is what, by name: all that the rights below are told.
        self.first = self.receiver = self.claimer = None
        self.owner = "张强" if verified else None
        self.fixer = "张强" if status is S.FIXED else None
        self.rejecter = "刘洋" if status is S.REJECTED else None
        self.rights()

    def limit(self, desk, name):
        where = departments.by_name(desk.store, name)
        people.set_roles(desk.store, self.world.ids["吴桐"], Role.OFFICER, [where.id])

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.close()
            self.folder.cleanup()

    def unbiased(self, name: str, action: Action) -> bool:
        """Never what one brought; never one's own rejection, task, fix or first acceptance, nor another's claim."""
        if self.status is S.REPORTED and self.claimer not in {None, name}:
            return False
        barred = {self.reporter, self.joint, self.logger}
        if action in JUDGED:
            barred.add(self.rejecter)
        if action in NOT_THE_OWNER:
            barred.add(self.owner)
        if EXPECTED[self.status, action][1] == "a":
            barred |= {self.owner, self.fixer, self.first}
        return name not in barred

    def own(self, name: str, action: Action) -> bool:
        """What a person may do without standing in for anybody."""
        letter = EXPECTED[self.status, action][1]
        judges = name in self.officers and self.unbiased(name, action)
        if letter == "r":
            return name in {self.reporter, self.logger}
        if letter == "j":
            return name == self.joint
        if letter == "h":
            return name == self.owner
        if letter == "v":
            return name == self.receiver
        if letter == "p":
            return name == self.owner or judges
        if letter == "a" and self.level is Level.MAJOR:
            leads = name in self.leaders and self.unbiased(name, action)
            second = action is A.ACCEPT_FIX and self.first is not None and self.first not in self.leaders
            return leads or (judges and not second)
        return judges

    def may(self, name: str, action: Action) -> bool:
        """The model's answer: in one's own right, or as a leader where no officer and no other leader may."""
        rule = EXPECTED.get((self.status, action))
        if rule is None or (name == "") != (rule[1] == "c"):
            return False
        if name == "" or self.own(name, action):
            return True
        if rule[1] not in {"o", "p", "a"} or name not in self.leaders or not self.unbiased(name, action):
            return False
        return not any(self.own(n, action) for n in self.officers_and_leaders())

    def officers_and_leaders(self):
        return {"李静", "吴桐"} | self.leaders

    @rule(seed=st.integers(0, 2**32))
    def some(self, seed):
        """A few people try a few things."""
        dice = Random(seed)
        for _ in range(4):
            self.tries(dice, dice.choice([*Action]), dice.choice(PEOPLE))

    def tries(self, dice, action, name):
        """Somebody tries something; whoever the model refuses is refused, and changes nothing."""
        ids, level = self.world.ids, dice.choice([*Level])
        owner = dice.choice(OWNERS)
        legal = {a: found for s, a in EXPECTED if s is self.status if (found := [n for n in PEOPLE if self.may(n, a)])}
        if legal and dice.random() < 0.8:  # mostly something that is legal, so that the life goes on
            action = dice.choices([*legal], [WEIGHTS.get(a, 1) for a in legal])[0]
            name = dice.choice(legal[action])
        due = self.world.now + (21 + len(self.steps)) * DAY  # each date later than the one before
        what = self.races.brings(action)._replace(level=level, owner=ids[owner], receiver=ids[owner], due=due)
        who, before = self.races.who(name), self.stands()
        try:
            done = self.world.transaction(lambda d: act(d, before.id, what, who))
        except Refused:
            assert self.stands() == before
            return
        assert self.may(name, action), f"{name} was let {action} in {self.status}"
        self.steps.append(action)
        self.follow(action, name, level if self.kind is Kind.HAZARD else None, owner)
        after = done.report.status
        first = action is A.ACCEPT_FIX and self.level is Level.MAJOR and after is S.FIXED
        assert first or after is EXPECTED[self.status, action][0]
        if first:
            self.first = name
        self.status = after
        self.rights()
        self.books()

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
        if value == "take_over":
            self.owner = name
        if value in {"take_over", "decline_over", "reassign", "pass_on", "fix", "merge"}:
            self.receiver = None
        if value in {"unclaim", "admit", "admit_closed", "fixed_on_spot", "reject", "merge", "query_lapsed"}:
            self.claimer = None
        if value == "claim":
            self.claimer = name
        if value == "fix":
            self.fixer = name
        if value == "decline_joint":
            self.joint = ""
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

    def rights(self):
        """What the desk would offer is what the model allows, person by person."""
        report = self.stands()

        def work(desk):
            for name in PEOPLE:
                who = desk.person(self.world.ids.get(name))
                for action in Action:
                    actor = actor_for(desk, who, report, action) if who else CLOCK
                    assert allowed(report, action, actor) == self.may(name, action), (name, action, self.status)

        self.world.transaction(work)

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
    max_examples=30, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)

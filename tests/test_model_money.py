"""Any mix of awards through the real desk and database against a simple model: the same rights, the same fen."""

from __future__ import annotations

import contextlib
from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers import proposals
from handlers.act import act
from handlers.deciding import APART, decide
from storage import awards, ledger, reports
from tests.award_steps import STEPS, known
from tests.money_model import OPEN, Found, Model, Round, standing
from tests.money_plants import CARDS, programmes
from tests.plant_money import Money
from tests.world import DAY
from woodpecker.award_table import AWARD_TRANSITIONS, SAYS
from woodpecker.clocks import local_day, local_month
from woodpecker.errors import Refused
from woodpecker.ledger import write_off_entry
from woodpecker.reports import Act
from woodpecker.words import Action, AwardAction, Kind, Level, Role, Status

FINDERS = ("王磊", "张强", "周涛", "吴桐", "赵敏", "孙芳")
LEVELS = [level.value for level in Level]
LETTERS = {"approver": Role.APPROVER, "second_approver": Role.SECOND_APPROVER, "leader": Role.LEADER}
HELD = {"李静": {"officer"}, "吴桐": {"officer"}, "孙芳": {"finance"}, "赵敏": {"approver"},
        "钱进": {"second_approver"}, "刘洋": {"leader"}, "陈丽": {"admin"}}  # fmt: skip
WEIGHTS = {"refuse": 0.3, "reverse": 0.2, "object": 0.3, "batch": 0.5, "appeal": 3, "uphold_appeal": 2}


class Books:
    """The plant on a real database beside the model of its money; dice say what happens next."""

    def __init__(self, plant):
        self.plant, self.world = plant, plant.world
        self.model = Model(self.world.plant.programme, {n: set(HELD.get(n, ())) for n in self.world.ids})
        self.grant("周涛", "approver")
        self.grant("吴桐", "second_approver")
        self.status = {}  # of each report
        self.due = set()  # reports that are proposed once they are closed
        self.decided = {}  # when each award was decided

    def move(self, seed):
        """Something happens; a step with an award mostly, and mostly a legal one."""
        dice = Random(seed)
        moves = {
            self.found: 3, self.close: 2, self.reopen: 1, self.correct: 2, self.void: 0.4, self.decline: 1,
            self.decides: 12, self.pay: 1, self.write_off: 0.5, self.change_roles: 0.7, self.later: 1,
        }  # fmt: skip
        dice.choices([*moves], [*moves.values()])[0](dice)

    def grant(self, name, role):
        self.plant.grant(name, LETTERS[role])
        self.model.roles[name].add(role)

    def do(self, report, what, name):
        who = self.person(name)
        return self.world.transaction(lambda d: act(d, report, what, who))

    def person(self, name):
        return self.world.transaction(lambda d: d.person(self.world.ids[name]))

    def newest(self, report):
        return self.world.transaction(lambda d: awards.of_report(d.store, report))[-1].id

    def some(self, dice, *statuses):
        """A report in one of these statuses, if there is one."""
        fits = [r for r, status in self.status.items() if status in statuses]
        return dice.choice(fits) if fits else None

    def found(self, dice):
        """A report comes in, of one or of several, and 李静 admits it."""
        people = tuple(dice.sample(FINDERS, dice.choice([1, 1, 2, 3])))
        grade, outside = dice.choice([*LEVELS, "near_miss", "suggestion"]), dice.random() < 0.5
        level = Level(grade) if grade in LEVELS else None
        kind = Kind.HAZARD if level else Kind(grade)
        logger = dice.choice([n for n in ("赵敏", "钱进", "吴桐", "王磊", "", "") if n not in people])
        owner, due = dice.choice([n for n in FINDERS if n not in people]), self.world.now + 5 * DAY
        report = self.plant.report(people[0], kind=kind, joint=people[1:], logger=logger)
        what = Act(Action.ADMIT, level=level, owner=self.world.ids[owner], due=due, outside_duty=outside)
        self.do(report, what, "李静")
        factor = Fraction((self.model.programme.duty_factor if outside else None) or 1)
        card = CARDS[1] if local_day(self.world.now, self.world.plant.zone) >= CARDS[1].effective else CARDS[0]
        self.model.reports[report] = Found(people, grade, "李静", factor, dict(card.rates), kind.value, logger, owner)
        self.judged(report, Status.ASSIGNED)

    def judged(self, report, status):
        """It has just been given its grade."""
        self.status[report] = status
        if self.model.programme.propose_on == "admit" or status is Status.CLOSED:
            self.proposed(report)
        else:
            self.due.add(report)

    def proposed(self, report):
        """What the model says that the rules propose for a report now."""
        found = self.model.reports[report]
        fen = self.model.by_rule(found)
        self.due.discard(report)
        if standing(self.model, report) or fen == 0 or all(self.model.excluded(n) for n in found.people):
            return
        a = self.model.rounds[self.newest(report)] = Round(report, fen, found.kind, found.setter, fen)
        a.shares = self.model.parts(a)

    def close(self, dice):
        """Its owner fixes it, 李静 accepts; a major hazard stays open here."""
        report = self.some(dice, Status.ASSIGNED)
        if report is None or self.model.reports[report].grade == "major":
            return
        self.do(report, Act(Action.FIX, words="装好了"), self.model.reports[report].owner)
        self.do(report, Act(Action.ACCEPT_FIX), "李静")
        self.status[report] = Status.CLOSED
        if report in self.due:
            self.proposed(report)

    def reopen(self, dice):
        """Closing it again later pays nothing again."""
        report = self.some(dice, Status.CLOSED)
        if report is not None:
            what = Act(Action.REOPEN, words="又掉了", due=self.world.now + DAY)
            self.do(report, what, self.model.reports[report].people[0])
            self.status[report] = Status.ASSIGNED

    def correct(self, dice):
        """Another level or kind: reversed, and entered again by the card of the report's day."""
        report, officer = self.some(dice, Status.ASSIGNED, Status.CLOSED), dice.choice(["李静", "吴桐"])
        found = self.model.reports.get(report)
        if found is None or officer in {*found.people, found.logger}:
            return
        hazard = found.kind == "hazard" and dice.random() < 0.8
        graver = [Level.MAJOR] if self.status[report] is Status.ASSIGNED else []  # what is fixed needs its plan first
        level = dice.choice([Level.C, Level.B, Level.A, *graver]) if hazard else None
        grade = level.value if level else "near_miss"
        self.do(report, Act(Action.CORRECT, level=level, kind=None if hazard else Kind.NEAR_MISS), officer)
        if grade != found.grade:
            found.grade, found.setter, found.kind = grade, officer, "hazard" if hazard else "near_miss"
            self.model.take_back_all(report)
            self.judged(report, self.status[report])

    def void(self, dice):
        """Whatever it had is taken back."""
        report = self.some(dice, Status.ASSIGNED, Status.CLOSED)
        if report is not None:
            self.do(report, Act(Action.VOID, words="编的"), "李静")
            self.status[report] = Status.VOID
            self.model.take_back_all(report)

    def decline(self, dice):
        """不是我: what is open is shared by the others, what was approved is taken back from this person."""
        report = self.some(dice, Status.ASSIGNED, Status.CLOSED)
        joint = self.model.reports[report].people[1:] if report is not None else ()
        if joint:
            name = dice.choice(joint)
            self.do(report, Act(Action.DECLINE_JOINT), name)
            self.model.decline(report, name)

    def decides(self, dice):
        """Somebody tries a step; whoever the model refuses is refused, and nothing changes."""
        rounds = [n for n, a in self.model.rounds.items() if a.status != "reversed" or dice.random() < 0.1]
        if not rounds:
            return
        number = dice.choice(rounds)
        a = self.model.rounds[number]
        action, name = dice.choice([*AwardAction]), dice.choice([*self.model.roles])
        legal = {(x, n) for s, x in STEPS if s == a.status for n in self.model.roles if self.model.may(n, a, x)}
        if legal and dice.random() < 0.85:
            words = sorted({x for x, _ in legal})
            action = AwardAction(dice.choices(words, [WEIGHTS.get(x, 1) for x in words])[0])
            name = dice.choice(sorted(n for x, n in legal if x == action))
        amount = dice.choice([1, 20_00, 33_34, 60_00, 99_99, 500_00, 2000_00, a.fen + 10_00, a.by_rule + a.extra])
        sums = {"extra" if action is AwardAction.CHANGE and dice.random() < 0.4 else "amount": amount}
        if action is AwardAction.APPEAL and self.world.now - self.decided.get(number, 0) > 3 * DAY:
            return
        may = self.model.may(name, a, action.value)
        may = may and self.model.bounds(a, action.value, sums.get("amount"), sums.get("extra"))
        self.tries(number, action, name, sums, may)

    def tries(self, number, action, name, sums, may):
        who, a, done = self.person(name), self.model.rounds[number], False
        with contextlib.suppress(Refused):
            self.world.transaction(lambda d: decide(d, who, number, action, words="因为", **sums))
            done = True
        assert done == may, f"{name}: {action} of {a}"
        if done:
            after = self.newest(a.report)
            self.model.step(number, action.value, name, sums.get("amount"), sums.get("extra"), after)
            if action in SAYS or action is AwardAction.UPHOLD_APPEAL:
                self.decided[after] = self.world.now

    def pay(self, dice):
        """Finance pays what is owed."""
        name = dice.choice(FINDERS)
        if self.model.owed.get(name, 0) > 0:
            self.plant.pay(name, self.model.owed[name])
            self.model.owed[name] = 0

    def write_off(self, dice):
        """A debt is let go of."""
        debtors = sorted(n for n, fen in self.model.owed.items() if fen < 0)
        if not debtors:
            return
        name = dice.choice(debtors)

        def work(desk):
            entries = ledger.of_person(desk.store, self.world.ids[name], 10_000)
            month = local_month(desk.now, desk.plant.zone)
            ledger.append(desk.store, [write_off_entry(entries, desk.now, month, self.world.ids["孙芳"], "已离职")])

        self.world.transaction(work)
        self.model.owed[name] = 0

    def change_roles(self, dice):
        """Somebody gets a role or loses it."""
        name, role = dice.choice(["王磊", "周涛", "陈丽", "赵敏"]), dice.choice([*LETTERS])
        if dice.random() < 0.5:
            self.grant(name, role)
        else:
            self.plant.revoke(name, LETTERS[role])
            self.model.roles[name].discard(role)

    def later(self, dice):
        """Time passes, into another month sooner or later."""
        self.world.real += dice.choice([1, 2, 30]) * DAY
        self.model.month = local_month(self.world.now, self.world.plant.zone)

    def check(self):
        """The same fen in every book, the same rights for everybody."""
        self.world.transaction(self.same_awards)
        self.world.transaction(self.same_fen)
        if self.model.rounds:
            self.world.transaction(self.same_rights)

    def same_awards(self, desk):
        model = self.model
        for number, a in model.rounds.items():
            award = awards.get(desk.store, number).award
            assert (award.status.value, award.fen, award.by_rule, award.extra) == (a.status, a.fen, a.by_rule, a.extra)
            shares = {s.person: s.pays for s in awards.shares(desk.store, number)}
            assert shares == {self.world.ids[n]: fen for n, fen in a.shares.items()}, a
        assert desk.store.value("SELECT count(*) FROM award WHERE enterprise = $1") == len(model.rounds)
        assert all(len(standing(model, report)) <= 1 for report in model.reports)

    def same_fen(self, desk):
        store, model, caps = desk.store, self.model, self.model.programme.caps
        assert ledger.broken(store) is None
        assert ledger.spent(store, model.month) == model.had()
        for name, person in self.world.ids.items():
            sums = ledger.sums(store, person)
            assert sums.owed == ledger.balance(store, person) == model.owed.get(name, 0), name
            had = ledger.had(store, person, model.month, Kind.HAZARD)
            assert (had.month, had.kind) == (model.had(name), model.had(name, "hazard")), name
            assert caps.person_month is None or had.month <= caps.person_month
            assert caps.person_kind_month is None or had.kind <= caps.person_kind_month
            waits = sum(a.shares.get(name, 0) for a in model.rounds.values() if a.status in OPEN)
            assert awards.awaiting(store, person) == waits, name
        twice = store.all(
            "SELECT report, person FROM ledger WHERE enterprise = $1 AND kind IN ('award', 'reversal')"
            " GROUP BY report, person HAVING sum(CASE kind WHEN 'award' THEN 1 ELSE -1 END) > 1"
        )
        assert twice == [], "paid by two rules"

    def same_rights(self, desk):
        """For the newest award: every step and person, as the desk would let them and as the model does."""
        number = max(self.model.rounds)
        a = self.model.rounds[number]
        award, report = awards.get(desk.store, number).award, reports.get(desk.store, a.report)
        everybody = proposals.deciders(desk)
        for name, person in ((n, desk.person(i)) for n, i in self.world.ids.items()):
            for action in AwardAction:
                leads = proposals.stands_in(award, report, person, everybody, action if action in APART else None)
                allowed = proposals.may(award, report, person, action, stands_in=leads)
                assert allowed == self.model.may(name, a, action.value), (name, action, a)


def test_the_model_knows_every_step_of_the_table():
    assert {known(step) for step in STEPS} == set(AWARD_TRANSITIONS)


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(programme=programmes, seeds=st.lists(st.integers(0, 2**32), min_size=20, max_size=50))
def test_any_mix_comes_to_the_same_fen(tmp_path_factory: pytest.TempPathFactory, programme, seeds):
    with Money(tmp_path_factory.mktemp("mix"), programme) as plant:
        books = Books(plant)
        for seed in seeds:
            books.move(seed)
            books.check()

"""Any mix of awards through the real desk and database against a simple model: the same rights, the same fen."""

from __future__ import annotations

import tempfile
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from handlers import proposals
from handlers.act import act
from handlers.deciding import decide
from storage import awards, ledger, reports
from tests.money_model import OPEN, STEPS, Found, Model, Round, known, standing
from tests.plant_money import Money
from tests.world import DAY
from woodpecker.award_table import AWARD_TRANSITIONS
from woodpecker.clocks import local_day, local_month
from woodpecker.errors import Refused
from woodpecker.ledger import write_off_entry
from woodpecker.programme import DEFAULT_RATES, Budget, Caps, Programme, RateCard
from woodpecker.reports import Act
from woodpecker.words import Action, AwardAction, Earning, Kind, Level, Role, Status

ODD = {**DEFAULT_RATES, "C": 20_01, "B": 33_33, "near_miss": 7}
CARDS = (RateCard(), RateCard("2", date(2026, 11, 9), ODD))
EARNING = {Role.OFFICER: Earning.POINTS, Role.FINANCE: Earning.NONE, Role.LEADER: Earning.FULL}
FINDERS = ("王磊", "张强", "周涛", "吴桐", "赵敏", "孙芳")
DECIDERS = ("赵敏", "周涛", "吴桐", "钱进", "刘洋", "陈丽", "李静", "孙芳", "王磊")
GRADES = (*(x.value for x in Level), "near_miss", "suggestion")
LETTERS = {"approver": Role.APPROVER, "second_approver": Role.SECOND_APPROVER, "leader": Role.LEADER}
programmes = st.builds(
    Programme,
    cards=st.just(CARDS),
    joint=st.sampled_from(["split", "each"]),
    duty_factor=st.sampled_from([None, Decimal("1.2"), Decimal("1.15"), Decimal("0.335")]),
    caps=st.builds(Caps, st.sampled_from([None, None, 90_00]), st.sampled_from([None, None, 60_01])),
    budget=st.builds(Budget, st.sampled_from([None, None, 150_00])),
    second_approver_from=st.sampled_from([60_00, 100_00, 500_00]),
    extra_limit=st.sampled_from([0, 40_00, 500_00]),
    propose_on=st.sampled_from(["admit", "close"]),
    earning=st.just(EARNING),
)
picks = st.integers(0, 999)


class Books(RuleBasedStateMachine):
    """The plant on a real database beside the model of its money."""

    @initialize(programme=programmes)
    def begin(self, programme):
        self.folder = tempfile.TemporaryDirectory()
        self.plant = Money(Path(self.folder.name), programme)
        self.world = self.plant.world
        self.model = Model(programme, {name: set() for name in self.world.ids})
        for name, roles in (("李静", {"officer"}), ("吴桐", {"officer"}), ("孙芳", {"finance"})):
            self.model.roles[name] |= roles
        for name, role in (("赵敏", "approver"), ("钱进", "second_approver"), ("刘洋", "leader")):
            self.model.roles[name].add(role)
        self.grant("周涛", "approver")
        self.grant("吴桐", "second_approver")
        self.status = {}  # by report
        self.due = set()  # reports that are proposed once they are closed
        self.decided = {}

    def teardown(self):
        if hasattr(self, "plant"):
            self.world.close()
            self.folder.cleanup()

    def grant(self, name, role):
        self.plant.grant(name, LETTERS[role])
        self.model.roles[name].add(role)

    def do(self, report, what, name):
        who = self.person(name)
        return self.world.transaction(lambda d: act(d, report, what, who))

    def person(self, name):
        return self.world.transaction(lambda d: d.person(self.world.ids[name]))

    # What happens to reports

    @rule(who=st.sampled_from(FINDERS), others=st.permutations(FINDERS), more=st.sampled_from([0, 0, 0, 1, 2]),
          grade=st.sampled_from(GRADES), outside=st.booleans())  # fmt: skip
    def found(self, who, others, more, grade, outside):
        """A report comes in and is admitted by 李静, or by 吴桐 what 李静 … brought."""
        joint = tuple(n for n in others if n != who)[:more]
        kind = Kind.HAZARD if grade in {x.value for x in Level} else Kind(grade)
        report = self.plant.report(who, kind=kind, joint=joint)
        level = Level(grade) if kind is Kind.HAZARD else None
        self.do(report, self.admission(level, outside), "李静")
        day = self.world.transaction(lambda d: local_day(reports.get(d.store, report).sent_at, d.plant.zone))
        factor = self.model.programme.duty_factor if outside else None
        card = CARDS[1] if day >= CARDS[1].effective else CARDS[0]
        self.status[report] = Status.ASSIGNED
        self.model.reports[report] = Found(
            (who, *joint), grade, "李静", Fraction(factor or 1), dict(card.rates), kind.value
        )
        if self.model.programme.propose_on == "admit":
            self.proposed(report)
        else:
            self.due.add(report)

    def admission(self, level, outside):
        owner, due = self.world.ids["孙芳"], self.world.now + 5 * DAY
        return Act(Action.ADMIT, level=level, owner=owner, due=due, outside_duty=outside)

    def proposed(self, report):
        """What the model says that the rules propose for a report now."""
        found = self.model.reports[report]
        fen = self.model.by_rule(found)
        self.due.discard(report)
        if standing(self.model, report) or fen == 0 or all(self.model.excluded(n) for n in found.people):
            return
        number = self.newest(report)
        a = self.model.rounds[number] = Round(report, fen, found.kind, found.setter, fen)
        a.shares = self.model.parts(a)

    def newest(self, report):
        return self.world.transaction(lambda d: awards.of_report(d.store, report))[-1].id

    def some(self, pick, *statuses):
        """A report in one of these statuses, if there is one."""
        fits = [r for r, status in self.status.items() if status in statuses]
        return fits[pick % len(fits)] if fits else None

    @precondition(lambda self: self.model.reports)
    @rule(pick=picks)
    def close(self, pick):
        """孙芳 fixes it, 李静 accepts, with 刘洋 if it is a major one."""
        report = self.some(pick, Status.ASSIGNED)
        if report is None or self.model.reports[report].grade == "major" or "孙芳" in self.model.reports[report].people:
            return
        self.do(report, Act(Action.FIX, words="装好了"), "孙芳")
        self.do(report, Act(Action.ACCEPT_FIX), "李静")
        self.status[report] = Status.CLOSED
        if report in self.due:
            self.proposed(report)

    @rule(pick=picks)
    def reopen(self, pick):
        """Closing it again later pays nothing again."""
        report = self.some(pick, Status.CLOSED)
        if report is not None:
            what = Act(Action.REOPEN, words="又掉了", due=self.world.now + DAY)
            self.do(report, what, self.model.reports[report].people[0])
            self.status[report] = Status.ASSIGNED

    @precondition(lambda self: self.model.reports)
    @rule(pick=picks, level=st.sampled_from(Level), kind=st.sampled_from([None, None, Kind.NEAR_MISS]),
          officer=st.sampled_from(["李静", "吴桐"]))  # fmt: skip
    def correct(self, pick, level, kind, officer):
        """Another level or kind: reversed, and entered again by the card of the report's day."""
        report = self.some(pick, Status.ASSIGNED, Status.CLOSED)
        if report is None or officer in self.model.reports[report].people:
            return
        found = self.model.reports[report]
        hazard = kind is None and found.kind == "hazard"
        if not hazard and kind is None:
            return
        self.do(report, Act(Action.CORRECT, level=level if hazard else None, kind=kind), officer)
        grade = level.value if hazard else "near_miss"
        if grade == found.grade:
            return
        found.grade, found.setter, found.kind = grade, officer, "hazard" if hazard else "near_miss"
        for number in standing(self.model, report):
            self.model.take_back(number)
        if self.model.programme.propose_on == "admit" or self.status[report] is Status.CLOSED:
            self.proposed(report)
        else:
            self.due.add(report)

    @precondition(lambda self: self.model.reports)
    @rule(pick=picks)
    def void(self, pick):
        """Void: whatever it had is taken back."""
        report = self.some(pick, Status.ASSIGNED, Status.CLOSED) if pick % 3 == 0 else None
        if report is None:
            return
        self.do(report, Act(Action.VOID, words="编的"), "李静")
        self.status[report] = Status.VOID
        for number in standing(self.model, report):
            self.model.take_back(number)

    # What happens to awards

    @precondition(lambda self: self.model.rounds)
    @rule(pick=picks, action=st.sampled_from(AwardAction), name=st.sampled_from(DECIDERS),
          amount=st.sampled_from([1, 20_00, 33_34, 60_00, 99_99, 500_00, 2000_00]), extra=st.booleans())  # fmt: skip
    def decides(self, pick, action, name, amount, extra):
        """Somebody tries a step; whoever the model refuses is refused, and nothing changes."""
        number = sorted(self.model.rounds)[-1 - pick % min(4, len(self.model.rounds))]
        a = self.model.rounds[number]
        open_now = [(x, n) for s, x in STEPS if s == a.status for n in self.model.roles if self.model.may(n, a, x)]
        open_now = [(x, n) for x, n in open_now if x not in {"reverse", "refuse", "object"} or pick % 4 == 0]
        if pick >= 200 and open_now:
            word, name = open_now[pick % len(open_now)]
            action = AwardAction(word)
        sums = {"extra": amount} if extra and action is AwardAction.CHANGE else {"amount": amount}
        in_time = action is not AwardAction.APPEAL or self.world.now - self.decided.get(number, 0) < 3 * DAY
        may = self.model.may(name, a, action.value) and self.model.bounds(
            a, action.value, amount if "amount" in sums else None, sums.get("extra")
        )
        if action is AwardAction.APPEAL and not in_time:
            return
        who = self.person(name)
        try:
            self.world.transaction(lambda d: decide(d, who, number, action, words="因为", **sums))
        except Refused:
            assert not may, f"{name} was refused {action} of {a}"
            return
        assert may, f"{name} was let {action} {a}"
        after = self.newest(a.report)
        self.model.step(number, action.value, name, sums.get("amount"), sums.get("extra"), after)
        self.decided[after] = self.world.now

    @rule(name=st.sampled_from(FINDERS))
    def pay(self, name):
        """Finance pays what is owed."""
        owed = self.model.owed.get(name, 0)
        if owed > 0:
            self.plant.pay(name, owed)
            self.model.owed[name] = 0

    @rule(name=st.sampled_from(FINDERS))
    def write_off(self, name):
        """A debt is let go of."""
        owed = self.model.owed.get(name, 0)
        if owed >= 0:
            return

        def work(desk):
            entries = ledger.of_person(desk.store, self.world.ids[name], 10_000)
            month = local_month(desk.now, desk.plant.zone)
            ledger.append(desk.store, [write_off_entry(entries, desk.now, month, self.world.ids["孙芳"], "已离职")])

        self.world.transaction(work)
        self.model.owed[name] = 0

    @rule(
        name=st.sampled_from(["王磊", "周涛", "陈丽", "赵敏"]), role=st.sampled_from(sorted(LETTERS)), on=st.booleans()
    )
    def roles(self, name, role, on):
        """Somebody gets a role or loses it."""
        if on:
            self.grant(name, role)
        else:
            self.plant.revoke(name, LETTERS[role])
            self.model.roles[name].discard(role)

    @rule(days=st.sampled_from([1, 2, 12]))
    def later(self, days):
        """Time passes, into another month sooner or later."""
        self.world.real += days * DAY
        self.model.month = self.world.transaction(lambda d: local_month(d.now, d.plant.zone))

    # What always holds

    @invariant()
    def the_same_fen(self):
        if hasattr(self, "world"):
            self.world.transaction(self.books)

    def books(self, desk):
        store, model, plan = desk.store, self.model, self.model.programme
        assert ledger.broken(store) is None
        for number, a in model.rounds.items():
            award = awards.get(store, number).award
            assert (award.status.value, award.fen, award.by_rule, award.extra) == (a.status, a.fen, a.by_rule, a.extra)
            shares = {s.person: s.pays for s in awards.shares(store, number)}
            people = [self.world.ids[n] for n in model.reports[a.report].people]
            assert shares == dict(zip(people, a.shares, strict=True)), a
        written = store.value("SELECT count(*) FROM award WHERE enterprise = $1")
        assert written == len(model.rounds)
        for name, person in self.world.ids.items():
            sums = ledger.sums(store, person)
            assert sums.owed == ledger.balance(store, person) == model.owed.get(name, 0), name
            had = ledger.had(store, person, model.month, Kind.HAZARD)
            assert (had.month, had.kind) == (model.had(name), model.had(name, "hazard")), name
            assert plan.caps.person_month is None or had.month <= plan.caps.person_month
            assert plan.caps.person_kind_month is None or had.kind <= plan.caps.person_kind_month
            waits = [a for a in model.rounds.values() if a.status in OPEN and name in model.reports[a.report].people]
            expected = sum(a.shares[model.reports[a.report].people.index(name)] for a in waits)
            assert awards.awaiting(store, person) == expected, name
        assert ledger.spent(store, model.month) == model.had()
        assert all(len(standing(model, report)) <= 1 for report in model.reports)
        self.one_rule_each(store)

    def one_rule_each(self, store):
        """Nobody is paid for a report by two rules."""
        twice = store.all(
            "SELECT report, person, sum(CASE kind WHEN 'award' THEN 1 ELSE -1 END) AS n FROM ledger"
            " WHERE enterprise = $1 AND kind IN ('award', 'reversal') GROUP BY report, person"
            " HAVING sum(CASE kind WHEN 'award' THEN 1 ELSE -1 END) > 1"
        )
        assert twice == []

    @invariant()
    def the_same_rights(self):
        """For the newest award: every step and person, as the desk would let them and as the model does."""
        if not getattr(self, "model", None) or not self.model.rounds:
            return
        number = max(self.model.rounds)
        a = self.model.rounds[number]

        def work(desk):
            award = awards.get(desk.store, number).award
            report = reports.get(desk.store, a.report)
            everybody = proposals.deciders(desk)
            for name, person in ((n, desk.person(i)) for n, i in self.world.ids.items()):
                for action in AwardAction:
                    if action is AwardAction.APPEAL and a.status == "proposed":
                        continue
                    stands_in = proposals.stands_in(award, report, person, everybody, action_word(action))
                    allowed = proposals.may(award, report, person, action, stands_in=stands_in)
                    assert allowed == self.model.may(name, a, action.value), (name, action, a)

        self.world.transaction(work)


def action_word(action):
    """Whose word a leader's standing in is asked by: the next one for what waits, else the step itself."""
    return (
        None
        if action in {AwardAction.APPROVE, AwardAction.CHANGE, AwardAction.REFUSE, AwardAction.LIFT_HOLD}
        else action
    )


def test_the_model_knows_every_step_of_the_table():
    assert {known(step) for step in STEPS} == set(AWARD_TRANSITIONS)


TestBooks = Books.TestCase
TestBooks.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)

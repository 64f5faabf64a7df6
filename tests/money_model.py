"""What an award must come to and who may decide it, said again in the simplest way: names, sets and integers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

from tests.award_steps import NO_JUDGEMENT, ROLES, STEPS
from woodpecker.programme import Programme

OPEN = {"proposed", "half_approved", "held_budget"}
IN_BOOKS = {"approved", "batched", "objected", "paid"}


@dataclass
class Found:
    """A report: who brought it, the first one first, and what it was judged to be."""

    people: tuple[str, ...]
    grade: str
    setter: str
    factor: Fraction
    rate: dict[str, int]
    kind: str
    logger: str = ""
    owner: str = ""


@dataclass
class Round:
    """One award of a report, in fen."""

    report: int
    by_rule: int
    kind: str
    setter: str
    fen: int
    extra: int = 0
    status: str = "proposed"
    first: str = ""
    second: str = ""
    changer: str = ""
    lifter: str = ""
    judges: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()
    floor: int = 0
    appealed: bool = False
    waiting: bool = False  # an appeal is open
    shares: dict[str, int] = field(default_factory=dict)

    @property
    def approvers(self) -> set[str]:
        return {n for n in (self.first, self.second, self.lifter) if n}


@dataclass
class Line:
    """One line of the books: `gone` once it is taken back, `freed` if that was within its own month."""

    person: str
    month: int
    fen: int
    kind: str
    round: int
    gone: bool = False
    freed: bool = False


@dataclass
class Model:
    """The plant's money."""

    programme: Programme
    roles: dict[str, set[str]]
    reports: dict[int, Found] = field(default_factory=dict)
    rounds: dict[int, Round] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    owed: dict[str, int] = field(default_factory=dict)
    month: int = 202611

    # Money: rate × factor, half up; + extra; split or each; excluded lapse; caps; threshold; budget.

    def by_rule(self, report: Found) -> int:
        exact = report.rate[report.grade] * report.factor
        return int(exact + Fraction(1, 2))

    def excluded(self, name: str) -> bool:
        """Whether nothing of an award counts for them; where there are only points, who earns points has a part."""
        plan = self.programme
        nothing = {"none"} if plan.reward == "points" else {"none", "points"}
        return any(role.value in self.roles[name] and earning in nothing for role, earning in plan.earning.items())

    def parts(self, a: Round) -> dict[str, int]:
        people = self.reports[a.report].people
        if self.programme.joint == "each":
            each = [a.fen] * len(people)
        else:
            each = [a.fen // len(people)] * len(people)
            each[0] += a.fen - sum(each)
        return {name: self.paid(name, fen, a.kind) for name, fen in zip(people, each, strict=True)}

    def paid(self, name: str, fen: int, kind: str) -> int:
        if self.excluded(name):
            return 0
        caps = self.programme.caps
        if caps.person_month is not None:
            fen = min(fen, caps.person_month - self.had(name))
        if caps.person_kind_month is not None:
            fen = min(fen, caps.person_kind_month - self.had(name, kind))
        return max(0, fen)

    def had(self, name: str = "", kind: str = "") -> int:
        now = (x for x in self.lines if x.month == self.month and not x.freed)
        return sum(x.fen for x in now if name in {"", x.person} and kind in {"", x.kind})

    def settle(self, number: int) -> None:
        """Whoever had to say yes has said so: what is it now?"""
        a, plan = self.rounds[number], self.programme
        a.shares = self.parts(a)
        total, limit = sum(a.shares.values()), plan.budget.month
        changed = a.fen if a.fen != a.by_rule else 0
        if not a.second and max(total, changed) >= plan.second_approver_from:
            a.status = "half_approved"
        elif limit is not None and total and not a.lifter and self.had() + total > limit:
            a.status = "held_budget"
        else:
            a.status = "approved"
            for name, fen in a.shares.items():
                if fen:
                    self.lines.append(Line(name, self.month, fen, a.kind, number))
                    self.owed[name] = self.owed.get(name, 0) + fen

    def take_back(self, number: int) -> None:
        a = self.rounds[number]
        if a.status in IN_BOOKS:
            self.back(number, *a.shares)
        a.status, a.waiting = "reversed", False

    def back(self, number: int, *people: str) -> None:
        """Out of the books; the cap is free again only within the month."""
        for line in (x for x in self.lines if x.round == number and x.person in people and not x.gone):
            line.gone, line.freed = True, line.month == self.month
            self.owed[line.person] -= line.fen

    def decline(self, report: int, name: str) -> None:
        found = self.reports[report]
        found.people = tuple(n for n in found.people if n != name)
        for number in standing(self, report):
            a = self.rounds[number]
            if a.status in OPEN:
                a.shares = self.parts(a)
            elif a.status in IN_BOOKS and a.shares[name]:
                self.back(number, name)
                a.shares[name] = 0

    def take_back_all(self, report: int) -> None:
        for number in standing(self, report):
            self.take_back(number)

    # Rights

    def own(self, name: str, a: Round, action: str, standing_in: bool = False) -> bool:
        letters = STEPS.get((a.status, action), "-")
        report = self.reports[a.report]
        if letters == "r":
            otherwise = a.status == "refused" or a.fen != a.by_rule + a.extra
            return name in report.people and not a.appealed and otherwise
        if letters == "e":
            return True
        roles = {ROLES[x] for x in letters if x != "-"}
        if standing_in and set(letters) <= {"f", "s"}:
            roles = {"leader"}
        if not roles & self.roles[name]:
            return False
        return action in NO_JUDGEMENT or not self.partial(name, a, action, standing_in)

    def partial(self, name: str, a: Round, action: str, standing_in: bool) -> bool:
        report = self.reports[a.report]
        if name in {*report.people, report.logger, report.setter, a.setter, *a.barred}:
            return True
        if action in {"uphold_appeal", "dismiss_appeal"}:
            return not a.waiting or name in a.judges | a.approvers
        if action == "refuse" and a.floor:
            return True
        if a.status == "half_approved":
            return name == a.first
        if a.status == "proposed" and a.changer:
            return name == a.changer or (name != a.first and not standing_in)
        return (a.status in IN_BOOKS) and name in a.approvers and not standing_in

    def may(self, name: str, a: Round, action: str) -> bool:
        """In one's own right, or as a leader where none of those who decide may in theirs."""
        if self.own(name, a, action):
            return True
        if "leader" not in self.roles[name] or STEPS.get((a.status, action), "-") == "-":
            return False
        word = "approve" if a.status in {"proposed", "half_approved"} else action
        if any(self.own(n, a, word) for n in self.roles if self.roles[n] & {"approver", "second_approver", "leader"}):
            return False
        return self.own(name, a, action, standing_in=True)

    # Steps

    def step(self, number: int, action: str, name: str, amount: int | None, extra: int | None, new: int) -> None:
        """Takes a step that is allowed; an upheld appeal enters the round `new`."""
        a = self.rounds[number]
        if action in {"approve", "change", "refuse", "lift_hold"}:
            a.judges |= {name}
        simple = {"refuse": "refused", "batch": "batched", "pay": "paid", "object": "objected"}
        if action in simple:
            a.status = simple[action]
        elif action == "dismiss_objection":
            a.status = "approved"
        elif action == "reverse":
            self.take_back(number)
        elif action == "appeal":
            a.appealed = a.waiting = True
        elif action == "dismiss_appeal":
            a.waiting = False
        elif action == "uphold_appeal":
            self._again(number, name, amount or 0, new)
        else:
            self._yes(number, action, name, amount, extra)

    def _again(self, number: int, name: str, amount: int, new: int) -> None:
        a = self.rounds[number]
        floor = 0 if a.status == "refused" else a.fen
        self.rounds[new] = replace(
            a, fen=amount, status="proposed", first=name, second="", changer="", lifter="", judges=frozenset({name}),
            barred=a.barred | a.judges | a.approvers, floor=floor, waiting=False, shares={},
        )  # fmt: skip
        self.take_back(number)
        self.settle(new)

    def _yes(self, number: int, action: str, name: str, amount: int | None, extra: int | None) -> None:
        a = self.rounds[number]
        if action == "change":
            a.extra = a.extra if extra is None else extra
            a.fen = amount if amount is not None else a.by_rule + a.extra
            if a.status == "half_approved":
                a.status, a.changer, a.shares = "proposed", name, self.parts(a)
                return
        if action == "lift_hold":
            a.lifter = name
        elif a.status == "half_approved":
            a.second = name
        else:
            a.first, a.changer = name, ""
        self.settle(number)

    def bounds(self, a: Round, action: str, amount: int | None, extra: int | None) -> bool:
        """Whether a sum is one that may be given."""
        if action == "uphold_appeal":
            floor = 0 if a.status == "refused" else a.fen
            return amount is not None and floor < amount <= a.by_rule + self.programme.extra_limit
        if action != "change":
            return True
        fen = amount if extra is None else a.by_rule + extra
        if extra is not None and not 0 < extra <= self.programme.extra_limit:
            return False
        good = fen is not None and 0 < fen <= a.by_rule + self.programme.extra_limit
        return good and fen != a.fen and (fen or 0) >= a.floor


def standing(model: Model, report: int) -> list[int]:
    """The rounds of a report that are not reversed; never more than one."""
    return [n for n, a in model.rounds.items() if a.report == report and a.status != "reversed"]

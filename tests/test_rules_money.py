"""A plant's life: whatever happens and in whatever order, the ledger adds up."""

from __future__ import annotations

import random
from collections import defaultdict
from contextlib import suppress
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from woodpecker.award_decisions import decide_award
from woodpecker.awards import Award, award_of, may_propose
from woodpecker.errors import Refused
from woodpecker.ledger import Entry, award_entries, awarded_in, owed, payable, payment_entry, reversal_entries
from woodpecker.programme import Budget, Caps, Programme
from woodpecker.rewards import Books, Had, propose
from woodpecker.words import AwardAction, AwardStatus, EntryKind, Kind, Level, Role

WANG, LI, ZHANG, ZHAO, ZHOU, QIAN, SUN = range(1, 8)
NOV, DEC = 202611, 202612
NOW = 1_795_500_000_000
PLANT = Programme()


def award(number: int, level: Level, report: int) -> Award:
    proposal = propose(PLANT, date(2026, 11, 24), Kind.HAZARD, level, outside_duty=False)
    return award_of(proposal, id=number, report=report, kind=Kind.HAZARD, level=level, level_setter=LI)


class Plant:
    """An award table and a ledger with the two constraints that the database has."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.awards: dict[int, Award] = {}
        self.sharers: dict[int, tuple[int, ...]] = {}
        self.ledger: dict[str, Entry] = {}
        self.month = NOV

    def books(self, number: int) -> Books:
        entries = tuple(self.ledger.values())
        had = {person: Had(fen, fen) for person, fen in awarded_in(entries, self.month).items()}
        spent = sum(awarded_in(entries, self.month).values())
        return Books(self.sharers[number], frozenset({ZHOU}), had, spent)

    def admit(self, report: int, level: Level, persons: tuple[int, ...]) -> None:
        earlier = tuple(a for a in self.awards.values() if a.report == report)
        if may_propose(earlier):
            number = len(self.awards) + 1
            self.awards[number] = award(number, level, report)
            self.sharers[number] = persons

    def act(self, number: int, action: AwardAction, person: int | None, amount: int) -> None:
        before = self.awards[number]
        roles = {ZHAO: Role.APPROVER, QIAN: Role.SECOND_APPROVER, SUN: Role.LEADER, LI: Role.FINANCE}
        done = decide_award(
            before,
            action,
            person=person,
            roles=frozenset({Role.WORKER, roles.get(person or 0, Role.WORKER)}),
            relations=frozenset(),
            now=NOW,
            programme=self.programme,
            books=self.books(number),
            amount=amount,
            words="理由",
        )
        self.awards[number] = done.award
        if done.approved:
            self.enter(award_entries(done.award, done.shares, NOW, self.month, done.award.approvers))
        if done.reverses:
            own = [e for e in self.ledger.values() if e.award == number]
            self.enter(reversal_entries(own, NOW, self.month, person, "理由"))

    def pay(self, person: int, batch: int) -> None:
        fen = payable(e for e in self.ledger.values() if e.person == person)
        if fen:
            self.enter((payment_entry(person, fen, at=NOW, month=self.month, batch=batch, by=LI),))

    def enter(self, entries: tuple[Entry, ...]) -> None:
        for entry in entries:
            assert entry.key not in self.ledger
            self.ledger[entry.key] = entry


def live(plant: Plant, seed: int) -> None:
    dice = random.Random(seed)
    for turn in range(60):
        if turn == 40:
            plant.month = DEC
        sharers = tuple(dice.sample((WANG, ZHANG, ZHOU, 20, 21), dice.randint(1, 3)))
        plant.admit(dice.randint(1, 6), dice.choice(list(Level)), sharers)
        number = dice.choice(list(plant.awards))
        person = dice.choice([ZHAO, ZHAO, QIAN, SUN, LI, None])
        with suppress(Refused):
            plant.act(number, dice.choice(list(AwardAction)), person, dice.randint(1, 600_00))
        if turn % 20 == 19:
            plant.pay(dice.choice([WANG, ZHANG, 20, 21]), turn)


PLANTS = [
    PLANT,
    PLANT._replace(joint="each", caps=Caps(300_00, 200_00)),
    PLANT._replace(second_approver_from=100_00, budget=Budget(700_00)),
]


@given(st.sampled_from(PLANTS), st.integers(0, 2**32))
def test_the_ledger_adds_up_under_any_order_of_approvals_reversals_and_splits(programme: Programme, seed: int) -> None:
    plant = Plant(programme)
    live(plant, seed)
    entries = list(plant.ledger.values())
    random.Random(seed).shuffle(entries)
    by_kind: defaultdict[EntryKind, int] = defaultdict(int)
    by_person: defaultdict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_kind[entry.kind] += entry.fen
        by_person[entry.person].append(entry)
    assert owed(entries) == sum(by_kind.values()) == sum(owed(own) for own in by_person.values())
    assert all(payable(own) == max(0, owed(own)) for own in by_person.values())
    standing = {AwardStatus.APPROVED, AwardStatus.BATCHED, AwardStatus.OBJECTED, AwardStatus.PAID}
    for number, one in plant.awards.items():
        kept = [e for e in entries if e.award == number]
        if one.status in standing:
            limit = one.fen * (len(plant.sharers[number]) if programme.joint == "each" else 1)
            assert 0 <= owed(kept) <= limit
            assert all(e.kind is EntryKind.AWARD for e in kept)
        else:
            assert owed(kept) == 0
    assert ZHOU not in by_person  # excluded by rule


@given(st.sampled_from(PLANTS), st.integers(0, 2**32))
def test_nobody_is_paid_by_two_rules_and_a_reversal_frees_only_its_own(programme: Programme, seed: int) -> None:
    plant = Plant(programme)
    live(plant, seed)
    gone = [e.reverses for e in plant.ledger.values() if e.kind is EntryKind.REVERSAL]
    assert len(gone) == len(set(gone))
    for key in gone:
        back, taken = plant.ledger[f"reversal:{key}"], plant.ledger[key]
        assert (back.person, back.fen, back.award) == (taken.person, -taken.fen, taken.award)
    standing = [e for e in plant.ledger.values() if e.kind is EntryKind.AWARD and e.key not in gone]
    paid_for = [(e.report, e.person) for e in standing]
    assert len(paid_for) == len(set(paid_for))
    if programme.caps.person_month is not None:
        for month in (NOV, DEC):
            totals = awarded_in(plant.ledger.values(), month).values()
            assert all(0 <= fen <= programme.caps.person_month for fen in totals)


@given(st.sampled_from(PLANTS), st.integers(0, 2**32))
def test_whoever_stands_for_an_award_is_different_people(programme: Programme, seed: int) -> None:
    plant = Plant(programme)
    live(plant, seed)
    for entry in plant.ledger.values():
        if entry.kind is EntryKind.AWARD:
            assert entry.person not in entry.approvers
            assert len(set(entry.approvers[:2])) == len(entry.approvers[:2]) >= 1

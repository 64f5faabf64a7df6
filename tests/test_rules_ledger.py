"""What an entry is, how it is undone, and the chain over all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from woodpecker.awards import Award, award_of
from woodpecker.digest import GENESIS, Link, body_digest, canonical_json, chain, verify
from woodpecker.errors import Refused
from woodpecker.ledger import (
    Entry,
    award_entries,
    awarded_in,
    owed,
    payable,
    payment_entry,
    returned_entry,
    reversal_entries,
    write_off_entry,
)
from woodpecker.programme import Programme
from woodpecker.rewards import Share, propose
from woodpecker.words import EntryKind, Kind, Level

WANG, LI, ZHANG, ZHAO, ZHOU, QIAN, SUN = range(1, 8)
NOV, DEC = 202611, 202612
NOW = 1_795_500_000_000
PLANT = Programme()


def award(number: int) -> Award:
    proposal = propose(PLANT, date(2026, 11, 24), Kind.HAZARD, Level.B, outside_duty=False)
    return award_of(proposal, id=number, report=42, kind=Kind.HAZARD, level=Level.B, level_setter=LI)


def entries_of(number: int = 9, *parts: Share, month: int = NOV) -> tuple[Entry, ...]:
    return award_entries(award(number), parts or (Share(WANG, 50_00),), NOW, month, (ZHAO,))


def test_each_entry_names_report_rule_card_and_approvers() -> None:
    (entry,) = entries_of()
    assert (entry.report, entry.rule, entry.card_version, entry.approvers) == (42, "rate.B", "1", (ZHAO,))
    assert award_entries(award(9)._replace(words="避免停机"), [Share(WANG, 1)], NOW, NOV, ())[0].words == "避免停机"
    assert (entry.kind, entry.fen, entry.month, entry.at) == (EntryKind.AWARD, 50_00, NOV, NOW)


def test_only_shares_that_pay_become_entries() -> None:
    parts = (Share(WANG, 34), Share(LI, 33, excluded=True), Share(ZHANG, 33, cut=33), Share(ZHOU, 5, cut=1))
    assert [(entry.person, entry.fen) for entry in entries_of(9, *parts)] == [(WANG, 34), (ZHOU, 4)]


def test_the_same_approval_twice_has_the_same_keys() -> None:
    assert [e.key for e in entries_of()] == [e.key for e in entries_of()] == ["award:9:1"]


@pytest.mark.parametrize(
    "kind, fen",
    [
        (EntryKind.AWARD, -1),
        (EntryKind.AWARD, 0),
        (EntryKind.REVERSAL, 1),
        (EntryKind.PAYMENT, 1),
        (EntryKind.PAYMENT, 0),
        (EntryKind.WRITE_OFF, -1),
    ],
)
def test_signs(kind: EntryKind, fen: int) -> None:
    with pytest.raises(ValueError, match="wrong sign"):
        Entry("k", WANG, kind, fen, NOV, NOW)


@pytest.mark.parametrize("month", [202600, 202613, 2026, 202699])
def test_a_month_is_a_month(month: int) -> None:
    with pytest.raises(ValueError, match="no month"):
        Entry("k", WANG, EntryKind.AWARD, 1, month, NOW)


@pytest.mark.parametrize("month", [202601, 202612])
def test_a_year_has_all_its_months(month: int) -> None:
    assert Entry("k", WANG, EntryKind.AWARD, 1, month, NOW).month == month


def test_a_payment_is_negative_and_single_in_its_batch() -> None:
    paid = payment_entry(WANG, 50_00, at=NOW, month=DEC, batch=3, by=QIAN)
    assert (paid.key, paid.fen, paid.kind, paid.approvers) == ("payment:3:1", -50_00, EntryKind.PAYMENT, (QIAN,))


def test_a_payment_that_came_back_is_its_opposite_and_single() -> None:
    paid = payment_entry(WANG, 50_00, at=NOW, month=NOV, batch=3, by=QIAN)
    back = returned_entry(paid, at=NOW + 1, month=DEC, by=SUN, words=" 卡号不对 ")
    assert (back.key, back.fen, back.kind) == ("returned:payment:3:1", 50_00, EntryKind.PAYMENT)
    assert (back.reverses, back.month, back.approvers, back.words) == (paid.key, DEC, (SUN,), "卡号不对")
    assert owed((*entries_of(), paid, back)) == 50_00
    assert awarded_in((paid, back), DEC) == {}  # neither caps nor the budget hear of it
    again = returned_entry(paid, at=NOW + 2, month=DEC, by=QIAN, words="户名不符")
    assert again.key == back.key
    with pytest.raises(ValueError, match="wrong sign"):
        replace(back, fen=-50_00)


def test_only_a_payment_can_come_back_and_with_words() -> None:
    paid = payment_entry(WANG, 50_00, at=NOW, month=NOV, batch=3, by=QIAN)
    back = returned_entry(paid, at=NOW, month=DEC, by=SUN, words="卡号不对")
    for entry, words, key in (
        (*entries_of(), "卡号不对", "refused.not_paid_yet"),
        (back, "卡号不对", "refused.not_paid_yet"),
        (paid, "  ", "refused.words_missing"),
    ):
        with pytest.raises(Refused) as no:
            returned_entry(entry, at=NOW, month=DEC, by=SUN, words=words)
        assert no.value.key == key


def test_a_reversal_is_the_opposite_of_its_entry() -> None:
    entries = entries_of()
    (back,) = reversal_entries(entries, NOW + 1, DEC, SUN, " 重复 ")
    assert owed((*entries, back)) == 0
    assert (back.reverses, back.key, back.approvers, back.words) == (
        "award:9:1",
        "reversal:award:9:1",
        (SUN,),
        "重复",
    )
    (by_itself,) = reversal_entries(entries, NOW, DEC, None, "等级更正")
    assert by_itself.approvers == ()


def test_a_reversal_needs_words() -> None:
    with pytest.raises(Refused) as no:
        reversal_entries(entries_of(), NOW, NOV, SUN, " ")
    assert no.value.key == "refused.words_missing"


def test_a_reversal_of_a_reversal_or_a_payment_is_refused() -> None:
    back = reversal_entries(entries_of(), NOW, NOV, SUN, "重复")
    paid = payment_entry(WANG, 50_00, at=NOW, month=DEC, batch=1, by=QIAN)
    for entry in (*back, paid):
        with pytest.raises(Refused) as no:
            reversal_entries((entry,), NOW, NOV, SUN, "重复")
        assert (no.value.key, no.value.args_for_text) == ("refused.not_reversible", {"kind": entry.kind})


def test_a_debt_is_carried_never_paid() -> None:
    entries = entries_of()
    paid = payment_entry(WANG, 50_00, at=NOW, month=DEC, batch=1, by=QIAN)
    books = (*entries, paid, *reversal_entries(entries, NOW, DEC, SUN, "不属实"))
    assert (owed(books), payable(books)) == (-50_00, 0)
    later = award_entries(award(10), (Share(WANG, 80_00),), NOW, DEC, (ZHAO,))
    assert payable((*books, *later)) == 30_00


def test_a_leavers_debt_is_written_off_with_a_name_and_a_reason() -> None:
    entries = entries_of()
    paid = payment_entry(WANG, 50_00, at=NOW, month=DEC, batch=1, by=QIAN)
    books = (*entries, paid, *reversal_entries(entries, NOW, DEC, SUN, "不属实"))
    off = write_off_entry(books, NOW, DEC, SUN, "已离职")
    assert (off.fen, off.person, off.approvers, off.words) == (50_00, WANG, (SUN,), "已离职")
    assert owed((*books, off)) == 0
    again = payment_entry(WANG, 1, at=NOW, month=DEC, batch=2, by=QIAN)
    assert [off.key, write_off_entry((*books, off, again), NOW, DEC, SUN, "已离职").key] == [
        "write_off:1:1",
        "write_off:1:2",
    ]
    with pytest.raises(Refused, match="no_debt"):
        write_off_entry((*books, off), NOW, DEC, SUN, "已离职")
    with pytest.raises(Refused, match="words_missing"):
        write_off_entry(books, NOW, DEC, SUN, "")


@pytest.mark.parametrize("reversed_in, left", [(NOV, {WANG: 30_00}), (DEC, {WANG: 80_00})])
def test_a_reversal_frees_the_cap_only_within_its_own_month(reversed_in: int, left: dict[int, int]) -> None:
    first, second = entries_of(1), entries_of(2, Share(WANG, 30_00))
    back = reversal_entries(first, NOW, reversed_in, SUN, "重复")
    books = (*first, *second, *back, *entries_of(3, Share(LI, 7), month=DEC))
    assert awarded_in(books, NOV) == left
    assert awarded_in(books, DEC) == {LI: 7}


def test_payments_and_write_offs_count_against_no_cap() -> None:
    entries = entries_of()
    paid = payment_entry(WANG, 60_00, at=NOW, month=NOV, batch=1, by=QIAN)
    off = write_off_entry((*entries, paid), NOW, NOV, SUN, "多发")
    assert awarded_in((*entries, paid, off), NOV) == {WANG: 50_00}


def rows_of(entries: tuple[Entry, ...]) -> list[Link]:
    rows, prev = [], GENESIS
    for entry in entries:
        digest = body_digest(entry.body)
        prev = chain(prev, digest)
        rows.append(Link(entry.body, digest, prev))
    return rows


def test_a_chain_holds_and_goes_on_from_any_row() -> None:
    rows = rows_of(entries_of(9, Share(WANG, 1), Share(LI, 2), Share(ZHANG, 3)))
    assert GENESIS == "0" * 64  # in every plant's database: it can never change
    assert verify([]) is None
    assert verify(rows) is None
    assert verify(rows[1:], rows[0].hash) is None


def test_erasing_a_body_keeps_the_chain_whole() -> None:
    rows = rows_of(entries_of(9, Share(WANG, 1), Share(LI, 2)))
    assert verify([rows[0]._replace(body=None), rows[1]]) is None


@pytest.mark.parametrize("broken", ["body", "digest", "hash", "order", "missing"])
def test_a_chain_names_its_first_broken_row(broken: str) -> None:
    rows = rows_of(entries_of(9, Share(WANG, 1), Share(LI, 2), Share(ZHANG, 3)))
    if broken == "order":
        rows[1], rows[2] = rows[2], rows[1]
    elif broken == "missing":
        del rows[1]
    else:
        forged = (rows[1].body or "").replace(":2,", ":9,") if broken == "body" else body_digest("x")
        rows[1] = rows[1]._replace(**{broken: forged})
    assert verify(rows) == 1


def test_an_entrys_body_is_canonical_json() -> None:
    (entry,) = reversal_entries(entries_of(), NOW, NOV, SUN, "重复")
    assert entry.body == (
        '{"approvers":[7],"at":1795500000000,"award":9,"card_version":"1","fen":-5000,'
        '"key":"reversal:award:9:1","kind":"reversal","month":202611,"person":1,"report":42,'
        '"reverses":"award:9:1","rule":"rate.B","words":"重复"}'
    )


def test_canonical_json_has_one_form_and_no_nan() -> None:
    assert canonical_json({"乙": [1, None], "a": True}) == canonical_json({"a": True, "乙": [1, None]})
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json(float("nan"))

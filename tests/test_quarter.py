"""A quarter of a plant of 300 people: books, screens and history agree to the fen and to the row."""

from __future__ import annotations

import os
from collections import Counter
from datetime import datetime

import pytest

from handlers import steps
from handlers.formats import yuan
from handlers.telling import SILENT
from storage import awards, boards, history, ledger, reports
from tests.quarter_plant import NIGHT, Quarter
from tests.world import ZONE
from woodpecker.award_table import IN_LEDGER
from woodpecker.words import Action, Naming, Status

A = Action
WANTED = {
    A.ADMIT, A.REJECT, A.QUERY, A.ANSWER, A.FIXED_ON_SPOT, A.FIX, A.REASSIGN, A.CORRECT, A.VOID, A.ACCEPT_FIX,
    A.RETURN_FIX, A.CONFIRM, A.REOPEN, A.APPEAL, A.UPHOLD, A.DISMISS, A.WITHDRAW,
}  # fmt: skip
DAYS = int(os.environ.get("QUARTER_DAYS", "90"))
A_DAY = int(os.environ.get("QUARTER_REPORTS", "5"))


@pytest.fixture(scope="module")
def plant(tmp_path_factory):
    made = Quarter(tmp_path_factory.mktemp("quarter"))
    for _ in range(DAYS):
        made.day(A_DAY)
    made.rest(24)
    made.day(0)
    yield made
    made.close()


def all_of(desk):
    """All reports."""
    rows = desk.store.all("SELECT id FROM report WHERE enterprise = $1 ORDER BY id")
    return [reports.get(desk.store, r["id"]) for r in rows]


def by_day(at):
    """Whether an instant lies outside the quiet hours."""
    return NIGHT[1] <= datetime.fromtimestamp(at / 1000, ZONE).hour < NIGHT[0]


def test_it_was_a_busy_quarter(plant):
    found = Counter(r.status for r in plant.transaction(all_of))
    assert sum(found.values()) == DAYS * A_DAY
    assert {Status.CLOSED, Status.REJECTED, Status.VOID} <= set(found)
    done = Counter(
        e.action
        for r in plant.transaction(all_of)
        for e in plant.transaction(lambda d, r=r: history.of_report(d.store, r.id))
    )
    assert set(done) >= WANTED, WANTED - set(done)
    at_night = [at for at in plant.stepped if not by_day(at)]
    assert len(at_night) > DAYS  # so that the quiet hours have been tried


def test_chains_verify_and_versions_count_rows(plant):
    def work(desk):
        assert ledger.broken(desk.store) is None
        for report in all_of(desk):
            assert history.broken(desk.store, report.id) is None

    plant.transaction(work)


def test_ledger_awards_and_screens_agree_to_the_fen(plant):
    def work(desk):
        due = Counter()
        for report in all_of(desk):
            for award in awards.of_report(desk.store, report.id):
                if award.status in IN_LEDGER:
                    for share in awards.shares(desk.store, award.id):
                        due[share.person] += share.pays
        for person in plant.ids.values():
            assert ledger.balance(desk.store, person) == due[person]
        assert ledger.totals(desk.store).owed == sum(due.values()) > 0
        return due

    due = plant.transaction(work)
    by_id = {number: name for name, number in plant.ids.items()}
    for person, fen in due.most_common(20):
        plant.say(by_id[person], "奖励")
        assert yuan(fen) in plant.phones[by_id[person]].last


def test_every_reporter_was_told_every_step(plant):
    got = {}
    for _, seen in plant.seen:
        got.setdefault(seen.phone, []).append(seen.message.text)
    by_id = {number: name for name, number in plant.ids.items()}

    def work(desk):
        for report in all_of(desk):
            texts = "\n".join(got[by_id[report.reporter]])
            for event in history.of_report(desk.store, report.id):
                if event.action in SILENT or event.person == report.reporter or event.action is Action.QUERY:
                    continue
                if event.action is Action.ACCEPT_FIX and event.after is Status.CLOSED:
                    assert f"✅ {report.number} 已整改，验收通过" in texts
                    continue
                told = steps.step(desk, desk.person(report.reporter), {"report": report.id, "seq": event.seq})
                assert told.text in texts, (report.number, event.action)

    plant.transaction(work)


def test_nobody_was_pushed_in_quiet_hours(plant):
    for at, seen in plant.seen:
        assert seen.edit or by_day(at), (seen.phone, at, seen.message.text)


def test_the_board_agrees_with_history_to_the_row(plant):
    counted = Counter()

    def work(desk):
        for report in all_of(desk):
            stands = history.last(desk.store, report.id).after
            admitted = stands in {Status.ASSIGNED, Status.FIXED, Status.CLOSED}
            assert stands is report.status
            counted[report.reporter] += admitted and report.naming is Naming.SHOWN
        for person, count in counted.items():
            own = boards.board(desk.store, 202610, 202702, person).own
            assert (own.count if own else 0) == count

    plant.transaction(work)


def test_no_reporter_is_named_to_an_owner(plant):
    tasks = [s.message.text for _, s in plant.seen if s.message.text.startswith("🔧") or s.phone in {"张强", "孙芳"}]
    assert len(tasks) > DAYS
    for text in tasks:
        assert "工友" not in text, text

"""A quarter of a plant of 300 people: books, screens and history agree to the fen and to the row."""

from __future__ import annotations

import os
import re
from collections import Counter
from datetime import datetime

import pytest

from handlers import behalf, steps
from handlers.formats import yuan
from handlers.next_hands import eligible_people
from handlers.telling import SILENT
from storage import awards, boards, history, ledger, reports
from tests.quarter_mixed import Mixed
from tests.quarter_plant import NIGHT
from tests.world import ZONE
from woodpecker.award_table import IN_LEDGER
from woodpecker.words import Action, Kind, Naming, Status

A = Action
WANTED = {
    A.ADMIT, A.REJECT, A.QUERY, A.ANSWER, A.FIXED_ON_SPOT, A.FIX, A.REASSIGN, A.CORRECT, A.VOID, A.ACCEPT_FIX,
    A.RETURN_FIX, A.CONFIRM, A.REOPEN, A.APPEAL, A.UPHOLD, A.DISMISS, A.WITHDRAW, A.ADMIT_CLOSED, A.PART_FIX,
    A.ASK_EXTENSION, A.GRANT_EXTENSION, A.REFUSE_EXTENSION, A.HAND_OVER, A.TAKE_OVER, A.DECLINE_OVER, A.NOT_MINE,
    A.KEEP_OWNER, A.PLAN,
}  # fmt: skip
CAP = 400_00  # a person and month
NUMBER = re.compile(r"\d{4}-\d{4,}")
ENDED = {Status.CLOSED, Status.REJECTED, Status.DUPLICATE, Status.WITHDRAWN, Status.VOID}
DAYS = int(os.environ.get("QUARTER_DAYS", "90"))
A_DAY = int(os.environ.get("QUARTER_REPORTS", "3"))


@pytest.fixture(scope="module")
def plant(tmp_path_factory):
    made = Mixed(tmp_path_factory.mktemp("quarter"))
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


def claimed(desk, person, fen):
    """What a code for so much money brought its holder: all of it, or what the month's cap left."""
    one = desk.store.one(
        "SELECT fen, month FROM ledger WHERE enterprise = $1 AND person = $2 AND body LIKE '%claim%'", person
    )
    had = "SELECT sum(fen) FROM ledger WHERE enterprise = $1 AND person = $2 AND month = $3 AND kind = 'award'"
    assert one["fen"] == fen or desk.store.value(had, person, one["month"]) == CAP
    return one["fen"]


def by_day(at):
    """Whether an instant lies outside the quiet hours."""
    return NIGHT[1] <= datetime.fromtimestamp(at / 1000, ZONE).hour < NIGHT[0]


def test_it_was_a_busy_quarter(plant):
    found = Counter(r.status for r in plant.transaction(all_of))
    assert DAYS * A_DAY * 0.97 < sum(found.values()) <= DAYS * A_DAY
    assert {Status.CLOSED, Status.REJECTED, Status.VOID} <= set(found)
    done = Counter(
        e.action
        for r in plant.transaction(all_of)
        for e in plant.transaction(lambda d, r=r: history.of_report(d.store, r.id))
    )
    assert set(done) >= WANTED, WANTED - set(done)
    at_night = [at for at in plant.stepped if not by_day(at)]
    assert len(at_night) > DAYS  # so that the quiet hours have been tried
    made = plant.transaction(all_of)
    assert plant.alerts
    assert plant.gone
    assert plant.redeemed
    assert plant.codes.keys() - plant.redeemed.keys()
    assert all(
        any(has(r) for r in made) for has in (lambda r: r.joint, lambda r: r.logger, lambda r: r.kind == "violation")
    )
    assert any(r.level == "major" and r.status is Status.CLOSED for r in made)


def test_every_report_ended_or_is_with_somebody(plant):
    """Whoever has to take the next step is there and may."""
    ask = {Status.REPORTED: Action.ADMIT, Status.FIXED: Action.ACCEPT_FIX}

    def work(desk):
        for report in all_of(desk):
            if report.status in ask:
                assert eligible_people(desk, report, ask[report.status]), report.number
            elif report.status is Status.ASSIGNED:
                owner = desk.person(report.owner)
                assert owner is not None
                assert owner.left_on is None, report.number
            elif report.status is Status.QUERIED:
                assert behalf.speaker(desk, report) is not None or report.number in plant.codes
            else:
                assert report.status in ENDED, report.number

    plant.transaction(work)


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
                    if report.number in plant.redeemed:
                        holder = plant.ids[plant.redeemed[report.number]]
                        due[holder] += claimed(desk, holder, award.fen)
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
            mouth = behalf.speaker(desk, report)
            for person in behalf.hearers(desk, report):
                texts = "\n".join(got.get(by_id[person], ()))
                for event in history.of_report(desk.store, report.id):
                    if event.action in SILENT or event.person == person or event.action is Action.QUERY:
                        continue
                    if by_id[person] == plant.gone and event.at > plant.gone_at:
                        continue
                    if event.action is Action.ACCEPT_FIX and event.after is Status.CLOSED and person == mouth:
                        assert f"✅ {report.number} 已整改，验收通过" in texts
                        continue
                    told = steps.step(desk, desk.person(person), {"report": report.id, "seq": event.seq})
                    assert told.text in texts, (report.number, event.action)

    plant.transaction(work)


def test_nobody_was_pushed_in_quiet_hours(plant):
    for at, seen in plant.seen:
        assert seen.edit or by_day(at) or "重大" in seen.message.text, (seen.phone, at, seen.message.text)


def test_the_board_agrees_with_history_to_the_row(plant):
    counted = Counter()

    def work(desk):
        for report in all_of(desk):
            stands = history.last(desk.store, report.id).after
            admitted = stands in {Status.ASSIGNED, Status.FIXED, Status.CLOSED}
            assert stands is report.status
            if report.naming is Naming.SHOWN and report.kind is not Kind.VIOLATION:
                counted[report.reporter] += admitted
        for person, count in counted.items():
            own = boards.board(desk.store, 202610, 202702, person).own
            assert (own.count if own else 0) == count

    plant.transaction(work)


def test_no_reporter_is_named_to_an_owner(plant):
    tasks = [s.message.text for _, s in plant.seen if s.message.text.startswith("🔧") or s.phone in {"张强", "孙芳"}]
    assert len(tasks) > DAYS
    for text in tasks:
        assert "工友" not in text, text


def test_a_secret_name_stands_on_no_other_phone_beside_its_report(plant):
    """Hidden, anonymous and of a violation: whoever brought it is named to nobody together with its number."""
    secret = {}
    for report in plant.transaction(all_of):
        names = [n for n, i in plant.ids.items() if i in (*report.people, report.logger)]
        if report.number in plant.codes:
            names = [plant.codes[report.number][1]]
        if report.naming is not Naming.SHOWN or report.kind is Kind.VIOLATION:
            secret[report.number] = names
    assert len(secret) > DAYS
    for _, seen in plant.seen:
        for number in set(NUMBER.findall(seen.message.text)) & secret.keys():
            for name in secret[number]:
                if seen.phone not in secret[number] and name in plant.workers:
                    assert name not in seen.message.text, (number, seen.phone, seen.message.text)


def test_the_nameless_hear_nothing(plant):
    """What is sent about a nameless report to its holder is only the answer to the code."""
    for number, (code, name) in plant.codes.items():
        for _, seen in plant.seen:
            if seen.phone == name and number in seen.message.text:
                assert seen.message.text.startswith("🙈") or code in seen.message.text

"""What time has run out for: owners with due dates, unanswered questions, claims, drafts left alone."""

from __future__ import annotations

from storage.reports import COLUMNS, from_row
from storage.store import Store
from storage.waiting import Where
from woodpecker.reports import Report
from woodpecker.words import Status


def owners_due(store: Store, before: int, after_owner: int, limit: int) -> list[int]:
    """Owners with something to fix that is due before an instant (ms), in order of id after one of them."""
    rows = store.all(
        "SELECT DISTINCT owner FROM report WHERE enterprise = $1 AND status IN ('assigned', 'fixed')"
        " AND status = 'assigned' AND due < $2 AND owner > $3 ORDER BY owner LIMIT $4",
        before,
        after_owner,
        limit,
    )
    return [r["owner"] for r in rows]


def overdue(store: Store, before: int, limit: int = 1000) -> list[Report]:
    """What was to be fixed before an instant (ms) and is not, the longest overdue first."""
    rows = store.all(
        f"SELECT {', '.join(COLUMNS)} FROM report WHERE enterprise = $1 AND status IN ('assigned', 'fixed')"
        " AND status = 'assigned' AND due < $2 ORDER BY due, id LIMIT $3",
        before,
        limit,
    )
    return [from_row(r) for r in rows]


_SINCE = (
    "CASE WHEN status = 'fixed' THEN coalesce(fixed_at, submitted_at)"
    " ELSE coalesce(waits_since, submitted_at) + queried_for END"
)


def waiting_since(store: Store, job: str, status: Status, before: int, limit: int = 200) -> list[Report]:
    """What has stood in a status since before an instant (ms) and has no `slot` of this job yet.

    Time in which a report waited for its reporter does not count.
    """
    rows = store.all(
        f"SELECT {', '.join(COLUMNS)} FROM report WHERE enterprise = $1 AND status IN"
        f" ('reported', 'queried', 'assigned', 'fixed') AND status = $2 AND {_SINCE} <= $3"
        " AND NOT EXISTS (SELECT 1 FROM job_run j WHERE j.enterprise = $1 AND j.job = $4"
        f" AND j.slot = CAST(report.id AS TEXT) || '.' || CAST({_SINCE} AS TEXT)) ORDER BY id LIMIT $5",
        status.value,
        before,
        job,
        limit,
    )
    return [from_row(r) for r in rows]


def slot(report: Report) -> str:
    """What is noted of a report that has waited too long: it begins anew with each waiting."""
    if report.status is Status.FIXED:
        since = report.submitted_at if report.fixed_at is None else report.fixed_at
    else:
        since = (report.submitted_at if report.waits_since is None else report.waits_since) + report.queried_for
    return f"{report.id}.{since}"


def submitted_before(where: Where, before: int) -> Where:
    """Only those of them that were submitted before an instant (ms)."""
    return where._replace(sql=f"{where.sql} AND submitted_at < ${len(where.args) + 2}", args=(*where.args, before))


def asked_before(store: Store, before: int, limit: int = 100) -> list[int]:
    """Reports whose reporter was asked before an instant (ms) and has not answered."""
    rows = store.all(
        "SELECT id FROM report WHERE enterprise = $1 AND status IN ('reported', 'queried', 'assigned', 'fixed')"
        " AND status = 'queried' AND queried_at <= $2 ORDER BY queried_at LIMIT $3",
        before,
        limit,
    )
    return [r["id"] for r in rows]


def claimed_before(store: Store, before: int, limit: int = 100) -> list[int]:
    """Reports that an officer took on before an instant (ms) and has not judged."""
    rows = store.all(
        "SELECT id FROM report WHERE enterprise = $1 AND status IN ('reported', 'queried', 'assigned', 'fixed')"
        " AND status = 'reported' AND claimed_at <= $2 ORDER BY claimed_at LIMIT $3",
        before,
        limit,
    )
    return [r["id"] for r in rows]


def drafts_to_warn(store: Store, before: int, limit: int = 500) -> list[tuple[int, int, str]]:
    """Open drafts left alone since an instant (ms) of which nobody was warned: the draft, whose, for what."""
    rows = store.all(
        "SELECT id, person, CASE WHEN interim = 1 THEN 'part' ELSE purpose END AS purpose FROM draft"
        " WHERE enterprise = $1 AND state IN ('open', 'parked') AND touched_at <= $2 AND state = 'open'"
        " AND warned_at < touched_at ORDER BY touched_at LIMIT $3",
        before,
        limit,
    )
    return [(r["id"], r["person"], r["purpose"]) for r in rows]


def warned(store: Store, draft: int, now: int) -> None:
    """Remembers that the end of a draft was announced."""
    store.run("UPDATE draft SET warned_at = $3 WHERE enterprise = $1 AND id = $2", draft, now)


def expire_drafts(store: Store, before: int, limit: int = 100) -> list[tuple[int, int, str]]:
    """Ends drafts that nobody touched since an instant (ms): the draft, whose it was, what it was for."""
    rows = store.all(
        "UPDATE draft SET state = 'expired' WHERE id IN (SELECT id FROM draft WHERE enterprise = $1"
        " AND state IN ('open', 'parked') AND touched_at <= $2 ORDER BY touched_at LIMIT $3)"
        " RETURNING id, person, CASE WHEN interim = 1 THEN 'part' ELSE purpose END AS purpose",
        before,
        limit,
    )
    return sorted((r["id"], r["person"], r["purpose"]) for r in rows)

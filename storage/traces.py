"""What a nameless report leaves of whoever brought it: nothing. Erased in the transaction that takes the report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from storage.database import Tx
from storage.store import Store

BEFORE = 10 * 60_000  # ms before a draft began: the command that asked for it belongs to it, too


class Seen(NamedTuple):
    """The account that spoke: its platform, the platform's id of it, our id, and its chat."""

    platform: str
    user_ref: str
    account: int
    chat: str


def of_draft(
    store: Store, person: int, accounts: Sequence[Seen], draft: int, ahead: int, current: int
) -> list[tuple[str, str, str]]:
    """Erases a person's draft with its cards, messages and earlier deliveries on all of the person's phones.

    Returns the platform, chat and message of each of its cards. The evidence that is kept must have been given away
    before. `ahead` is how far the plant's clock is ahead; `current` is the delivery being handled, for `of_delivery`.
    """
    refs = store.all(
        "SELECT platform, chat, ref FROM card WHERE enterprise = $1 AND kind = 'draft' AND subject = $2"
        " AND live = 1 AND ref <> '' ORDER BY id",
        draft,
    )
    start = began(store, draft, ahead)
    acts = _acts(store, person, start - BEFORE, ahead)
    since = max((at + 1 for at in acts if at < start), default=start - BEFORE)
    for who in accounts:
        _blank(store, f"state <> 'new' AND id <> {current:d} AND id >= $4", who, _first(store, who, draft, since), acts)
        _messages(store, who, draft, since)
        _unseen(store, who, ahead)
    _evidence(store, draft)
    store.run("DELETE FROM card WHERE enterprise = $1 AND kind = 'draft' AND subject = $2", draft)
    store.run("DELETE FROM draft WHERE enterprise = $1 AND id = $2", draft)
    return [(r["platform"], r["chat"], r["ref"]) for r in refs]


def began(store: Store, draft: int, ahead: int) -> int:
    """When a draft was begun, in real ms."""
    at: int = store.value("SELECT created_at FROM draft WHERE enterprise = $1 AND id = $2", draft)
    return at - ahead


def of_delivery(store: Store, who: Seen, ahead: int, current: int) -> None:
    """Erases the delivery that is being handled, and that the account was seen."""
    _blank(store, "id = $4", who, current)
    _unseen(store, who, ahead)
    store.tx.scrub()


def _first(store: Store, who: Seen, draft: int, since: int) -> int:
    """The first delivery that belongs to a draft: a slow photo may have come long before it was here."""
    found = store.one(
        "SELECT min(id) AS said, (SELECT min(m.inbox) FROM inbox_media m JOIN inbox i ON i.id = m.inbox"
        " WHERE i.enterprise = $1 AND i.platform = $2 AND i.account = $3 AND m.sha IN"
        " (SELECT sha FROM evidence WHERE draft = $4 AND sha <> '')) AS shown"
        " FROM inbox WHERE enterprise = $1 AND platform = $2 AND account = $3 AND received_at >= $5",
        who.platform,
        who.user_ref,
        draft,
        since,
    )
    ids = [n for n in (found["said"], found["shown"]) if n is not None] if found else []
    return min(ids, default=0)


def _acts(store: Store, person: int, since: int, ahead: int) -> list[int]:
    """When the person did something else that is written down (real ms): what led to that is known anyway."""
    rows = store.all(
        "SELECT at FROM history WHERE enterprise = $1 AND person = $2 AND at >= $3"
        " UNION SELECT at FROM audit WHERE enterprise = $1 AND person = $2 AND at >= $3",
        person,
        since + ahead,
    )
    return [r["at"] - ahead for r in rows]


def _blank(store: Store, which: str, who: Seen, at: int, acts: Sequence[int] = ()) -> None:
    """Blanks what an account said; only the keyed hashes remain, so that nothing is taken twice.

    A delivery that led to another act keeps when it came: that it is missing would be a trace, too.
    """
    mine = f"SELECT id FROM inbox WHERE enterprise = $1 AND platform = $2 AND account = $3 AND {which}"
    args = (who.platform, who.user_ref, at)
    for done in acts:
        store.run(f"UPDATE inbox SET raw = '{{}}' WHERE handled_at = $5 AND id IN ({mine})", *args, done)
    if acts:
        mine += f" AND handled_at NOT IN ({', '.join(str(int(done)) for done in acts)})"
    store.run(f"DELETE FROM inbox_media WHERE inbox IN ({mine})", *args)
    store.run(
        "UPDATE inbox SET raw = '{}', account = '', received_at = 0, handled_at = 0, error = '', attempts = 0,"
        " state = CASE WHEN state = 'parked' THEN 'done' ELSE state END"
        f" WHERE id IN ({mine})",
        *args,
    )


def unname_evidence(store: Store, draft: int, report: int, at: int) -> int:
    """Gives a draft's pictures to a report without saying whose they were; voices stay behind. Returns how many."""
    return store.run(
        "UPDATE evidence SET report = $3, draft = NULL, stage = 'before', person = NULL, album = '', taken_at = NULL,"
        " at = $4 WHERE enterprise = $1 AND draft = $2 AND removed = 0 AND kind <> 'voice'",
        draft,
        report,
        at,
    )


def _evidence(store: Store, draft: int) -> None:
    """What a draft still holds is thrown away, the files too."""
    for column in ("sha", "thumb"):
        store.run(
            f"INSERT INTO discarded (sha) SELECT DISTINCT {column} FROM evidence WHERE enterprise = $1 AND draft = $2"
            f" AND {column} <> '' ON CONFLICT DO NOTHING",
            draft,
        )
    store.run("DELETE FROM evidence WHERE enterprise = $1 AND draft = $2", draft)


def _messages(store: Store, who: Seen, draft: int, since: int) -> None:
    """Erases what the draft's cards and plain answers left behind in the outbox; what waits is erased once sent."""
    store.run(
        "DELETE FROM outbox WHERE enterprise = $1 AND card IN (SELECT id FROM card WHERE enterprise = $1"
        " AND kind = 'draft' AND subject = $2)",
        draft,
    )
    answers = "enterprise = $1 AND platform = $2 AND chat = $3 AND card IS NULL AND push = '' AND burn = 0"
    args = (who.platform, who.chat, since)
    waits = f"UPDATE outbox SET burn = 1, person = NULL WHERE {answers} AND created_at >= $4 AND state = 'waiting'"
    store.run(f"{waits} AND lease_until = 0", *args)
    store.run(f"DELETE FROM outbox WHERE {answers} AND created_at >= $4", *args)
    store.run(
        "DELETE FROM outbox WHERE enterprise = $1 AND platform = $2 AND chat = $3 AND created_at >= $4"
        " AND state <> 'waiting'",
        *args,
    )


def _unseen(store: Store, who: Seen, ahead: int) -> None:
    """The account was last seen when it said something else; one that never did was never here."""
    last = store.value(
        "SELECT max(handled_at) FROM inbox WHERE enterprise = $1 AND platform = $2 AND account = $3",
        who.platform,
        who.user_ref,
    )
    store.run(
        "UPDATE account SET burst = 0, burst_from = 0, place = NULL, place_at = 0,"
        " seen_at = coalesce($3, (SELECT created_at FROM person WHERE id = account.person), 0)"
        " WHERE enterprise = $1 AND id = $2",
        who.account,
        None if last is None else last + ahead,
    )
    store.run(
        "DELETE FROM account WHERE enterprise = $1 AND id = $2 AND person IS NULL AND seen_at = 0"
        " AND code_misses = 0 AND NOT EXISTS (SELECT 1 FROM question WHERE account = $2)"
        " AND NOT EXISTS (SELECT 1 FROM join_request WHERE account = $2)"
        " AND NOT EXISTS (SELECT 1 FROM danger_alert WHERE account = $2)",
        who.account,
    )


def discarded(tx: Tx) -> list[str]:
    """Files to be thrown away; whatever a report or a draft names is let go of."""
    if tx.value("SELECT 1 FROM discarded LIMIT 1") is None:
        return []
    tx.run(
        "DELETE FROM discarded WHERE sha IN (SELECT sha FROM evidence UNION SELECT thumb FROM evidence"
        " UNION SELECT sha FROM activity_photo UNION SELECT thumb FROM activity_photo)"
    )
    return [r["sha"] for r in tx.all("SELECT sha FROM discarded ORDER BY sha")]


def thrown_away(tx: Tx, sha: str) -> None:
    """A file is gone."""
    tx.run("DELETE FROM discarded WHERE sha = $1", sha)


def note_backup(tx: Tx, at: int) -> None:
    """A backup is made now (real ms)."""
    tx.run("INSERT INTO backup_made (at) VALUES ($1) ON CONFLICT DO NOTHING", at)


def backups_since(store: Store, at: int) -> list[int]:
    """When backups were made since an instant, all in real ms."""
    return [r["at"] for r in store.tx.all("SELECT at FROM backup_made WHERE at >= $1 ORDER BY at", at)]

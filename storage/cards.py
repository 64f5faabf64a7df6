"""Cards: a view of something, shown in a chat, that changes in place."""

from __future__ import annotations

from typing import Any, NamedTuple

from storage import asjson
from storage.database import Row
from storage.store import Store


class Card(NamedTuple):
    """A card in a chat. `args` is where its own steps stand."""

    id: int
    platform: str
    chat: str
    person: int | None  # None in a group
    kind: str
    subject: int
    args: dict[str, Any]
    ref: str
    shown: str  # digest of what is on the phone
    labels_json: str
    live: bool
    created_at: int

    @property
    def labels(self) -> dict[str, str]:
        """What its buttons last said and meant; seldom asked for, so it is read only then."""
        found: dict[str, str] = asjson.read(self.labels_json) if self.labels_json else {}
        return found


COLUMNS = (
    "id", "platform", "chat", "person", "kind", "subject", "args", "ref", "shown", "labels", "live", "created_at",
)  # fmt: skip


def from_row(row: Row, at: int = 0) -> Card:
    """A card read with COLUMNS in their order; they begin at the row's column `at`."""
    values = row[at : at + len(COLUMNS)]
    number, platform, chat, person, kind, subject, args, ref, shown, labels, live, created_at = values
    known = asjson.read(args) if args != "{}" else {}
    return Card(number, platform, chat, person, kind, subject, known, ref, shown, labels, bool(live), created_at)


_SELECT = f"SELECT {', '.join(COLUMNS)} FROM card"


def add(
    store: Store,
    platform: str,
    chat: str,
    person: int | None,
    kind: str,
    subject: int,
    args: dict[str, Any],
    now: int,
) -> int:
    """Makes a card; the caller puts it into the outbox."""
    return store.insert(
        "INSERT INTO card (enterprise, platform, chat, person, kind, subject, args, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        platform,
        chat,
        person,
        kind,
        subject,
        asjson.write(args),
        now,
        part=_about(kind, subject),
    )


def _about(kind: str, subject: int) -> tuple[str, int]:
    """The part of all cards about one thing: which there are and where they stand."""
    return kind, subject


def standing(store: Store, kind: str, subject: int) -> list[tuple[int, str, str]]:
    """All live cards of a kind about one thing: id, platform and chat of each, oldest first."""
    return store.recall(
        (("card", _about(kind, subject)),), ("cards", kind, subject), lambda: _standing(store, kind, subject)
    )


def _standing(store: Store, kind: str, subject: int) -> list[tuple[int, str, str]]:
    rows = store.all(
        "SELECT id, platform, chat FROM card WHERE enterprise = $1 AND kind = $2 AND subject = $3 AND live = 1"
        " ORDER BY id",
        kind,
        subject,
    )
    return [(r["id"], r["platform"], r["chat"]) for r in rows]


def get(store: Store, card: int) -> Card | None:
    """The card, or None."""
    row = store.one(f"{_SELECT} WHERE enterprise = $1 AND id = $2", card)
    return from_row(row) if row else None


def by_ref(store: Store, platform: str, chat: str, ref: str) -> Card | None:
    """The card that a message at the platform shows."""
    row = store.one(
        f"{_SELECT} WHERE enterprise = $1 AND platform = $2 AND chat = $3 AND ref = $4 AND ref <> ''",
        platform,
        chat,
        ref,
    )
    return from_row(row) if row else None


def tapped(store: Store, platform: str, chat: str, ref: str, data: str) -> Card | None:
    """The card whose button was tapped; from now on it stands where it was tapped."""
    found = by_ref(store, platform, chat, ref)
    if found is not None:
        return found
    found = _stood_at(store, platform, chat, ref)
    if found is not None:
        moved(store, found.id, found.ref, ref)
        not_shown(store, found.id)
        return found._replace(ref=ref, shown="")
    # The tap was faster than our own note of where the card stands.
    return next((c for c in live_in_chat(store, platform, chat) if data in c.labels.values()), None)


def _stood_at(store: Store, platform: str, chat: str, ref: str) -> Card | None:
    """The card that a message showed before another one did."""
    row = store.one(
        f"{_SELECT} WHERE enterprise = $1 AND platform = $2 AND chat = $3"
        " AND id IN (SELECT card FROM card_earlier WHERE ref = $4)",
        platform,
        chat,
        ref,
    )
    return from_row(row) if row else None


def live_in_chat(store: Store, platform: str, chat: str, limit: int = 30) -> list[Card]:
    """The chat's live cards, newest first."""
    rows = store.all(
        f"{_SELECT} WHERE enterprise = $1 AND platform = $2 AND chat = $3 AND live = 1 ORDER BY id DESC LIMIT $4",
        platform,
        chat,
        limit,
    )
    return [from_row(r) for r in rows]


def of_subject(store: Store, kinds: tuple[str, ...], subject: int) -> list[Card]:
    """All live cards of these kinds about one thing, on every phone."""
    marks = ", ".join(f"${i}" for i in range(3, len(kinds) + 3))
    rows = store.all(
        f"{_SELECT} WHERE enterprise = $1 AND subject = $2 AND live = 1 AND kind IN ({marks}) ORDER BY id",
        subject,
        *kinds,
    )
    return [from_row(r) for r in rows]


def set_args(store: Store, card: int, args: dict[str, Any]) -> None:
    """Remembers where the card's own steps stand."""
    store.run(
        "UPDATE card SET args = $3 WHERE enterprise = $1 AND id = $2",
        card,
        asjson.write(args),
        part=card,
    )


def become(store: Store, card: int, kind: str, subject: int, args: dict[str, Any]) -> None:
    """Makes the card one of another kind, in its place."""
    store.run(
        "UPDATE card SET kind = $3, subject = $4, args = $5 WHERE enterprise = $1 AND id = $2",
        card,
        kind,
        subject,
        asjson.write(args),
    )


def drawn(store: Store, card: Card, shown: str, labels: dict[str, str], live: bool) -> None:
    """Remembers what was made for sending."""
    args = (card.id, shown, asjson.write(labels))
    if live == card.live:  # which it mostly is: named in SET, it would have two indexes written again
        store.run("UPDATE card SET shown = $3, labels = $4 WHERE enterprise = $1 AND id = $2", *args, part=card.id)
    else:
        store.run(
            "UPDATE card SET shown = $3, labels = $4, live = $5 WHERE enterprise = $1 AND id = $2",
            *args,
            int(live),
            part=_about(card.kind, card.subject),
        )


def set_ref(store: Store, card: int, ref: str) -> None:
    """Remembers the platform's id of the message."""
    store.run("UPDATE card SET ref = $3 WHERE enterprise = $1 AND id = $2", card, ref, part=card)


def moved(store: Store, card: int, old: str, new: str) -> None:
    """Another message shows the card now; taps on the old one still are taps on it."""
    store.run(
        "INSERT INTO card_earlier (card, ref) SELECT id, $3 FROM card WHERE enterprise = $1 AND id = $2"
        " AND NOT EXISTS (SELECT 1 FROM card_earlier e WHERE e.card = card.id AND e.ref = $3)",
        card,
        old,
    )
    set_ref(store, card, new)


def not_shown(store: Store, card: int) -> None:
    """What was drawn last did not get onto the phone: the next drawing counts as a change."""
    store.run("UPDATE card SET shown = '' WHERE enterprise = $1 AND id = $2", card, part=card)


def retire(store: Store, card: int) -> None:
    """Takes a card out of use; it is not changed any more."""
    store.run("UPDATE card SET live = 0 WHERE enterprise = $1 AND id = $2", card)

"""A plant in one SQLite file, worked through the real handlers; nothing leaves the process."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.sent import Sent
from handlers import outgoing, routes, schedule
from handlers.desk import Desk, Plant
from handlers.message import Event, Incoming, Media, MediaKind, Message
from storage import accounts, departments, enterprises, people, places, sending
from storage.database import Tx, prepare, transaction
from storage.memory import Memory
from storage.store import Store
from tests.cast import CAST, DEPARTMENTS, PLACES
from tests.passing import pass_time
from tests.template import careless, fresh
from woodpecker.programme import Programme

T = TypeVar("T")
ZONE = ZoneInfo("Asia/Shanghai")
START = int(datetime(2026, 11, 2, 10, 32, tzinfo=ZONE).timestamp() * 1000)
HOUR = 3_600_000
ELSEWHERE = "²"  # 王磊² is the phone of 王磊 on the other platform
SECOND = "story2"
DAY = 24 * HOUR


@dataclass
class Shown:
    """A message on a phone as it stands there now."""

    ref: str
    message: Message
    edits: int = 0


@dataclass
class Phone:
    """One account: what it shows, newest last."""

    name: str
    user: str
    chat: str
    private: bool = True
    platform: str = "story"
    shown: list[Shown] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)

    @property
    def last(self) -> str:
        """The newest message's text."""
        return self.shown[-1].message.text

    def labels(self) -> list[str]:
        """All labels that can be tapped now."""
        return [b.label for s in self.shown for r in s.message.buttons for b in r]


@dataclass(frozen=True)
class Seen:
    """One thing that happened on a phone."""

    phone: str
    message: Message
    edit: bool


class World:
    """The plant, its clock and everybody's phones."""

    platform = "story"
    gathered = 2000  # ms until the card of photos is shown

    def __init__(
        self,
        path: Path,
        programme: Programme | None = None,
        *,
        join: bool = True,
        absent: frozenset[str] = frozenset(),
        start: int = START,
    ) -> None:
        self.connection = sqlite3.connect(fresh(path), isolation_level=None)
        prepare(self.connection)
        careless(self.connection)
        self.memory: Memory | None = Memory()
        self.real = start
        self.offset = 0
        self.deliveries = 0
        self.phones: dict[str, Phone] = {}
        enterprise = self._tx(lambda tx: enterprises.ensure(tx, "demo", "北山矿业", "zh", "Asia/Shanghai"))
        self.plant = Plant(
            enterprise,
            "demo",
            "北山矿业",
            "zh",
            ZONE,
            programme or Programme(),
            b"a story's secret",
            {"story": "https://t.example/b?start=", SECOND: "https://u.example/b?start="},
        )
        self.ids: dict[str, int] = {}
        self.transaction(self._roster)
        for name, *_ in CAST:
            self.phone(name)
            if join and name not in absent:
                self.join(name)

    def close(self) -> None:
        """Closes the file."""
        self.connection.close()

    def _tx(self, work: Callable[[Tx], T]) -> T:
        return transaction(self.connection, work, self.memory)

    @property
    def now(self) -> int:
        """The plant's time."""
        return self.real + self.offset

    def transaction(self, work: Callable[[Desk], T]) -> T:
        """Runs work at the desk in one transaction."""
        return self._tx(lambda tx: work(Desk(Store(tx, self.plant.id), self.plant, self.now, self.real)))

    def _roster(self, desk: Desk) -> None:
        store = desk.store
        of = {name: departments.add(store, name).id for name, _ in DEPARTMENTS}
        for name, number, department, roles in CAST:
            person = people.add(store, name, self.now, employee_no=number, department=of[department])
            self.ids[name] = person.id
            for role in roles:
                people.set_roles(store, person.id, role)
        by_number = {number: self.ids[name] for name, number, _, _ in CAST}
        for name, leader in DEPARTMENTS:
            if leader:
                departments.update(store, of[name], leader=by_number[leader])
        for code, name, department, owner in PLACES:
            places.add(store, code, name, department=of[department], owner=by_number[owner])

    def phone(self, name: str, *, private: bool = True) -> Phone:
        """The phone of this name, made if it is new; a group is a phone that all members see."""
        if name not in self.phones:
            user = f"u{len(self.phones) + 1}"
            platform = SECOND if name.endswith(ELSEWHERE) else self.platform
            self.phones[name] = Phone(name, user, user if private else f"-{user}", private, platform)
        return self.phones[name]

    def join(self, name: str) -> None:
        """Links the phone to the person of the same name without a word."""
        phone = self.phones[name]

        def work(desk: Desk) -> None:
            account = accounts.touch(desk.store, phone.platform, phone.user, phone.chat, name, "", self.now)
            accounts.link(desk.store, account.id, self.ids[name])

        self.transaction(work)

    def incoming(self, name: str, chat: str | None = None, **said: Any) -> Incoming:
        """A delivery from a phone, now."""
        phone = self.phone(name)
        self.deliveries += 1
        place = self.phones[chat] if chat else phone
        return Incoming(
            platform=phone.platform,
            account=phone.user,
            chat=place.chat,
            delivery=f"{self.deliveries:06d}",
            sent_at=said.pop("sent_at", self.now),
            private=place.private,
            name=name.removesuffix(ELSEWHERE),
            language=said.pop("language", ""),
            message_ref=said.pop("message_ref", f"in{self.deliveries}"),
            **said,
        )

    def deliver(self, incoming: Incoming) -> list[Seen]:
        """Hands a delivery to the desk, then sends everything that is due."""
        self.received(incoming)
        self.real += self.gathered if incoming.media else 1000
        return self.drain()

    def received(self, incoming: Incoming) -> None:
        """Hands a delivery to the desk."""
        handled = self.transaction(lambda desk: routes.handle(desk, incoming))
        if handled.toast:
            self._by_user(incoming.account).toasts.append(handled.toast)

    def _by_user(self, user: str) -> Phone:
        return next(p for p in self.phones.values() if p.user == user)

    def say(self, name: str, text: str, **more: Any) -> list[Seen]:
        """Types a sentence."""
        return self.deliver(self.incoming(name, text=text, **more))

    def photo(self, name: str, caption: str = "", *, count: int = 1, **more: Any) -> list[Seen]:
        """Sends a photo, or an album of several."""
        album = f"album{self.deliveries}" if count > 1 else ""
        for n in range(count):
            sha = sha256(f"{name}{self.deliveries}".encode()).hexdigest()
            media = (
                Media(
                    MediaKind.PHOTO, f"file{self.deliveries}", 1000, "image/jpeg", sha, thumb=sha, width=800, height=600
                ),
            )
            text = caption if n == 0 else ""
            self.received(self.incoming(name, text=text, media=media, album=album, **more))
        self.real += self.gathered
        return self.drain()

    def voice(self, name: str) -> list[Seen]:
        """Sends a voice message."""
        sha = sha256(f"v{self.deliveries}".encode()).hexdigest()
        return self.deliver(self.incoming(name, media=(Media(MediaKind.VOICE, "v", 900, "audio/ogg", sha),)))

    def tap(self, name: str, label: str, about: str = "", *, chat: str | None = None) -> list[Seen]:
        """Taps the newest button of this label (on the newest message that holds `about`)."""
        phone = self.phone(chat or name)
        for shown in reversed(phone.shown):
            for row in shown.message.buttons:
                for button in row:
                    if button.label == label and about in shown.message.text:
                        return self.tap_data(name, button.data, shown.ref, chat=chat)
        raise AssertionError(f"{name} has no button {label!r}; there are {phone.labels()}")

    def tap_data(self, name: str, data: str, ref: str = "", *, chat: str | None = None) -> list[Seen]:
        """Taps a button by its data, also one that no card shows."""
        return self.deliver(self.incoming(name, chat, event=Event.TAP, tap=data, message_ref=ref, tap_ref="q"))

    def advance(self, ms: int) -> list[Seen]:
        """Lets time pass, running what is scheduled every quarter of an hour."""
        return pass_time(self, ms)

    def until(self, day: int, hour: int, minute: int = 0, month: int = 11) -> list[Seen]:
        """Lets time pass until a local time of 2026."""
        return self.advance(int(datetime(2026, month, day, hour, minute, tzinfo=ZONE).timestamp() * 1000) - self.now)

    def off_until(self, moment: datetime) -> list[Seen]:
        """The machine is off until then: the clock wakes once, whatever would have been due meanwhile."""
        self.real += int(moment.timestamp() * 1000) - self.now
        self.transaction(schedule.run)
        return self.drain()

    def drain(self) -> list[Seen]:
        """Sends everything that is due and shows it on the phones."""
        seen: list[Seen] = []
        for _ in range(200):
            batch = self._tx(self._claim)
            if not batch:
                return seen
            for ready in batch:
                seen += self._shown(ready)
        raise AssertionError("the outbox never runs dry")

    def _claim(self, tx: Tx) -> list[outgoing.Ready]:
        found = []
        for row in sending.waiting(tx, self.real):
            if tx.value("SELECT state FROM outbox WHERE id = $1", row.id) != "waiting":
                continue  # merged into an earlier one
            ready = outgoing.draw(Desk(Store(tx, self.plant.id), self.plant, self.now, self.real), row)
            if ready is not None:
                sending.lease(tx, [row.id], self.real + 1)
                found.append(ready)
                return found
        return found

    def _shown(self, ready: outgoing.Ready) -> list[Seen]:
        return [self._show(ready)]

    def _show(self, ready: outgoing.Ready) -> Seen:
        phone = next(p for p in self.phones.values() if p.chat == ready.chat)
        ref = ready.ref or f"m{ready.row}"
        if ready.ref:
            shown = next(s for s in phone.shown if s.ref == ref)
            shown.message, shown.edits = ready.message, shown.edits + 1
        else:
            phone.shown.append(Shown(ref, ready.message))

        self._tx(Sent(ready, ref, lambda: self.real))
        return Seen(phone.name, ready.message, bool(ready.ref))

    @contextmanager
    def programme(self, **changes: Any) -> Iterator[None]:
        """Other rules of the plant for a while."""
        before = self.plant
        self.plant = replace(before, programme=before.programme._replace(**changes))
        yield
        self.plant = before

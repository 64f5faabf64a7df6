"""The desk: one enterprise in one transaction, with its clock, its programme and ways to reach people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any, Literal
from zoneinfo import ZoneInfo

from handlers.message import Message, to_body
from handlers.texts import text
from storage import accounts, cards, groups, outbox, people, unseen
from storage.accounts import Account
from storage.store import Store
from woodpecker import clocks
from woodpecker.people import Person
from woodpecker.programme import Programme

ALBUM_HOLD = 1_500  # ms a card waits for the rest of an album
GATHER_HOLD = 2_500  # the same where photos come one by one and a card cannot be changed for each


@dataclass(frozen=True, slots=True)
class Plant:
    """What the desk knows of an enterprise for as long as the program runs.

    Read all the time and hardly ever made: the fields of a named tuple take longer to read.
    """

    id: int
    code: str
    name: str
    language: str
    zone: ZoneInfo
    programme: Programme
    secret: bytes  # keys hashes that must not be guessable
    links: Mapping[str, str] = field(default_factory=dict)  # platform → link prefix that takes a join code
    form: tuple[str, ...] | None = None  # what the plant's own table of a month asks for by name, None without one
    for_trial: frozenset[str] = frozenset()  # platforms beside a real one: nobody holds a role there
    stopped: frozenset[str] = frozenset()  # platforms that have given up: told elsewhere, where there is an elsewhere
    directory: frozenset[str] = frozenset()  # platforms that vouch for the roster's userid of whoever writes
    userid_is_number: bool = False  # the userid is the employee number
    buttons_only: frozenset[str] = frozenset()  # platforms without drop-downs
    groups: bool = True  # whether one of its platforms can be in a group
    reaches: str = ""  # the one of them that reaches people who never wrote to it, "" if none does


class Desk:
    """All that a handler may use. `now` is the plant's time, `real_now` the machine's, in milliseconds."""

    def __init__(self, store: Store, plant: Plant, now: int, real_now: int) -> None:
        self.store = store
        self.plant = plant
        self.now = now
        self.real_now = real_now
        self.delivery = 0  # the inbox's number of what is being handled, 0 if that never lay there

    def text(self, language: str, key: str, **args: object) -> str:
        """A sentence in a language, or where that has none in the plant's."""
        return text(language, key, self.plant.language, **args)

    def person(self, person: int | None) -> Person | None:
        """The person; read once a transaction, however often it is asked for."""
        return None if person is None else people.get(self.store, person)

    def person_at(self, person: int | None, platform: str) -> Person | None:
        """The person as somebody on this platform: on one for trying nobody holds a role."""
        who = self.person(person)
        if who is None or platform not in self.plant.for_trial:
            return who
        return who._replace(roles=frozenset(), scopes=frozenset(), covers=frozenset())

    def account_of(self, person: int) -> Account | None:
        """Where the person last wrote from, if there is such an account that can be reached."""
        reachable = [a for a in accounts.of_person(self.store, person) if a.unreachable_at is None]
        if self.plant.for_trial and (who := self.person(person)) is not None and who.roles:
            reachable = [a for a in reachable if a.platform not in self.plant.for_trial]
        running = [a for a in reachable if a.platform not in self.plant.stopped]
        return next(iter(running or reachable), None)

    def push(self, person: int, push: str, body: dict[str, Any], *, urgent: bool = False) -> bool:
        """Tells a person something that is put into words when it is sent; False if nobody can be reached.

        Waits for the end of the person's quiet hours unless urgent.
        """
        account = self.account_of(person)
        if account is None:
            return False
        outbox.add(
            self.store,
            account.platform,
            account.chat,
            self.real_now,
            person=person,
            push=push,
            body=body,
            not_before=0 if urgent else self.awake(person),
            quiet=not urgent,
        )
        return True

    def open_card(
        self, person: int, kind: str, subject: int, args: dict[str, Any] | None = None, *, urgent: bool = False
    ) -> bool:
        """Sends a person a card; False if nobody can be reached. Waits like `push`."""
        account = self.account_of(person)
        if account is None:
            return False
        not_before = 0 if urgent else self.awake(person)
        self._send_card(account.platform, account.chat, person, kind, subject, args, not_before, quiet=not urgent)
        return True

    def open_card_in(
        self, account: Account, kind: str, subject: int, args: dict[str, Any] | None = None, hold: int = 0
    ) -> int:
        """Answers in an account's chat with a card, at once; `hold` ms if more is likely to come."""
        hold_until = self.real_now + hold if hold else 0
        return self._send_card(account.platform, account.chat, account.person, kind, subject, args, 0, hold_until)

    def open_group_cards(self, purpose: Literal["verify", "notice"], kind: str, subject: int) -> None:
        """Sends a card to every group of a purpose; it must show no reporter's name."""
        for group in groups.with_purpose(self.store, purpose):
            self._send_card(group.platform, group.chat, None, kind, subject, None, self.awake(None), quiet=True)

    def open_card_in_chat(self, platform: str, chat: str, kind: str, subject: int) -> int:
        """Answers in a group with a card."""
        return self._send_card(platform, chat, None, kind, subject, None, 0)

    def _send_card(
        self,
        platform: str,
        chat: str,
        person: int | None,
        kind: str,
        subject: int,
        args: dict[str, Any] | None,
        not_before: int,
        hold_until: int = 0,
        *,
        quiet: bool = False,
    ) -> int:
        card = cards.add(self.store, platform, chat, person, kind, subject, args or {}, self.real_now)
        outbox.add(
            self.store,
            platform,
            chat,
            self.real_now,
            person=person,
            card=card,
            not_before=not_before,
            hold_until=hold_until,
            quiet=quiet,
        )
        return card

    def send(self, platform: str, chat: str, message: Message, person: int | None = None) -> None:
        """Sends a ready message at once: an answer to what somebody just said or tapped."""
        outbox.add(self.store, platform, chat, self.real_now, person=person, body=to_body(message))

    def send_unseen(self, platform: str, chat: str, message: Message, ref: str = "") -> None:
        """Answers with a message of which nothing stays here once it is sent; `ref` is one it takes the place of."""
        unseen.add(self.store, platform, chat, to_body(message), ref)

    @property
    def ahead(self) -> int:
        """How far the plant's clock is ahead of real time, in ms."""
        return self.now - self.real_now

    def refresh(self, kinds: tuple[str, ...], subject: int) -> None:
        """Shows all live cards about something anew, on every phone."""
        outbox.refresh_all(self.store, kinds, subject, self.real_now)

    def refresh_card(self, card: int, hold: int = 0) -> None:
        """Shows one card anew."""
        outbox.refresh(self.store, card, self.real_now, self.real_now + hold if hold else 0)

    def awake(self, person: int | None) -> int:
        """From when on a person may be pushed, None a group, in the plant's time; 0 is now."""
        own = hours_of(self.person(person))
        settings = self.plant.programme.clocks
        if not clocks.quiet(self.now, self.plant.zone, settings, own):
            return 0
        return clocks.next_wake(self.now, self.plant.zone, settings, own, spread_key=person or 0)

    def heard_at(self, person: int | None, at: int) -> int:
        """When what was pushed at an instant reaches a person: not in the person's quiet hours."""
        own = hours_of(self.person(person))
        return clocks.next_wake(at, self.plant.zone, self.plant.programme.clocks, own)


def hours_of(person: Person | None) -> clocks.Hours | None:
    """The quiet hours a person chose instead of the plant's."""
    if person is None or person.quiet_from is None or person.quiet_until is None:
        return None
    return time.fromisoformat(person.quiet_from), time.fromisoformat(person.quiet_until)

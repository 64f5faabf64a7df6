"""Joining without a word: the platform vouches for who writes, and the roster knows that userid."""

from __future__ import annotations

from handlers.desk import Desk
from handlers.message import Event, Incoming, Message
from handlers.turn import Turn
from handlers.welcoming import danger_row, join, link_up, show_waiting, welcome
from storage import accounts, directory
from storage.accounts import Account
from woodpecker.people import Person


def open_accounts(desk: Desk) -> None:
    """Where a platform reaches people who never wrote to it, everybody the roster knows there can be told things."""
    if desk.plant.reaches:
        directory.open_accounts(desk.store, desk.plant.reaches, is_number=desk.plant.userid_is_number)


def recognised(turn: Turn) -> bool:
    """Joins an account that the roster knows, with a welcome, and says whether it did; the turn is that person's."""
    desk = turn.desk
    if turn.incoming.platform not in desk.plant.directory:
        return False
    who = directory.by_userid(turn.store, turn.incoming.account, is_number=desk.plant.userid_is_number) or _twin(turn)
    if who is None:
        return False
    if _known_elsewhere(turn, who):
        person, account = link_up(desk, turn.account, who, "directory")
        _greet_again(desk, account, person)
        show_waiting(desk, account, person)
    else:
        person = join(desk, turn.account, who, "directory")
    turn.person, turn.account = person, accounts.get(turn.store, turn.account.id) or turn.account
    return True


def opened(desk: Desk, incoming: Incoming) -> bool:
    """Whether this is the first that is heard from an account that was opened for its person beforehand."""
    if incoming.platform != desk.plant.reaches or incoming.event is Event.TAP:
        return False
    found = accounts.find(desk.store, incoming.platform, incoming.account)
    return found is not None and found.person is not None and not found.seen_at


def greeted(turn: Turn) -> bool:
    """Welcomes the person of such an account; what waited has been sent there already."""
    if _known_elsewhere(turn, turn.me):
        _greet_again(turn.desk, turn.account, turn.me)
    else:
        welcome(turn.desk, turn.account, turn.me, whole=True)
    return True


def _known_elsewhere(turn: Turn, who: Person) -> bool:
    return any(a.seen_at for a in accounts.of_person(turn.store, who.id) if a.id != turn.account.id)


def _greet_again(desk: Desk, account: Account, person: Person) -> None:
    hello = desk.text(person.language, "bind.hello", name=person.name)
    desk.send(account.platform, account.chat, Message(hello, danger_row(desk, person.language)), person.id)


def _twin(turn: Turn) -> Person | None:
    """Who has joined with the same id on another platform of the same directory, also if the roster does not say so."""
    for platform in sorted(turn.desk.plant.directory - {turn.incoming.platform}):
        twin = accounts.find(turn.store, platform, turn.incoming.account)
        person = turn.desk.person(twin.person) if twin is not None else None
        if person is not None and person.left_on is None:
            return person
    return None

"""Joining without a word: the platform vouches for who writes, and the roster knows that userid."""

from __future__ import annotations

from handlers.desk import Desk
from handlers.message import Message
from handlers.turn import Turn
from handlers.welcoming import danger_row, join, link_up, show_waiting
from storage import accounts, directory
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
    if any(account.seen_at for account in accounts.of_person(turn.store, who.id)):
        person, account = link_up(desk, turn.account, who, "directory")
        hello = desk.text(person.language, "bind.hello", name=person.name)
        desk.send(account.platform, account.chat, Message(hello, danger_row(desk, person.language)), person.id)
        show_waiting(desk, account, person)
    else:
        person = join(desk, turn.account, who, "directory")
    turn.person, turn.account = person, accounts.get(turn.store, turn.account.id) or turn.account
    return True


def _twin(turn: Turn) -> Person | None:
    """Who has joined with the same id on another platform of the same directory, also if the roster does not say so."""
    for platform in sorted(turn.desk.plant.directory - {turn.incoming.platform}):
        twin = accounts.find(turn.store, platform, turn.incoming.account)
        person = turn.desk.person(twin.person) if twin is not None else None
        if person is not None and person.left_on is None:
            return person
    return None

"""Groups: what they are for, and that no name is said in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.desk import Desk
from handlers.message import Incoming, Message
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import accounts, audit, cards, groups, outbox
from storage.groups import Purpose
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.words import Role

PURPOSES: tuple[Purpose, ...] = ("verify", "notice")


def who(desk: Desk, incoming: Incoming) -> Person | None:
    """The person who acted in a group, if the account has joined and the person has not left."""
    account = accounts.find(desk.store, incoming.platform, incoming.account)
    person = desk.person(account.person) if account else None
    return person if person is not None and person.left_on is None else None


def joined(desk: Desk, incoming: Incoming) -> None:
    """The bot was added to a group: an admin says at once what it is for."""
    person = who(desk, incoming)
    if person is not None and person.has(Role.ADMIN):
        _ask_purpose(desk, incoming)
    else:
        say(desk, incoming, "group.admin_says_here", person)


def here(desk: Desk, incoming: Incoming) -> None:
    """`/here` in a group: asks an admin what it is for."""
    person = who(desk, incoming)
    if person is not None and person.has(Role.ADMIN):
        _ask_purpose(desk, incoming)
    else:
        say(desk, incoming, "group.only_admin", person)


def say(desk: Desk, incoming: Incoming, key: str, reader: Person | None) -> None:
    """A sentence in the group, in the language of whoever caused it."""
    language = reader.language if reader else desk.plant.language
    desk.send(incoming.platform, incoming.chat, Message(desk.text(language, key)))


def _ask_purpose(desk: Desk, incoming: Incoming) -> None:
    card = desk.open_card_in_chat(incoming.platform, incoming.chat, "group", 0)
    cards.set_args(desk.store, card, {"title": incoming.group_title})


def left(desk: Desk, incoming: Incoming) -> None:
    """The bot was removed from a group."""
    outbox.drop_chat(desk.store, incoming.platform, incoming.chat, "left the group", desk.real_now)
    _write(desk, incoming, "group.left", groups.removed(desk.store, incoming.platform, incoming.chat))


def moved(desk: Desk, incoming: Incoming) -> None:
    """The group has a new id: cards and what waits go with it."""
    known = groups.moved(desk.store, incoming.platform, incoming.chat, incoming.moved_to)
    outbox.move_chat(desk.store, incoming.platform, incoming.chat, incoming.moved_to)
    _write(desk, incoming, "group.moved", known)


def _write(desk: Desk, incoming: Incoming, action: str, known: bool) -> None:
    if known:
        person = who(desk, incoming)
        audit.write(desk.store, desk.now, action, person=person.id if person else None, title=incoming.group_title)


def only_in_groups(turn: Turn, payload: str) -> None:
    """`/here` was said in private."""
    turn.reply("group.only_in_groups" if turn.desk.plant.groups else "group.groupless")


def set_purpose(turn: Turn, tap: Tap) -> None:
    """An admin says what the group is for."""
    if not turn.me.has(Role.ADMIN):
        raise Refused("refused.not_admin")
    card = turn.card
    purpose = next((p for p in PURPOSES if p == tap.arg), None)
    if card is None or card.kind != "group" or purpose is None:
        raise Refused("refused.unknown_button")
    title = str(card.args.get("title", "")) or turn.incoming.group_title
    group = groups.set(turn.store, card.platform, card.chat, title, purpose, turn.me.id, turn.desk.now)
    audit.write(turn.store, turn.desk.now, "group.set", person=turn.me.id, group=group.id, purpose=purpose, title=title)
    cards.set_args(turn.store, card.id, {**card.args, "done": True})
    turn.toast = turn.text("group.set_toast")
    turn.refresh_card()


def draw(d: Drawing) -> View:
    """The question what this group is for, or what was said."""
    group = groups.get(d.desk.store, d.card.platform, d.card.chat)
    if group is not None and d.card.args.get("done"):
        return view(d.text(f"group.is_{group.purpose}"), live=False)
    buttons = [d.button(f"group.{p}", "grp", 0, arg=p) for p in PURPOSES]
    return view(d.text("group.ask"), buttons)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"grp": set_purpose}
QUESTIONS: Mapping[str, Callable[..., bool]] = {}
CARDS: Mapping[str, Draw] = {"group": draw}

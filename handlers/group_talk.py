"""What is said and tapped in a group: only cards and `/here` mean something, personal words go to private chats."""

from __future__ import annotations

from handlers import danger, groups, lost
from handlers.desk import Desk
from handlers.message import Event, Incoming, Message
from handlers.tables import COMMANDS, TAPS
from handlers.texts import words
from handlers.turn import Turn, parse_tap
from storage import accounts, cards
from storage.cards import Card
from woodpecker.errors import Refused


def heard(desk: Desk, incoming: Incoming) -> str:
    """Does what a group's message or tap means, and returns the brief answer to the tap, "" if there is none."""
    if incoming.event is Event.TAP:
        return _tap(desk, incoming)
    name = command(incoming.text, by_name=incoming.to_bot)
    if name == "here":
        groups.here(desk, incoming)
    elif name == "danger":
        _danger(desk, incoming)
    elif incoming.to_bot and (card := _card_with(desk, incoming)) is not None:
        tap = incoming._replace(event=Event.TAP, tap=card.labels[incoming.text.strip()], message_ref=card.ref)
        if said := _tap(desk, tap):
            desk.send(incoming.platform, incoming.chat, Message(said))
    elif name in COMMANDS or incoming.to_bot:
        groups.say(desk, incoming, "group.write_me", groups.who(desk, incoming))
    return ""


def command(text: str, *, by_name: bool = False) -> str:
    """The name of a `/command` or `/command@bot`, "" if it is none: a group's other talk is not for us.

    What is said to the bot `by_name` may be a command's word too.
    """
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    if first.startswith("/"):
        return first[1:].split("@")[0].lower()
    return words("command").get(first.lower(), "") if by_name else ""


def _card_with(desk: Desk, incoming: Incoming) -> Card | None:
    """The group's newest live card with this label."""
    live = cards.live_in_chat(desk.store, incoming.platform, incoming.chat)
    return next((card for card in live if incoming.text.strip() in card.labels), None)


def _danger(desk: Desk, incoming: Incoming) -> None:
    """The numbers for everybody there; the alert itself goes on in the caller's own chat."""
    turn = _turn(desk, incoming)
    desk.send(incoming.platform, incoming.chat, Message(danger.numbers(desk, turn.language)))
    danger.call(turn, incoming.text.partition(" ")[2].strip())


def _turn(desk: Desk, incoming: Incoming) -> Turn:
    """A turn of whoever acted, answered in that person's own chat."""
    account = accounts.touch(
        desk.store, incoming.platform, incoming.account, "", incoming.name, "", desk.now
    )  # fmt: skip
    person = desk.person(account.person)
    turn = Turn(
        desk,
        incoming._replace(chat=account.chat, private=True),
        account,
        person if person is not None and person.left_on is None else None,
    )
    if incoming.event is Event.TAP:
        turn.card = cards.tapped(desk.store, incoming.platform, incoming.chat, incoming.message_ref, incoming.tap)
    return turn


def _tap(desk: Desk, incoming: Incoming) -> str:
    turn = _turn(desk, incoming)
    try:
        with desk.store.tx.savepoint():
            tap = parse_tap(incoming.tap)
            if turn.person is None or not turn.account.chat:
                raise Refused("refused.not_joined")
            if tap is None or tap.verb not in TAPS:
                raise Refused("refused.unknown_button")
            TAPS[tap.verb](turn, tap)
    except Refused as refusal:
        if turn.card is not None:
            desk.refresh_card(turn.card.id)
        return lost.why(turn, refusal)
    return turn.toast

"""What a delivery means, in this order: event, tap, exact word, label, pending question, draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from handlers import (
    claiming,
    danger,
    group_talk,
    groups,
    joining,
    limits,
    lost,
    nameless,
    reporting,
    unreachable,
    vouching,
)
from handlers.desk import Desk
from handlers.drafting import shortened
from handlers.message import Event, Incoming, Message
from handlers.tables import CHOICES, COMMANDS, QUESTIONS, TAPS, WITHOUT_JOINING, OnTap
from handlers.texts import LANGUAGES, best, text, texts, words
from handlers.turn import Tap, Turn, parse_tap
from handlers.welcoming import show_waiting
from storage import accounts, cards, claims, questions
from woodpecker.errors import Refused

# Also without a slash: 查找 护栏, 排行 10月, 代报 1007.
WITH_WORDS = frozenset(
    {"find", "danger", "board", "summary", "quiet", "claim", "behalf", "looks", "leave", "ban", "activity"}
)
NO_TRACE = frozenset({"refused.no_draft"})  # a second tap on what was handed in without a name
CHOSEN = 3  # options that come with one tap at most
TOAST = 200  # characters of the ephemeral answer to a tap
WITH_MEDIA = frozenset({"start", "report", "danger", "claim"})  # a caption like 好的 leaves its photo a photo


class Handled(NamedTuple):
    """What a tap is answered with for a moment; "" is nothing."""

    toast: str = ""


def handle(desk: Desk, incoming: Incoming, toasts: bool = True) -> Handled:
    """Does all that a delivery means, in the caller's transaction.

    A refusal is answered with its sentence and undoes whatever its handler had begun. Without `toasts` the
    platform shows nothing in passing, so that a tap that changes nothing else is answered with a message.
    """
    if incoming.event in _EVENTS:
        _EVENTS[incoming.event](desk, incoming)
        return Handled()
    if not incoming.private:
        said = group_talk.heard(desk, incoming)
        if claiming.about_code(incoming):
            nameless.forget_said(desk, incoming)
        return Handled(said)
    opened = vouching.opened(desk, incoming)
    turn = _turn(desk, incoming)
    if limits.flooding(turn, urgent=exact(incoming.text.strip())[0] == "danger"):
        return Handled()
    back = turn.back
    came_in = vouching.recognised(turn) if turn.person is None else opened and vouching.greeted(turn)
    try:
        with desk.store.tx.savepoint():
            if not (came_in and _only_opens(incoming)):
                _route(turn)
    except Refused as refusal:
        turn = _turn(desk, incoming, again=True)
        turn.unseen = turn.unseen or refusal.key in NO_TRACE
        refuse(turn, refusal)
    if turn.toast and not toasts and not turn.answered:
        turn.send(Message(turn.toast))
    if back and turn.person is not None:  # what was lost meanwhile
        show_waiting(desk, turn.account, turn.person)
    if turn.unseen:
        nameless.forget(turn)
    return Handled(shortened(turn.toast, TOAST))


def _only_opens(incoming: Incoming) -> bool:
    """Whether a message says no more than that somebody is there."""
    return incoming.event is Event.MESSAGE and not incoming.media and exact(incoming.text.strip())[0] == "start"


def refuse(turn: Turn, refusal: Refused) -> None:
    """Says no in the person's words; a tapped card is shown as it is now."""
    sentence = lost.why(turn, refusal)
    if turn.incoming.event is Event.TAP:
        turn.toast = sentence
        if turn.card is not None:
            turn.refresh_card()
    turn.send(Message(sentence))


def _turn(desk: Desk, incoming: Incoming, *, again: bool = False) -> Turn:
    account = accounts.touch(
        desk.store,
        incoming.platform,
        incoming.account,
        incoming.chat,
        incoming.name,
        best(incoming.language),
        desk.now,
        sent_at=incoming.sent_at if limits.counts(incoming) and not again else None,
    )
    back = account.unreachable_at is not None
    if back:
        accounts.reachable(desk.store, account.id)
    me = desk.person_at(account.person, incoming.platform)
    turn = Turn(desk, incoming, account, me if me is not None and me.left_on is None else None)
    turn.back = back
    if incoming.event is Event.TAP:
        turn.card = cards.tapped(desk.store, incoming.platform, incoming.chat, incoming.message_ref, incoming.tap)
    turn.unseen = claiming.about_code(incoming)
    return turn


def _route(turn: Turn) -> None:
    if turn.incoming.event is Event.TAP:
        _tap(turn, turn.incoming.tap)
        return
    text = turn.incoming.text.strip()
    command, payload = exact(text)
    if not command and claiming.knows(turn, text):
        command, payload = "claim", text
    if turn.person is None and command not in WITHOUT_JOINING:
        if not danger.heard(turn):
            joining.stranger(turn, text)
        return
    if command and (not turn.incoming.media or command in WITH_MEDIA):
        COMMANDS[command](turn, payload)
        return
    if text and not turn.incoming.media and _label(turn, text):
        return
    question = questions.pending(turn.store, turn.account.id)
    # A message changed later is no answer, whatever is being asked by now.
    if question is not None and not turn.incoming.edited and QUESTIONS[question.kind](turn, question):
        return
    reporting.content(turn)


def exact(text: str) -> tuple[str, str]:
    """The command a text is, with what follows it: `/find 护栏`, `查找 护栏`, `我的`; "" if it is none."""
    if claims.CODE.match(text):
        return "claim", text
    first, _, rest = text.partition(" ")
    known = words("command")
    if first.startswith("/"):
        name = first[1:].split("@")[0].lower()
        return (name, rest.strip()) if name in COMMANDS else ("", "")
    name = known.get(text.lower(), "")
    if name in COMMANDS:
        return name, ""
    name = known.get(first.lower(), "")
    return (name, rest.strip()) if name in WITH_WORDS and rest.strip() else ("", "")


def _tap(turn: Turn, data: str) -> None:
    tap = _known(turn, data, TAPS)
    if turn.incoming.chosen:
        _choose(turn)
    TAPS[tap.verb](turn, tap)


def _choose(turn: Turn) -> None:
    """Does first what was chosen on the card beside the tapped button, as if it had been tapped. Raises Refused.

    Only what sets something on that very card: the client says what was chosen.
    """
    if turn.card is None or len(turn.incoming.chosen) > CHOSEN:
        raise Refused("refused.unknown_button")
    turn.drawn = turn.card
    for data in turn.incoming.chosen:
        tap = _known(turn, data, CHOICES)
        if tap.id != turn.card.subject:
            raise Refused("refused.unknown_button")
        CHOICES[tap.verb](turn, tap)
        turn.card = cards.get(turn.store, turn.card.id) or turn.card
    turn.toast = ""


def _known(turn: Turn, data: str, among: Mapping[str, OnTap]) -> Tap:
    """The tap that a button's data is, if somebody like this may tap it at all. Raises Refused."""
    tap = parse_tap(data)
    if tap is None or tap.verb not in among:
        raise Refused("refused.unknown_button")
    if turn.person is None and tap.verb not in WITHOUT_JOINING:
        raise Refused("refused.not_joined" if turn.account.person is None else "refused.left")
    return tap


def _label(turn: Turn, text: str) -> bool:
    """A typed label, or a number in reply to a card, acts like the button."""
    incoming = turn.incoming
    if incoming.reply_to and text.isascii() and text.isdigit():
        card = cards.by_ref(turn.store, incoming.platform, incoming.chat, incoming.reply_to)
        data = list(card.labels.values()) if card else []
        if card is not None and 0 < int(text) <= len(data):
            turn.card = card
            _tap(turn, data[int(text) - 1])
            return True
    having = [c for c in cards.live_in_chat(turn.store, incoming.platform, incoming.chat) if text in c.labels]
    if incoming.reply_to:
        having = [c for c in having if c.ref == incoming.reply_to] or having
    if not having:
        return False
    turn.card = having[0]
    _tap(turn, having[0].labels[text])
    return True


def _blocked(desk: Desk, incoming: Incoming) -> None:
    account = accounts.find(desk.store, incoming.platform, incoming.account)
    if account is not None:
        unreachable.cut_off(desk, incoming.platform, account.chat, "blocked")


def _unblocked(desk: Desk, incoming: Incoming) -> None:
    account = accounts.find(desk.store, incoming.platform, incoming.account)
    if account is not None:
        accounts.reachable(desk.store, account.id)


def _entered(desk: Desk, incoming: Incoming) -> None:
    """Whoever comes for the first time is greeted, and whoever comes back sees what waits; nobody else is disturbed."""
    known = accounts.find(desk.store, incoming.platform, incoming.account)
    if known is None or vouching.opened(desk, incoming):
        handle(desk, incoming._replace(event=Event.MESSAGE, text="/start"))
    elif known.unreachable_at is not None:
        turn = _turn(desk, incoming)
        if turn.person is not None:
            show_waiting(desk, turn.account, turn.person)


_EVENTS: dict[Event, Callable[[Desk, Incoming], None]] = {
    Event.BLOCKED: _blocked,
    Event.UNBLOCKED: _unblocked,
    Event.ENTERED: _entered,
    Event.GROUP_JOINED: groups.joined,
    Event.GROUP_LEFT: groups.left,
    Event.GROUP_MOVED: groups.moved,
}


@cache
def command_menus(first: str) -> dict[str, dict[str, list[tuple[str, str]]]]:
    """What platforms show as commands, by scope and language; `first` is for all other languages."""
    return {
        scope: {code: _menu(section, code or first, first) for code in ("", *LANGUAGES)}
        for scope, section in (("private", "menu"), ("groups", "group_menu"))
    }


def _menu(section: str, language: str, fallback: str) -> list[tuple[str, str]]:
    keys = [key for key in texts(fallback) if key.startswith(f"{section}.")]
    return [(key.removeprefix(f"{section}."), text(language, key, fallback)) for key in keys]

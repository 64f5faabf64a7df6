"""How an account becomes a person: code, own phone number, or a roster number and the admin's word."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping

from handlers import binding, drafting, letting_in, place_codes
from handlers.message import Message
from handlers.turn import Tap, Turn
from handlers.views import Draw
from handlers.welcoming import danger_row, join
from storage import accounts, drafts, invitations, join_requests, people
from storage.questions import Question
from woodpecker import clocks
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.words import Role

log = logging.getLogger(__name__)

TOKEN = re.compile(r"[A-Za-z0-9_-]+")
NUMBER = re.compile(r"[A-Za-z]{0,3}-?\d{1,8}")
SENTENCE = 30  # characters; what is longer is no code
REQUESTS_A_DAY = 3


def start(turn: Turn, payload: str) -> None:
    """/start: greets a stranger, takes a code, and disturbs nothing for whoever has joined."""
    if turn.person is None:
        if not place_codes.kept(turn, payload):
            stranger(turn, payload)
        return
    if payload and place_codes.scanned(turn, payload):
        return
    if payload:
        _own_code(turn, payload)
    turn.send(Message(turn.text("join.again", name=turn.me.name), danger_row(turn.desk, turn.language)))
    draft = drafts.open_of(turn.store, turn.me.id)
    if draft is not None:
        drafting.show_below(turn, draft)


def _own_code(turn: Turn, code: str) -> None:
    if not accounts.may_try_code(turn.account, turn.desk.now):
        return
    holder = invitations.redeem(turn.store, code, turn.desk.now)
    if holder is None:
        if not binding.own(turn, code):
            accounts.miss_code(turn.store, turn.account.id, turn.desk.now)
    elif holder != turn.me.id:
        raise Refused("refused.other_code")  # the refusal gives the code back


def stranger(turn: Turn, text: str) -> None:
    """Answers an account that nobody knows."""
    incoming = turn.incoming
    if incoming.phone:
        _by_phone(turn, incoming.phone)
        return
    token = _token(text)
    if token and not accounts.may_try_code(turn.account, turn.desk.now):
        turn.reply("join.too_many", minutes=accounts.PAUSE // clocks.MINUTE)
        return
    if token and binding.bound(turn, token):
        return
    person = _by_code(turn, token) if token else None
    if person is not None:
        join(turn.desk, turn.account, person, "code")
    elif turn.account.person is not None:
        turn.reply("refused.left")
    elif not _admin_is_there(turn):
        _nobody_yet(turn)
    elif token and (NUMBER.fullmatch(token) or people.by_number(turn.store, token)):
        _request(turn, people.by_number(turn.store, token), text)
    elif len(token) > 3 and any(c.isdigit() for c in token):
        turn.reply("join.wrong_code")
    else:
        _greet(turn)


def _token(text: str) -> str:
    """The one word in a short sentence that may be a code or a number; "" if there is none."""
    found = TOKEN.findall(text)
    return found[0] if len(found) == 1 and len(text) <= max(SENTENCE, len(found[0])) else ""


def _by_code(turn: Turn, code: str) -> Person | None:
    holder = invitations.redeem(turn.store, code, turn.desk.now)
    person = people.get(turn.store, holder)
    if person is None:
        accounts.miss_code(turn.store, turn.account.id, turn.desk.now)
    elif person.left_on is not None:
        raise Refused("refused.left")
    return person


def _by_phone(turn: Turn, phone: str) -> None:
    person = people.by_phone(turn.store, phone)
    if person is not None:
        join(turn.desk, turn.account, person, "phone")
    elif turn.account.person is not None:
        turn.reply("refused.left")
    elif not _admin_is_there(turn):
        _nobody_yet(turn)
    else:
        _request(turn, None, phone)


def _admin_is_there(turn: Turn) -> bool:
    return bool(people.joined(turn.store, (p.id for p in people.with_role(turn.store, Role.ADMIN))))


def _nobody_yet(turn: Turn) -> None:
    code = turn.desk.plant.code
    log.warning(
        "enterprise %s: somebody wrote, but no admin has joined yet; make a join code with"
        " `woodpecker invite --enterprise %s --name NAME --role admin`",
        code,
        code,
    )
    turn.reply("join.nobody_yet")


def _request(turn: Turn, person: Person | None, words: str) -> None:
    now = turn.desk.now
    if join_requests.open_of(turn.store, turn.account.id):
        turn.reply("join.waiting")
        return
    if join_requests.made_since(turn.store, turn.account.id, now - clocks.DAY) >= REQUESTS_A_DAY:
        turn.reply("join.tomorrow")
        return
    meant = person.id if person is not None and person.left_on is None else None
    letting_in.ask_admins(turn, meant, words)
    turn.reply("join.asked")


def _greet(turn: Turn) -> None:
    key = "join.own_number" if turn.incoming.foreign_contact else "join.greeting"
    text = turn.text(key)
    if turn.incoming.media:
        text = f"{text}\n{turn.text('join.send_again')}"
    turn.send(Message(text, ask_phone=turn.text("button.share_phone")))


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = letting_in.TAPS
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = letting_in.QUESTIONS
CARDS: Mapping[str, Draw] = letting_in.CARDS

"""The admin's side of joining: who asks, whom of the roster it may be, and the decision."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from handlers.desk import Desk
from handlers.drafting import brief
from handlers.message import Message
from handlers.report_text import superseded
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from handlers.welcoming import join
from storage import accounts, audit, departments, join_requests, people
from storage.join_requests import JoinRequest
from storage.questions import Question
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.words import Role

NAMESAKES = 3
WORDS = 60  # characters of what a stranger wrote
NUMBER = re.compile(r"[A-Za-z0-9_-]{1,20}")
NEW = re.compile(r"(?:新建|new)\s+(\S.{0,38})", re.I)


def ask_admins(turn: Turn, person: int | None, words: str) -> None:
    """Makes a request of the account and sends every admin its card."""
    line = " ".join(words.split())[:WORDS]  # on one line, so that it cannot pass for lines of the card
    request = join_requests.add(turn.store, turn.account.id, person, line, turn.desk.now)
    if request is None:
        return
    audit.write(turn.store, turn.desk.now, "join.requested", person, account=turn.account.id)
    for admin in people.with_role(turn.store, Role.ADMIN):
        turn.desk.open_card(admin.id, "join", request)


def _card(d: Drawing) -> View:
    request = join_requests.get(d.desk.store, d.card.subject)
    if request is None or d.reader is None:
        return view(d.text("refused.unknown_button"), live=False, moot=True)
    account = accounts.get(d.desk.store, request.account)
    person = d.desk.person(request.person)
    if request.state != "open":
        return view(_decided(d, request, person), live=False)
    if superseded(d):
        return view(d.text("card.below"), live=False)
    name = account.name if account and account.name else d.text("join.no_name")
    lines = [d.text("join.card", name=name, words=request.words)]
    if person is None:
        lines.append(d.text("join.nobody_like_that"))
        # A name never identifies: whoever it is, the admin has to say so by number.
        lines += [d.text("join.same_name", who=entry(d.desk, p)) for p in _namesakes(d.desk, name.partition("（")[0])]
    else:
        lines.append(d.text("join.maybe", who=entry(d.desk, person)))
        if accounts.of_person(d.desk.store, person.id):
            lines.append(d.text("join.has_account"))
    lines.append(d.text("join.check_first"))
    labels = (("approve_join", "letin"), ("other_number", "letwho"), ("refuse_join", "letno"))
    return view("\n".join(lines), [d.button(f"button.{label}", verb, request.id) for label, verb in labels])


def _namesakes(desk: Desk, name: str) -> list[Person]:
    return [p for p in people.by_name(desk.store, name) if p.left_on is None][:NAMESAKES]


def _decided(d: Drawing, request: JoinRequest, person: Person | None) -> str:
    admin = d.desk.person(request.decided_by)
    key = f"join.{request.state}" if admin else "join.came_in"
    return d.text(key, who=entry(d.desk, person) if person else request.words, admin=admin.name if admin else "")


def entry(desk: Desk, person: Person) -> str:
    """A person as the roster knows the person: 王磊（1001，磨矿车间）."""
    department = departments.get(desk.store, person.department) if person.department else None
    facts = [f for f in (person.employee_no, department.name if department else None) if f]
    return f"{person.name}（{'，'.join(facts)}）" if facts else person.name


def _open(turn: Turn, request_id: int) -> JoinRequest:
    if not turn.me.has(Role.ADMIN):
        raise Refused("refused.not_admin")
    request = join_requests.get(turn.store, request_id)
    if request is None:
        raise Refused("refused.unknown_button")
    if request.state != "open":
        raise Refused("refused.moved_on")
    return request


def _approve(turn: Turn, tap: Tap) -> None:
    request = _open(turn, tap.id)
    person = people.get(turn.store, request.person)
    if person is None or person.left_on is not None:
        _ask_number(turn, request)
        return
    _let_in(turn, request, person)


def _let_in(turn: Turn, request: JoinRequest, person: Person) -> None:
    account = accounts.get(turn.store, request.account)
    if account is None or (account.person is not None and account.person != person.id):
        raise Refused("refused.moved_on")
    audit.write(turn.store, turn.desk.now, "join.approved", person.id, turn.me.id, account=account.id)
    join(turn.desk, account, person, "approval", turn.me.id)
    brief(turn, "join.done")


def _refuse(turn: Turn, tap: Tap) -> None:
    request = _open(turn, tap.id)
    turn.settle()
    join_requests.decide(turn.store, request.id, "refused", turn.me.id, turn.desk.now)
    audit.write(turn.store, turn.desk.now, "join.refused", request.person, turn.me.id, account=request.account)
    turn.desk.refresh(("join",), request.id)
    account = accounts.get(turn.store, request.account)
    if account is not None:
        language = account.language or turn.desk.plant.language
        turn.desk.send(account.platform, account.chat, Message(turn.desk.text(language, "join.told_no")))
    brief(turn, "join.done")


def _other_number(turn: Turn, tap: Tap) -> None:
    _ask_number(turn, _open(turn, tap.id))


def _ask_number(turn: Turn, request: JoinRequest) -> None:
    turn.ask("letwho", request=request.id)
    turn.reply("join.which_number")


def _number(turn: Turn, question: Question) -> bool:
    """The roster's number of whoever asks, or a new person's name."""
    text = turn.incoming.text.strip()
    new = NEW.fullmatch(text)
    if turn.incoming.media or not (new or NUMBER.fullmatch(text)):
        return False
    known = join_requests.get(turn.store, question.args["request"])
    if known is None or known.state != "open":
        turn.settle()
        return False
    request = _open(turn, known.id)
    if new:
        turn.settle()
        person = people.add(turn.store, new[1], turn.desk.now, language=turn.desk.plant.language)
        audit.write(turn.store, turn.desk.now, "person.added", person.id, turn.me.id, name=person.name)
        _let_in(turn, request, person)
        return True
    found = people.by_number(turn.store, text)
    if found is None or found.left_on is not None:
        raise Refused("refused.no_such_number")
    turn.settle()
    join_requests.meant(turn.store, request.id, found.id)
    turn.open_card("join", request.id)
    turn.desk.refresh(("join",), request.id)
    return True


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"letin": _approve, "letwho": _other_number, "letno": _refuse}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"letwho": _number}
CARDS: Mapping[str, Draw] = {"join": _card}

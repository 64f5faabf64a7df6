"""限制上报: an admin keeps somebody from reporting for a while, with a reason; danger stays open to everybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.desk import Desk
from handlers.formats import minute_text
from handlers.report_text import superseded, text_of
from handlers.turn import Tap, Turn, say
from handlers.views import Draw, Drawing, View, view
from storage import audit, bans, departments, people
from storage.bans import Ban
from storage.questions import Question
from storage.store import Store
from woodpecker import bans as rules
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.words import Role

FOUND = 4  # people of one name that are shown


def banned(store: Store, person: int) -> bool:
    """Whether a person may not report now."""
    return bans.of(store, person) is not None


def check(turn: Turn) -> None:
    """Raises Refused, naming whom to talk to, if whoever speaks may not report."""
    ban = bans.of(turn.store, turn.me.id)
    if ban is not None:
        raise Refused("refused.banned", words=ban.words, who=_contacts(turn.desk, turn.language, ban))


def _contacts(desk: Desk, language: str, ban: Ban) -> str:
    """Whom a banned person can talk to: whoever decided it, else an admin; and the union."""
    by = desk.person(ban.by)
    admins = [p for p in people.with_role(desk.store, Role.ADMIN) if p.id != ban.person]
    decided = [by] if by is not None and by.left_on is None and by.has(Role.ADMIN) else admins[:1]
    union = [p for p in people.with_role(desk.store, Role.UNION) if p.id != ban.person][:1]
    found = [desk.text(language, "ban.contact", role=desk.text(language, "role.admin"), name=p.name) for p in decided]
    found += [desk.text(language, "ban.contact", role=desk.text(language, "role.union"), name=p.name) for p in union]
    return desk.text(language, "ban.or").join(found) or desk.text(language, "role.admin")


def command(turn: Turn, payload: str) -> None:
    """Shows whom it may concern; without a name or number it says how."""
    if not turn.me.has(Role.ADMIN):
        raise Refused("refused.not_admin")
    found = _found(turn, payload) if payload else []
    if not found:
        turn.reply("ban.nobody" if payload else "ban.how", words=payload)
    elif len(found) > FOUND:
        turn.reply("ban.several", words=payload)
    for person in found if len(found) <= FOUND else []:
        turn.open_card("ban", person.id)


def _found(turn: Turn, words: str) -> list[Person]:
    exact = people.by_number(turn.store, words)
    found = [exact] if exact else people.by_name(turn.store, words)
    return [p for p in found if p.left_on is None]


def _card(d: Drawing) -> View:
    person = d.desk.person(d.card.subject)
    if person is None or d.reader is None or not d.reader.has(Role.ADMIN):
        return view(d.text("refused.not_admin"), live=False)
    if superseded(d):
        return view(d.text("card.below"), live=False)
    ban = bans.of(d.desk.store, person.id)
    if ban is None:
        return view(
            text_of(_who(d, person), d.text("ban.free"), d.text("ban.effect")),
            [d.button("ban.ban", "ban", person.id)],
        )
    by = d.desk.person(ban.by)
    who = by.name if by else d.text("role.admin")
    since = d.text("ban.since", who=who, at=minute_text(ban.at, d.desk.plant.zone), words=ban.words)
    return view(text_of(_who(d, person), since), [d.button("ban.lift", "unban", person.id)])


def _who(d: Drawing, person: Person) -> str:
    department = departments.get(d.desk.store, person.department) if person.department else None
    known = [person.employee_no, department.name if department else None]
    about = d.text("word.dot").join(k for k in known if k)
    return d.text("ban.who", name=person.name, about=f" · {about}" if about else "")


def _subject(turn: Turn, person: int) -> Person:
    found = turn.desk.person(person)
    if found is None:
        raise Refused("refused.unknown_button")
    rules.may_ban(turn.me, found)
    return found


def _ban(turn: Turn, tap: Tap) -> None:
    person = _subject(turn, tap.id)
    if banned(turn.store, person.id):
        raise Refused("refused.ban_before")
    turn.ask("ban_why", person=person.id)
    turn.reply("ban.why", name=person.name)


def _why(turn: Turn, question: Question) -> bool:
    """The reason, which the person will read."""
    text = turn.incoming.text.strip()
    if turn.incoming.media or not text:
        return False
    person = _subject(turn, question.args["person"])
    words = rules.reason(text)
    turn.settle()
    if not bans.start(turn.store, person.id, turn.me.id, words, turn.desk.now):
        raise Refused("refused.ban_before")
    audit.write(turn.store, turn.desk.now, "reporting.banned", person.id, turn.me.id, words=words)
    announce(turn.desk, person.id, "banned", turn.me.id)
    turn.reply("ban.done", name=person.name)
    return True


def _unban(turn: Turn, tap: Tap) -> None:
    person = _subject(turn, tap.id)
    if not bans.lift(turn.store, person.id, turn.me.id, turn.desk.now):
        raise Refused("refused.ban_none")
    audit.write(turn.store, turn.desk.now, "reporting.allowed", person.id, turn.me.id)
    announce(turn.desk, person.id, "unbanned", turn.me.id)
    say(turn, turn.text("ban.lifted_toast"))
    turn.answered = True


def announce(desk: Desk, person: int, kind: str, by: int | None = None) -> None:
    """Tells the person and every leader that somebody was "banned" from reporting or "unbanned"."""
    who = desk.person(person)
    if who is None:
        return
    ban = bans.of(desk.store, person)
    if ban is not None:
        args = {"words": ban.words, "who": _contacts(desk, who.language, ban)}
        desk.push(person, "notice", {"key": "refused.banned", "args": args})
    else:
        desk.push(person, "notice", {"key": "ban.free_again", "args": {}})
    for leader in people.with_role(desk.store, Role.LEADER):
        if leader.id not in {person, by}:
            args = {"name": who.name, "words": ban.words if ban else ""}
            line = desk.text(leader.language, f"roster.{kind}", **args)
            desk.push(leader.id, "notice", {"key": "roster.one", "args": {"line": line}})
    desk.refresh(("ban",), person)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"ban": _ban, "unban": _unban}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"ban_why": _why}
CARDS: Mapping[str, Draw] = {"ban": _card}

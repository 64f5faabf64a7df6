"""有生命危险: the numbers at once, and everybody who can help is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from handlers.desk import Desk
from handlers.formats import at
from handlers.message import Media, MediaKind, Message
from handlers.report_text import text_of
from handlers.turn import Tap, Turn, say
from handlers.views import Draw, Drawing, View, view
from storage import accounts, danger, departments, people, questions
from storage.danger import Alert
from storage.questions import Question
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.words import Role

AGAIN = 60_000  # ms within which the same person's next tap is the same alarm
STRANGER_AGAIN = 3_600_000
WHERE_FOR = 30 * 60_000  # ms in which a sentence or a location belongs to the alert
HELPERS = (Role.OFFICER, Role.LEADER)
CARDS_OF = ("sos", "sosin")


def call(turn: Turn, payload: str) -> None:
    """The numbers, and an alert: for everybody, joined or not, without a question first."""
    store, now = turn.store, turn.desk.now
    last = danger.last_of(store, turn.account.id)
    pause = AGAIN if turn.person else STRANGER_AGAIN
    if last is not None and abs(now - last.at) < pause and (last.ended_at is None or turn.person is None):
        turn.open_card("sos", last.id, {"language": turn.language, "told": None})
        if payload:
            _add(turn, last, payload)
        return
    alert = danger.start(store, turn.account.id, turn.person.id if turn.person else None, payload, now)
    told = 0
    for helper in _helpers(turn.desk, alert):
        told += turn.desk.open_card(helper.id, "sosin", alert.id, urgent=True)
    turn.open_card("sos", alert.id, {"language": turn.language, "told": told})
    turn.ask("danger_where", alert=alert.id, words=False)


def tapped(turn: Turn, tap: Tap) -> None:
    """The button that stands in the welcome, in 帮助 and in the menu."""
    call(turn, "")


def _helpers(desk: Desk, alert: Alert) -> Iterator[Person]:
    return (p for p in people.with_role(desk.store, *HELPERS) if p.id != alert.person)


def heard(turn: Turn) -> bool:
    """Whether what somebody not joined says belongs to an alert just raised."""
    question = questions.pending(turn.store, turn.account.id)
    return question is not None and question.kind == "danger_where" and where(turn, question)


def where(turn: Turn, question: Question) -> bool:
    """A sentence and a location right after the alarm go to those who help; anything else is something else."""
    alert = danger.get(turn.store, question.args["alert"])
    if alert is None or alert.ended_at is not None or turn.desk.now - question.asked_at > WHERE_FOR:
        turn.settle()
        return False
    said = turn.incoming.text.strip()
    if turn.incoming.location is not None:
        latitude, longitude = turn.incoming.location
        _add(turn, alert, turn.text("danger.at", latitude=f"{latitude:.5f}", longitude=f"{longitude:.5f}"))
        return True
    voices = tuple(m for m in turn.incoming.media if m.kind is MediaKind.VOICE and m.sha)
    if voices:
        _pass_on(turn, alert, voices)
        return True
    if not said or turn.incoming.media or question.args["words"]:
        return False
    turn.ask("danger_where", alert=alert.id, words=True)
    _add(turn, alert, said)
    return True


def _pass_on(turn: Turn, alert: Alert, voices: tuple[Media, ...]) -> None:
    """A voice says where faster than fingers do."""
    for helper in _helpers(turn.desk, alert):
        account = turn.desk.account_of(helper.id)
        if account is not None:
            who = turn.desk.text(helper.language, "danger.voice", who=_who(turn.desk, helper.language, alert))
            turn.desk.send(account.platform, account.chat, Message(who, media=voices), helper.id)
    turn.reply("danger.passed_on")


def _add(turn: Turn, alert: Alert, words: str) -> None:
    danger.say(turn.store, alert.id, text_of(alert.words, words))
    turn.desk.refresh(("sosin",), alert.id)
    for helper in _helpers(turn.desk, alert):
        who = _who(turn.desk, helper.language, alert)
        args = {"who": who, "words": words}
        # A card that changes does not ring.
        turn.desk.push(helper.id, "notice", {"key": "danger.more", "args": args}, urgent=True)
    turn.reply("danger.passed_on")


def end(turn: Turn, tap: Tap) -> None:
    """It was a false alarm: said by whoever raised it, or by those who were called."""
    alert = danger.get(turn.store, tap.id)
    if alert is None:
        raise Refused("refused.unknown_button")
    mine = alert.account == turn.account.id
    if not mine and not any(turn.me.has(role) for role in HELPERS):
        raise Refused("refused.not_you")
    if danger.end(turn.store, alert.id, turn.person.id if turn.person else None, turn.desk.now):
        _tell_end(turn, alert)
    if mine:
        turn.settle()
    say(turn, turn.text("danger.ended_toast"))
    turn.desk.refresh(CARDS_OF, alert.id)
    turn.answered = True


def _tell_end(turn: Turn, alert: Alert) -> None:
    me = turn.person.id if turn.person else None
    told = {p.id for p in _helpers(turn.desk, alert)} | ({alert.person} if alert.person else set())
    for person in sorted(told - {me}):
        reader = turn.desk.person(person)
        language = reader.language if reader else turn.desk.plant.language
        args = {"at": f"{at(alert.at, turn.desk.plant.zone):%H:%M}", "who": _name(turn.desk, language, me)}
        turn.desk.push(person, "notice", {"key": "danger.ended_told", "args": args}, urgent=True)


def _name(desk: Desk, language: str, person: int | None) -> str:
    found = desk.person(person)
    return found.name if found else desk.text(language, "danger.stranger")


def _who(desk: Desk, language: str, alert: Alert) -> str:
    """Who called, with where to reach them; an account not joined is marked as such."""
    person = desk.person(alert.person)
    if person is None:
        account = accounts.get(desk.store, alert.account)
        named = f" {account.name}" if account and account.name else ""
        return desk.text(language, "danger.stranger") + named
    department = departments.get(desk.store, person.department) if person.department else None
    known = [person.employee_no, department.name if department else None]
    about = desk.text(language, "danger.about", about=" · ".join(k for k in known if k)) if any(known) else ""
    phone = desk.text(language, "danger.phone", phone=person.phone) if person.phone else ""
    return f"{person.name}{about}{phone}"


def numbers(desk: Desk, language: str) -> str:
    """Leave first, then call: the plant's numbers."""
    lines = [desk.text(language, "danger.number", name=n, number=no) for n, no in desk.plant.programme.danger_numbers]
    return text_of(desk.text(language, "danger.leave"), *lines)


def draw_caller(d: Drawing) -> View:
    """What the caller sees: what to do now."""
    alert = danger.get(d.desk.store, d.card.subject)
    language = str(d.card.args.get("language", d.language))
    told = d.card.args.get("told")
    over = alert is None or alert.ended_at is not None
    if told is None:
        state = d.desk.text(language, "danger.told_before")
    elif told:
        state = d.desk.text(language, "danger.told", count=told)
    else:
        state = d.desk.text(language, "danger.told_nobody")
    lines = [numbers(d.desk, language)]
    lines += [_ended(d, language, alert)] if over else [state, d.desk.text(language, "danger.where")]
    buttons = [] if over else [d.button("danger.false_alarm", "sosend", d.card.subject)]
    return view(text_of(*lines), buttons, live=not over)


def draw_called(d: Drawing) -> View:
    """What those who help see: who, what, where."""
    alert = danger.get(d.desk.store, d.card.subject)
    if alert is None:
        return view(d.text("refused.unknown_button"), live=False, moot=True)
    over = alert.ended_at is not None
    text = text_of(
        d.text("danger.alert", at=f"{at(alert.at, d.desk.plant.zone):%H:%M}"),
        _who(d.desk, d.language, alert),
        alert.words,
        _ended(d, d.language, alert) if over else d.text("danger.go"),
    )
    buttons = [] if over else [d.button("danger.false_alarm", "sosend", alert.id)]
    return view(text, buttons, live=not over)


def _ended(d: Drawing, language: str, alert: Alert | None) -> str:
    return d.desk.text(language, "danger.ended", who=_name(d.desk, language, alert.ended_by if alert else None))


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"sos": tapped, "sosend": end}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"danger_where": where}
CARDS: Mapping[str, Draw] = {"sos": draw_caller, "sosin": draw_called}

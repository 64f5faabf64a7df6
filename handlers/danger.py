"""有生命危险: the numbers at once, and everybody who can help is told; what the caller says reaches them too."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import alert_card, alert_people, alert_report, alerting
from handlers.desk import Desk
from handlers.message import Button, Media, MediaKind, Message
from handlers.report_text import text_of
from handlers.taking import LONGEST, arrived
from handlers.turn import Tap, Turn, tap_data
from handlers.views import Draw, Drawing, View, view
from storage import accounts, audit, danger, invitations, questions, reports
from storage.questions import Question
from woodpecker.danger import Alert

AGAIN = 60_000  # ms within which the same person's next tap is the same alarm
HOUR = 3_600_000


def call(turn: Turn, payload: str) -> None:
    """The numbers, and an alert: for everybody, joined or not, without a question first."""
    incoming, last = turn.incoming, danger.last_of(turn.store, turn.account.id)
    if last is not None and _same(turn, last):
        alert = last
        _again(turn, last, payload)
    else:
        alert = _new(turn, payload)
    media = arrived(incoming)
    if media:
        _pass_on(turn, alert, tuple(media))
        alert_report.with_media(turn, danger.get(turn.store, alert.id) or alert)
        if alert.open:
            turn.ask("danger_where", alert=alert.id, album=incoming.album)  # laying a draft aside forgets questions


def _same(turn: Turn, last: Alert) -> bool:
    """Whether a cry belongs to the last alert; an account not joined raises one an hour, whatever became of it."""
    return abs(turn.desk.now - last.at) < HOUR and (last.open or turn.person is None)


def _new(turn: Turn, payload: str) -> Alert:
    store, now, incoming = turn.store, turn.desk.now, turn.incoming
    person = turn.person.id if turn.person else None
    alert = danger.start(store, turn.account.id, person, payload, now, incoming.sent_at, incoming.delivery)
    audit.write(store, now, "danger.raised", person, person, alert=alert.id, account=turn.account.id)
    told = alerting.ring(turn.desk, alert)
    turn.open_card("sos", alert.id, {"language": turn.language, "told": told})
    turn.ask("danger_where", alert=alert.id)
    return alert


def _again(turn: Turn, last: Alert, payload: str) -> None:
    """A second cry rings once more, a double tap does not; nor does one of an account not joined."""
    told = None
    now = turn.desk.now
    if turn.person is not None and last.rung_at is not None and now - last.rung_at >= AGAIN:
        after = last._replace(rung_at=now, rings=last.rings + 1)
        if danger.save(turn.store, last, after):
            told = alerting.ring(turn.desk, after)
    turn.open_card("sos", last.id, {"language": turn.language, "told": told})
    if payload:
        _add(turn, last, payload)
    if last.open:
        turn.ask("danger_where", alert=last.id)


def tapped(turn: Turn, tap: Tap) -> None:
    """The button that stands in the welcome, in 帮助 and in the menu."""
    call(turn, "")


def heard(turn: Turn) -> bool:
    """Whether what somebody not joined says belongs to an alert just raised; an invitation lets in all the same."""
    if invitations.works(turn.store, turn.incoming.text, turn.desk.now):
        return False
    question = questions.pending(turn.store, turn.account.id)
    return question is not None and question.kind == "danger_where" and where(turn, question)


def where(turn: Turn, question: Question) -> bool:
    """What follows the cry goes to those who help until the caller was reached; photos are kept for the report too."""
    alert = danger.get(turn.store, question.args["alert"])
    if alert is None or not alert.open or turn.desk.now - alert.at > alert_report.SOON:
        turn.settle()
        return False
    media, said = tuple(arrived(turn.incoming)), turn.incoming.text.strip()
    if not media and not said and turn.incoming.location is None:
        return False
    kept = alert_report.keeps(turn, alert, media)
    if media:
        _pass_on(turn, alert, media)
    if turn.incoming.location is not None:
        _locate(turn, alert, *turn.incoming.location)
    if said:
        _add(turn, alert, said)
    _reply(turn, question)
    return not kept


def _reply(turn: Turn, question: Question) -> None:
    """Says that it was passed on, once for an album."""
    album = turn.incoming.album
    if not album or question.args.get("album") != album:
        turn.ask("danger_where", **{**question.args, "album": album})
        turn.reply("danger.passed_on")


def _pass_on(turn: Turn, alert: Alert, media: tuple[Media, ...]) -> None:
    """A voice or a photo says where faster than fingers do."""
    key = "danger.voice" if any(m.kind is MediaKind.VOICE for m in media) else "danger.photo"
    for helper in alert_people.called(turn.desk, alert):
        account = turn.desk.account_of(helper.id)
        if account is not None:
            who = alert_people.who(turn.desk, helper.language, alert)
            message = Message(turn.desk.text(helper.language, key, who=who), media=media)
            turn.desk.send(account.platform, account.chat, message, helper.id)


def _locate(turn: Turn, alert: Alert, latitude: float, longitude: float) -> None:
    danger.locate(turn.store, alert.id, latitude, longitude)
    turn.desk.refresh(("sosin",), alert.id)
    alerting.tell_more(
        turn.desk, alert, turn.text("danger.at", latitude=f"{latitude:.5f}", longitude=f"{longitude:.5f}")
    )


def _add(turn: Turn, alert: Alert, words: str) -> None:
    all_words = text_of(alert.words, words)[-LONGEST:]
    danger.say(turn.store, alert, all_words, turn.incoming.sent_at, turn.incoming.delivery)
    turn.desk.refresh(("sosin",), alert.id)
    alerting.tell_more(turn.desk, alert, words)


def numbers(desk: Desk, language: str) -> str:
    """Leave first, then call: the plant's numbers."""
    lines = [desk.text(language, "danger.number", name=n, number=no) for n, no in desk.plant.programme.danger_numbers]
    return text_of(desk.text(language, "danger.leave"), *lines)


def draw(d: Drawing) -> View:
    """What the caller sees: what to do now, and who is coming."""
    alert = danger.get(d.desk.store, d.card.subject)
    language = str(d.card.args.get("language", d.language))
    if alert is None:
        return view(numbers(d.desk, language), live=False)
    over = alert.ended_at is not None
    text = text_of(numbers(d.desk, language), *_state(d, language, alert), _report_line(d, language, alert))
    return view(text, [] if over else _buttons(d, language, alert), live=not over)


def _state(d: Drawing, language: str, alert: Alert) -> list[str]:
    desk = d.desk
    if alert.ended_at is not None:
        return [desk.text(language, "danger.ended", who=alert_people.name(desk, language, alert.ended_by))]
    if alert.reached_at is not None:
        by, then = alert_people.name(desk, language, alert.reached_by), alert_people.clock(desk, alert.reached_at)
        return [desk.text(language, "danger.reached", who=by, at=then)]
    person = desk.person(alert.person)
    ask = desk.text(language, "danger.where" if person is not None and person.phone else "danger.where_phone")
    if alert.taken_by is not None:
        by, then = alert_people.name(desk, language, alert.taken_by), alert_people.clock(desk, alert.taken_at)
        return [desk.text(language, "danger.taken", who=by, at=then), ask]
    told = d.card.args.get("told")
    key = "danger.told_before" if told is None else "danger.told" if told else "danger.told_nobody"
    return [desk.text(language, key, count=told or 0), ask]


def _report_line(d: Drawing, language: str, alert: Alert) -> str:
    report = reports.get(d.desk.store, alert.report) if alert.report is not None else None
    return d.desk.text(language, "danger.followed", number=report.number) if report else ""


def _buttons(d: Drawing, language: str, alert: Alert) -> list[Button]:
    account = accounts.get(d.desk.store, alert.account)
    joined = account is not None and account.person is not None
    labels = [("danger.report", "sosrep")] if joined and alert.report is None else []
    labels.append(("danger.false_alarm", "sosend"))
    return [Button(d.desk.text(language, key), tap_data(verb, alert.id)) for key, verb in labels]


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"sos": tapped, **alerting.TAPS, **alert_report.TAPS}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"danger_where": where}
CARDS: Mapping[str, Draw] = {"sos": draw, **alert_card.CARDS}

"""The alert on the phones of those who help: taken, reached, a false alarm; it rings again and goes up in time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.alert_people import admins_stand_in, called, clock, language_of, name, phone, who
from handlers.desk import Desk
from handlers.drafting import shortened
from handlers.message import Button, Message
from handlers.turn import Tap, Turn, say, tap_data
from handlers.views import rows
from storage import accounts, audit, danger
from woodpecker import danger as rules
from woodpecker.danger import Alert
from woodpecker.errors import Refused
from woodpecker.lengths import REPORT
from woodpecker.people import Person
from woodpecker.words import Role

CARDS_OF = ("sos", "sosin")


def ring(desk: Desk, alert: Alert) -> int:
    """Shows the alert on every phone that helps, quiet hours or not; how many were reached."""
    told = sum(desk.open_card(p.id, "sosin", alert.id, urgent=True) for p in called(desk, alert))
    desk.refresh(("sosin",), alert.id)  # an older card points to the one below it
    return told


def tell_more(desk: Desk, alert: Alert, words: str) -> None:
    """What the caller adds rings for everybody called; a card that changes does not."""
    for person in called(desk, alert):
        args = {"who": who(desk, person.language, alert), "words": shortened(words, REPORT)}
        desk.push(person.id, "notice", {"key": "danger.more", "args": args}, urgent=True)


def tell_caller(desk: Desk, alert: Alert, key: str, *, button: bool = False, **args: object) -> None:
    """A sentence for whoever raised the alert, joined or not."""
    account = accounts.get(desk.store, alert.account)
    if account is None or not account.chat:
        return
    language = language_of(desk, alert)
    row = [Button(desk.text(language, "danger.report"), tap_data("sosrep", alert.id))] if button else []
    desk.send(account.platform, account.chat, Message(desk.text(language, key, **args), rows(row)), account.person)


def _get(turn: Turn, alert_id: int) -> Alert:
    alert = danger.get(turn.store, alert_id)
    if alert is None:
        raise Refused("refused.unknown_button")
    return alert


Decide = Callable[[Alert, Person, bool, int], Alert]


def _decide(turn: Turn, alert: Alert, rule: Decide) -> Alert:
    """What a rule makes of an alert, saved; whoever comes second hears who was faster."""
    desk = turn.desk
    try:
        after = rule(alert, turn.me, admins_stand_in(desk, alert), desk.now)
    except Refused as refusal:
        raise Refused(refusal.key, **_faster(turn, alert)) from None
    if not danger.save(turn.store, alert, after):
        raise Refused("refused.moved_on")
    return after


def _faster(turn: Turn, alert: Alert) -> dict[str, object]:
    """Who did the last thing to an alert, and when."""
    did = (alert.ended_by, alert.ended_at), (alert.reached_by, alert.reached_at), (alert.taken_by, alert.taken_at)
    person, when = next(((by, then) for by, then in did if then is not None), (None, None))
    return {"who": name(turn.desk, turn.language, person), "at": clock(turn.desk, when)}


def take(turn: Turn, tap: Tap) -> None:
    """我来处理: shown on every phone, told to the caller."""
    alert = _decide(turn, _get(turn, tap.id), rules.take)
    audit.write(turn.store, turn.desk.now, "danger.taken", alert.person, turn.me.id, alert=alert.id)
    _tell_taken(turn, alert)
    say(turn, turn.text("danger.taken_toast"))
    _show(turn, alert)


def _tell_taken(turn: Turn, alert: Alert) -> None:
    # A private number is for colleagues only.
    number = phone(turn.desk, language_of(turn.desk, alert), turn.me) if alert.person is not None else ""
    tell_caller(turn.desk, alert, "danger.taken_told", who=turn.me.name, phone=number)


def reach(turn: Turn, tap: Tap) -> None:
    """已联系上: the clock to call back stands still."""
    alert = _decide(turn, _get(turn, tap.id), rules.reach)
    audit.write(turn.store, turn.desk.now, "danger.reached", alert.person, turn.me.id, alert=alert.id)
    joined = _joined(turn.desk, alert)
    key = "danger.reached_told" if joined and alert.report is None else "danger.reached_stranger"
    tell_caller(turn.desk, alert, key, button=key == "danger.reached_told", who=turn.me.name)
    say(turn, turn.text("danger.reached_toast"))
    _show(turn, alert)


def _joined(desk: Desk, alert: Alert) -> bool:
    account = accounts.get(desk.store, alert.account)
    return account is not None and account.person is not None


def end(turn: Turn, tap: Tap) -> None:
    """It was a false alarm: said by whoever raised it, or by those who were called."""
    before = _get(turn, tap.id)
    mine, desk = before.account == turn.account.id, turn.desk
    alert = rules.end(before, turn.person, mine, admins_stand_in(desk, before), desk.now)
    if alert is not before and danger.save(turn.store, before, alert):
        me = turn.person.id if turn.person else None
        audit.write(turn.store, desk.now, "danger.false_alarm", alert.person, me, alert=alert.id)
        _tell_end(turn, alert, mine)
    if mine:
        turn.settle()
    say(turn, turn.text("danger.ended_toast"))
    _show(turn, alert)


def _tell_end(turn: Turn, alert: Alert, mine: bool) -> None:
    desk, me = turn.desk, turn.person.id if turn.person else None
    if not mine:
        language = language_of(desk, alert)
        tell_caller(desk, alert, "danger.ended_told", at=clock(desk, alert.at), who=name(desk, language, me))
    for person in called(desk, alert):
        if person.id != me:
            args = {"at": clock(desk, alert.at), "who": name(desk, person.language, me)}
            desk.push(person.id, "notice", {"key": "danger.ended_told", "args": args}, urgent=True)


def _show(turn: Turn, alert: Alert) -> None:
    turn.desk.refresh(CARDS_OF, alert.id)
    turn.answered = True


def watch(desk: Desk) -> None:
    """Rings again what nobody has taken, and has the leaders told of callers whom nobody has reached in time.

    A machine that was off rings once for all it missed.
    """
    settings = desk.plant.programme.clocks
    for alert in danger.open(desk.store):
        again, up = rules.rings_again(alert, desk.now, settings), rules.goes_up(alert, desk.now, settings)
        if not (again or up):
            continue
        after = alert._replace(escalated_at=desk.now) if up else alert
        if again:
            after = after._replace(rung_at=desk.now, rings=alert.rings + 1)
        if danger.save(desk.store, alert, after):
            _ring_by_clock(desk, after, again, up)


def _ring_by_clock(desk: Desk, alert: Alert, again: bool, up: bool) -> None:
    if up:
        audit.write(desk.store, desk.now, "danger.escalated", alert.person, alert=alert.id)
    leaders = {p.id for p in _leaders(desk, alert)} if up else set()
    for person in called(desk, alert):
        if person.id in leaders or again or (up and person.id == alert.taken_by):
            args = {} if person.id in leaders else {"clock": alert.rings}
            desk.open_card(person.id, "sosin", alert.id, args, urgent=True)
    desk.refresh(CARDS_OF, alert.id)


def _leaders(desk: Desk, alert: Alert) -> list[Person]:
    """Who hears that a caller was not reached: leaders, else whoever is called."""
    found = called(desk, alert)
    leaders = [p for p in found if p.has(Role.LEADER) and desk.account_of(p.id)]
    return leaders or found


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"sostake": take, "sosmet": reach, "sosend": end}

"""An account becomes a person: linked, written down, welcomed, and shown what waits for it."""

from __future__ import annotations

from handlers import alert_report, place_codes
from handlers.desk import Desk
from handlers.formats import yuan
from handlers.message import Button, Message
from handlers.next_hands import eligible_people
from handlers.turn import tap_data
from storage import accounts, audit, join_requests, people, questions, reports
from storage.accounts import Account
from woodpecker import clocks, rewards
from woodpecker.people import Person
from woodpecker.reports import Report
from woodpecker.words import Action, Kind, Role, Status

SHOWN = 5  # cards of waiting tasks at once; 待办 has the rest
LOOKED_AT = 20


def join(desk: Desk, account: Account, person: Person, how: str, by: int | None = None) -> Person:
    """Links an account to a person by "code", "phone" or "approval" and welcomes them; returns the person."""
    joined, linked = link_up(desk, account, person, how, by)
    welcome(desk, linked, joined, whole=how == "directory")
    show_waiting(desk, linked, joined)
    alert_report.joined(desk, account.id)
    place_codes.carry(desk, linked, joined)
    return joined


def link_up(desk: Desk, account: Account, person: Person, how: str, by: int | None = None) -> tuple[Person, Account]:
    """Makes an account a person's, without a word; returns both as they are now."""
    first = not accounts.of_person(desk.store, person.id)
    accounts.link(desk.store, account.id, person.id)
    audit.write(desk.store, desk.now, "account.joined", person.id, by or person.id, how=how, account=account.id)
    questions.settle(desk.store, account.id)
    if first and account.language and account.language != person.language:
        people.update(desk.store, person.id, language=account.language)
    waiting = join_requests.open_of(desk.store, account.id)
    if waiting is not None:
        join_requests.decide(desk.store, waiting.id, "approved", by, desk.now, person.id)
        desk.refresh(("join",), waiting.id)
    return desk.person_at(person.id, account.platform) or person, accounts.get(desk.store, account.id) or account


def welcome(desk: Desk, account: Account, person: Person, *, whole: bool) -> None:
    """In two messages, the first of which takes the button for the phone number away, or `whole` in one."""
    language = person.language
    hello = desk.text(language, "join.hello", name=person.name, plant=desk.plant.name)
    if not whole:
        desk.send(account.platform, account.chat, Message(hello, drop_keyboard=True), person.id)
    numbers = danger_numbers(desk, language)
    lines = [hello] if whole else []
    lines += [desk.text(language, "join.welcome", rates=_rates(desk, language), numbers=numbers)]
    roles = [desk.text(language, f"role.{r}") for r in Role if r in person.roles and r is not Role.WORKER]
    if roles:
        lines.append(desk.text(language, "join.roles", roles=desk.text(language, "join.comma").join(roles)))
    desk.send(account.platform, account.chat, Message("\n".join(lines), danger_row(desk, language)), person.id)


def danger_numbers(desk: Desk, language: str) -> str:
    """The plant's numbers on one line: 火警 119、急救 120."""
    numbers = desk.plant.programme.danger_numbers
    return desk.text(language, "join.comma").join(f"{name} {number}" for name, number in numbers)


def danger_row(desk: Desk, language: str) -> tuple[tuple[Button, ...], ...]:
    """[🚨 有生命危险] under a message."""
    return ((Button(desk.text(language, "button.danger"), tap_data("sos", 0)),),)


def _rates(desk: Desk, language: str) -> str:
    programme = desk.plant.programme
    card = rewards.card_of(programme, clocks.local_day(desk.now, desk.plant.zone))
    found = [(desk.text(language, f"level.{level}"), card.rate(Kind.HAZARD, level)) for level in programme.levels]
    others = (Kind.VIOLATION, Kind.NEAR_MISS, Kind.SUGGESTION)
    found += [(desk.text(language, f"kind.{kind}"), card.rate(kind, None)) for kind in others]
    parts = [desk.text(language, "join.rate", what=what, yuan=yuan(fen).removesuffix(".00")) for what, fen in found]
    return desk.text(language, "join.comma").join(parts)


def show_waiting(desk: Desk, account: Account, person: Person) -> None:
    """Shows in an account's chat what waits for the person."""
    waiting = [("task", r.id) for r in reports.owned(desk.store, person.id, LOOKED_AT)]
    waiting += [("verify", r.id) for r in _for(desk, person, Status.REPORTED, Action.ADMIT)]
    waiting += [("accept", r.id) for r in _for(desk, person, Status.FIXED, Action.ACCEPT_FIX)]
    for kind, report in waiting[:SHOWN]:
        desk.open_card_in(account, kind, report)
    if len(waiting) > SHOWN:
        more = desk.text(person.language, "join.more_waiting", n=len(waiting) - SHOWN)
        desk.send(account.platform, account.chat, Message(more), person.id)


def _for(desk: Desk, person: Person, status: Status, action: Action) -> list[Report]:
    if not (person.has(Role.OFFICER) or person.has(Role.LEADER)):
        return []
    found = reports.in_status(desk.store, status, LOOKED_AT)
    return [r for r in found if person.id in eligible_people(desk, r, action)]

"""What could not be sent, told to those who can do something about it."""

from __future__ import annotations

from handlers.desk import Desk
from handlers.formats import minute_text
from handlers.message import Event, Incoming, Message
from handlers.texts import best
from storage import accounts, jobs, outbox, people, reports, whereabouts
from woodpecker.clocks import local_day
from woodpecker.words import Role


def cut_off(desk: Desk, platform: str, chat: str, reason: str) -> None:
    """A private chat cannot be reached any more: what waits for it goes where else its person is, or ends."""
    account = accounts.of_chat(desk.store, platform, chat)
    if account is not None:
        accounts.unreachable(desk.store, account.id, desk.now)
    other = desk.account_of(account.person) if account is not None and account.person is not None else None
    if other is not None:
        for row in whereabouts.waiting_for(desk.store, platform, chat):
            whereabouts.readdress(desk.store, row, other.platform, other.chat)
    outbox.drop_chat(desk.store, platform, chat, reason, desk.real_now)
    if account is not None and account.person is not None and other is None:
        _missed(desk, account.person)


def _missed(desk: Desk, person: int) -> None:
    """The admins hear of somebody who cannot be reached any more although others rely on it."""
    who = desk.person(person)
    if who is None or who.left_on is not None:
        return
    waiting = len(reports.owned(desk.store, person))
    if not waiting and not who.roles:
        return
    for admin in people.with_role(desk.store, Role.ADMIN):
        key = "alarm.missed_owner" if waiting else "alarm.missed"
        desk.push(admin.id, "notice", {"key": key, "args": {"name": who.name, "count": waiting}})


def sending_failed(desk: Desk) -> None:
    """Tells the admins, at most once a day, that a platform refused a message for good."""
    day = local_day(desk.now, desk.plant.zone).isoformat()
    if jobs.claim(desk.store, "sending_failed", day, desk.now):
        for admin in people.with_role(desk.store, Role.ADMIN):
            desk.push(admin.id, "notice", {"key": "alarm.sending_failed"})


def platform_stopped(desk: Desk, platform: str) -> None:
    """Tells the admins, once a day and where that still works, that a platform has given up."""
    day = local_day(desk.now, desk.plant.zone).isoformat()
    if not jobs.claim(desk.store, "platform_stopped", f"{day} {platform}", desk.now):
        return
    for admin in people.with_role(desk.store, Role.ADMIN):
        open_ones = [a for a in accounts.of_person(desk.store, admin.id) if a.unreachable_at is None]
        others = [a for a in open_ones if a.platform not in {platform, *desk.plant.for_trial}]
        for account in others[:1]:
            name = desk.text(admin.language, f"platform.{platform}")
            said = Message(desk.text(admin.language, "alarm.platform_stopped", platform=name))
            desk.send(account.platform, account.chat, said, admin.id)


def done_after_all(desk: Desk, incoming: Incoming) -> None:
    """The sender of a delivery that had failed hears that what follows is about that one."""
    if incoming.private and incoming.event in {Event.MESSAGE, Event.TAP}:
        _tell_sender(desk, incoming, "alarm.done_after_all", at=minute_text(incoming.sent_at, desk.plant.zone))


def parked(desk: Desk, incoming: Incoming | None = None) -> None:
    """A delivery failed for good: its sender, if it could be read, gets a sentence, the admins an alarm."""
    if incoming is not None:
        _tell_sender(desk, incoming, "alarm.parked_for_sender")
    for admin in people.with_role(desk.store, Role.ADMIN):
        desk.push(admin.id, "notice", {"key": "alarm.parked"})


def _tell_sender(desk: Desk, incoming: Incoming, key: str, **args: object) -> None:
    account = accounts.find(desk.store, incoming.platform, incoming.account)
    person = desk.person(account.person) if account is not None else None
    language = person.language if person is not None else best(incoming.language) or desk.plant.language
    desk.send(incoming.platform, incoming.chat, Message(desk.text(language, key, **args)))

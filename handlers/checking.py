"""A logged activity: confirmed or sent back by somebody without a part in it; whoever is named may say 我没参加."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from handlers import honouring
from handlers.activity_cards import CARD, lines, sees_all
from handlers.away import present
from handlers.desk import Desk
from handlers.drafting import brief
from handlers.message import Button
from handlers.money_answers import with_words
from handlers.next_hands import watch_staffing
from handlers.proposals import DECIDERS
from handlers.report_text import superseded, text_of
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import activities, audit, people
from storage.questions import Question
from woodpecker.activities import Activity, may_confirm, needs_confirming
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.words import ActivityStatus, Role


def logged(desk: Desk, activity: Activity, logger: Person) -> None:
    """Puts it before whoever may confirm it, or before the approver where an officer or leader logged it."""
    audit.write(desk.store, desk.now, "activity.log", person=logger.id, number=activity.number)
    if not needs_confirming(logger.actor):
        _confirm(desk, activity, None)
        return
    asked = hands(desk, activity)
    for person in asked:
        desk.open_card(person, "actcheck", activity.id)
    watch_staffing(desk, activity, "activity", asked)
    _tell_people(desk, activity)


def hands(desk: Desk, activity: Activity) -> list[int]:
    """Who may confirm it and has joined: officers in scope, leaders where there is none."""
    found = people.with_role(desk.store, Role.OFFICER, Role.LEADER)
    here = people.joined(desk.store, [p.id for p in found])
    able = [p for p in found if p.id in here and may_confirm(activity, p.actor)]
    officers = [p.id for p in able if p.has(Role.OFFICER)]
    proper = present(desk, officers) or officers
    return proper or present(desk, [p.id for p in able]) or [p.id for p in able]


def _tell_people(desk: Desk, activity: Activity) -> None:
    for person in activity.people:
        if person != activity.logger:
            desk.open_card(person, "actpart", activity.id)


def _confirm(desk: Desk, activity: Activity, by: Person | None) -> Activity:
    confirmed = activities.save(
        desk.store, activity,
        activity._replace(status=ActivityStatus.CONFIRMED, confirmer=by.id if by else None, confirmed_at=desk.now),
    )  # fmt: skip
    if confirmed is None:
        raise Refused("refused.moved_on")
    if by is None:
        _tell_people(desk, confirmed)
    else:
        audit.write(desk.store, desk.now, "activity.confirm", person=by.id, number=activity.number)
        desk.push(activity.logger, "notice", {"key": "activity.told_confirmed", "args": {"number": activity.number}})
    desk.refresh((CARD, "actcheck", "actpart"), activity.id)
    honouring.propose(desk, confirmed)
    return confirmed


def waiting(desk: Desk, person: Person) -> list[int]:
    """What waits for this person to be confirmed, the oldest first."""
    if not (person.has(Role.OFFICER) or person.has(Role.LEADER)):
        return []
    return [a.id for a in activities.logged(desk.store) if person.id in hands(desk, a)]


def first(desk: Desk, person: Person, seen: Iterable[int]) -> int | None:
    """The first of them that was not seen yet."""
    known = set(seen)
    return next((a for a in waiting(desk, person) if a not in known), None)


def _open(turn: Turn, tap: Tap) -> Activity:
    activity = activities.get(turn.store, tap.id)
    if activity is None:
        raise Refused("refused.no_activity")
    if not may_confirm(activity, turn.me.actor):
        raise Refused("refused.own_report" if activity.relations(turn.me.id) else "refused.not_officer")
    if activity.status is not ActivityStatus.LOGGED or activity.version != tap.version:
        raise Refused("refused.moved_on")
    return activity


def confirm(turn: Turn, tap: Tap) -> None:
    """确认: it took place as it is written; now an approver decides about the money."""
    done = _confirm(turn.desk, _open(turn, tap), turn.me)
    brief(turn, "activity.confirmed", number=done.number)
    turn.refresh_card()
    turn.desk.refresh(("todo",), turn.me.id)


def ask_back(turn: Turn, tap: Tap) -> None:
    """退回: asks why."""
    activity = _open(turn, tap)
    turn.ask("actback", activity=activity.id, version=activity.version)
    turn.reply("activity.ask_back", number=activity.number)


def back(turn: Turn, question: Question) -> bool:
    """Why it goes back: it is a draft again, at whoever logged it."""

    def done(words: str) -> None:
        activity = _open(turn, Tap("", question.args["activity"], question.args["version"]))
        again = activity._replace(status=ActivityStatus.DRAFT, words=words, touched_at=turn.desk.now)
        if activities.save(turn.store, activity, again) is None:
            raise Refused("refused.moved_on")
        audit.write(turn.store, turn.desk.now, "activity.back", person=turn.me.id, number=activity.number, words=words)
        turn.settle()
        turn.desk.refresh((CARD, "actcheck", "actpart"), activity.id)
        turn.desk.open_card(activity.logger, CARD, activity.id, {"asked": True})
        turn.reply("activity.sent_back", number=activity.number)

    return with_words(turn, question, done)


def not_there(turn: Turn, tap: Tap) -> None:
    """我没参加: out of it as long as no money was approved."""
    activity = activities.get(turn.store, tap.id)
    if activity is None or turn.me.id not in activity.people:
        raise Refused("refused.no_activity")
    after = activity._replace(people=tuple(p for p in activity.people if p != turn.me.id))
    saved = activities.save(turn.store, activity, after)
    if saved is None:
        raise Refused("refused.moved_on")
    honouring.share_anew(turn.desk, activity, saved, turn.me)
    audit.write(turn.store, turn.desk.now, "activity.decline", person=turn.me.id, number=activity.number)
    told = {"number": activity.number, "name": turn.me.name}
    turn.desk.push(activity.logger, "notice", {"key": "activity.told_declined", "args": told})
    turn.desk.refresh((CARD, "actcheck", "actpart"), activity.id)
    brief(turn, "activity.declined", number=activity.number)
    turn.refresh_card()


def check_card(d: Drawing) -> View:
    """The activity before whoever confirms it, and for anybody who may look at it later."""
    activity = activities.get(d.desk.store, d.card.subject)
    if activity is None or d.reader is None or activity.status is ActivityStatus.DRAFT:
        return view(d.text("activity.not_any_more"), live=False, moot=True)
    may = may_confirm(activity, d.reader.actor)
    if not (may or sees_all(d.reader, activity)):
        return view(d.text("refused.no_activity"), live=False, moot=True)
    waits = activity.status is ActivityStatus.LOGGED and may
    if waits and superseded(d):
        return view(d.text("draft.below"), live=False)
    logger, confirmer = d.desk.person(activity.logger), d.desk.person(activity.confirmer)
    text = text_of(
        d.text(f"activity.head_{activity.status}", number=activity.number),
        *lines(d, activity),
        d.text("activity.logged_by", name=logger.name) if logger else "",
        d.text("activity.confirmed_by", name=confirmer.name) if confirmer else "",
    )
    return view(text, _buttons(d, activity, waits), moot=not waits and not d.card.args.get("asked"))


def _buttons(d: Drawing, activity: Activity, waits: bool) -> list[Button]:
    buttons = []
    if waits:
        buttons.append(d.button("activity.confirm", "acyes", activity.id, activity.version))
        buttons.append(d.button("activity.send_back", "acback", activity.id, activity.version))
    if activities.photos(d.desk.store, activity.id):
        buttons.append(d.button("activity.see_photos", "acpix", activity.id))
    made = honouring.earlier(d.desk, activity)
    if made and d.reader is not None and any(d.reader.has(r) for r in DECIDERS) and d.reader.id not in activity.people:
        buttons.append(d.button("award.open", "awone", made[-1].id))
    return buttons


def part_card(d: Drawing) -> View:
    """That one is named as having taken part, and how to say no."""
    activity = activities.get(d.desk.store, d.card.subject)
    if activity is None or d.reader is None or activity.status is ActivityStatus.DRAFT:
        return view(d.text("activity.not_any_more"), live=False, moot=True)
    if d.reader.id not in activity.people:
        return view(d.text("activity.declined", number=activity.number), live=False, moot=True)
    logger = d.desk.person(activity.logger)
    text = text_of(
        d.text("activity.named", number=activity.number, who=logger.name if logger else ""), *lines(d, activity)
    )
    open_still = honouring.open_still(d.desk, activity)
    buttons = [d.button("activity.not_there", "acnot", activity.id)] if open_still else []
    return view(text, buttons, live=open_still)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {
    "acyes": confirm, "acback": ask_back, "acnot": not_there,
}  # fmt: skip
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"actback": back}
CARDS: Mapping[str, Draw] = {"actcheck": check_card, "actpart": part_card}

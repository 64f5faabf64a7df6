"""How a team's activity looks: the draft with its steps, one's own list, the photos."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.cause_text import kind_name
from handlers.choosing import full_name
from handlers.formats import yuan
from handlers.message import Button, Media, MediaKind, Message
from handlers.report_text import superseded, text_of
from handlers.turn import Turn, tap_data
from handlers.views import Draw, Drawing, View, view
from storage import activities, awards
from storage.given import given
from woodpecker import clocks
from woodpecker.activities import Activity
from woodpecker.people import Person
from woodpecker.words import ActivityStatus, AwardStatus, Role

CARD = "activity"
ASKS = ("kind", "people", "day", "unit")
NAMES = 12  # shown on a card; of more only how many
LABEL = 10

Part = tuple[list[str], list[Button]]


def lines(d: Drawing, activity: Activity) -> list[str]:
    """Kind, day, team, people, words and photos, a line each."""
    kind = kind_name(d.desk, d.language, activity.kind) if activity.kind else d.text("activity.not_yet")
    found = [p for p in (d.desk.person(i) for i in activity.people) if p is not None]
    names = d.text("word.comma").join(full_name(d.desk, p) for p in found[:NAMES])
    more = d.text("activity.and_more") if len(found) > NAMES else ""
    photos = len(activities.photos(d.desk.store, activity.id))
    return [
        d.text("activity.kind", kind=kind),
        d.text("activity.day", day=activity.day, unit=activity.unit or d.text("activity.not_yet")),
        d.text("activity.people", n=len(found), names=names + more)
        if found
        else d.text("activity.nobody", words=d.text("activity.not_yet")),
        d.text("activity.words", words=activity.text) if activity.text else "",
        d.text("activity.photos", n=photos) if photos else "",
    ]


def draft(d: Drawing) -> View:
    """The draft with what it asks now; what became of it afterwards."""
    activity = activities.get(d.desk.store, d.card.subject)
    if activity is None or d.reader is None or activity.logger != d.reader.id:
        return view(d.text("refused.no_activity"), live=False, moot=True)
    if activity.status is not ActivityStatus.DRAFT:
        return view(text_of(*_after(d, activity)), live=False)
    if superseded(d):
        return view(d.text("draft.below"), live=False)
    said, buttons = _STEPS.get(str(d.card.args.get("at", "")), _main)(d, activity)
    back = d.text("activity.came_back", words=activity.words) if activity.words else ""
    return view(text_of(d.text("activity.draft"), *lines(d, activity), back, *said), buttons)


def _after(d: Drawing, activity: Activity) -> list[str]:
    if activity.status in (ActivityStatus.CANCELLED, ActivityStatus.EXPIRED):
        return [d.text(f"activity.{activity.status}")]
    return [d.text(f"activity.head_{activity.status}", number=activity.number), *lines(d, activity)]


def _main(d: Drawing, activity: Activity) -> Part:
    fen = d.desk.plant.programme.activities.get(activity.kind, 0)
    share = d.text("activity.share", amount=yuan(fen), n=max(1, len(activity.people))) if fen else ""
    steps = [d.button(f"activity.ask_{ask}", "acat", activity.id, None, ask) for ask in ASKS]
    submit = d.button("button.submit", "acsend", activity.id)
    return [share, d.text("activity.more")], [submit, *steps, d.button("button.cancel", "accancel", activity.id)]


def _back(d: Drawing, activity: Activity) -> Button:
    return d.button("button.back", "acat", activity.id)


def _kinds(d: Drawing, activity: Activity) -> Part:
    kinds = [kind_name(d.desk, d.language, k) for k in d.desk.plant.programme.activities]
    buttons = [Button(k, tap_data("ackind", activity.id, None, str(n))) for n, k in enumerate(kinds)]
    return ["", d.text("activity.which_kind")], [*buttons, d.button("button.cancel", "accancel", activity.id)]


def _people(d: Drawing, activity: Activity) -> Part:
    offer = [p for p in (d.desk.person(i) for i in d.card.args.get("offer", [])) if p is not None]
    if offer:
        said = [d.text("activity.choice", n=n, who=_candidate(p)) for n, p in enumerate(offer, 1)]
        buttons = [d.button("activity.all_right", "acall", activity.id), _back(d, activity)]
        return ["", d.text("activity.which_people"), *said], buttons
    buttons = [d.button("activity.team", "acteam", activity.id)]
    if activity.people:
        buttons.append(d.button("activity.anew", "acnone", activity.id))
    done = d.button("activity.done", "acat", activity.id) if activity.people else _back(d, activity)
    return ["", d.text("activity.ask_who")], [*buttons, done]


def _candidate(person: Person) -> str:
    return " ".join(w for w in (person.name, person.employee_no or "", person.team) if w)


def _day(d: Drawing, activity: Activity) -> Part:
    buttons = [d.button(f"activity.{word}", "acday", activity.id, None, n) for n, word in enumerate_days()]
    return ["", d.text("activity.ask_when")], [*buttons, _back(d, activity)]


def enumerate_days() -> tuple[tuple[str, str], ...]:
    """Today and yesterday, as buttons carry them."""
    return (("0", "today"), ("1", "yesterday"))


def _unit(d: Drawing, activity: Activity) -> Part:
    return ["", d.text("activity.ask_where")], [_back(d, activity)]


_STEPS: Mapping[str, Callable[[Drawing, Activity], Part]] = {
    "kind": _kinds, "people": _people, "day": _day, "unit": _unit,
}  # fmt: skip


def own_list(d: Drawing) -> View:
    """我的活动: the newest, with what became of each."""
    if d.reader is None or d.reader.id != d.card.subject:
        return view(d.text("refused.no_activity"), live=False)
    found = activities.of_person(d.desk.store, d.reader.id)
    said = [_line(d, a, d.reader) for a in found]
    return view(text_of(d.text("activity.mine"), *(said or [d.text("activity.none")]), _year(d, d.reader)))


def _year(d: Drawing, reader: Person) -> str:
    """What the year's activities came to, for those who log or decide about them all."""
    if not any(reader.has(role) for role in (Role.OFFICER, Role.LEADER, Role.APPROVER, Role.FINANCE)):
        return ""
    year = clocks.local_month(d.desk.now, d.desk.plant.zone) // 100
    found = given(d.desk.store, year * 100 + 1, year * 100 + 12).activities
    return d.text("activity.year", year=year, n=found.awards, amount=yuan(found.fen)) if found.awards else ""


def _line(d: Drawing, activity: Activity, reader: Person) -> str:
    return d.text(
        "activity.line",
        day=activity.day[5:],
        kind=kind_name(d.desk, d.language, activity.kind),
        number=activity.number,
        state=_state(d, activity, reader),
    )


def _state(d: Drawing, activity: Activity, reader: Person) -> str:
    made = awards.of_activity(d.desk.store, activity.id)
    if activity.status is ActivityStatus.LOGGED or not made:
        return d.text(f"activity.is_{activity.status}")
    award = made[-1]
    mine = next((s for s in awards.shares(d.desk.store, award.id) if s.person == reader.id), None)
    state = d.text(f"award_now.{award.status}")
    if mine is None or award.status in (AwardStatus.REFUSED, AwardStatus.REVERSED):
        return state
    return d.text("activity.my_share", amount=yuan(mine.pays), state=state)


def sees_all(person: Person, activity: Activity) -> bool:
    """Whether a person may open an activity without having had a part in it."""
    if any(person.has(r) for r in (Role.LEADER, Role.APPROVER, Role.SECOND_APPROVER)):
        return True
    return person.has(Role.OFFICER) and person.actor.in_scope(activity.department)


def send_photos(turn: Turn, activity: Activity) -> None:
    """Answers with an activity's photos as they are."""
    found = activities.photos(turn.store, activity.id)
    if not found:
        turn.reply("photos.none", number=activity.number)
        return
    media = tuple(Media(MediaKind(p.kind), "", mime=p.mime, sha=p.sha, thumb=p.thumb) for p in found)
    turn.send(Message(turn.text("activity.photos_of", number=activity.number), media=media))


CARDS: Mapping[str, Draw] = {CARD: draft, "activities": own_list}

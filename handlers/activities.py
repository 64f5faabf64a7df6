"""班组活动: logged by an officer, a leader or whoever leads a department, then confirmed and awarded.

A draft is a row; while its card waits, whatever is typed or photographed joins it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from handlers import activity_cards, behalf, checking, taking, together
from handlers.activity_cards import CARD
from handlers.choosing import day_meant
from handlers.desk import Desk
from handlers.drafting import brief
from handlers.judging import open_fresh
from handlers.message import Event
from handlers.turn import Tap, Turn
from handlers.views import Draw
from storage import activities, cards, departments, numbers, questions
from storage.activities import Photo
from storage.questions import Question
from woodpecker import clocks
from woodpecker.activities import Activity, check_complete
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.words import ActivityStatus

MOST = 60  # people of one activity
BACK = 31  # days an activity may lie back
WAITS = 2 * clocks.HOUR  # in which what is said joins the draft
LONGEST = 1000  # characters


def start(turn: Turn, payload: str) -> None:
    """班组活动: the draft that is open, or a new one."""
    if not behalf.may_log(turn.desk, turn.me):
        turn.reply("activity.not_logger")
        mine(turn, "")
        return
    draft = activities.draft_of(turn.store, turn.me.id) or _begin(turn)
    if payload:
        draft = _change(turn, draft, text=payload[:LONGEST])
    _show(turn, draft, _next(turn, draft))


def _begin(turn: Turn) -> Activity:
    today = clocks.local_day(turn.desk.now, turn.desk.plant.zone)
    unit = departments.get(turn.store, turn.me.department) if turn.me.department is not None else None
    named = " ".join(w for w in (unit.name if unit else "", turn.me.team) if w)
    new = Activity(
        0, ActivityStatus.DRAFT, 1, today.isoformat(), turn.me.id, department=turn.me.department, unit=named,
        touched_at=turn.desk.now,
    )  # fmt: skip
    return activities.add(turn.store, new)


def mine(turn: Turn, payload: str) -> None:
    """我的活动: what one logged or took part in."""
    turn.open_card("activities", turn.me.id)


def _next(turn: Turn, draft: Activity) -> str:
    """The first thing that is still missing; "" if it can be handed in."""
    if draft.kind not in turn.desk.plant.programme.activities:
        return "kind"
    return "" if draft.people else "people"


def _show(turn: Turn, draft: Activity, at: str, **args: Any) -> None:
    """The card in place after a tap, below what was said after a message; what is typed next joins it."""
    turn.ask(CARD, activity=draft.id, at=at, offer=args.get("offer", []))
    here = turn.card if turn.card and (turn.card.kind, turn.card.subject) == (CARD, draft.id) else None
    if here is not None and turn.incoming.event is Event.TAP:
        cards.set_args(turn.store, here.id, {"at": at, **args, "asked": True})
        turn.refresh_card()
    elif turn.hold and (shown := _shown(turn, draft)):
        turn.desk.refresh_card(shown, turn.hold)  # an album: one card for all of it
        turn.answered = True
    else:
        open_fresh(turn, CARD, draft.id, {"at": at, **args})


def _shown(turn: Turn, draft: Activity) -> int | None:
    """The card that an album's first photo has already brought."""
    found = cards.of_subject(turn.store, (CARD,), draft.id)
    chat = (turn.account.platform, turn.account.chat)
    here = [c for c in found if (c.platform, c.chat) == chat and not c.ref]
    return here[-1].id if here else None


def _own(turn: Turn, activity: int) -> Activity:
    draft = activities.get(turn.store, activity)
    if draft is None or draft.logger != turn.me.id:
        raise Refused("refused.no_draft")
    if draft.status is not ActivityStatus.DRAFT:
        raise Refused("refused.draft_over")
    return draft


def _change(turn: Turn, draft: Activity, **values: Any) -> Activity:
    saved = activities.save(turn.store, draft, draft._replace(touched_at=turn.desk.now, **values))
    if saved is None:
        raise Refused("refused.moved_on")
    return saved


def answer(turn: Turn, question: Question) -> bool:
    """What is said while a draft's card waits; False once it has waited long, or is over."""
    draft = activities.get(turn.store, question.args["activity"])
    over = draft is None or draft.status is not ActivityStatus.DRAFT or draft.logger != turn.me.id
    if draft is None or over or turn.desk.now - question.asked_at > WAITS:
        turn.settle()
        return False
    text, at = turn.incoming.text.strip(), question.args["at"]
    if turn.incoming.media:
        taking.complain(turn)
        found = [Photo(m.kind.value, m.sha, m.thumb, m.mime) for m in taking.arrived(turn.incoming)]
        activities.add_photos(turn.store, draft.id, found, turn.desk.now)
        draft = _change(turn, draft, text=_grown(draft.text, text))
        _show(turn, draft, _next(turn, draft) if at in ("kind", "people", "") else "")
        return True
    if not text:
        return False
    _TYPED.get(at, _describe)(turn, draft, text, question.args.get("offer", []))
    return True


def _grown(old: str, new: str) -> str:
    text = "\n".join(t for t in (old, new) if t)
    if len(text) > LONGEST:
        raise Refused("refused.text_too_long")
    return text


def _describe(turn: Turn, draft: Activity, text: str, offer: list[int]) -> None:
    draft = _change(turn, draft, text=_grown(draft.text, text))
    _show(turn, draft, _next(turn, draft))


def _people_typed(turn: Turn, draft: Activity, text: str, offer: list[int]) -> None:
    """Numbers out of the list that is shown, or names and employee numbers."""
    words = text.replace("、", " ").replace("，", " ").replace(",", " ").split()
    if offer and all(w.isascii() and w.isdigit() and 0 < int(w) <= len(offer) for w in words):
        _add(turn, draft, [offer[int(w) - 1] for w in words])
        return
    sure, perhaps = together.meant(turn, text, one=False, myself=True)
    draft = _with(turn, draft, [p.id for p in sure])
    asked = [p.id for p in perhaps if p.id not in draft.people]
    _show(turn, draft, "people", **({"offer": asked} if asked else {}))


def _add(turn: Turn, draft: Activity, people: list[int]) -> None:
    _show(turn, _with(turn, draft, people), "people")


def _with(turn: Turn, draft: Activity, people: list[int]) -> Activity:
    together_now = tuple(dict.fromkeys((*draft.people, *people)))
    if len(together_now) > MOST:
        raise Refused("refused.activity_most", most=MOST)
    return _change(turn, draft, people=together_now) if together_now != draft.people else draft


def _day_typed(turn: Turn, draft: Activity, text: str, offer: list[int]) -> None:
    today = clocks.local_day(turn.desk.now, turn.desk.plant.zone)
    day = day_meant(text, today)
    _set_day(turn, draft, day if day is None or day <= today else _last_month(day))


def _last_month(day: date) -> date:
    """5号 means the one that was."""
    before = day.replace(day=1) - timedelta(days=1)
    return before.replace(day=min(day.day, before.day))


def _set_day(turn: Turn, draft: Activity, day: date | None) -> None:
    today = clocks.local_day(turn.desk.now, turn.desk.plant.zone)
    if day is None or not today - timedelta(days=BACK) <= day <= today:
        raise Refused("refused.activity_day", days=BACK)
    draft = _change(turn, draft, day=day.isoformat())
    _show(turn, draft, _next(turn, draft))


def _unit_typed(turn: Turn, draft: Activity, text: str, offer: list[int]) -> None:
    known = departments.by_name(turn.store, text.split(maxsplit=1)[0])
    draft = _change(turn, draft, unit=text[:60], department=known.id if known else draft.department)
    _show(turn, draft, _next(turn, draft))


_TYPED: Mapping[str, Callable[[Turn, Activity, str, list[int]], None]] = {
    "people": _people_typed, "day": _day_typed, "unit": _unit_typed,
}  # fmt: skip


def step(turn: Turn, tap: Tap) -> None:
    """类型, 人员, 日期, 班组: asks; 返回 asks nothing."""
    draft = _own(turn, tap.id)
    _show(turn, draft, tap.arg if tap.arg in activity_cards.ASKS else "")


def kind(turn: Turn, tap: Tap) -> None:
    """One of the plant's kinds, by its place in the list."""
    draft, kinds = _own(turn, tap.id), list(turn.desk.plant.programme.activities)
    if not (tap.arg.isascii() and tap.arg.isdigit() and int(tap.arg) < len(kinds)):
        raise Refused("refused.activity_kind")
    draft = _change(turn, draft, kind=kinds[int(tap.arg)])
    _show(turn, draft, _next(turn, draft))


def team(turn: Turn, tap: Tap) -> None:
    """全班组: everybody of one's own team, without a team's name of the department."""
    draft, me = _own(turn, tap.id), turn.me
    _add(turn, draft, list(activities.teammates(turn.store, me.department, me.team)))


def all_right(turn: Turn, tap: Tap) -> None:
    """都加上: everybody in the list that is shown."""
    draft = _own(turn, tap.id)
    offer = turn.card.args.get("offer", []) if turn.card else []
    _add(turn, draft, offer)


def nobody(turn: Turn, tap: Tap) -> None:
    """重新填: the names begin anew."""
    _show(turn, _change(turn, _own(turn, tap.id), people=()), "people")


def day(turn: Turn, tap: Tap) -> None:
    """今天 or 昨天."""
    today = clocks.local_day(turn.desk.now, turn.desk.plant.zone)
    _set_day(turn, _own(turn, tap.id), today - timedelta(days=1 if tap.arg == "1" else 0))


def cancel(turn: Turn, tap: Tap) -> None:
    """取消."""
    _change(turn, _own(turn, tap.id), status=ActivityStatus.CANCELLED)
    turn.settle()
    brief(turn, "activity.cancelled")
    turn.desk.refresh((CARD,), tap.id)


def submit(turn: Turn, tap: Tap) -> None:
    """提交: numbered, then confirmed by somebody else, or at once where an officer or leader logged it."""
    draft = _own(turn, tap.id)
    check_complete(draft, turn.desk.plant.programme.activities)
    month = clocks.local_month(turn.desk.now, turn.desk.plant.zone)
    number = draft.number or numbers.next_number(turn.store, f"HD{month % 10000:04d}")
    logged = _change(
        turn, draft, number=number, month=draft.month or month, status=ActivityStatus.LOGGED, words="",
        logged_at=turn.desk.now,
    )  # fmt: skip
    questions.settle(turn.store, turn.account.id)
    checking.logged(turn.desk, logged, turn.me)
    turn.refresh_card()


def expire(desk: Desk) -> None:
    """Drafts that nobody touched end, with a word to whoever began them."""
    before = desk.now - desk.plant.programme.clocks.draft_hours * clocks.HOUR
    for draft in activities.stale(desk.store, before):
        if activities.save(desk.store, draft, draft._replace(status=ActivityStatus.EXPIRED)) is None:
            continue
        desk.refresh((CARD,), draft.id)
        desk.push(draft.logger, "notice", {"key": "activity.expired", "args": {}})


def _photos(turn: Turn, tap: Tap) -> None:
    activity = activities.get(turn.store, tap.id)
    if activity is None or not _may_see(turn.me, activity):
        raise Refused("refused.no_activity")
    activity_cards.send_photos(turn, activity)


def _may_see(person: Person, activity: Activity) -> bool:
    return bool(activity.relations(person.id)) or activity_cards.sees_all(person, activity)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {
    "acat": step, "ackind": kind, "acteam": team, "acall": all_right, "acnone": nobody, "acday": day,
    "accancel": cancel, "acsend": submit, "acpix": _photos, **checking.TAPS,
}  # fmt: skip
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {CARD: answer, **checking.QUESTIONS}
CARDS: Mapping[str, Draw] = {**activity_cards.CARDS, **checking.CARDS}

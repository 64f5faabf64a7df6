"""The card of 请假: who is away or will be, and the steps of entering a leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from handlers.away import leader_for
from handlers.choosing import full_name
from handlers.message import Button
from handlers.on_leave import days_of
from handlers.report_text import superseded, text_of
from handlers.turn import tap_data
from handlers.views import Drawing, View, view
from storage import departments, leave, people
from woodpecker import clocks
from woodpecker.leave import Leave, enters_for_others, sees_list
from woodpecker.people import Person

AT_MOST = 5  # people on buttons
LINES = 20
LABEL = 10  # characters

Step = tuple[str, list[Button]]


def draw(d: Drawing) -> View:
    """The list, or a step of entering a leave."""
    if d.reader is None or superseded(d):
        return view(d.text("leave.below"), live=False, moot=True)
    text, buttons = STEPS.get(d.card.args.get("step", ""), _list)(d, d.reader)
    return view(text, buttons)


def _tap(d: Drawing, reader: Person, key: str, verb: str, arg: str = "") -> Button:
    return d.button(key, verb, reader.id, None, arg)


def _today(d: Drawing) -> date:
    return clocks.local_day(d.desk.now, d.desk.plant.zone)


def _name(d: Drawing, person: int | None) -> str:
    found = d.desk.person(person)
    return full_name(d.desk, found) if found else ""


def _list(d: Drawing, reader: Person) -> Step:
    mine = leave.of_person(d.desk.store, reader.id, _today(d))
    lines = [d.text("leave.mine", days=_days(d, x)) for x in mine] or [d.text("leave.none")]
    everybody = leave.coming(d.desk.store, _today(d), LINES) if sees_list(reader.actor) else []
    others = [x for x in everybody if x.person != reader.id]
    if sees_list(reader.actor):
        lines.append(d.text("leave.others" if others else "leave.no_others"))
    lines += [d.text("leave.line", name=_name(d, x.person), days=_days(d, x)) for x in others]
    buttons = [_tap(d, reader, "leave.me", "lvme")]
    if enters_for_others(reader.actor):
        buttons.append(_tap(d, reader, "leave.for_others", "lvfor"))
    if mine or (others and enters_for_others(reader.actor)):
        buttons.append(_tap(d, reader, "leave.end", "lvend"))
    return text_of(d.text("leave.title"), *lines), buttons


def _days(d: Drawing, one: Leave) -> str:
    days = days_of(d.desk, d.language, one)
    return d.text("leave.with_deputy", days=days, deputy=_name(d, one.deputy)) if one.deputy else days


def _back(d: Drawing, reader: Person) -> Button:
    return _tap(d, reader, "word.back", "lvback")


def _people(d: Drawing, reader: Person, verb: str, found: list[Person]) -> Step:
    names = {p: full_name(d.desk, p) for p in found[: AT_MOST - 1]}
    buttons = [Button(name[:LABEL], tap_data(verb, reader.id, None, str(p.id))) for p, name in names.items()]
    return text_of(*(_candidate(d, p) for p, name in names.items() if name != p.name)), buttons


def _candidate(d: Drawing, person: Person) -> str:
    department = departments.get(d.desk.store, person.department) if person.department is not None else None
    where = department.name if department else ""
    return d.text("choose.candidate", name=person.name, number=person.employee_no or "–", where=where)


def _found(d: Drawing) -> list[Person]:
    return [p for p in (d.desk.person(i) for i in d.card.args.get("found") or []) if p is not None]


def _who(d: Drawing, reader: Person) -> Step:
    lines, buttons = _people(d, reader, "lvwho", _found(d))
    return text_of(d.text("leave.ask_who"), lines), [*buttons, _back(d, reader)]


def _head(d: Drawing) -> str:
    args = d.card.args
    name = _name(d, args["person"])
    if "first" not in args:
        return d.text("leave.head", name=name, days="").strip()
    one = Leave(args["person"], date.fromisoformat(args["first"]), date.fromisoformat(args["last"]))
    return d.text("leave.head", name=name, days=_days(d, one))


def _ask_days(d: Drawing, reader: Person) -> Step:
    buttons = [_tap(d, reader, "leave.today", "lvday", "0"), _tap(d, reader, "leave.tomorrow", "lvday", "1")]
    buttons += [Button(d.text("leave.from_today", n=n), tap_data("lvday", reader.id, None, str(n))) for n in (3, 7)]
    return text_of(_head(d), d.text("leave.ask_days")), [*buttons, _back(d, reader)]


def _ask_deputy(d: Drawing, reader: Person) -> Step:
    person = d.desk.person(d.card.args["person"])
    found = _found(d)
    if not found and person is not None:
        near = people.of_department(d.desk.store, person.department, AT_MOST + 1)
        found = [p for p in near if p.id != person.id and d.desk.account_of(p.id) is not None]
    lines, buttons = _people(d, reader, "lvdep", found)
    buttons += [_tap(d, reader, "leave.nobody", "lvdep", "-"), _back(d, reader)]
    return text_of(_head(d), d.text("leave.ask_deputy"), lines), buttons


def _sure(d: Drawing, reader: Person) -> Step:
    args = d.card.args
    if args["deputy"] is not None:
        who = d.text("leave.deputy_is", deputy=_name(d, args["deputy"]))
    else:
        leader = leader_for(d.desk, args["person"], None)
        who = d.text("leave.leader_is", leader=_name(d, leader)) if leader else d.text("leave.nobody_is")
    lines = (_head(d), who, d.text("leave.what_follows"), d.text("leave.not_lent"))
    return text_of(*lines), [_tap(d, reader, "verify.confirm", "lvyes"), _back(d, reader)]


def _end(d: Drawing, reader: Person) -> Step:
    if enters_for_others(reader.actor):
        found = leave.coming(d.desk.store, _today(d), AT_MOST)
    else:
        found = leave.of_person(d.desk.store, reader.id, _today(d))[:AT_MOST]
    buttons = []
    for x in found:
        label = d.text("leave.which", name=_name(d, x.person), first=f"{x.first:%m-%d}")
        buttons.append(Button(label[:LABEL], tap_data("lvend", reader.id, None, str(x.id))))
    return d.text("leave.ask_which"), [*buttons, _back(d, reader)]


STEPS: Mapping[str, Callable[[Drawing, Person], Step]] = {
    "who": _who,
    "days": _ask_days,
    "deputy": _ask_deputy,
    "sure": _sure,
    "end": _end,
}

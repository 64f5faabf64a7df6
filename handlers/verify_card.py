"""How a verify card looks at each of its steps, to an officer and in a group."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import taking_up
from handlers.admitting import levels, seal
from handlers.away import away
from handlers.choosing import full_name, likely_owners
from handlers.formats import day_text
from handlers.judging import check_may
from handlers.message import Button
from handlers.people_buttons import LABEL, people_buttons
from handlers.rejecting import reasons
from handlers.report_text import (
    accepted_line,
    acted_line,
    edited_line,
    evidence_line,
    found_line,
    head,
    hears_voice,
    kind_line,
    pieces_button,
    superseded,
    talk_lines,
    text_of,
)
from handlers.selecting import of_step
from handlers.turn import tap_data
from handlers.units import contractor_of
from handlers.views import Drawing, View, view
from storage import reports
from woodpecker.categories import CATEGORIES
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.reports import Report
from woodpecker.words import Action, Kind, Level, Status

PAGE = 5  # buttons beside [返回]
PARENT: Mapping[str, str] = {
    "confirm": "level",
    "owner": "confirm",
    "due": "confirm",
    "category": "confirm",
    "other": "",
    "spot": "",
}

Step = tuple[str, list[Button]]


def draw(d: Drawing) -> View:
    """The card: what was reported with the buttons of its step, or who acted."""
    report = reports.get(d.desk.store, d.card.subject)
    if report is None:
        return view(d.text("refused.no_report"), live=False)
    if superseded(d):
        return view(text_of(head(d, report), d.text("card.below")), live=False, moot=True)
    if report.status is not Status.REPORTED:
        return _over(d, report)
    body = text_of(
        head(d, report, "🆕 "),
        *talk_lines(d, report),
        text_of_pieces(d, report),
        taking_up.line(d, report),
    )
    if taking_up.elsewhere(d, report) or (d.reader is not None and not _may(d, d.reader, report)):
        return view(body)
    asked, buttons = STEPS.get(d.card.args.get("step", ""), _root)(d, report)
    return view(text_of(body, asked), buttons, select=of_step(d, report))


def text_of_pieces(d: Drawing, report: Report) -> str:
    """Kind, name, finding time and how many photos, in one line each."""
    return text_of(
        kind_line(d, report),
        accepted_line(d, report),
        found_line(d, report),
        evidence_line(d, report),
        edited_line(d, report),
    )


def _over(d: Drawing, report: Report) -> View:
    waits = report.status is Status.QUERIED
    text = text_of(head(d, report), acted_line(d, report))
    return view(text, live=waits, moot=not d.card.args.get("asked"))


def _may(d: Drawing, reader: Person, report: Report) -> bool:
    try:
        check_may(d.desk, reader, report, Action.ADMIT)
    except Refused:
        return False
    return True


def _tap(d: Drawing, report: Report, key: str, verb: str, arg: str = "") -> Button:
    return d.button(key, verb, report.id, report.version, arg)


def _named(label: str, report: Report, verb: str, arg: str) -> Button:
    return Button(label[:LABEL], tap_data(verb, report.id, report.version, arg))


def _back(d: Drawing, report: Report) -> Button:
    return _tap(d, report, "word.back", "vb")


def _root(d: Drawing, report: Report) -> Step:
    buttons = [
        _tap(d, report, "verify.admit", "va"),
        _tap(d, report, "verify.reject", "vr"),
        _tap(d, report, "verify.merge", "vm"),
        _tap(d, report, "verify.query", "vq"),
        _tap(d, report, "verify.on_the_spot", "vs"),
    ]
    # Photos stand above, and come again after 受理; a voice must be heard before.
    if report.claimed_by is None and not hears_voice(d, report):
        buttons.append(_tap(d, report, "taken_up.take", "vy"))
    else:
        buttons += pieces_button(d, report)
    return "", buttons


def _levels(verb: str, question: str) -> Callable[[Drawing, Report], Step]:
    def step(d: Drawing, report: Report) -> Step:
        programme = d.desk.plant.programme
        offered = levels(programme, major=verb == "vl")
        buttons = [_named(_level_label(d, level), report, verb, level.value) for level in offered]
        days = programme.clocks.fix_days if verb == "vl" else {}
        known = [d.text("verify.days", level=d.text(f"level.{x}"), days=days[x]) for x in offered if x in days]
        at_once = d.text("major.never_at_once") if verb != "vl" else ""
        if len(buttons) < PAGE:
            buttons += pieces_button(d, report)
        return text_of(d.text(question), d.text("word.dot").join(known), at_once), [*buttons, _back(d, report)]

    return step


def _level_label(d: Drawing, level: Level) -> str:
    return d.text("level.major") if level is Level.MAJOR else level.value


def _confirm(d: Drawing, report: Report) -> Step:
    args, hazard = d.card.args, report.kind is Kind.HAZARD
    duty, outside = _duty(d, report)
    lines = [
        _later(d),
        d.text("verify.level_is", level=d.text(f"level.{args['level']}")) if args.get("level") else "",
        _owner_line(d),
        d.text("verify.due_is", due=day_text(args["due"], d.desk.plant.zone))
        if args["due"]
        else d.text("major.by_plan"),
        d.text("verify.category_is", category=_category(d, args.get("category", ""))) if hazard else "",
        duty,
    ]
    buttons = [
        _tap(d, report, "verify.confirm", "vc", seal(args)),
        *([] if hazard else [_tap(d, report, "verify.close", "vx")]),
        _tap(d, report, "verify.other_owner", "vo"),
        *([_tap(d, report, "verify.other_due", "vd")] if args["due"] else []),
        *([_tap(d, report, "verify.category", "vk")] if hazard else []),
        *outside,
        _back(d, report),
    ]
    return text_of(*lines), buttons


def _duty(d: Drawing, report: Report) -> tuple[str, list[Button]]:
    """Whether it lay outside the reporter's own duty: asked only where that earns more."""
    if d.desk.plant.programme.duty_factor is None:
        return "", []
    answer = d.text("word.yes" if d.card.args.get("outside") else "word.no")
    return d.text("verify.outside_is", answer=answer), [_tap(d, report, "verify.outside", "vu")]


def _later(d: Drawing) -> str:
    """That another report, sent later but admitted already, will be merged into this one."""
    later = reports.get(d.desk.store, d.card.args["later"]) if d.card.args.get("later") else None
    return d.text("verify.later", other=later.number) if later else ""


def _owner_line(d: Drawing) -> str:
    owner, absent = d.desk.person(d.card.args.get("owner")), d.desk.person(d.card.args.get("absent"))
    if owner is None:
        return d.text("verify.no_owner")
    if absent is None:
        firm = contractor_of(d.desk, owner)
        return d.text("verify.owner_is", owner=full_name(d.desk, owner) + (f"（{firm}）" if firm else ""))
    gone = away(d.desk).get(absent.id)
    if gone is not None:
        return d.text("verify.on_leave", owner=owner.name, absent=absent.name, last=f"{gone.last:%m-%d}")
    return d.text("verify.stands_in", owner=owner.name, absent=absent.name)


def _category(d: Drawing, code: str) -> str:
    return f"{code} {d.text(f'category.{code}')}" if code else d.text("category.none")


def _owner(d: Drawing, report: Report) -> Step:
    ids = d.card.args.get("found") or []
    found = [p for p in (d.desk.person(i) for i in ids) if p is not None] or likely_owners(d.desk, report)
    notes, buttons = people_buttons(d, report, "vo", found[:PAGE])
    absent = d.desk.person(d.card.args.get("absent"))
    nobody = d.card.args.get("owner") is None and absent is not None
    gone = away(d.desk)
    lines = [
        d.text("verify.nobody_there" if absent.id in gone else "verify.nobody_joined", name=absent.name)
        if nobody and absent and not ids
        else "",
        d.text("choose.which_person" if ids else "choose.person" if d.reader else "choose.person_group"),
        *notes,
    ]
    return text_of(*lines), [*buttons, _back(d, report)]


def _due(d: Drawing, report: Report) -> Step:
    buttons = [_named(d.text("choose.days", n=n), report, "vd", str(n)) for n in (1, 3, 7)]
    return d.text("choose.day" if d.reader else "choose.day_group"), [*buttons, _back(d, report)]


def category_step(d: Drawing, report: Report, verb: str = "vk", back: str = "vb") -> Step:
    """The groups of categories, then the classes of one."""
    home = _tap(d, report, "word.back", back)
    group = d.card.args.get("group", "")
    if not group:
        buttons = [_named(f"{g} {d.text(f'category.{g}')}", report, verb, g) for g in CATEGORIES]
        buttons.append(_named(d.text("category.none"), report, verb, "-"))
        return d.text("choose.category"), [*buttons, home]
    codes = CATEGORIES[group.removesuffix("+")]
    if len(codes) > PAGE:
        codes = codes[PAGE - 1 :] if group.endswith("+") else codes[: PAGE - 1]
    buttons = [_named(f"{c} {d.text(f'category.{c}')}", report, verb, c) for c in codes]
    if len(CATEGORIES[group.removesuffix("+")]) > PAGE and not group.endswith("+"):
        buttons.append(_tap(d, report, "choose.more", verb, f"{group}+"))
    return d.text("choose.category"), [*buttons, home]


def _reject(d: Drawing, report: Report) -> Step:
    """Six reasons fill a card: the way back leads through [其他]."""
    buttons = [_tap(d, report, f"reject.{reason}", "vr", reason) for reason in reasons(report.kind)]
    if len(buttons) > PAGE:
        return d.text("verify.why_or_back"), buttons
    return d.text("verify.why"), [*buttons, _back(d, report)]


def _sentence(question: str) -> Callable[[Drawing, Report], Step]:
    def step(d: Drawing, report: Report) -> Step:
        return d.text(question), [_back(d, report)]

    return step


def _spot(d: Drawing, report: Report) -> Step:
    duty, buttons = _duty(d, report)
    return text_of(_later(d), duty, d.text("verify.show_fix")), [*buttons, _back(d, report)]


def _merge(d: Drawing, report: Report) -> Step:
    found = reports.open_at_place(d.desk.store, report.place, report.place_text, report.id, PAGE)
    found = [r for r in found if d.reader is not None or r.kind is not Kind.VIOLATION]
    lines = [
        d.text("verify.candidate", number=r.number, status=d.text(f"status.{r.status}"), text=_short(r.text))
        for r in found
    ]
    typed = "" if d.reader is None else d.text("verify.type_number")
    question = d.text("verify.into_which" if found else "verify.none_here")
    buttons = [_named(r.number, report, "vm", str(r.id)) for r in found]
    return text_of(question, *lines, typed), [*buttons, _back(d, report)]


def _short(text: str) -> str:
    line = text.replace("\n", " ")
    return line if len(line) <= 30 else line[:29] + "…"


STEPS: Mapping[str, Callable[[Drawing, Report], Step]] = {
    "": _root,
    "level": _levels("vl", "verify.which_level"),
    "confirm": _confirm,
    "owner": _owner,
    "due": _due,
    "category": category_step,
    "reject": _reject,
    "other": _sentence("verify.other_why"),
    "query": _sentence("verify.what_more"),
    "merge": _merge,
    "spot_level": _levels("vs", "verify.which_level"),
    "spot": _spot,
}

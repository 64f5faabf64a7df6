"""A report as cards show it: its head, who brought it, who acted last."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.choosing import full_name
from handlers.desk import Desk, Plant
from handlers.drafting import shortened
from handlers.evidence import may_hear
from handlers.formats import clock_text, day_text, minute_text
from handlers.message import Button
from handlers.steps import BY_REPORTER, edited, reads_talk, told_key
from handlers.views import Drawing, View, view
from storage import cards, evidence, history, reports
from storage.history import Event
from woodpecker import clocks, names
from woodpecker.digest import keyed
from woodpecker.lengths import SENTENCE
from woodpecker.reports import Report, relations
from woodpecker.words import Action, Kind, Naming, RejectReason, Role

QUOTED = 300  # characters of an earlier step that a card repeats; its history has all of it
TALKED = 4  # the newest questions and answers that a card repeats
SHARE_DAYS = 90  # how far back a reporter's accepted share looks
JUDGED = frozenset(
    {Action.ADMIT, Action.ADMIT_CLOSED, Action.FIXED_ON_SPOT, Action.REJECT, Action.MERGE, Action.QUERY,
     Action.WITHDRAW}
)  # fmt: skip


def head(d: Drawing, report: Report, sign: str = "") -> str:
    """Number, status, place and time, then what is wrong."""
    first = d.text(
        "card.head",
        number=report.number,
        status=d.text(f"status.{report.status}"),
        place=report.place_text,
        at=_when(d, report.sent_at),
    )
    return f"{sign}{first}\n{report.text}"


def _when(d: Drawing, ms: int) -> str:
    zone = d.desk.plant.zone
    today = clocks.local_day(ms, zone) == clocks.local_day(d.desk.now, zone)
    return (clock_text if today else minute_text)(ms, zone)


def found_line(d: Drawing, report: Report) -> str:
    """When it was found, if that is not when it was sent."""
    if report.found_at // clocks.MINUTE == report.sent_at // clocks.MINUTE:
        return ""
    return d.text("card.found", at=_when(d, report.found_at))


def alias_of(plant: Plant, report: Report, word: str) -> str:
    """What the report's hidden reporter is called."""
    return names.alias(keyed(plant.secret, f"alias:{report.id}"), word)


def kind_line(d: Drawing, report: Report) -> str:
    """What kind of report it is, and the reporter's name where this reader may see it."""
    kind = d.text(f"kind.{report.kind}")
    who = _signed(d, report)
    return d.text("card.signed", kind=kind, who=who) if who else d.text("card.kind", kind=kind)


def _signed(d: Drawing, report: Report) -> str | None:
    """Who brought it: the reporter, who found it too, who logged it, each only where this reader may know."""
    person = d.desk.person(report.reporter)
    if d.reader is None or (person is None and report.naming is not Naming.ANONYMOUS):
        return None
    mine = relations(report, d.reader.id)
    alias = _alias(d, report)
    known = person.name if person else ""
    name = names.reporter_name(names.View.HANDLER, report.kind, report.naming, known, relations=mine, alias=alias)
    if name is None:
        return None
    if name == alias:
        return d.text("joint.people", who=name, n=len(report.people)) if report.joint else name
    found = [name, *(full_name(d.desk, p) for p in (d.desk.person(i) for i in report.joint) if p is not None)]
    logger = d.desk.person(report.logger)
    by = d.text("behalf.logged", name=logger.name) if logger is not None else ""
    return d.text("word.comma").join(found) + by


def edited_line(d: Drawing, report: Report) -> str:
    """That the reporter changed it after it was sent, and what in all."""
    events = [e for e in history.of_report(d.desk.store, report.id) if e.action is Action.EDIT]
    if not events:
        return ""
    changes = edited(d.desk, d.language, *(e.detail for e in events))
    return d.text("card.edited", at=_when(d, events[-1].at), changes=changes)


def _alias(d: Drawing, report: Report) -> str:
    if report.naming is Naming.ANONYMOUS:
        return d.text("naming.anonymous")
    return alias_of(d.desk.plant, report, d.text("word.reporter"))


def accepted_line(d: Drawing, report: Report) -> str:
    """How many of the reporter's open reports were admitted of late; never of one whose name is kept secret."""
    if d.reader is None or report.reporter is None or names.secret(report.kind, report.naming):
        return ""
    if relations(report, d.reader.id) & names.NEVER_TOLD:
        return ""
    found = reports.accepted(d.desk.store, report.reporter, d.desk.now - SHARE_DAYS * clocks.DAY)
    if not found.judged:
        return ""
    return d.text("card.accepted", days=SHARE_DAYS, admitted=found.admitted, judged=found.judged)


def talk_lines(d: Drawing, report: Report) -> list[str]:
    """What was asked and answered about it before it was verified."""
    lines = []
    for event in history.of_report(d.desk.store, report.id):
        words = shortened(event.detail.get("words", ""), QUOTED)
        if event.action is Action.QUERY:
            lines.append(d.text("card.asked", words=words))
        elif event.action is Action.NOTE and d.reader is not None and reads_talk(d.reader, report):
            lines.append(d.text("card.noted", words=words or d.text("card.with_photos")))
        elif event.action is Action.ANSWER:
            lines.append(d.text("card.answered", words=words or d.text("card.with_photos")))
    return lines[-TALKED:]


def appeal_line(d: Drawing, report: Report) -> str:
    """What the reporter says against a rejection, for those who judge it."""
    event = last_of(d.desk, report, (Action.APPEAL,))
    return d.text("appeal.says", words=event.detail.get("words", "")) if event and d.reader else ""


def evidence_line(d: Drawing, report: Report) -> str:
    """How many photos and voices there are."""
    kinds = [e.kind for e in evidence.of_report(d.desk.store, report.id)]
    voices = 0 if relations(report, d.reader.id if d.reader else None) & names.NEVER_TOLD else kinds.count("voice")
    parts = [d.text("card.photos", count=kinds.count("photo"))] if "photo" in kinds else []
    parts += [d.text("card.voices", count=voices)] if voices else []
    return d.text("word.dot").join(parts)


def pieces_button(d: Drawing, report: Report) -> list[Button]:
    """What opens the photos and plays the voices, named for what this reader will get; none if that is nothing."""
    kinds = {e.kind for e in evidence.of_report(d.desk.store, report.id)}
    hears = hears_voice(d, report)
    sees = bool(kinds - {"voice"})
    if not (hears or sees):
        return []
    key = "word.photos" if not hears else "word.photos_and_voice" if sees else "word.voice"
    return [d.button(key, "pics", report.id)]


def hears_voice(d: Drawing, report: Report) -> bool:
    """Whether a voice came with it that this reader may hear."""
    said = any(e.kind == "voice" for e in evidence.of_report(d.desk.store, report.id))
    return said and d.reader is not None and may_hear(d.reader, report)


def due_text(d: Drawing, due: int) -> str:
    """A due date, with the days it is overdue."""
    zone = d.desk.plant.zone
    days = clocks.days_overdue(due, d.desk.now, zone)
    key = "card.overdue" if days else "card.due"
    return d.text(key, due=day_text(due, zone), days=days)


def grade(d: Drawing, report: Report) -> str:
    """The level of a hazard, else the kind."""
    return d.text(f"level.{report.level}") if report.level else d.text(f"kind.{report.kind}")


def due_line(d: Drawing, report: Report) -> str:
    """The level of a hazard, else the kind, with the due date if there is one."""
    if report.due is None:
        return grade_line(d, report)
    return d.text("fix.due", grade=grade_line(d, report), due=due_text(d, report.due))


def interim_line(d: Drawing, report: Report) -> str:
    """What protects people until it is fixed, as the owner said it last."""
    event = last_of(d.desk, report, (Action.PART_FIX,))
    words = shortened(report.interim, QUOTED)
    return d.text("interim.line", words=words or d.text("card.with_photos")) if event else ""


def grade_line(d: Drawing, report: Report) -> str:
    """The level of a hazard, else the kind, with its word."""
    if report.kind is Kind.HAZARD:
        return d.text("verify.level_is", level=grade(d, report))
    return d.text("card.kind", kind=grade(d, report))


def last_of(desk: Desk, report: Report, actions: Iterable[Action]) -> Event | None:
    """The newest of these steps of a report."""
    wanted = frozenset(actions)
    return next((e for e in reversed(history.of_report(desk.store, report.id)) if e.action in wanted), None)


def who(d: Drawing, event: Event) -> str:
    """Who acted: by name in private, by role in a group; whoever brought the report never by name."""
    if event.action in BY_REPORTER:
        return d.text("word.reporter")
    person = d.desk.person(event.person)
    if person is None:
        return d.text("word.clock")
    if d.reader is None:
        return d.text("role.officer" if person.has(Role.OFFICER) else "role.leader")
    return person.name


def acted_line(d: Drawing, report: Report, actions: Iterable[Action] = JUDGED) -> str:
    """Who did the newest of these steps, and what it was."""
    event = last_of(d.desk, report, actions)
    if event is None:
        return ""
    detail, zone = event.detail, d.desk.plant.zone
    words = shortened(str(detail.get("words", "")), SENTENCE) if d.reader is not None else ""
    owner, receiver = d.desk.person(detail.get("owner")), d.desk.person(detail.get("receiver"))
    reason = d.text(f"reject.{detail['reason']}") if detail.get("reason") else ""
    if detail.get("reason") == RejectReason.OTHER and words:
        reason, words = words, ""
    done = told_key(event)
    return d.text(
        f"acted_group.{done}" if d.reader is None and event.action is Action.ADMIT else f"acted.{done}",
        who=who(d, event),
        grade=grade(d, report),
        owner=owner.name if owner else "",
        due=day_text(detail["due"], zone) if detail.get("due") else "",
        reason=reason,
        original=str(detail.get("original", "")),
        receiver=receiver.name if receiver else "",
        quoted=d.text("word.quoted", words=words) if words else "",
    )


def superseded(d: Drawing) -> bool:
    """Whether a newer card about the same thing stands in the same chat."""
    same = cards.standing(d.desk.store, d.card.kind, d.card.subject)
    return any(card > d.card.id and (platform, chat) == (d.card.platform, d.card.chat) for card, platform, chat in same)


def shown(d: Drawing, unreadable: bool = False) -> Report | View:
    """The report that a card is about; or all that it says: no such report, or that a newer card stands below."""
    report = reports.get(d.desk.store, d.card.subject)
    if report is None or unreadable:
        return view(d.text("refused.no_report"), live=False)
    if superseded(d):
        return view(text_of(head(d, report), d.text("card.below")), live=False, moot=True)
    return report


def text_of(*lines: str) -> str:
    """The lines that say something."""
    return "\n".join(line for line in lines if line)

"""What an award was decided to be, as those read it whose it is, and why it is this amount."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import appeal_times, proposals
from handlers.award_card import found
from handlers.cause_text import based_on, called
from handlers.formats import yuan
from handlers.message import Button
from handlers.own_words import in_language
from handlers.report_text import text_of
from handlers.turn import Tap, Turn, tap_data
from handlers.views import Draw, Drawing, View, view
from storage import awards, cards, causes
from storage.awards import Kept
from woodpecker.activities import Activity
from woodpecker.awards import Award
from woodpecker.causes import Cause
from woodpecker.errors import Refused
from woodpecker.explaining import Reason, reasons
from woodpecker.models import Model
from woodpecker.people import Person
from woodpecker.reports import Report
from woodpecker.rewards import Share
from woodpecker.words import AwardAction, AwardStatus

OPEN = frozenset({AwardStatus.PROPOSED, AwardStatus.HALF_APPROVED, AwardStatus.HELD_BUDGET})


def _found(d: Drawing) -> tuple[Kept, Cause] | None:
    """The award and what it is for, for those whose it is."""
    known = found(d)
    return known if known and d.reader is not None and d.reader.id in known[1].people else None


def draw(d: Drawing) -> View:
    """The decision about an award, with what became of an appeal against it."""
    known = _found(d)
    if known is None or d.reader is None:
        return view(_not_mine(d), live=False, moot=True)
    award, cause = known[0].award, known[1]
    if award.status is AwardStatus.REVERSED:
        key = "earned.replaced" if award.replaced else "earned.reversed"
        words = in_language(d.desk, d.language, award.words)
        return view(d.text(key, number=called(d, cause), words=words), live=False)
    share = next((s for s in awards.shares(d.desk.store, award.id) if s.person == d.reader.id), None)
    may = may_appeal(d, award, cause, d.reader)
    buttons = [d.button("button.why", "why", award.id)]
    if may:
        buttons.append(d.button("button.appeal", "ds", award.id))
    return view(text_of(_said(d, award, cause, share), _appeal(d, award, may)), buttons)


def _not_mine(d: Drawing) -> str:
    """What stands in place of an award that this person has no part in, or no more."""
    kept = awards.get(d.desk.store, d.card.subject)
    cause = causes.of(d.desk.store, kept.award) if kept else None
    shares = awards.shares(d.desk.store, d.card.subject)
    if isinstance(cause, Report) and d.reader is not None and d.reader.id in {s.person for s in shares}:
        return d.text("joint.declined", number=cause.number)
    return d.text("refused.no_award")


def _said(d: Drawing, award: Award, cause: Cause, share: Share | None) -> str:
    if award.status is AwardStatus.REFUSED:
        return d.text("award.told_refused", number=called(d, cause), words=award.words)
    if award.status in OPEN or share is None:
        return d.text("earned.open", number=called(d, cause), status=d.text(f"award_now.{award.status}"))
    if share.excluded and share.points:
        return text_of(
            d.text("award.told_points", number=called(d, cause), points=share.points),
            d.text("award.points_capped") if share.cut else "",
        )
    key = "award.told_approved" if share.cut == 0 else "award.told_capped" if share.pays else "award.told_cap_reached"
    said = d.text(key, number=called(d, cause), amount=yuan(share.pays), cut=yuan(share.cut))
    return text_of(said, d.text("award.and_points", points=share.points) if share.points else "")


def _appeal(d: Drawing, award: Award, may: bool) -> str:
    """How the appeal stands, or until when there may be one."""
    if award.appealed_at is not None:
        day = appeal_times.day_of(d.desk, appeal_times.decide_until(d.desk, award.appealed_at))
        return d.text("appeal.waits", day=day)
    if award.appeal_answer:
        return d.text(
            "earned.upheld" if award.barred else "earned.dismissed",
            words=in_language(d.desk, d.language, award.appeal_answer),
        )
    if may and d.reader is not None:
        return d.text(
            "appeal.may", day=appeal_times.day_of(d.desk, appeal_times.award_until(d.desk, d.reader.id, award))
        )
    return ""


def may_appeal(d: Drawing, award: Award, cause: Cause, person: Person) -> bool:
    """Whether this person may still appeal against the award."""
    if not proposals.may(award, cause, person, AwardAction.APPEAL):
        return False
    return d.desk.now <= appeal_times.award_until(d.desk, person.id, award)


def why(turn: Turn, tap: Tap) -> None:
    """为什么: opens the answer, or turns it to another award. 0 is one's newest."""
    mine = [a.id for a in awards.of_person(turn.store, turn.me.id)]
    wanted = tap.id or next(iter(mine), 0)
    kept = awards.get(turn.store, wanted)
    cause = causes.of(turn.store, kept.award) if kept else None
    if cause is None or turn.me.id not in cause.people:
        raise Refused("refused.no_award")
    if turn.card is not None and turn.card.kind == "why":
        cards.become(turn.store, turn.card.id, "why", wanted, {})
        turn.refresh_card()
    else:
        turn.open_card("why", wanted)


def explain(d: Drawing) -> View:
    """Every step from the rate card to the fen, and the awards before and after."""
    known = _found(d)
    if known is None or d.reader is None:
        return view(d.text("refused.no_award"), live=False)
    kept, cause = known
    award, shares = kept.award, awards.shares(d.desk.store, kept.award.id)
    steps = reasons(award, shares, d.reader.id)
    refused = award.status is AwardStatus.REFUSED
    mine = next((s for s in shares if s.person == d.reader.id), None)
    points = mine.points if mine and mine.excluded and not refused else 0
    title = "why.title_refused" if refused else "why.title_points" if points else "why.title"
    lines = [d.text(title, number=called(d, cause), amount=yuan(steps[-1].fen), points=points)]
    lines += [_line(d, kept, cause, reason, shares) for reason in steps]
    if award.second_approver is not None:
        lines.append(d.text("why.two"))
    if award.lifted_by is not None:
        lines.append(d.text("why.lifted"))
    return view(text_of(*lines), _pages(d, award, d.reader))


def _line(d: Drawing, kept: Kept, cause: Cause, reason: Reason, shares: tuple[Share, ...]) -> str:
    """One step in words. What the settings say today is no part of it: they may have been others then."""
    award = kept.award
    who = d.desk.person(award.priced_by if reason.key != "refused" else kept.decided_by)
    mine = next((s for s in shares if d.reader and s.person == d.reader.id), None)
    day, rate = based_on(d, cause, award)
    return d.text(
        _key(cause, reason),
        day=day,
        version=award.card_version,
        rate=rate,
        factor=award.factor,
        fen=yuan(reason.fen),
        extra=yuan(award.extra),
        who=who.name if who else d.text("word.approver"),
        words=in_language(d.desk, d.language, award.words),
        count=len(shares),
        cut=yuan(mine.cut if mine else 0),
        points=mine.points if mine else 0,
    )


def _key(cause: Cause, reason: Reason) -> str:
    """Where an activity or an honour is explained otherwise than a report."""
    own = {"base": "why.base_activity", "split": "why.split_activity"} if isinstance(cause, Activity) else {}
    if isinstance(cause, Model):
        own = {"base": "why.base_model"}
    return own.get(reason.key, f"why.{reason.key}")


def _pages(d: Drawing, award: Award, reader: Person) -> list[Button]:
    mine = [a.id for a in awards.of_person(d.desk.store, reader.id)]
    at = mine.index(award.id) if award.id in mine else -1
    buttons = []
    if at > 0:
        buttons.append(Button(d.text("why.newer"), tap_data("why", mine[at - 1])))
    if at + 1 < len(mine):
        buttons.append(Button(d.text("why.older"), tap_data("why", mine[at + 1])))
    return buttons


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"why": why}
CARDS: Mapping[str, Draw] = {"earned": draw, "why": explain}

"""Leave first, report after: the report that follows an alert begins with what was said and when it was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handlers import bans, drafting
from handlers.alert_people import clock
from handlers.desk import Desk
from handlers.message import Media, MediaKind
from handlers.taking import place_in, take
from handlers.turn import Tap, Turn
from handlers.views import Drawing
from storage import audit, cards, danger, drafts, reports
from storage.drafts import Draft
from woodpecker.danger import Alert
from woodpecker.errors import Refused
from woodpecker.names import secret
from woodpecker.reports import Report
from woodpecker.words import Naming

SOON = 30 * 60_000  # ms in which what a caller sends is about the alert


def begin(turn: Turn, alert: Alert) -> Draft:
    """The draft of the report on an alert, opened again or begun. Raises Refused."""
    bans.check(turn)
    fate = drafts.fate(turn.store, alert.draft) if alert.draft is not None else None
    if alert.draft is not None and fate is not None and fate.state in {"open", "parked"}:
        return drafting.own(turn, alert.draft, "report")
    other = drafts.open_of(turn.store, turn.me.id)
    if other is not None:
        drafting.park(turn, other)
    store, now = turn.store, turn.desk.now
    draft = drafts.start(store, turn.me.id, "report", None, alert.said_at, alert.delivery, now)
    danger.followed_by(store, alert.id, draft.id)
    known: dict[str, Any] = {"found_at": alert.at, "text": alert.words}
    if alert.latitude is not None:
        known |= {"latitude": alert.latitude, "longitude": alert.longitude}
    if alert.words:
        known |= place_in(turn, draft, alert.words)
    return drafts.change(store, draft.id, now, **known)


def begun(turn: Turn) -> Draft | None:
    """The draft for what is said soon after one's own alert; None if there was none, or its report has begun."""
    alert = danger.last_of(turn.store, turn.account.id)
    if alert is None or alert.ended_at is not None or alert.draft is not None:
        return None
    return begin(turn, alert) if turn.desk.now - alert.at <= SOON else None


def writing(turn: Turn, alert: Alert) -> bool:
    """Whether the report on this alert is the caller's open draft."""
    draft = danger.draft_of(turn.store, alert.id)
    return draft is not None and drafts.get(turn.store, draft) is not None


def keeps(turn: Turn, alert: Alert, media: Sequence[Media]) -> bool:
    """Whether what was just said goes into the report too: photos begin it, the rest joins what has begun."""
    if turn.person is None or bans.banned(turn.store, turn.me.id):
        return False
    if any(m.kind is not MediaKind.VOICE for m in media):
        begin(turn, alert)
    return writing(turn, alert)


def with_media(turn: Turn, alert: Alert) -> None:
    """Photos that came with the cry itself: kept for the report, whatever else stands in its way."""
    if turn.person is not None and not bans.banned(turn.store, turn.me.id):
        drafting.show(turn, take(turn, begin(turn, alert), ""), said="")


def _tapped(turn: Turn, tap: Tap) -> None:
    """补交上报: the report on one's own alert."""
    alert = danger.get(turn.store, tap.id)
    if alert is None or alert.account != turn.account.id:
        raise Refused("refused.unknown_button")
    if turn.person is None:
        raise Refused("refused.alert_join_first")
    report = reports.get(turn.store, alert.report) if alert.report is not None else None
    if report is not None:
        raise Refused("refused.draft_sent", number=report.number)
    turn.settle()
    drafting.show_below(turn, begin(turn, alert))


def check_named(turn: Turn, draft: Draft) -> None:
    """Raises Refused where a report that follows an alert would be without a name: the alert has told it."""
    if danger.of_draft(turn.store, draft.id) is not None:
        raise Refused("refused.alert_not_anonymous")


def submitted(turn: Turn, draft: Draft, report: Report) -> dict[str, Any]:
    """Ties a report to the alert it follows and returns what its history says of it; a hidden one's says nothing."""
    alert = danger.of_draft(turn.store, draft.id)
    if alert is None:
        return {}
    danger.reported(turn.store, alert.id, report.id)
    turn.desk.refresh(("sos", "sosin"), alert.id)
    if secret(report.kind, report.naming):
        return {}
    audit.write(turn.store, turn.desk.now, "danger.reported", turn.me.id, turn.me.id, alert=alert.id, report=report.id)
    return {"alert": alert.id, "alert_at": alert.at}


def lines(d: Drawing, draft: Draft) -> list[str]:
    """On the draft's card: which alert it follows, and that the name is known from it."""
    alert = danger.of_draft(d.desk.store, draft.id) if draft.purpose == "report" else None
    if alert is None:
        return []
    known = [d.text("danger.known_already")] if draft.naming is not Naming.SHOWN else []
    return [d.text("danger.follows", at=clock(d.desk, alert.at)), *known]


def joined(desk: Desk, account: int) -> None:
    """Whoever joins after an alert can report on it now."""
    alert = danger.last_of(desk.store, account)
    for card in cards.of_subject(desk.store, ("sos",), alert.id) if alert else []:
        desk.refresh_card(card.id)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"sosrep": _tapped}

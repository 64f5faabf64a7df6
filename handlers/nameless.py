"""匿名: on 提交 the report is there, and nothing says any more who brought it."""

from __future__ import annotations

import secrets

from handlers.desk import Desk
from handlers.formats import minute_text
from handlers.message import Incoming, Message
from handlers.turn import Turn
from storage import accounts, claims, traces
from storage.drafts import Draft
from storage.traces import Seen
from woodpecker.reports import Report


def seen(turn: Turn) -> Seen:
    """The account that speaks, as the database knows it."""
    incoming = turn.incoming
    return Seen(incoming.platform, incoming.account, turn.account.id, turn.account.chat)


def unnamed(report: Report, department: int | None) -> Report:
    """The report without a reporter and a delivery; its department is the place's, never the reporter's own."""
    return report._replace(reporter=None, joint=(), logger=None, delivery=secrets.token_hex(8), department=department)


def hand_in(turn: Turn, draft: Draft, report: Report) -> int:
    """Erases all that led to the report and answers with its code, shown this once; returns how many pictures.

    Voices are not handed in: they give their speaker away.
    """
    desk, store = turn.desk, turn.store
    backups = traces.backups_since(store, traces.began(store, draft.id, desk.ahead))
    pieces = traces.unname_evidence(store, draft.id, report.id, desk.now)
    phones = [Seen(a.platform, a.user_ref, a.id, a.chat) for a in accounts.of_person(store, turn.me.id)]
    old = traces.of_draft(store, turn.me.id, phones, draft.id, desk.ahead, desk.delivery)
    turn.settle()
    turn.unseen = True
    for platform, chat, ref in old:
        gone = Message(turn.text("nameless.was_here"), spent=turn.text("card.done"))
        desk.send_unseen(platform, chat, gone, ref)
    code = claims.new_code()
    claims.add(store, report.id, code, desk.plant.secret)
    lines = [turn.text("nameless.received", number=report.number, code=code)]
    lines += [turn.text("nameless.backup", at=minute_text(at + desk.ahead, desk.plant.zone)) for at in backups]
    turn.send(Message("\n".join(lines)))
    return pieces


def forget(turn: Turn) -> None:
    """Erases the delivery of this turn, and that its account was here."""
    traces.of_delivery(turn.store, seen(turn), turn.desk.ahead, turn.desk.delivery)


def forget_said(desk: Desk, incoming: Incoming) -> None:
    """Erases a delivery with a code in it from a group, where nobody should have said it."""
    account = accounts.find(desk.store, incoming.platform, incoming.account)
    who = Seen(incoming.platform, incoming.account, account.id if account else 0, incoming.chat)
    traces.of_delivery(desk.store, who, desk.ahead, desk.delivery)

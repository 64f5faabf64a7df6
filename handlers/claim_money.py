"""Money for an anonymous report: whoever redeems its code is told to payroll, with an amount and no report."""

from __future__ import annotations

import secrets

from handlers import payees
from handlers.formats import yuan
from handlers.turn import Turn
from storage import awards, claims, history, ledger
from storage.claims import Claim
from woodpecker import clocks
from woodpecker.award_table import IN_LEDGER
from woodpecker.awards import Award
from woodpecker.errors import Refused
from woodpecker.ledger import CLAIMED, Entry
from woodpecker.names import NEVER_TOLD
from woodpecker.reports import Report, relations
from woodpecker.rewards import Books, Had, earning_of, payout
from woodpecker.words import Earning, EntryKind


def _award(turn: Turn, report: Report) -> Award | None:
    return next((a for a in awards.of_report(turn.store, report.id) if a.status in IN_LEDGER), None)


def due(turn: Turn, report: Report, claim: Claim) -> bool:
    """Whether there is money that nobody has taken yet."""
    award = _award(turn, report)
    return award is not None and award.fen > claim.redeemed


def line(turn: Turn, report: Report, claim: Claim) -> str:
    """How the money stands, for whoever holds the code."""
    award = _award(turn, report)
    if claim.redeemed:
        return turn.text("claim.taken", amount=yuan(claim.redeemed))
    return turn.text("claim.approved", amount=yuan(award.fen)) if award else ""


def check(turn: Turn, report: Report, claim: Claim) -> None:
    """Raises Refused unless this person may have the money: by role, and not having judged or mended it."""
    award = _award(turn, report)
    if award is None or award.fen <= claim.redeemed:
        raise Refused("refused.claim_taken")
    if earning_of(turn.desk.plant.programme, turn.me.roles) is not Earning.FULL:
        raise Refused("refused.claim_no_part")
    worked = {e.person for e in history.of_report(turn.store, report.id)} | {*award.judges, *award.approvers}
    if turn.me.id in worked or relations(report, turn.me.id) & NEVER_TOLD:
        raise Refused("refused.claim_judged")
    if _fen(turn, award, claim) <= 0:
        raise Refused("refused.claim_cap")


def amount(turn: Turn, report: Report, claim: Claim) -> str:
    """What this person would get, in yuan."""
    award = _award(turn, report)
    return yuan(_fen(turn, award, claim) if award else 0)


def _fen(turn: Turn, award: Award, claim: Claim) -> int:
    """What is left of the award, within the month's caps."""
    month, kind = _month(turn), award.kind
    had: Had = ledger.had(turn.store, turn.me.id, month, kind)
    books = Books((turn.me.id,), had={turn.me.id: had})
    return payout(turn.desk.plant.programme, award.fen - claim.redeemed, kind, books)[0].pays


def _month(turn: Turn) -> int:
    return clocks.local_month(turn.desk.now, turn.desk.plant.zone)


def take(turn: Turn, report: Report, claim: Claim) -> None:
    """Enters the money for this person, tied to no report; what a cap cuts is lost. Raises Refused."""
    check(turn, report, claim)
    award = _award(turn, report)
    assert award is not None
    fen = _fen(turn, award, claim)
    if not claims.redeem(turn.store, claim, award.fen - claim.redeemed):
        raise Refused("refused.claim_taken")
    entry = Entry(
        f"claim:{secrets.token_hex(12)}", turn.me.id, EntryKind.AWARD, fen, _month(turn), turn.desk.now,
        rule=CLAIMED, card_version=award.card_version, approvers=award.approvers,
    )  # fmt: skip
    ledger.append(turn.store, [entry])
    turn.reply("claim.now_taken", amount=yuan(fen))
    if turn.me.employee_no is None:
        payees.miss_number(turn.desk, turn.me, secret=True)

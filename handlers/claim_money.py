"""Money for an anonymous report: whoever redeems its code is told to payroll, with an amount and no report."""

from __future__ import annotations

import secrets

from handlers import payees, purse
from handlers.formats import yuan
from handlers.message import Message
from handlers.turn import Turn
from storage import awards, claims, history, ledger, points
from storage.claims import Claim
from woodpecker import clocks
from woodpecker.award_table import IN_LEDGER
from woodpecker.awards import Award
from woodpecker.errors import Refused
from woodpecker.ledger import CLAIMED, Entry
from woodpecker.names import NEVER_TOLD
from woodpecker.points import PointEntry, worth_of
from woodpecker.reports import Report, relations
from woodpecker.rewards import Books, Share, earning_of, payout
from woodpecker.words import Earning, EntryKind, PointKind


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
        return _worth(turn, "claim.taken", claim.redeemed)
    return _worth(turn, "claim.approved", award.fen) if award else ""


def _worth(turn: Turn, key: str, fen: int) -> str:
    """A sum as this plant rewards: in yuan, or in points where they stand instead."""
    programme = turn.desk.plant.programme
    if programme.reward == "points":
        return turn.text(f"{key}_points", points=fen // programme.points.fen_per_point)
    return turn.text(key, amount=yuan(fen))


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
    part = _part(turn, award, claim)
    if part.pays <= 0 and part.points <= 0:
        raise Refused("refused.claim_cap")


def asked(turn: Turn, report: Report, claim: Claim) -> str:
    """What this person would get, and who would know; asks whether to take it now."""
    award = _award(turn, report)
    part = _part(turn, award, claim) if award else None
    return _worth(turn, "claim.ask_take", part.fen - part.cut if part else 0)


def _part(turn: Turn, award: Award, claim: Claim) -> Share:
    """What is left of the award, within the month's caps."""
    month, kind = _month(turn), award.kind
    books = Books((turn.me.id,), had={turn.me.id: purse.had(turn.desk, turn.me.id, month, kind)})
    return payout(turn.desk.plant.programme, award.fen - claim.redeemed, kind, books)[0]


def _month(turn: Turn) -> int:
    return clocks.local_month(turn.desk.now, turn.desk.plant.zone)


def take(turn: Turn, report: Report, claim: Claim) -> None:
    """Enters the money for this person, tied to no report; what a cap cuts is lost. Raises Refused."""
    check(turn, report, claim)
    award = _award(turn, report)
    assert award is not None
    part = _part(turn, award, claim)
    if not claims.redeem(turn.store, claim, award.fen - claim.redeemed):
        raise Refused("refused.claim_taken")
    _enter(turn, award, part)
    turn.send(Message(_worth(turn, "claim.now_taken", part.fen - part.cut)))
    if part.pays and turn.me.employee_no is None:
        payees.miss_number(turn.desk, turn.me, secret=True)


def _enter(turn: Turn, award: Award, part: Share) -> None:
    key, month, now = f"claim:{secrets.token_hex(12)}", _month(turn), turn.desk.now
    if part.pays:
        entry = Entry(
            key, turn.me.id, EntryKind.AWARD, part.pays, month, now,
            rule=CLAIMED, card_version=award.card_version, approvers=award.approvers,
        )  # fmt: skip
        ledger.append(turn.store, [entry])
    if part.points:
        worth = worth_of(turn.desk.plant.programme, part.points)
        earned = PointEntry(
            key, turn.me.id, PointKind.EARNED, part.points, month, now, worth, rule=CLAIMED, approvers=award.approvers
        )
        points.append(turn.store, [earned])

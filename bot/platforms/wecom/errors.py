"""What WeCom's error codes mean to us. Texts of errors change and are never looked at, but for an address to log."""

from __future__ import annotations

import re

from bot.platforms.base import Failure

OK = 0
STALE = frozenset({40014, 42001})  # the access token: get a new one, once
BUSY = frozenset({-1, 6000, 45033})
RATE = 45009
NO_SUCH_MEDIA = 40007
GONE = frozenset({40003, 46004, 60111, 81013})  # nobody we could reach
IP_REFUSED = 60020
# With these nothing works until people have put it right.
ALL_STOPS = frozenset({40001, 40013, 40091, 41002, 41004, IP_REFUSED})
_IP = re.compile(r"from ip: ?([0-9a-fA-F.:]+)")

MINUTE = 60.0
HOUR = 3600.0

# Asking again and again with a wrong secret has the machine's address banned for an hour.
SETUP: dict[int, str] = {
    40001: "the secret is wrong; copy it from the application's page and start anew",
    40013: "the corp_id is wrong; copy it from 我的企业 (My Company) and start anew",
    40091: "the secret is wrong; copy it from the application's page and start anew",
    41002: "the corp_id is missing",
    41004: "the secret is missing",
    40056: "there is no application of this agent_id",
    301002: "the agent_id does not belong to this secret",
    43012: "the application has no callback address; save it under 接收消息 → 设置API接收 (Receive messages)",
    48002: "the application may not do this; use the application's own secret",
    48009: "the application may not do this; use the application's own secret",
    60011: "nobody is in the application's visible range; set 可见范围 (Visible range)",
    50002: "nobody is in the application's visible range; set 可见范围 (Visible range)",
    50003: "the application is switched off; switch it on",
    IP_REFUSED: "this machine's address is not allowed; add it under 企业可信IP (Trusted IP)",
}


class Refused(Failure):
    """WeCom answered with an error code; with `setup` people have to put our settings right, here or there."""

    code: int
    setup = False


class Unclear(Failure):
    """No answer that could be read: it may have been done."""


def meaning(code: int, text: str = "") -> Refused:
    """The failure behind an error code; `text` is WeCom's, searched for our own address only."""
    failure = _meaning(code, text)
    failure.code, failure.setup = code, code in SETUP
    return failure


def _meaning(code: int, text: str) -> Refused:
    if code in SETUP:
        address = _IP.search(text) if code == IP_REFUSED else None
        seen = f" ({address[1]})" if address else ""
        pause = 5 * MINUTE if code == IP_REFUSED else HOUR
        return Refused(f"WeCom says {code}: {SETUP[code]}{seen}", retry_after=pause, overall=True)
    if code == RATE:
        return Refused("WeCom says 45009: too many calls", retry_after=MINUTE, overall=True)
    if code in BUSY:
        return Refused(f"WeCom is busy ({code})")
    if code in STALE:
        return Refused(f"WeCom does not take a fresh token ({code})", retry_after=MINUTE, overall=True)
    if code in GONE:
        return Refused(f"WeCom knows no such member ({code})", permanent=True, unreachable=True)
    return Refused(f"WeCom says {code}", permanent=True)

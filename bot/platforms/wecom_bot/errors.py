"""What WeCom's error codes mean to us; `errmsg` is for reading only, its words change."""

from __future__ import annotations

from bot.platforms.base import Failure

REASON = 200  # characters
REFUSED = frozenset({853000})  # wrong bot_id or secret
UNSUBSCRIBED = 846609
DEAD = frozenset({846605, 846608})  # the req_id belongs to another connection, or its time is over
AGAIN = frozenset({-1, 6000, 846601, 846602})
FLOOD = 45009
# Not in that conversation, or nobody wrote in it yet; no such conversation; no such person.
NO_WAY = frozenset({93001, 93006, 40003, 60111, 46004})


class Kicked(Exception):
    """A second connection of the same bot took our place."""


class Refused(Exception):
    """WeCom does not know this bot or its secret."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class Unsubscribed(Failure):
    """The subscription is gone although the connection looks open."""


class Dead(Failure):
    """The callback can no longer be answered."""


def failure_of(cmd: str, code: object, said: str) -> Exception:
    """The exception for a command that was answered with this code."""
    reason = f"WeCom answers {cmd} with {code} {said[:REASON]}".strip()
    if cmd == "aibot_subscribe" and isinstance(code, int) and code in REFUSED:
        return Refused(code)
    if code == UNSUBSCRIBED:
        return Unsubscribed(reason, retry_after=3.0)
    if code in DEAD:
        return Dead(reason, permanent=True)
    if code == FLOOD:
        return Failure(reason, retry_after=60.0)
    if code in AGAIN:
        return Failure(reason)
    return Failure(reason, permanent=cmd != "aibot_subscribe", unreachable=code in NO_WAY)

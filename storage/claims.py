"""Codes of anonymous reports: shown once, kept as keyed hashes, tied to nobody."""

from __future__ import annotations

import re
import secrets
from typing import NamedTuple

from storage.invitations import LETTERS
from storage.store import Store
from woodpecker.digest import keyed

GROUPS, EACH = 3, 4  # K7M2-9QXD-4HTN: 31^12 codes
_GROUP = rf"([{LETTERS}]{{{EACH}}})"
_DASH = "[-－—–]"
CODE = re.compile(rf"(?<![A-Za-z0-9]){_GROUP}{_DASH}{_GROUP}{_DASH}{_GROUP}(?![A-Za-z0-9])", re.I)
LOOSE = re.compile(rf"(?<![A-Za-z0-9]){_GROUP}[-－—–\s]*{_GROUP}[-－—–\s]*{_GROUP}(?![A-Za-z0-9])", re.I)


class Claim(NamedTuple):
    """What a code opens; `redeemed` is what was paid out for it so far, in fen."""

    report: int
    redeemed: int


def new_code() -> str:
    """A fresh code, as it is shown."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(GROUPS * EACH))
    return "-".join(letters[i : i + EACH] for i in range(0, len(letters), EACH))


def in_text(text: str, pattern: re.Pattern[str] = CODE) -> tuple[str, str]:
    """The first code in a text as it is shown, and the text without it; "" if there is none.

    LOOSE takes it without dashes, too: only where a code is expected.
    """
    found = pattern.search(text)
    if found is None:
        return "", text
    rest = f"{text[: found.start()].rstrip()} {text[found.end() :].lstrip()}".strip()
    return "-".join(found.groups()).upper(), rest


def add(store: Store, report: int, code: str, secret: bytes) -> None:
    """Notes that this code opens the report."""
    store.run("INSERT INTO claim (enterprise, report, code_hash) VALUES ($1, $2, $3)", report, _hash(code, secret))


def find(store: Store, code: str, secret: bytes) -> Claim | None:
    """What the code opens, or None."""
    row = store.one("SELECT report, redeemed FROM claim WHERE enterprise = $1 AND code_hash = $2", _hash(code, secret))
    return Claim(row["report"], row["redeemed"]) if row else None


def redeem(store: Store, claim: Claim, fen: int) -> bool:
    """Notes so much more as paid out; False if somebody else with the code was faster."""
    changed = store.run(
        "UPDATE claim SET redeemed = redeemed + $4 WHERE enterprise = $1 AND report = $2 AND redeemed = $3",
        claim.report,
        claim.redeemed,
        fen,
    )
    return changed == 1


def _hash(code: str, secret: bytes) -> str:
    return keyed(secret, f"claim:{code}").hex()

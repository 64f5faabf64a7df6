"""A link's token: nobody makes one, changes one, or uses what was signed for something else."""

from __future__ import annotations

import hmac
import json
from base64 import b32decode, b32encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.wecom_bot.markdown import literal
from woodpecker.links import HOUR, Forged, Grant, read, sign, until

KEY = b"k" * 32
GRANT = Grant(1, 12, 345, "book:hazards:202611:202611:photos", 1_764_201_600_000)


def text(data: bytes) -> str:
    return b32encode(data).decode().rstrip("=").lower()


def body(*values: object) -> str:
    return text(json.dumps(values, separators=(",", ":")).encode())


@given(
    st.builds(
        Grant, st.integers(1, 2**40), st.integers(1, 2**40), st.integers(1, 2**40), st.text(max_size=40),
        st.integers(0, 2**44),
    ),
    st.binary(min_size=1, max_size=64),
)  # fmt: skip
def test_what_was_signed_is_read(grant: Grant, key: bytes) -> None:
    assert read(key, sign(key, grant)) == grant


@pytest.mark.parametrize(
    "forged",
    [
        GRANT._replace(enterprise=2), GRANT._replace(person=13), GRANT._replace(account=346),
        GRANT._replace(what="book:rewards:202611:202611:photos"), GRANT._replace(until=GRANT.until + HOUR),
    ],
)  # fmt: skip
def test_no_field_can_be_changed(forged: Grant) -> None:
    signature = sign(KEY, GRANT)[:32]
    assert body(*GRANT) == sign(KEY, GRANT)[32:]
    with pytest.raises(Forged):
        read(KEY, signature + body(*forged))


def test_every_letter_counts() -> None:
    token = sign(KEY, GRANT)
    for n, letter in enumerate(token):
        for other in ("a" if letter != "a" else "b", letter.upper() if letter.isalpha() else "1", "", letter * 2):
            with pytest.raises(Forged):
                read(KEY, token[:n] + other + token[n + 1 :])
    # The last letter has bits to spare: they must not make another token that is good as well.
    last = [c for c in "abcdefghijklmnopqrstuvwxyz234567" if _reads(token[:-1] + c)]
    assert last == [token[-1]]


def _reads(token: str) -> bool:
    try:
        return bool(read(KEY, token))
    except Forged:
        return False


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a" * 40,
        "a" * 601,
        "ключ" * 20,
        "a" * 39 + "=",
        "../" * 20,
        " " + sign(KEY, GRANT),
        sign(KEY, GRANT) + "\n",
    ],
)
def test_what_is_no_token_is_none(token: str) -> None:
    with pytest.raises(Forged):
        read(KEY, token)


def test_another_key_and_another_purpose_are_none() -> None:
    with pytest.raises(Forged):
        read(b"K" * 32, sign(KEY, GRANT))
    said = b32decode(body(*GRANT).upper() + "=" * (-len(body(*GRANT)) % 8))
    for signature in (hmac.digest(KEY, said, sha256), sha256(said).digest(), hmac.digest(KEY, b"alias:1", sha256)):
        with pytest.raises(Forged):
            read(KEY, text(signature[:20]) + text(said))


def test_it_ends_within_a_day_and_stays_the_same_for_a_second_try() -> None:
    for now in (0, 1, HOUR - 1, HOUR, 1_764_201_601_234):
        assert 23 * HOUR < until(now) - now <= 24 * HOUR
    assert until(10 * HOUR) == until(10 * HOUR + HOUR - 1)


def test_no_chat_changes_it_and_it_fits_an_address() -> None:
    token = sign(KEY, GRANT._replace(enterprise=99, person=999_999, account=999_999))
    assert len(token) < 160
    assert literal(f"https://bot.example.com/files/{token}") == f"https://bot.example.com/files/{token}"

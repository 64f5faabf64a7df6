"""WeCom's envelope: AES-256-CBC with 32-byte padding, and the signature over what is sealed.

The layout is `16 random bytes | length, 4 bytes big-endian | message | receiver`; the vector and the
pitfalls stand in tests/test_wecom_cipher.py.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import struct
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher as Aes
from cryptography.hazmat.primitives.ciphers import algorithms, modes

BLOCK = 32  # WeCom pads to 32 bytes, not to AES's 16, so a stock unpadder refuses half of what it sends
HEAD = 20  # random bytes and length


class Forged(Exception):
    """The signature is wrong, or what is sealed was not made with our key or not for us."""


def key_of(aes_key: str) -> bytes:
    """The 32 bytes behind an EncodingAESKey of 43 characters. Raises ValueError."""
    try:
        key = base64.b64decode(aes_key + "=" * (-len(aes_key) % 4), validate=True)
    except binascii.Error:
        raise ValueError("is no EncodingAESKey") from None
    if len(key) != 32:
        raise ValueError("is no EncodingAESKey")
    return key


def sign(token: str, timestamp: str, nonce: str, sealed: str) -> str:
    """The signature over the four values, in lower-case hexadecimal."""
    text = "".join(sorted([token, timestamp, nonce, sealed]))
    return hashlib.sha1(text.encode(errors="replace")).hexdigest()


def decrypt(key: bytes, data: bytes) -> bytes:
    """Whole blocks, opened and without their padding. Raises Forged; also used for an AI bot's files."""
    if not data or len(data) % 16:
        raise Forged("not whole blocks")
    opener = Aes(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = opener.update(data) + opener.finalize()
    pad = plain[-1]
    if not 1 <= pad <= min(BLOCK, len(plain)) or plain[-pad:] != bytes([pad]) * pad:
        raise Forged("wrong padding")
    return plain[:-pad]


@dataclass(frozen=True, slots=True)
class Cipher:
    """Opens and seals what goes between WeCom and one receiver (the CorpID; "" for an AI bot)."""

    token: str = field(repr=False)
    key: bytes = field(repr=False)
    receiver: str

    def check(self, signature: str, timestamp: str, nonce: str, sealed: str) -> None:
        """Raises Forged unless the signature is WeCom's."""
        ours = sign(self.token, timestamp, nonce, sealed)
        if not hmac.compare_digest(ours.encode(), signature.encode(errors="replace")):
            raise Forged("wrong signature")

    def open(self, sealed: str) -> bytes:
        """The message in base64 ciphertext. Raises Forged."""
        try:
            data = base64.b64decode(sealed, validate=True)
        except (binascii.Error, ValueError):
            raise Forged("not base64") from None
        plain = decrypt(self.key, data)
        if len(plain) < HEAD:
            raise Forged("too short")
        (length,) = struct.unpack(">I", plain[16:HEAD])
        message, receiver = plain[HEAD : HEAD + length], plain[HEAD + length :]
        if len(message) != length or receiver != self.receiver.encode():
            raise Forged("not for this receiver")
        return message

    def seal(self, message: bytes) -> str:
        """The base64 ciphertext that holds the message."""
        plain = os.urandom(16) + struct.pack(">I", len(message)) + message + self.receiver.encode()
        pad = BLOCK - len(plain) % BLOCK
        sealer = Aes(algorithms.AES(self.key), modes.CBC(self.key[:16])).encryptor()
        return base64.b64encode(sealer.update(plain + bytes([pad]) * pad) + sealer.finalize()).decode()

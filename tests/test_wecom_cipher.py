"""WeCom's envelope and its XML: the official vector, every length, and whatever is forged."""

import os
import struct

import pytest

from bot.platforms.wecom.cipher import Cipher, Forged, decrypt, key_of, sign
from bot.platforms.wecom.xml import LIMIT, BadXml, read

# The vector of WeCom's own documentation.
TOKEN = "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
TIMESTAMP, NONCE = "1409659813", "1372623149"
SIGNATURE = "477715d11cdb4164915debcba66cb864d751f3e6"
CORP = "wx5823bf96d3bd56c7"
SEALED = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/s"
    "YYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJ"
    "YuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGU"
    "callcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDY"
    "A5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)


@pytest.fixture
def cipher():
    return Cipher(TOKEN, key_of(AES_KEY), CORP)


def test_the_official_vector(cipher):
    cipher.check(SIGNATURE, TIMESTAMP, NONCE, SEALED)
    told = read(cipher.open(SEALED))
    assert (told["Content"], told["MsgId"], told["AgentID"]) == ("hello", "4561255354251345929", "218")


@pytest.mark.parametrize("length", [*range(201), 2047, 2048, 65535])
def test_every_length_comes_back(cipher, length):
    words = ("护栏松动，3号皮带" * (length // 8 + 1))[:length].encode()
    assert cipher.open(cipher.seal(words)) == words
    raw = ("破碎" * length).encode()[:length]  # also where a character is cut in two
    assert cipher.open(cipher.seal(raw)) == raw


def test_no_receiver_is_a_receiver_too():
    bot = Cipher(TOKEN, key_of(AES_KEY), "")
    assert bot.open(bot.seal("你好".encode())) == "你好".encode()


@pytest.mark.parametrize("wrong", ["", "0" * 40, SIGNATURE.upper(), SIGNATURE[:-1], "护栏", "\udcff"])
def test_a_wrong_signature_is_refused(cipher, wrong):
    with pytest.raises(Forged):
        cipher.check(wrong, TIMESTAMP, NONCE, SEALED)


def test_every_value_is_signed(cipher):
    for values in ((TIMESTAMP + "1", NONCE, SEALED), (TIMESTAMP, NONCE + "1", SEALED), (TIMESTAMP, NONCE, SEALED[4:])):
        with pytest.raises(Forged):
            cipher.check(SIGNATURE, *values)


@pytest.mark.parametrize(
    "sealed", ["", "护栏", "not base64!", SEALED[:-4], SEALED[:40], "AAAA" * 16, SEALED.replace("R", "S", 1)]
)
def test_what_was_not_sealed_with_our_key_is_refused(cipher, sealed):
    with pytest.raises(Forged):
        cipher.open(sealed)


def test_another_receiver_is_refused(cipher):
    for other in ("wx5823bf96d3bd56c8", "", CORP + "x"):
        with pytest.raises(Forged):
            Cipher(TOKEN, key_of(AES_KEY), other).open(cipher.seal(b"hello"))


def test_a_length_that_lies_is_refused(cipher):
    plain = os.urandom(16) + struct.pack(">I", 2**32 - 1) + b"hello" + CORP.encode()
    pad = 32 - len(plain) % 32
    sealed = _seal(plain + bytes([pad]) * pad)
    with pytest.raises(Forged):
        cipher.open(sealed)


@pytest.mark.parametrize("pad", [0, 33, 200])
def test_a_padding_that_lies_is_refused(pad):
    with pytest.raises(Forged):
        decrypt(key_of(AES_KEY), _raw(b"x" * 31 + bytes([pad])))


def _raw(plain):
    from cryptography.hazmat.primitives.ciphers import Cipher as Aes
    from cryptography.hazmat.primitives.ciphers import algorithms, modes

    sealer = Aes(algorithms.AES(key_of(AES_KEY)), modes.CBC(key_of(AES_KEY)[:16])).encryptor()
    return sealer.update(plain) + sealer.finalize()


def _seal(plain):
    import base64

    return base64.b64encode(_raw(plain)).decode()


@pytest.mark.parametrize("bad", ["", "short", AES_KEY + "A", AES_KEY[:-1] + "!", AES_KEY[:40]])
def test_a_key_that_is_none_is_named(bad):
    with pytest.raises(ValueError, match="EncodingAESKey"):
        key_of(bad)


def test_the_signature_is_over_sorted_values():
    assert sign("b", "a", "d", "c") == sign("a", "b", "c", "d")


def test_secrets_do_not_show(cipher):
    assert TOKEN not in repr(cipher)
    assert "key" not in repr(cipher)


def test_xml_in_any_order_with_any_space():
    told = read(b"<xml>\n <b><![CDATA[1<2]]></b>\n<a><i>x</i><i>y</i><j/></a>\n</xml>")
    assert told == {"b": "1<2", "a": {"i": ["x", "y"], "j": ""}}
    assert read(b"<xml/>") == {}
    assert read(b"<xml>words</xml>") == {}


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"hello",
        b"<xml>",
        b"<xml><a></xml>",
        b'<!DOCTYPE xml [<!ENTITY a "b">]><xml>&a;</xml>',
        b'<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml/>',
        b"<!DOCTYPE xml><xml/>",
        b"<xml>&unknown;</xml>",
        b"<a>" * 20 + b"</a>" * 20,
        b"<xml>" + b"<i/>" * 600 + b"</xml>",
        b"<xml>" + b"x" * LIMIT + b"</xml>",
        b'<?xml version="1.0" encoding="nonsense"?><xml/>',
        b"<xml>\xff\xfe</xml>",
    ],
)
def test_xml_that_is_dangerous_or_none_is_refused(bad):
    with pytest.raises(BadXml):
        read(bad)

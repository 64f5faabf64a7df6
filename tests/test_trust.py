"""Every client of ours over TLS: it takes the machine's certificates, and nobody's that they do not vouch for."""

from __future__ import annotations

import asyncio
import json
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar

import aiohttp
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot import trust
from bot.platforms.base import Failure
from bot.platforms.telegram.backoff import Backoff
from bot.platforms.telegram.wire import JSON, READ, Wire, timeout
from bot.platforms.wecom.client import Client
from bot.platforms.wecom.probing import _address
from bot.platforms.wecom.settings import WeComSettings
from bot.platforms.wecom_bot.files import _download
from bot.platforms.wecom_bot.line import Line
from bot.platforms.wecom_bot.settings import WeComBotSettings

C = TypeVar("C", Wire, Client)
KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"  # the official sample's


def signed(folder: Path) -> ssl.SSLContext:
    """What a server at 127.0.0.1 needs; its certificate lies in the folder as the one to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "ca.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *private))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    return context


async def answered(request: web.Request) -> web.StreamResponse:
    """Whatever is asked."""
    if request.headers.get("Upgrade") == "websocket":
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for _ in socket:
            pass
        return socket
    return web.json_response({"ok": True, "errcode": 0, "access_token": "t", "result": True})


@asynccontextmanager
async def serving(context: ssl.SSLContext) -> AsyncIterator[str]:
    app = web.Application()
    app.add_routes([web.route("*", "/{path:.*}", answered)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        yield f"127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def closing(client: C) -> AsyncIterator[C]:
    try:
        yield client
    finally:
        await client.close()


async def small_call(at: str) -> None:
    async with closing(Wire()) as wire:
        assert json.loads((await wire.post(f"https://{at}/botTOKEN/getMe", {}))[1])["ok"]


async def large_call(at: str) -> None:
    async with closing(Wire()) as wire:
        await wire.exchange("POST", f"https://{at}/botTOKEN/sendPhoto", b"{}", JSON, timeout(READ, READ))


async def telegram_file(at: str) -> None:
    async with closing(Wire()) as wire:
        assert (await wire.download(f"https://{at}/file/botTOKEN/a.jpg", 1000))[0] == 200


def wecom(at: str) -> WeComSettings:
    return WeComSettings(1, "demo", "corp", 1, "secret", "token", KEY, f"https://{at}", f"https://{at}")


async def application(at: str) -> None:
    async with closing(Client(wecom(at))) as client:
        await client.call("message/send", {})


async def own_address(at: str) -> None:
    if "does not answer" in await _address(wecom(at)):
        raise Failure("not reached")


async def bot_file(at: str) -> None:
    assert (await _download(f"https://{at}/file", ""))[0] == 200


async def long_line(at: str) -> None:
    over = asyncio.Event()
    over.set()
    line = Line(WeComBotSettings(1, "demo", "bot", "secret", f"wss://{at}/"), sleep=asyncio.sleep, backoff=Backoff())
    await line.once(lambda _: None, until=over)


CLIENTS = [small_call, large_call, telegram_file, application, own_address, bot_file, long_line]


@pytest.fixture
def anew() -> Iterator[None]:
    """The certificates are read in this test, and none of its own stay."""
    trust.trusted.cache_clear()
    yield
    trust.trusted.cache_clear()


@pytest.mark.parametrize("client", CLIENTS, ids=lambda c: c.__name__)
async def test_it_reaches_whoever_the_machine_vouches_for(
    client: Callable[[str], Awaitable[None]], anew: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(signed(tmp_path)) as at:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        await client(at)


@pytest.mark.parametrize("client", CLIENTS, ids=lambda c: c.__name__)
async def test_it_says_nothing_to_anybody_else(
    client: Callable[[str], Awaitable[None]], anew: None, tmp_path: Path
) -> None:
    async with serving(signed(tmp_path)) as at:
        with pytest.raises((Failure, aiohttp.ClientConnectorCertificateError)):
            await client(at)


LEAN = """
import sys
from pathlib import Path
from bot.cli_options import loaded
loaded(Path(sys.argv[1]))
assert "aiohttp" not in sys.modules
from bot.trust import import_aiohttp, trusted
import_aiohttp()
from aiohttp.connector import _SSL_CONTEXT_VERIFIED as theirs
print(theirs.verify_mode.name, theirs.cert_store_stats()["x509"], trusted().cert_store_stats()["x509"])
"""


def test_a_start_reads_no_certificates_and_the_first_connection_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    (tmp_path / "config.toml").write_text('[[enterprise]]\ncode = "demo"\nname = "示例"\n')
    command = [sys.executable, "-c", LEAN, str(tmp_path / "config.toml")]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1])
    assert (run.stdout.split(), run.stderr) == (["CERT_REQUIRED", "0", "1"], "")

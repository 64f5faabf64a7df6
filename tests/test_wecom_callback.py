"""Callbacks as WeCom makes them, and as others would like to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from aiohttp import web

from bot.platforms.base import Delivery, NotStored
from bot.platforms.wecom.cipher import Cipher, key_of, sign
from bot.platforms.wecom.xml import LIMIT
from tests.fakes.wecom_push import envelope, inner
from tests.fakes.wecom_world import AES_KEY, AGENT, CORP, TOKEN
from tests.wecom_app import App, app


class Server(App):
    """The application with its callback mounted; what it stored."""

    stored: list[Delivery]
    refuses = False
    slow = 0.0

    async def accept(self, deliveries: Sequence[Delivery]) -> None:
        await asyncio.sleep(self.slow)
        if self.refuses:
            raise NotStored
        self.stored += deliveries


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with app(tmp_path) as a:
        found = Server(a.wecom, a.fake, a.phone, a.clock)
        found.stored = []
        web_app = web.Application()
        web_app.add_routes(a.wecom.routes())
        runner = web.AppRunner(web_app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        a.fake.pusher.hook = f"http://127.0.0.1:{runner.addresses[0][1]}/wecom/demo"
        receiving = asyncio.create_task(a.wecom.receive(found.accept))
        await asyncio.sleep(0)
        yield found
        receiving.cancel()
        await a.fake.pusher.stop()
        await runner.cleanup()


TEXT = {
    "ToUserName": CORP, "FromUserName": "WangLei", "CreateTime": 1, "MsgType": "text", "Content": "护栏松动",
    "MsgId": "7", "AgentID": AGENT,
}  # fmt: skip


async def post(server: Server, body: bytes, sealed: str, **changed: str) -> int:
    return await server.fake.pusher.post(body, {**server.fake.pusher.signed(sealed), **changed})


async def test_the_address_is_confirmed_with_exactly_what_was_sealed(server: Server) -> None:
    assert await server.fake.pusher.verify() == (200, b"5927041286453")


async def test_a_confirmation_survives_a_plus_that_became_a_space(server: Server) -> None:
    cipher = server.fake.pusher.cipher
    sealed = next(s for n in range(1000) if "+" in (s := cipher.seal(f"echo{n}".encode())))
    query = {**server.fake.pusher.signed(sealed), "echostr": sealed.replace("+", " ")}
    async with server.fake.pusher._open().get(server.fake.pusher.hook, params=query) as answer:
        assert answer.status == 200
    async with server.fake.pusher._open().get(server.fake.pusher.hook) as answer:
        assert answer.status == 403


async def test_a_message_is_stored_and_answered(server: Server) -> None:
    one = server.phone.text("护栏松动")
    await server.fake.until(lambda: one.done)
    assert one.statuses == [200]
    assert [(d.platform, d.account, d.raw["told"]["Content"]) for d in server.stored] == [
        ("wecom", "wanglei", "护栏松动")
    ]


async def test_what_could_not_be_stored_comes_again(server: Server) -> None:
    server.refuses = True
    one = server.phone.text("护栏松动")
    await server.fake.until(lambda: one.statuses)
    server.refuses = False
    await server.fake.until(lambda: one.done)
    assert one.statuses[-1] == 200
    assert set(one.statuses[:-1]) == {503}
    assert len(server.stored) == 1


async def test_a_repeat_with_another_nonce_is_the_same_delivery(server: Server) -> None:
    one = server.phone.text("护栏松动")
    await server.fake.until(lambda: one.done)
    server.fake.pusher.resend(one)
    await server.fake.until(lambda: one.done and len(one.statuses) == 2)
    assert len({d.key for d in server.stored}) == 1


async def test_whom_we_answer_too_slowly_wecom_asks_again(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.slow = 60.0
    with monkeypatch.context() as hurried:
        hurried.setattr("tests.fakes.wecom_push.PATIENCE", 0.2)
        one = server.phone.text("护栏松动")
        await server.fake.until(lambda: one.statuses == [0])
    server.slow = 0.0
    await server.fake.until(lambda: one.done)
    assert one.statuses == [0, 200]
    await server.fake.until(lambda: server.stored)
    assert len({d.key for d in server.stored}) == 1


async def test_forgeries_are_refused(server: Server) -> None:
    sealed = server.fake.pusher.cipher.seal(inner(TEXT))
    assert await post(server, envelope(sealed), sealed, msg_signature="0" * 40) == 403
    assert await post(server, envelope(sealed), sealed, timestamp="1") == 403
    assert await server.fake.pusher.post(envelope(sealed), {}) == 403
    assert await post(server, envelope(sealed[:-8] + "AAAAAAA="), sealed) == 403
    other = Cipher(TOKEN, key_of(AES_KEY), "wwother").seal(inner(TEXT))
    assert await post(server, envelope(other), other) == 403
    key = Cipher(TOKEN, key_of("A" * 43), CORP).seal(inner(TEXT))
    assert await post(server, envelope(key), key) == 403
    stamp = {"timestamp": "1", "nonce": "2"}
    signed = {**stamp, "msg_signature": sign("another token", "1", "2", sealed)}
    assert await server.fake.pusher.post(envelope(sealed), signed) == 403
    assert server.stored == []


async def test_bodies_that_are_none_are_refused(server: Server) -> None:
    for body in (b"", b"hello", b"<xml/>", b"<xml><Encrypt><a/></Encrypt></xml>", b"\xff\xfe", b'{"encrypt":"x"}'):
        assert await post(server, body, "x") == 400
    dtd = b'<!DOCTYPE xml [<!ENTITY e "x">]><xml><Encrypt>&e;</Encrypt></xml>'
    assert await post(server, dtd, "x") == 400
    assert await post(server, b"x" * (LIMIT + 1), "x") == 413


async def test_what_wecom_itself_sealed_but_nobody_can_read_is_not_asked_for_again(server: Server) -> None:
    for content in (b"hello", b'<!DOCTYPE xml [<!ENTITY e "x">]><xml>&e;</xml>', b""):
        sealed = server.fake.pusher.cipher.seal(content)
        assert await post(server, envelope(sealed), sealed) == 200
    assert server.stored == []


async def test_what_is_not_for_us_is_answered_and_not_kept(server: Server) -> None:
    events = [
        server.phone.event("LOCATION", {"Latitude": "23.1", "Longitude": "113.3"}),
        server.phone.event("pic_sysphoto", {"EventKey": "k"}),
        server.phone.event("made_up_next_year"),
        server.phone.say("made_up", {"Content": "x"}),
        server.fake.pusher.push("sys", {"MsgType": "event", "Event": "change_contact"}),
    ]
    await server.fake.until(lambda: all(one.done for one in events))
    assert [one.statuses for one in events] == [[200]] * 5
    assert server.stored == []


async def test_a_stranger_comes_with_the_directorys_name(server: Server) -> None:
    server.fake.world.departments[1] = "磨矿车间"
    one = server.phone.text("你好")
    await server.fake.until(lambda: one.done)
    incoming = server.wecom.parse(server.stored[0].raw)
    assert incoming is not None
    assert incoming.name == "王磊（磨矿车间）"


async def test_a_slow_directory_does_not_hold_up_the_answer(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.fakes.wecom import Fault

    monkeypatch.setattr("bot.platforms.wecom.members.PATIENCE", 0.05)
    server.fake.fault("user/get", Fault(hang=True))
    one = server.phone.text("你好")
    await server.fake.until(lambda: one.done)
    assert one.statuses == [200]
    again = server.phone.text("你好")
    await server.fake.until(lambda: again.done)
    incoming = server.wecom.parse(server.stored[1].raw)
    assert incoming is not None
    assert incoming.name == "王磊"

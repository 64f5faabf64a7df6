"""`woodpecker check` for an application: what can be tried from here, and what to click where it fails."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator

import aiohttp

from bot.platforms.base import Failure
from bot.platforms.wecom.cipher import Cipher, key_of, sign
from bot.platforms.wecom.client import Client
from bot.platforms.wecom.members import Members
from bot.platforms.wecom.settings import WeComSettings
from bot.trust import trusted

PATIENCE = 5.0  # seconds for our own address
LOOKED_AT = 20  # departments


async def probe(settings: WeComSettings) -> AsyncIterator[str]:
    """A sentence about each thing that was tried; those that begin with Warning say what to do."""
    client = Client(settings)
    try:
        try:
            await client.call("getcallbackip")
        except Failure as failure:
            yield f"Warning: {failure.reason}. In WeCom's console: 应用管理 → 自建 → your application."
            return
        yield "WeCom accepts corp_id, secret and this machine's address."
        yield await _range(client)
    finally:
        await client.close()
    yield await _address(settings)


async def _range(client: Client) -> str:
    try:
        departments = list(await Members(client).departments())
        seen: set[str] = set()
        for department in departments[:LOOKED_AT]:
            answer = await client.call("user/simplelist", department_id=department)
            listed = answer.get("userlist")
            seen |= {str(one.get("userid")) for one in (listed if isinstance(listed, list) else [])}
    except Failure as failure:
        return f"Warning: the visible range cannot be read: {failure.reason}."
    if not seen:
        return (
            "Warning: WeCom shows no department with members to the application; only single members can be in its"
            " range. In the console: your application → 可见范围, add the departments of the plant."
        )
    more = " or more" if len(departments) > LOOKED_AT else ""
    return f"The application's visible range has {len(seen)}{more} members."


async def _address(settings: WeComSettings) -> str:
    """Asks our own callback as WeCom's console does when the address is saved."""
    if not settings.callback_url:
        return "Warning: web.public_url is missing, so WeCom has nowhere to call; write https://your-address."
    words = secrets.token_hex(8).encode()
    cipher = Cipher(settings.token, key_of(settings.aes_key), settings.corp_id)
    sealed, stamp, nonce = cipher.seal(words), str(int(time.time())), secrets.token_hex(6)
    query = {
        "msg_signature": sign(settings.token, stamp, nonce, sealed),
        "timestamp": stamp,
        "nonce": nonce,
        "echostr": sealed,
    }
    click = f"your application → 接收消息 → 设置API接收, URL {settings.callback_url}"
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as web,
            web.get(settings.callback_url, params=query, ssl=trusted(), allow_redirects=False) as answer,
        ):
            if answer.status == 200 and await answer.content.read(64) == words:
                return f"{settings.callback_url} answers as WeCom wants. In the console: {click}."
            problem = f"answers with HTTP {answer.status}"
    except (aiohttp.ClientError, OSError, TimeoutError):
        problem = "does not answer"
    return (
        f"Warning: {settings.callback_url} {problem}. Woodpecker must be running and reachable there from outside"
        f" (this was tried from here only); then in the console: {click}."
    )

"""Who a link is for, and for whom not: asked anew at every opening, in the reader's own language."""

from __future__ import annotations

import asyncio
import logging
import tracemalloc
from pathlib import Path

import aiohttp
import pytest

from bot.papers import NothingThere, NotMade, NotTheirs
from handlers.message import Media, MediaKind, Message
from storage import accounts, audit, people
from tests.core import PHONES, ready
from tests.fetching import fetch
from tests.linked import linked
from woodpecker.links import HOUR, Grant, read, sign
from woodpecker.words import Role

SECRET = b"a secret of the tests"


async def test_who_lost_the_role_left_or_has_another_phone_gets_a_page_in_words(tmp_path: Path) -> None:
    async with linked(tmp_path) as at:
        url, officer = await at.link("李静"), at.id_of("李静")
        assert (await fetch(url)).status == 200
        await at.core.desk(lambda desk: people.update(desk.store, officer, language="ru"))
        await at.core.desk(lambda desk: people.remove_role(desk.store, officer, Role.OFFICER))
        refused = await fetch(url)
        assert (refused.status, "Вам этот файл больше не доступен" in refused.page) == (403, True)
        assert refused.headers["Cache-Control"] == "no-store"
        assert (await fetch(url, "HEAD")).status == 403
        leader, ids = await at.link("刘洋"), at.id_of("刘洋")
        await at.core.desk(lambda desk: people.update(desk.store, ids, left_on="2026-11-02"))
        assert "您现在没有看这份文件的权限" in (await fetch(leader)).page
        await at.core.desk(lambda desk: people.update(desk.store, ids, left_on=None))
        assert (await fetch(leader)).status == 200
        await at.core.desk(lambda desk: accounts.unlink_person(desk.store, ids))  # the phone was lost
        assert (await fetch(leader)).status == 403


async def test_a_right_lost_while_the_file_is_made_gives_nothing(tmp_path: Path) -> None:
    async with linked(tmp_path) as at:
        url, make = await at.link("李静"), at.make

        async def meanwhile(*asked: object) -> None:
            await make(*asked)  # type: ignore[arg-type]
            await at.core.desk(lambda desk: people.remove_role(desk.store, at.id_of("李静"), Role.OFFICER))

        at.links._makers["book"] = meanwhile  # type: ignore[index]
        assert (await fetch(url)).status == 403
        assert await at.core.desk(lambda desk: audit.list(desk.store)) == []


async def test_what_was_made_with_other_rights_is_made_anew(tmp_path: Path) -> None:
    async with linked(tmp_path) as at:
        url = await at.link("李静")
        await fetch(url)
        made = len(at.made)
        await fetch(url)
        assert len(at.made) == made
        await at.core.desk(lambda desk: people.set_roles(desk.store, at.id_of("李静"), Role.OFFICER, [1]))
        assert (await fetch(url)).status == 200
        assert len(at.made) == made + 1


async def test_after_its_end_it_says_what_to_type(tmp_path: Path) -> None:
    async with linked(tmp_path) as at:
        url = await at.link("李静")
        grant = read(SECRET, url.rpartition("/")[2])
        assert 23 * HOUR <= grant.until - at.core.time.at <= 24 * HOUR
        at.core.time.at = grant.until - 1
        assert (await fetch(url)).status == 200
        at.core.time.at = grant.until
        over = await fetch(url)
        assert (over.status, "请在聊天里发「月报」" in over.page) == (410, True)
        assert (await fetch(url, "HEAD")).status == 410
        payout = sign(SECRET, Grant(1, at.id_of("李静"), grant.account, "payout:1", 1))
        assert "「待办」" in (await fetch(f"{url.rpartition('/')[0]}/{payout}")).page


async def test_a_plant_gives_its_own_and_what_was_forged_is_not_there(tmp_path: Path) -> None:
    async with linked(tmp_path) as at:
        ours, theirs = await at.link("李静"), await at.other_link()
        assert (await fetch(ours)).body.startswith(b"[1, ")
        assert (await fetch(theirs)).body.startswith(f"[{at.other}, ".encode())
        where, _, token = ours.rpartition("/")
        grant = read(SECRET, token)
        crossed = Grant(
            at.other, grant.person, grant.account, grant.what, grant.until
        )  # as nobody but us could sign it
        assert (await fetch(f"{where}/{sign(SECRET, crossed)}")).status == 403
        gone = Grant(99, grant.person, grant.account, grant.what, grant.until)
        for forged in (sign(b"another key", grant), token[:-1], token + "a", token.upper(), "x", sign(SECRET, gone)):
            answer = await fetch(f"{where}/{forged}", **{"Accept-Language": "en-GB,en;q=0.9"})
            assert (answer.status, "There is no such file" in answer.page) == (404, True)
            assert (answer.headers["Referrer-Policy"], answer.headers["X-Robots-Tag"][:7]) == ("no-referrer", "noindex")
        assert "没有这份文件" in (await fetch(f"{where}/x")).page


async def test_only_whom_it_may_concern_is_offered_one(tmp_path: Path) -> None:
    async with linked(tmp_path) as at:
        asked = await at.ready("李静")
        for chat in (PHONES["王磊"], "-100", "nobody"):  # somebody else's chat, a group, nobody's
            message, uploads = await at.cabinet.load(asked._replace(chat=chat), 1_000_000)
            assert "/files/" not in message.text
            assert len(uploads) == 1  # the workbook without photos


async def test_no_token_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with linked(tmp_path) as at:
        url, another = await at.link("李静"), await at.link("刘洋")
        await fetch(url)

        async def breaks(*asked: object) -> None:
            raise RuntimeError("the child fell")

        at.links._makers["book"] = breaks  # type: ignore[index]
        broken = await fetch(another)
        assert (broken.status, "请过几分钟再打开" in broken.page) == (503, True)
        assert "the child fell" in caplog.text
        assert "Unhandled" not in caplog.text
        for link in (url, another):
            assert link.rpartition("/")[2] not in caplog.text


async def test_without_a_public_address_it_says_how_else_and_tells_the_operator(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with linked(tmp_path, public=False) as at:
        message, uploads = await at.cabinet.load(await at.ready("李静"), 1_000_000)
        assert [len(upload.data) < 1_000_000 for upload in uploads] == [True]
        command = "woodpecker summary --enterprise demo --month 2026-11 --out DIR"
        assert "照片太多，放不进聊天（带照片的有 3 MB），所以这份没有照片。" in message.text
        assert command in message.text
        assert f"there is no web.public_url: {command}" in caplog.text
        said = await at.said("李静", most=10)
        assert said.startswith("📎 隐患排查治理台账-2026年11月.xlsx（3 MB）太大，聊天里发不了。")
        assert command in said
        assert at.links.routes() == []


async def test_a_picture_that_no_chat_takes_is_spoken_of(tmp_path: Path) -> None:
    async with linked(tmp_path) as at:
        sha = at.core.cabinet.folder.put(b"x" * 1_000)
        found = ready(Message("2611-0001 照片", media=(Media(MediaKind.PHOTO, "", sha=sha),)), at.id_of("李静"), "u1")
        message, uploads = await at.cabinet.load(found, 999)
        assert (uploads, message.text.splitlines()) == (
            [], ["2611-0001 照片", "📎 照片（1 MB）太大，聊天里发不了。", "请找管系统的同事要。"]
        )  # fmt: skip
        assert (await at.cabinet.load(found, 1_000))[0] == found.message


async def test_what_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    async with linked(tmp_path) as at:
        for error, words in (
            (NotMade("the child fell"), "这次没有做成。请过几分钟再要一次。"),
            (NotTheirs("an officer no more"), "您现在没有看这份文件的权限。"),
            (NothingThere("no photos"), "隐患排查治理台账-2026年11月.xlsx"),
        ):

            async def breaks(*asked: object, error: Exception = error) -> None:
                raise error

            at.links._makers["book"] = breaks  # type: ignore[index]
            assert words in await at.said("李静")


async def test_a_large_file_is_never_whole_in_memory(tmp_path: Path) -> None:
    size = 48_000_000
    async with linked(tmp_path) as at:
        url = await at.link("李静")

        async def large(spec: object, target: Path, most: int) -> None:
            await asyncio.to_thread(_holes, target, size)

        at.links._makers["book"] = large  # type: ignore[index]
        got = 0
        tracemalloc.start()
        try:
            async with aiohttp.ClientSession() as web, web.get(url) as answer:
                async for part in answer.content.iter_chunked(1 << 16):
                    got += len(part)
            peak = tracemalloc.get_traced_memory()[1]
            assert "MB" in await at.said("刘洋")  # nor where it is only found to be too large
            assert max(peak, tracemalloc.get_traced_memory()[1]) < size / 6
        finally:
            tracemalloc.stop()
        assert got == size


def _holes(target: Path, size: int) -> None:
    with target.open("wb") as file:
        file.truncate(size)

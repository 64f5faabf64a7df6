"""Tokens, error codes and faults on the way to WeCom: nothing lost, nothing twice, no secret told."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from bot.platforms.base import Failure
from bot.platforms.wecom.errors import SETUP, Refused, meaning
from handlers.message import Media, MediaKind
from tests.fakes.wecom import Fault
from tests.fakes.wecom_world import SECRET
from tests.wecom_app import App, app

HOUR = 3600.0


async def failing(a: App, **more: str) -> Failure:
    with pytest.raises(Failure) as caught:
        await a.send(**more)  # type: ignore[arg-type]
    return caught.value


async def test_however_many_need_a_token_one_is_asked_for(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        await asyncio.gather(*(a.send(f"第 {n} 条") for n in range(10)))
        assert len(a.fake.made("gettoken")) == 1
        a.clock.seconds += 7200 - 299
        await a.send("再一条")
        assert len(a.fake.made("gettoken")) == 2  # before the old one has ended
        assert len(a.phone.texts) == 11


@pytest.mark.parametrize("how", ["forgotten", "ended"])
async def test_a_token_that_ends_early_is_renewed_once_in_the_middle_of_sending(tmp_path: Path, how: str) -> None:
    async with app(tmp_path) as a:
        await a.send("一")
        if how == "ended":
            a.fake.tokens = dict.fromkeys(a.fake.tokens, 0.0)  # 42001
        else:
            a.fake.tokens.clear()  # 40014
        await asyncio.gather(a.send("二"), a.send("三"))
        assert sorted(a.phone.texts) == ["一", "三", "二"]
        assert len(a.fake.made("gettoken")) == 2


async def test_a_fresh_token_that_is_refused_is_no_loop(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        a.fake.fault("message/send", Fault(code=40014), Fault(code=42001))
        failure = await failing(a)
        assert not failure.permanent
        assert failure.overall
        assert failure.retry_after == 60.0
        assert len(a.fake.made("message/send")) == 2


@pytest.mark.parametrize("wrong, code", [({"secret": "wrong"}, 40001), ({"corp": "wwother"}, 40013)])
async def test_wrong_credentials_are_asked_once_an_hour(tmp_path: Path, wrong: dict[str, str], code: int) -> None:
    async with app(tmp_path, **wrong) as a:  # type: ignore[arg-type]
        for _ in range(5):
            failure = await failing(a)
            assert not failure.permanent  # what waits is not lost
            assert failure.overall
            assert failure.retry_after == HOUR
        assert str(code) in a.wecom.stopped
        assert len(a.fake.calls) == 1
        with pytest.raises(Failure):
            await a.wecom.introduce({})
        assert len(a.fake.calls) == 1
        a.clock.seconds += HOUR + 1
        await failing(a)
        assert len(a.fake.calls) == 2


async def test_an_address_that_is_not_allowed_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with app(tmp_path) as a:
        a.fake.allowed = False
        failure = await failing(a)
        assert "203.0.113.7" in failure.reason
        assert "企业可信IP" in a.wecom.stopped
        assert failure.retry_after == 300.0
        assert sum(r.levelno == logging.ERROR for r in caplog.records) == 1
        await failing(a)
        assert sum(r.levelno == logging.ERROR for r in caplog.records) == 1
        a.fake.allowed = True
        a.clock.seconds += 301
        await a.send("好了")
        assert a.wecom.stopped == ""


@pytest.mark.parametrize("code", [48002, 60011, 50003, 301002, 43012])
async def test_what_only_an_admin_can_put_right_waits_and_is_told(tmp_path: Path, code: int) -> None:
    async with app(tmp_path) as a:
        a.fake.fault("message/send", Fault(code=code))
        failure = await failing(a)
        assert failure.overall
        assert not failure.permanent
        assert str(code) in a.wecom.stopped
        await a.send("又好了")
        assert a.wecom.stopped == ""


async def test_too_many_calls_pause_that_call_for_a_minute(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        a.fake.fault("message/send", Fault(code=45009))
        failure = await failing(a, key="k")
        assert failure.retry_after is not None
        assert failure.retry_after >= 60.0
        assert failure.overall
        await failing(a, key="k")
        assert len(a.fake.made("message/send")) == 1
        a.clock.seconds += 61
        await a.send(key="k")
        assert a.phone.texts == ["您好"]


@pytest.mark.parametrize("fault", [Fault(code=45033), Fault(code=-1), Fault(code=6000)])
async def test_busy_is_tried_again_later(tmp_path: Path, fault: Fault) -> None:
    async with app(tmp_path) as a:
        a.fake.fault("message/send", fault)
        failure = await failing(a, key="k")
        assert not failure.permanent
        assert not failure.overall
        await a.send(key="k")
        assert a.phone.texts == ["您好"]
        assert not a.fake.made("message/send")[-1].body.get("enable_duplicate_check")


@pytest.mark.parametrize(
    "fault",
    [Fault(drop="after"), Fault(drop="before"), Fault(status=502), Fault(hang=True), Fault(hang=True, drop="after")],
    ids=["done", "not done", "5xx", "time-out", "time-out, done"],
)
@pytest.mark.parametrize("labels", [(), ("受理", "驳回")], ids=["text", "card"])
async def test_what_may_have_been_sent_comes_once(
    tmp_path: Path, fault: Fault, labels: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for wait in ("CONNECT", "READ"):
        monkeypatch.setattr(f"bot.platforms.wecom.client.{wait}", 0.3)
    async with app(tmp_path) as a:
        a.fake.fault("message/send", fault)
        await failing(a, key="k") if not labels else await _failing_card(a, labels)
        a.clock.seconds += 20
        ref = await a.send("您好", *labels, key="k")
        first, second = (call.body for call in a.fake.made("message/send"))
        assert "enable_duplicate_check" not in first
        assert second["enable_duplicate_check"] == 1
        assert {k: v for k, v in second.items() if "duplicate" not in k} == first
        assert a.phone.texts == ["您好"]
        if labels:
            assert await a.edit(ref, "李静 已受理") == ref


async def _failing_card(a: App, labels: tuple[str, ...]) -> None:
    with pytest.raises(Failure):
        await a.send("您好", *labels, key="k")


async def test_an_honest_repeat_is_not_taken_for_a_retry(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        await a.send("不客气")
        a.clock.seconds += 10
        a.fake.fault("message/send", Fault(drop="before"))
        with pytest.raises(Failure):
            await a.send("不客气", key="k")
        a.clock.seconds += 5
        await a.send("不客气", key="k")
        assert a.phone.texts == ["不客气", "不客气"]


async def test_a_card_that_has_changed_meanwhile_goes_as_it_is_now(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        a.fake.fault("message/send", Fault(drop="after"))
        await _failing_card(a, ("受理",))
        await a.send("您好，换了", "驳回", key="k")
        assert a.phone.texts == ["您好", "您好，换了"]


async def test_parts_that_went_are_not_sent_again(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        text = "很长的一段话。" * 200
        a.fake.fault("message/send", Fault(), Fault(code=-1))
        with pytest.raises(Failure):
            await a.send(text, key="k")
        await a.send(text, key="k")
        assert "".join(a.phone.texts) == text
        assert a.fake.world.strange == []


@pytest.mark.parametrize("gone", ["unknown", "out of range", "unlicensed"])
async def test_whoever_cannot_be_reached_is_named_so(tmp_path: Path, gone: str) -> None:
    async with app(tmp_path) as a:
        a.phone.member.visible = gone != "out of range"
        a.phone.member.licensed = gone != "unlicensed"
        failure = await failing(a, chat="nobody" if gone == "unknown" else "WangLei")
        assert failure.permanent
        assert failure.unreachable


async def test_no_member_gets_more_than_wecom_takes(tmp_path: Path) -> None:
    async with app(tmp_path, flood=True) as a:
        for n in range(29):
            await a.send(str(n))
        failure = await failing(a, key="late")
        assert failure.retry_after == 60.0
        a.clock.seconds += 60
        await a.send("最后", key="late")
        assert len(a.phone.texts) == 30
        assert a.fake.world.dropped == []


async def test_files_are_fetched_and_what_is_gone_is_lost(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        media = Media(MediaKind.PHOTO, a.fake.world.keep(b"\xff\xd8 a photo"))
        a.fake.tokens.clear()
        assert await a.wecom.fetch(media) == b"\xff\xd8 a photo"
        a.fake.tokens.clear()
        assert await a.wecom.fetch(media) == b"\xff\xd8 a photo"
        with pytest.raises(Failure) as caught:
            await a.wecom.fetch(Media(MediaKind.PHOTO, "gone"))
        assert caught.value.permanent
        assert caught.value.reason == "lost"
        for fault in (Fault(status=503), Fault(code=-1), Fault(code=45033)):
            a.fake.fault("media/get", fault)
            with pytest.raises(Failure) as caught:
                await a.wecom.fetch(media)
            assert not caught.value.permanent


async def test_nothing_secret_is_logged_or_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with app(tmp_path) as a:
        reasons = []
        faults = [Fault(status=500), Fault(drop="before"), Fault(code=40008), Fault(code=45009, text=f"x {SECRET}")]
        await a.send("先来一条")
        for fault in faults:
            a.fake.fault("message/send", fault)
            reasons.append((await failing(a, key=f"k{len(reasons)}")).reason)
        told = caplog.text + "".join(reasons)
        assert not any(secret in told for secret in (SECRET, *a.fake.tokens))
        assert "先来一条" not in told


async def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        await a.fake.close()
        failure = await failing(a)
        assert not failure.permanent
        assert "cannot be reached" in failure.reason


@pytest.mark.parametrize("code", [*SETUP, 40003, 60111, 46004, 81013, 40007, 40008, 45002, 42014, 99999])
def test_every_code_has_a_meaning(code: int) -> None:
    found = meaning(code)
    assert isinstance(found, Refused)
    assert found.code == code
    assert found.permanent != found.overall
    assert found.setup == (code in SETUP)

"""What goes out through WeCom's AI bot: words shown literally, cards, files in pieces, and cards that change."""

from __future__ import annotations

import asyncio

import pytest

from bot.platforms.base import Failure
from bot.platforms.wecom_bot.line import ACK
from bot.platforms.wecom_bot.moments import OPEN, OWED
from bot.platforms.wecom_bot.parse import GROUP
from handlers.message import Button, Message
from tests.fakes.wecom_bot import Fault
from tests.fakes.wecom_bot_desk import Bench, bench, known
from tests.fakes.wecom_bot_phone import Phone

BUTTONS = ((Button("受理", "ok:1:1"), Button("驳回", "no:1:1")),)
CARD = Message("🆕 2611-0001 待核实\n护栏松动", BUTTONS, spent="已移到下面")
LONG = Message("🆕 2611-0001 待核实\n" + "护栏松动，有坠落的危险。" * 30, BUTTONS, spent="已移到下面")


async def tapped(b: Bench, phone: Phone, label: str) -> str:
    before = len(b.inbox.kept)
    task = phone.tap(label).task
    await b.fake.until(lambda: len(b.inbox.kept) > before)
    return task


async def test_words_and_cards() -> None:
    async with bench() as b:
        phone = await known(b)
        await b.bot.send("wanglei", Message("您好，*王磊*"), [], "k1")
        ref = await b.bot.send("wanglei", CARD, [], "k2")
        assert phone.texts == ["您好，*王磊*", "🆕 2611-0001 待核实\n护栏松动"]
        assert phone.screen[-1].task == ref
        assert phone.buttons == ["受理", "驳回"]
        assert all(call.body["chat_type"] == 1 for call in b.fake.made("aibot_send_msg"))
        assert b.fake.refused == []


async def test_what_a_card_cannot_show_whole_stands_above_it() -> None:
    async with bench() as b:
        phone = await known(b)
        await b.bot.send("wanglei", LONG, [], "k")
        assert [one.kind for one in phone.screen] == ["markdown", "card"]
        assert phone.texts[0] == LONG.text


async def test_long_words_come_in_parts_and_a_retry_goes_on_after_them() -> None:
    async with bench() as b:
        phone = await known(b)
        text = "*很长的一段话。*\n" * 1500
        b.fake.fault("aibot_send_msg", Fault(), Fault(code=6000))
        with pytest.raises(Failure):
            await b.bot.send("wanglei", Message(text), [], "k")
        await b.bot.send("wanglei", Message(text), [], "k")
        assert len(phone.texts) == 4
        assert "".join(phone.texts).replace("\n", "") == text.replace("\n", "")
        assert b.fake.refused == [("aibot_send_msg", 6000)]


async def test_in_groups_the_labels_are_words() -> None:
    async with bench() as b:
        group = b.fake.group("wrG")
        group.written = True
        await b.bot.send(f"{GROUP}wrG", CARD, [], "k")
        assert group.texts == ["🆕 2611-0001 待核实\n护栏松动\n[受理] [驳回]"]
        assert b.fake.refused == []


@pytest.mark.parametrize(
    "code, permanent, unreachable",
    [(93006, True, True), (93001, True, True), (40008, True, False), (6000, False, False), (45009, False, False)],
)
async def test_what_a_refusal_means(code: int, permanent: bool, unreachable: bool) -> None:
    async with bench() as b:
        await known(b)
        b.fake.fault("aibot_send_msg", Fault(code=code))
        with pytest.raises(Failure) as caught:
            await b.bot.send("wanglei", Message("您好"), [], "k")
        assert (caught.value.permanent, caught.value.unreachable) == (permanent, unreachable)
        assert (caught.value.retry_after == 60) == (code == 45009)


async def test_who_never_wrote_cannot_be_reached() -> None:
    async with bench() as b:
        b.fake.phone("lijing")
        with pytest.raises(Failure) as caught:
            await b.bot.send("lijing", CARD, [], "k")
        assert caught.value.unreachable


async def test_thirty_a_minute_in_a_conversation_counted_by_what_really_goes() -> None:
    async with bench() as b:
        phone = await known(b)
        other = await known(b, "lijing")

        async def all_of_them() -> None:
            for n in range(18):
                await b.bot.send("wanglei", LONG, [], f"k{n}")  # two messages each

        sending = asyncio.create_task(all_of_them())
        await b.fake.until(lambda: len(phone.screen) == 30)
        await b.bot.send("lijing", CARD, [], "other")
        assert len(other.screen) == 1
        for _ in range(3):
            await b.hand.advance(21)
        await sending
        assert len(phone.screen) == 36
        assert b.fake.refused == []


# -- a card that was tapped


async def test_an_answer_to_a_tap_is_one_of_the_thirty() -> None:
    async with bench() as b:
        phone = await known(b)
        ref = await b.bot.send("wanglei", CARD, [], "card")
        for n in range(28):
            await b.bot.send("wanglei", Message(f"{n}"), [], f"k{n}")
        await tapped(b, phone, "受理")
        assert await b.bot.edit("wanglei", ref, CARD._replace(text="定哪一级？")) == ref
        task = await tapped(b, phone, "驳回")
        waits = asyncio.create_task(b.bot.edit("wanglei", task, CARD._replace(text="为什么？")))
        await b.hand.advance(61.0)
        assert await waits != ref
        assert phone.texts[-1] == "为什么？"
        assert b.fake.refused == []


async def test_a_tapped_card_changes_in_its_place() -> None:
    async with bench() as b:
        phone = await known(b)
        ref = await b.bot.send("wanglei", CARD, [], "k")
        await tapped(b, phone, "受理")
        assert await b.bot.edit("wanglei", ref, CARD._replace(text="选等级", buttons=((Button("B", "b:1"),),))) == ref
        assert phone.texts == ["选等级"]
        assert phone.buttons == ["B"]
        await tapped(b, phone, "B")
        assert await b.bot.edit("wanglei", ref, Message("✅ 已受理", spent="已办")) == ref
        assert (phone.texts, phone.buttons) == (["✅ 已受理"], [])
        assert b.fake.refused == []


async def test_a_change_that_nobody_waits_for_is_left_until_the_card_is_tapped() -> None:
    async with bench() as b:
        phone = await known(b)
        ref = await b.bot.send("wanglei", CARD, [], "k")
        assert await b.bot.edit("wanglei", ref, Message("李静已受理", spent="已办")) == ""
        await tapped(b, phone, "受理")
        assert await b.bot.edit("wanglei", ref, Message("李静已受理", spent="已办")) == ref
        assert phone.texts == ["李静已受理"]


@pytest.mark.parametrize("how", ["late", "reconnected", "dead", "silent"])
async def test_a_tap_that_can_no_longer_be_answered_gets_a_new_card(how: str) -> None:
    async with bench() as b:
        phone = await known(b)
        ref = await b.bot.send("wanglei", CARD, [], "k")
        await tapped(b, phone, "受理")
        if how == "late":
            await b.hand.advance(OPEN + 1)
        elif how == "reconnected":
            await b.fake.end("clean")
            await b.fake.until(lambda: b.hand.asleep(1))
            await b.hand.advance(1)
            await b.connected()
        elif how == "dead":
            b.fake.fault("aibot_respond_update_msg", Fault(code=846605))
        else:
            b.fake.fault("aibot_respond_update_msg", Fault(silent=True))
        editing = asyncio.create_task(b.bot.edit("wanglei", ref, CARD._replace(text="选等级")))
        if how == "silent":
            await b.fake.until(lambda: b.hand.asleep(ACK))
            await b.hand.advance(ACK)
        new = await editing
        assert new not in {"", ref}
        assert phone.screen[-1].task == new
        assert phone.texts[-1] == "选等级"


async def test_two_taps_that_each_bring_a_change_are_each_answered() -> None:
    async with bench() as b:
        phone = await known(b)
        ref = await b.bot.send("wanglei", CARD, [], "k")
        for n in range(2):
            phone.tap_on(ref, f"ok:1:{n}")
        await b.fake.until(lambda: len(b.inbox.kept) == 3)
        for text in ("先选一项", "选等级"):
            assert await b.bot.edit("wanglei", ref, CARD._replace(text=text)) == ref
            assert phone.texts == [text]
        # What others change then is not owed, as after a single tap; nor is it later, if both came to one change.
        assert await b.bot.edit("wanglei", ref, CARD._replace(text="别处变了")) == ""
        for n in range(2):
            phone.tap_on(ref, f"ok:1:{n}")
        await b.fake.until(lambda: len(b.inbox.kept) == 5)
        assert await b.bot.edit("wanglei", ref, CARD._replace(text="选等级")) == ref
        await b.hand.advance(OPEN + 1)
        assert await b.bot.edit("wanglei", ref, CARD._replace(text="别处变了")) == ""


async def test_a_tap_on_the_older_card_of_the_same_thing_is_answered_there() -> None:
    async with bench() as b:
        phone = await known(b)
        old = await b.bot.send("wanglei", CARD, [], "k")
        phone.text("再加一句")
        await b.fake.until(lambda: len(b.inbox.kept) == 2)
        new = await b.bot.edit("wanglei", old, CARD._replace(text="草稿"))
        assert new != old
        phone.tap_on(old, "ok:1:1")
        await b.fake.until(lambda: len(b.inbox.kept) == 3)
        assert await b.bot.edit("wanglei", new, Message("已提交", spent="已办")) == new
        assert phone.texts == ["已提交", "草稿"]


async def test_what_follows_from_words_is_a_new_card_below() -> None:
    async with bench() as b:
        phone = await known(b)
        other = await b.bot.send("wanglei", CARD, [], "k1")
        ref = await b.bot.send("wanglei", CARD, [], "k2")
        for n in range(3):  # three pictures, one after the other
            phone.text(f"还漏油{n}")
        await b.fake.until(lambda: len(b.inbox.kept) == 4)
        for n in range(3):
            new = await b.bot.edit("wanglei", ref, CARD._replace(text=f"草稿\n还漏油{n}"))
            assert new not in {"", ref}
            ref = new
        assert len(phone.screen) == 5
        assert await b.bot.edit("wanglei", other, CARD._replace(text="别处变了")) == ""
        await b.hand.advance(OWED + 1)
        assert await b.bot.edit("wanglei", ref, CARD._replace(text="后来变了")) == ""
        assert len(phone.screen) == 5


async def test_an_owed_card_that_could_not_be_sent_is_still_owed() -> None:
    async with bench() as b:
        phone = await known(b)
        ref = await b.bot.send("wanglei", CARD, [], "k")
        await tapped(b, phone, "受理")
        b.fake.fault("aibot_respond_update_msg", Fault(code=846605))
        b.fake.fault("aibot_send_msg", Fault(code=6000))
        after = CARD._replace(text="选等级")
        with pytest.raises(Failure):
            await b.bot.edit("wanglei", ref, after)
        assert await b.bot.edit("wanglei", ref, after) not in {"", ref}
        assert phone.texts[-1] == "选等级"


async def test_a_changed_card_that_does_not_fit_stands_below_and_the_tapped_one_is_spent() -> None:
    async with bench() as b:
        phone = await known(b)
        ref = await b.bot.send("wanglei", CARD, [], "k")
        await tapped(b, phone, "受理")
        new = await b.bot.edit("wanglei", ref, LONG)
        assert new != ref
        assert phone.screen[0].buttons == {}
        assert phone.texts[1] == LONG.text
        assert phone.screen[-1].task == new


# -- coming in


async def test_a_welcome_needs_no_word_from_the_person_and_is_given_once() -> None:
    async with bench() as b:
        phone = b.fake.phone("wanglei")
        phone.enter()
        await b.fake.until(lambda: b.inbox.kept)
        await b.bot.send("wanglei", Message("*欢迎*"), [], "k1")
        assert phone.texts == ["*欢迎*"]
        with pytest.raises(Failure):  # it may be told nothing more
            await b.bot.send("wanglei", Message("您好"), [], "k2")


async def test_a_welcome_that_comes_too_late_is_a_message() -> None:
    async with bench() as b:
        phone = await known(b)
        phone.enter()
        await b.fake.until(lambda: len(b.inbox.kept) == 2)
        await b.hand.advance(OPEN + 1)
        await b.bot.send("wanglei", Message("您好"), [], "k1")
        assert phone.texts == ["您好"]
        assert b.fake.made("aibot_respond_welcome_msg") == []

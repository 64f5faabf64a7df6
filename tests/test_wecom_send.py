"""What goes out on WeCom: texts in pieces, files, and cards that change as long as they can."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.platforms.base import Failure, Upload
from bot.platforms.wecom.menu import menu
from bot.platforms.wecom.text import split
from handlers.message import Media, MediaKind, Message
from handlers.routes import command_menus
from storage.database import DiskFull
from tests.fakes.wecom import Fault
from tests.wecom_app import App, app, card

JPEG = b"\xff\xd8\xff" + b"x" * 100
DAY = 86_400.0


def upload(kind: MediaKind, data: bytes, mime: str = "") -> Upload:
    return Upload(Media(kind, "", mime=mime, sha=f"{len(data):064d}"), data)


async def sent(a: App, message: Message, *uploads: Upload, key: str = "k") -> str:
    return await a.wecom.send("wanglei", message, list(uploads), key)


@pytest.mark.parametrize("text", ["短", "一" * 683, "句子。" * 600, "a " * 3000, "🚨" * 2000, "没有边界" * 1000])
def test_texts_are_split_in_bytes_and_whole_characters(text: str) -> None:
    pieces = split(text)
    assert all(0 < len(piece.encode()) <= 2048 for piece in pieces)
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")


def test_sentences_stay_whole() -> None:
    assert all(piece.endswith("。") for piece in split("这是一句完整的话。" * 200))


async def test_a_long_text_comes_in_pieces(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        await sent(a, Message("这是一句完整的话。" * 200))
        assert len(a.phone.texts) == 3
        assert a.fake.world.strange == []


async def test_what_no_card_holds_comes_before_it_whole(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        text = "2611-0001 待核实\n" + "很长的描述，" * 60
        await sent(a, card(text, "受理", "驳回"))
        words, shown = a.phone.screen
        assert words.text == text
        assert [button["text"] for button in shown.buttons] == ["受理", "驳回"]
        assert a.fake.world.strange == []


async def test_files_go_as_what_they_are(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        uploads = [
            upload(MediaKind.PHOTO, JPEG, "image/jpeg"),
            upload(MediaKind.VOICE, b"#!AMR\n" + b"v" * 99, "audio/amr"),
            upload(MediaKind.VOICE, b"OggS" + b"v" * 99, "audio/ogg"),
            upload(MediaKind.FILE, b"PK" + b"x" * 50, "text/csv"),
        ]
        await sent(a, Message("2611-0001 现场照片"), *uploads)
        assert [shown.kind for shown in a.phone.screen] == ["image", "voice", "file", "file", "text"]
        assert a.phone.screen[0].file == JPEG
        assert a.fake.world.strange == []


async def test_a_photo_for_several_people_is_uploaded_once(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        for n in range(3):
            await sent(a, Message("照片"), upload(MediaKind.PHOTO, JPEG), key=str(n))
        assert len(a.fake.made("media/upload")) == 1
        a.fake.world.files.clear()  # WeCom has forgotten it
        with pytest.raises(Failure) as caught:
            await sent(a, Message("照片"), upload(MediaKind.PHOTO, JPEG), key="x")
        assert not caught.value.permanent
        await sent(a, Message("照片"), upload(MediaKind.PHOTO, JPEG), key="x")
        assert len(a.fake.made("media/upload")) == 2
        a.clock.seconds += 3 * DAY
        await sent(a, Message("照片"), upload(MediaKind.PHOTO, JPEG), key="y")
        assert len(a.fake.made("media/upload")) == 3


async def test_a_large_photo_goes_as_a_file_and_a_huge_one_not_at_all(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        await sent(a, Message(), upload(MediaKind.PHOTO, JPEG + b"x" * (5 * 1024 * 1024)))
        assert [shown.kind for shown in a.phone.screen] == ["file"]
        with pytest.raises(Failure) as caught:
            await sent(a, Message(), upload(MediaKind.FILE, b"x" * (20 * 1024 * 1024 + 1)))
        assert caught.value.permanent


async def test_nothing_is_no_message(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        with pytest.raises(Failure):
            await sent(a, Message("  "))


async def test_a_card_changes_in_place_and_says_who_acted(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        ref = await a.send("待核实", "受理", "驳回")
        assert await a.edit(ref, "李静 已受理") == ref
        (shown,) = a.phone.screen
        assert (shown.text, shown.grey, shown.buttons) == ("李静 已受理", "已处理", [])


async def test_each_tap_brings_a_code(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        ref = await a.send("待核实", "受理")
        for n in range(5):
            await a.tapped(ref)
            assert await a.edit(ref, f"第 {n} 步", "下一步") == ref
        assert len(a.phone.screen) == 1
        assert await a.edit(ref, "好了") == ref  # with the code of the sending, kept till now
        assert a.phone.texts == ["好了"]


async def test_without_a_code_the_card_comes_anew_and_the_end_as_a_text(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        ref = await a.send("待核实", "受理")
        await a.edit(ref, "吴桐处理中", "受理")
        new = await a.edit(ref, "又回来了", "受理")
        assert new != ref
        assert a.phone.texts == ["吴桐处理中", "又回来了"]
        assert await a.edit(new, "李静 已受理") == new
        assert await a.edit(new, "已销号") != new
        assert a.phone.screen[-1].kind == "text"
        assert a.phone.texts[1:] == ["李静 已受理", "已销号"]
        assert await a.edit(new, "⬇️ 新的卡片在下面", moot=True) == ""
        assert len(a.phone.screen) == 3


async def test_the_old_card_is_greyed_by_a_tap_on_it(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        ref = await a.send("待核实", "受理")
        await a.edit(ref, "吴桐处理中", "受理")
        await a.edit(ref, "又回来了", "受理")
        assert a.phone.screen[0].buttons
        await a.tapped(ref)
        await a.fake.until(lambda: a.phone.screen[0].grey)


async def test_after_something_was_said_the_card_comes_below(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        ref = await a.send("📝 草稿", "提交")
        a.clock.seconds += 5
        a.wecom._changing.wrote("wanglei")
        new = await a.edit(ref, "📝 草稿：护栏松动", "提交")
        assert new != ref
        old, shown = a.phone.screen
        assert (old.buttons, old.grey) == ([], "已处理")
        assert shown.buttons
        await a.tapped(new)
        assert await a.edit(new, "✅ 已收到") == new
        assert len(a.phone.screen) == 2


async def test_a_change_that_no_card_can_show_whole_comes_below(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        ref = await a.send("2611-0001 · 整改中", "进度")
        await a.tapped(ref)
        long = "2611-0001 · 整改中\n" + "11-02 10:32 上报人改了文字\n" * 20
        new = await a.edit(ref, long, "更多")
        assert new != ref
        old, words, below = a.phone.screen
        assert (old.buttons, old.grey) == ([], "已处理")
        assert words.text == long.strip()
        assert below.text == "2611-0001 · 整改中"
        assert [button["text"] for button in below.buttons] == ["更多"]


async def test_a_card_is_greyed_also_if_there_is_no_word_for_it(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        ref = await a.send("📝 草稿", "提交")
        a.wecom._changing.wrote("wanglei")
        await a.wecom.edit("wanglei", ref, card("📝 草稿：护栏松动", "提交"))
        nameless = await a.send("领取码", "刷新")
        a.clock.seconds += 5
        a.wecom._changing.wrote("wanglei")
        await a.wecom.edit("wanglei", nameless, card("领取码：已受理", "刷新")._replace(spent=""))
        assert [shown.grey for shown in a.phone.screen] == ["见下方", "", "…", ""]


async def test_a_card_of_a_week_ago(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        tapped, untouched = await a.send("待核实", "受理"), await a.send("待验收", "验收通过")
        a.clock.seconds += 7 * DAY
        await a.tapped(tapped)
        assert await a.edit(tapped, "李静 已受理") == tapped
        assert await a.edit(untouched, "吴桐 已验收") != untouched  # told as a text
        assert a.phone.texts == ["李静 已受理", "待验收", "吴桐 已验收"]
        await a.tapped(untouched)
        await a.fake.until(lambda: a.phone.screen[1].grey)
        assert a.fake.world.strange == []


async def test_a_change_that_may_have_been_made_is_not_told_twice(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        ref = await a.send("待核实", "受理")
        a.fake.fault("message/update_template_card", Fault(drop="after"))
        with pytest.raises(Failure):
            await a.edit(ref, "李静 已受理")
        assert await a.edit(ref, "李静 已受理") == ref
        assert a.phone.texts == ["李静 已受理"]


@pytest.mark.parametrize("fault", [Fault(code=42022), Fault(code=42003), Fault(code=40058)])
async def test_a_change_that_is_refused_is_told_as_a_text(tmp_path: Path, fault: Fault) -> None:
    async with app(tmp_path) as a:
        ref = await a.send("待核实", "受理")
        a.fake.fault("message/update_template_card", fault)
        assert await a.edit(ref, "李静 已受理") != ref
        assert a.phone.texts == ["待核实", "李静 已受理"]


async def test_a_change_waits_while_wecom_is_busy(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        ref = await a.send("待核实", "受理")
        a.fake.fault("message/update_template_card", Fault(code=-1))
        with pytest.raises(Failure) as caught:
            await a.edit(ref, "李静 已受理")
        assert not caught.value.permanent
        assert await a.edit(ref, "李静 已受理") == ref


async def test_a_full_disk_costs_the_code_and_not_the_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise DiskFull

    async with app(tmp_path) as a:
        with monkeypatch.context() as patched:
            patched.setattr("storage.wecom_codes.keep", full)
            ref = await a.send("待核实", "受理")
        assert a.phone.texts == ["待核实"]
        assert await a.edit(ref, "李静 已受理") != ref
        assert a.phone.texts == ["待核实", "李静 已受理"]


async def test_a_text_cannot_change_so_it_is_followed_by_another(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        ref = await a.send("2611-0001 已收到")
        assert await a.edit(ref, "2611-0001 已受理") != ref
        assert a.phone.texts == ["2611-0001 已收到", "2611-0001 已受理"]


def test_the_menu_is_made_of_the_commands() -> None:
    for language in ("zh", "en"):
        made = menu(command_menus(language)["private"][""])
        tops = made["button"]
        assert len(tops) == 3
        assert all(len(top["name"].encode()) <= 16 for top in tops)
        assert all(1 <= len(top.get("sub_button", [1])) <= 5 for top in tops)
        assert tops[0]["key"] == "/report"
    keys = [one["key"] for top in tops for one in top.get("sub_button", [top])]
    assert "/danger" in keys
    assert len(keys) == len(set(keys))
    assert menu([("report", "上报隐患")])["button"][0]["key"] == "/report"


async def test_what_was_made_just_now_is_never_taken_for_another_of_the_same_size(tmp_path: Path) -> None:
    async with app(tmp_path) as a:
        for data in (b"%PDF-wang", b"%PDF-zhou"):
            made = Upload(Media(MediaKind.FILE, "", mime="application/pdf", make="{}"), data)
            await sent(a, Message("证书"), made, key=data.decode())
        assert [shown.file for shown in a.phone.screen if shown.kind == "file"] == [b"%PDF-wang", b"%PDF-zhou"]

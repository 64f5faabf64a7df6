"""The sandbox's page in a real browser: what people do with it, and what they see."""

import asyncio
import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

from handlers.message import Button, Message
from storage.sandbox import Written
from tests.sandbox_echo import START, Plant, plant

HOUR = 3_600_000


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Plant]:
    async with plant(tmp_path) as running:
        yield running


@asynccontextmanager
async def opened(
    browser: Browser, here: Plant, width: int = 1600, height: int = 1000, **more: Any
) -> AsyncIterator[Page]:
    """The page, loaded; fails afterwards if the browser complained of anything but a lost connection."""
    context = await browser.new_context(viewport={"width": width, "height": height}, **more)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    await page.goto(here.server.url)
    await expect(page.locator("#link")).to_have_text(re.compile("手机沙盘|Phone sandbox"))
    yield page
    assert [line for line in complaints if "Failed to load resource" not in line] == []
    await context.close()


def phone(page: Page, name: str) -> Locator:
    return page.locator(f"[data-phone={name}]")


def photo() -> dict[str, Any]:
    picture = io.BytesIO()
    Image.new("RGB", (400, 300), "#b8742a").save(picture, "JPEG")
    return {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}


async def write(where: Locator, text: str) -> None:
    await where.locator("textarea").fill(text)
    await where.locator("textarea").press("Enter")


async def test_a_photo_with_words_a_tap_and_the_card_changes_on_two_phones(here: Plant, browser: Browser) -> None:
    async with opened(browser, here) as page:
        wang, li = phone(page, "wang"), phone(page, "li")
        await wang.locator("input[type=file]").set_input_files([photo()])
        await expect(wang.locator(".tray img")).to_have_count(1)
        await write(wang, "3号球磨机联轴器防护罩没装")
        for one in (wang, li):
            await expect(one.locator(".bot p")).to_contain_text("问题：3号球磨机联轴器防护罩没装")
            rows = await one.locator(".row").all()
            assert [await row.locator("button").all_inner_texts() for row in rows] == [
                ["提交", "地点", "类型"],
                ["署名", "更多", "取消"],
            ]
        await expect(wang.locator(".mine .tick, .mine .foot .icon")).to_have_count(1)
        decoded = "async (picture) => { await picture.decode(); return picture.naturalWidth; }"
        assert await wang.locator(".album img").evaluate(decoded) == 400
        await wang.get_by_role("button", name="提交").click()
        await expect(wang.locator(".toast")).to_have_text("已提交")
        for one in (wang, li):
            await expect(one.locator(".bot p")).to_contain_text("✅ 王磊 已提交 2611-0042")
            await expect(one.locator(".row")).to_have_count(0)
            await expect(one.locator(".flash")).to_have_count(1)
        await expect(phone(page, "zhang").locator(".message")).to_have_count(0)
        await wang.locator(".album button").click()
        await expect(page.locator("dialog.viewer img")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.locator("dialog")).to_have_count(0)


async def test_what_is_written_without_a_connection_goes_out_later_and_once(here: Plant, browser: Browser) -> None:
    async with opened(browser, here) as page:
        wang = phone(page, "wang")
        here.bot.offline = True
        await write(wang, "皮带跑偏")
        await write(wang, "护栏断了一根")
        await expect(wang.locator(".message")).to_have_count(2)
        await expect(wang.locator(".waiting")).to_have_count(1)
        here.bot.offline = False
        await expect(wang.locator(".message p")).to_have_text(
            ["皮带跑偏", "收到：皮带跑偏", "护栏断了一根", "收到：护栏断了一根"]
        )
        assert [said.text for said in here.bot.seen.values()] == ["皮带跑偏", "护栏断了一根"]


async def test_hundreds_of_messages_are_loaded_as_one_scrolls(here: Plant, browser: Browser) -> None:
    for n in range(500):
        written = Written("wang", "", f"out-{n}", f"message {n}")
        await here.platform.phones.run(lambda s, w=written: s.put(w, START))
    async with opened(browser, here) as page:
        wang = phone(page, "wang")
        await expect(wang.locator(".message")).to_have_count(50)
        await expect(wang.get_by_text("message 499", exact=True)).to_be_in_viewport()
        await wang.locator(".chat:not([hidden]) .scroll").evaluate("(el) => { el.scrollTop = 0; }")
        await expect(wang.get_by_text("message 400", exact=True)).to_be_attached()
        await expect(wang.locator(".jump")).to_be_visible()
        await here.platform.send("wang", Message("the newest"), (), "out-new")
        await expect(wang.locator(".jump")).to_contain_text("1 条新消息")
        await expect(wang.locator(".caption .badge")).to_have_text("1")
        await wang.locator(".jump").click()
        await expect(wang.get_by_text("the newest")).to_be_in_viewport()
        await expect(wang.locator(".caption .badge")).to_be_hidden()


async def test_a_narrow_screen_shows_one_phone_and_tabs(here: Plant, browser: Browser) -> None:
    async with opened(browser, here, 390, 844, has_touch=True, is_mobile=True) as page:
        await expect(phone(page, "wang")).to_be_visible()
        await expect(phone(page, "li")).to_be_hidden()
        await here.platform.send("li", Message("待核实 3"), (), "out-1")
        tab = page.get_by_role("tab", name="李静")
        await expect(tab.locator(".badge")).to_have_text("1")
        await tab.tap()
        await expect(phone(page, "li").get_by_text("待核实 3")).to_be_in_viewport()
        await expect(phone(page, "wang")).to_be_hidden()
        await expect(tab.locator(".badge")).to_be_hidden()
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width == 390


async def test_text_is_never_markup(here: Plant, browser: Browser) -> None:
    odd = "<img src=x onerror=document.title=1><b>&amp;</b>"
    await here.platform.send("wang", Message(odd, ((Button("<i>不</i>", "no"),),)), (), "out-1")
    async with opened(browser, here) as page:
        wang = phone(page, "wang")
        await write(wang, odd)
        await expect(wang.locator(".message p")).to_have_text([odd, odd, f"收到：{odd}"])
        await expect(wang.get_by_role("button", name="<i>不</i>")).to_be_visible()
        await expect(wang.locator(".message p *")).to_have_count(0)


async def test_quick_words_danger_place_and_voice(here: Plant, browser: Browser) -> None:
    async with opened(browser, here, permissions=["microphone"]) as page:
        wang = phone(page, "wang")
        await wang.get_by_role("button", name="待办").click()
        await wang.get_by_role("button", name="有生命危险").click()
        await wang.get_by_role("button", name="发位置").click()
        await page.get_by_label("纬度").fill("31.5")
        await page.get_by_role("dialog").get_by_role("button", name="发送").click()
        await expect(wang.locator(".mine .place")).to_contain_text("31.50000")
        await wang.get_by_role("button", name="录音").click()
        await wang.get_by_role("button", name="结束录音并发送").click()
        await expect(wang.locator(".mine audio")).to_have_count(1)
        await expect(wang.locator(".waiting")).to_have_count(0)
        async with asyncio.timeout(30):
            while len(here.bot.seen) < 4:  # noqa: ASYNC110 - the page shows it before the bot has it
                await asyncio.sleep(0.01)
        assert [said.text for said in here.bot.seen.values()] == ["待办", "危险", "", ""]
        *_, place, voice = here.bot.seen.values()
        assert place.location == (31.5, 117.2272)
        assert [media.mime for media in voice.media] == ["audio/webm"]


async def test_a_phone_for_another_person_joins_and_a_group_is_made(here: Plant, browser: Browser) -> None:
    async with opened(browser, here) as page:
        await page.get_by_role("button", name="＋ 手机").click()
        await page.get_by_role("button", name="添加").click()
        zhou = page.get_by_role("region", name="周涛")
        await expect(zhou.locator(".banner")).to_contain_text("CODE1005")
        await zhou.get_by_role("button", name="加入").click()
        await expect(zhou.locator(".mine p")).to_have_text(["/start CODE1005"])
        await page.get_by_role("button", name="＋ 群").click()
        await page.get_by_role("button", name="建群").click()
        li = phone(page, "li")
        await expect(li.locator(".title b")).to_have_text("磨矿车间安全群")
        await write(li, "/here")
        await expect(zhou.locator(".chat:not([hidden]) .other")).to_contain_text("/here")
        await li.locator(".chats").get_by_role("button", name="啄木鸟").click()
        await expect(li.locator(".chat:not([hidden]) .message")).to_have_count(0)


async def test_the_clock_and_the_languages(here: Plant, browser: Browser) -> None:
    async with opened(browser, here) as page:
        await expect(page.locator("#now b")).to_have_text("19:06")
        await page.get_by_role("button", name="＋1 小时").click()
        await expect(page.locator("#now b")).to_have_text("20:06")
        assert here.offset == HOUR
        await page.get_by_role("button", name="明早 9:00").click()
        await expect(page.locator("#now b")).to_have_text("09:00")
        wang = phone(page, "wang")
        await wang.locator(".swap").click()
        await expect(wang.locator(".mine p")).to_have_text(["/lang en"])
        await expect(wang.locator(".swap .now")).to_have_text("EN")
        await page.get_by_role("button", name="页面语言").click()
        await expect(page.get_by_role("button", name="9:00 tomorrow")).to_be_visible()
        await expect(wang.locator(".quick button").first).to_have_text("Report")


async def test_a_number_is_shared_when_the_bot_asks_and_replies_name_their_message(
    here: Plant, browser: Browser
) -> None:
    await here.platform.send("wang", Message("请发送您的工号或邀请码", ask_phone="发送我的手机号"), (), "out-1")
    async with opened(browser, here) as page:
        wang = phone(page, "wang")
        await wang.get_by_role("button", name="发送我的手机号").click()
        await page.get_by_role("textbox", name="手机号").fill("13900000001")
        await page.get_by_role("dialog").get_by_role("button", name="发送").click()
        await expect(wang.locator(".mine")).to_contain_text("13900000001")
        welcome = await here.platform.send("wang", Message("欢迎", drop_keyboard=True), (), "out-2")
        await expect(wang.get_by_role("button", name="发送我的手机号")).to_be_hidden()
        await wang.get_by_text("欢迎").hover()
        await wang.locator(".message", has_text="欢迎").get_by_role("button", name="回复").click()
        await write(wang, "2")
        await expect(wang.locator(".mine blockquote")).to_have_text("欢迎")
        await expect(wang.locator(".bot p", has_text="收到：2")).to_be_visible()  # answered, so it has arrived
        shared, answer = here.bot.seen.values()
        assert shared.phone == "13900000001"
        assert answer.reply_to == welcome


async def test_photos_can_be_dropped_on_a_phone(here: Plant, browser: Browser) -> None:
    async with opened(browser, here) as page:
        wang = phone(page, "wang")
        files = await page.evaluate_handle(
            """() => {
                const carried = new DataTransfer();
                for (const name of ["a.gif", "b.gif"]) {
                    carried.items.add(new File(["GIF89a" + name], name, { type: "image/gif" }));
                }
                return carried;
            }"""
        )
        await wang.locator(".frame").dispatch_event("dragover", {"dataTransfer": files})
        await expect(wang.locator(".drop")).to_be_visible()
        await wang.locator(".frame").dispatch_event("drop", {"dataTransfer": files})
        await expect(wang.locator(".drop")).to_be_hidden()
        await expect(wang.locator(".tray button")).to_have_count(2)
        await wang.locator(".tray button").first.click()
        await wang.get_by_role("button", name="发送", exact=True).click()
        await expect(wang.locator(".mine .album button")).to_have_count(1)
        await expect(wang.locator(".waiting")).to_have_count(0)
        await expect(wang.locator(".bot p")).to_have_count(1)  # the bot has fetched it before it answers
        assert here.bot.fetched == [b"GIF89ab.gif"]


async def test_an_open_page_goes_on_after_a_restart(tmp_path: Path, browser: Browser) -> None:
    context = await browser.new_context(viewport={"width": 1600, "height": 1000})
    page = await context.new_page()
    async with plant(tmp_path) as here:
        await page.goto(here.server.url)
        await write(phone(page, "wang"), "before")
        await expect(phone(page, "wang").locator(".message")).to_have_count(2)
        port = here.server.port
    await expect(page.locator("#link")).to_have_text("正在重新连接…")
    await write(phone(page, "wang"), "meanwhile")
    await expect(phone(page, "wang").locator(".waiting")).to_have_count(1)
    async with plant(tmp_path, port=port) as here:
        everything = ["before", "收到：before", "meanwhile", "收到：meanwhile"]
        await expect(phone(page, "wang").locator(".message p")).to_have_text(everything)
        await expect(page.locator("#link")).to_have_text("手机沙盘")
        await page.reload()
        await expect(phone(page, "wang").locator(".message p")).to_have_text(everything)
    await context.close()

"""From a photo to the award in a real browser, on the running program as `make run` starts it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from bot.configuration import SAMPLE
from bot.program import Program
from bot.settings import Settings
from bot.settings_platforms import Origin
from tests.scenes import hazard_photo, repaired_photo

PICTURES = Path(os.environ.get("SCREENSHOTS", ""))


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    """The address of the sample plant's page."""
    plant: dict[str, Any] = {**SAMPLE["enterprise"][0], "sandbox": {"listen": "127.0.0.1:0"}}
    settings = Settings.model_validate({"enterprise": [plant]}, context=Origin(tmp_path, {}, sample=True))
    async with AsyncExitStack() as stack:
        program = await Program.start(settings, stack)
        yield program.pages[0]


def phone(page: Page, number: str) -> Locator:
    return page.locator(f"[data-phone={number}]")


async def write(where: Locator, text: str) -> None:
    await where.locator("textarea").fill(text)
    await where.locator("textarea").press("Enter")


async def tap(where: Locator, label: str) -> None:
    await where.get_by_role("button", name=label, exact=True).last.click()


async def says(where: Locator, text: str) -> None:
    await expect(where.locator(".bot").filter(has_text=text).last).to_be_visible()


async def photo(where: Locator, data: bytes, caption: str) -> None:
    await where.locator("input[type=file]").set_input_files(
        [{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": data}]
    )
    await expect(where.locator(".tray img")).to_have_count(1)
    await write(where, caption)


async def look(page: Page, name: str) -> None:
    """Keeps a picture of the page where SCREENSHOTS names a folder."""
    if PICTURES.name:
        await page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


async def test_from_photo_to_award(url: str, browser: Browser) -> None:
    context = await browser.new_context(viewport={"width": 1640, "height": 1000}, locale="zh-CN")
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(url)
    worker, officer, owner, approver = (phone(page, n) for n in ("pw01", "ps01", "pz01", "pa01"))
    hazard, fixed = await asyncio.gather(asyncio.to_thread(hazard_photo, 0), asyncio.to_thread(repaired_photo, 0))
    await photo(worker, hazard, "3号球磨机联轴器防护罩没装")
    await says(worker, "照片：1 张")
    await look(page, "1_draft")
    await tap(worker, "提交")
    await says(worker, "✅ 已收到")
    await says(officer, "待核实")
    await look(page, "2_reported")
    await tap(officer, "受理")
    await tap(officer, "B")
    await tap(officer, "确认")
    await says(officer, "李静已受理")
    await says(owner, "整改中")
    await says(approver, "奖励建议 50.00 元")
    await look(page, "3_assigned")
    await tap(owner, "已整改")
    await photo(owner, fixed, "防护罩装好了")
    await says(owner, "防护罩装好了")
    await tap(owner, "提交")
    await tap(officer, "验收通过")
    await tap(approver, "批准")
    await says(worker, "50.00 元")
    await write(worker, "奖励")
    await expect(worker.locator(".bot").last).to_contain_text("50.00")
    await look(page, "4_awarded")
    assert "王磊" not in "".join(await owner.locator(".bot").all_inner_texts())
    assert errors == []
    await context.close()

"""A real browser, for the tests that look at a page."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright, expect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
ARGS += ["--disable-component-update", "--disable-sync", "--use-fake-ui-for-media-stream"]
ARGS += ["--use-fake-device-for-media-stream"]

expect.set_options(timeout=30_000)  # ms; what a loaded machine may take


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a window; skips where there is none."""
    if not CHROMIUM:
        pytest.skip("needs Chromium: no chromium or chromium-browser on the path")
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield running
        await running.close()

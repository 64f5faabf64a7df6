"""Logs hold no token and no configured secret, neither in words nor in a traceback."""

import json
import logging
from collections.abc import Iterator

import pytest

from bot.log import start_logging
from woodpecker.links import Grant, sign

TOKEN = "123456789:" + "AbCdE-_" * 5
SECRET = "hook-secret-of-ours"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


def fail() -> None:
    raise ValueError(f"https://api.example/bot{TOKEN}/sendMessage {SECRET}")


@pytest.mark.parametrize("style", ["plain", "json"])
def test_no_secret_reaches_the_log(style: str, capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("json" if style == "json" else "plain", [SECRET])
    log = logging.getLogger("some.library")
    log.warning("POST %s and %s", f"/bot{TOKEN}/getMe", {"secret": SECRET})
    log.warning("a wrong format %d", SECRET)
    try:
        fail()
    except ValueError:
        log.exception("it failed")
    said = capsys.readouterr().err
    assert "it failed" in said
    assert "ValueError: https://api.example/bot[hidden]/sendMessage [hidden]" in said
    assert "Traceback" in said
    assert TOKEN not in said
    assert SECRET not in said


def test_a_links_token_is_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging()
    token = sign(b"key", Grant(1, 2, 3, "book:hazards:202611:202611:", 4))
    logging.getLogger("aiohttp.server").error("<Request GET /files/%s >", token)
    logging.getLogger("bot").warning("https://bot.example.com/files/%s", token)
    said = capsys.readouterr().err
    assert said.count("/files/[hidden]") == 2
    assert token[:20] not in said


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("json")
    logging.getLogger("bot").info("已启动 %s", "demo")
    try:
        fail()
    except ValueError:
        logging.getLogger("bot").exception("it failed")
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (first["level"], first["logger"], first["message"]) == ("info", "bot", "已启动 demo")
    assert first["at"].endswith("+00:00")
    assert "in fail" in second["traceback"]


def test_libraries_that_say_too_much_are_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging()
    for name in ("aiohttp.access", "httpx", "aiosqlite", "apscheduler.executors.default", "telegram.Bot"):
        logging.getLogger(name).info("noise")
    assert capsys.readouterr().err == ""

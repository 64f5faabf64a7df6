"""Logging to standard error, as lines for people or as JSON; no secret and no token gets through."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{30,}|(?<=/files/)[A-Za-z0-9_-]{16,}")
HIDDEN = "[hidden]"
QUIET = ("aiohttp.access", "aiosqlite", "apscheduler", "asyncio", "httpcore", "httpx", "PIL", "telegram")


class Redaction(logging.Filter):
    """Takes bot tokens, links' tokens and configured secrets out of a record, its traceback too."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        # Longest first: one secret may hold another.
        self._secrets = sorted({s for s in secrets if len(s) >= 4}, key=len, reverse=True)

    def clean(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return TOKEN.sub(HIDDEN, text)

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrites the record; never drops one."""
        try:
            text = record.getMessage()
        except (TypeError, ValueError, KeyError):  # a wrong format must not lose the line
            text = f"{record.msg} {record.args}"
        record.msg, record.args = self.clean(text), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self.clean(record.exc_text)
        # A formatter would write the traceback anew from this.
        record.exc_info = None
        if record.stack_info:
            record.stack_info = self.clean(record.stack_info)
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, logger, message, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_text:
            line["traceback"] = record.exc_text
        return json.dumps(line, ensure_ascii=False)


def start_logging(
    style: Literal["plain", "json"] = "plain", secrets: Iterable[str] = (), level: int = logging.INFO
) -> None:
    """Sets the root logger up anew, with the filter on its handler, so that every logger passes it."""
    handler = logging.StreamHandler()
    handler.addFilter(Redaction(secrets))
    plain = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonLines() if style == "json" else plain)
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)

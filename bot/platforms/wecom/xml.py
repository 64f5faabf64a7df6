"""WeCom's XML, read without DTDs or entities, and small."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

LIMIT = 64 * 1024  # bytes; a text of 2048 bytes in its envelope stays far below
DEPTH = 8
ITEMS = 500

Tree = dict[str, Any]
"""Element names with their text, or with what is inside; a repeated element is a list."""


class BadXml(Exception):
    """Not XML, not as WeCom writes it, or too large."""


def read(data: bytes) -> Tree:
    """What stands inside the root element. Raises BadXml."""
    if len(data) > LIMIT:
        raise BadXml("too large")
    reading = _Reading()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.words
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise BadXml("not XML") from None
    root = reading.root
    return root if isinstance(root, dict) else {}


def _refuse(*_: object) -> None:
    raise BadXml("a DTD")


class _Reading:
    def __init__(self) -> None:
        self._open: list[tuple[str, list[str], Tree]] = []
        self._items = 0
        self.root: Tree | str = ""

    def start(self, name: str, _: dict[str, str]) -> None:
        self._items += 1
        if len(self._open) >= DEPTH or self._items > ITEMS:
            raise BadXml("too deep or too long")
        self._open.append((name, [], {}))

    def words(self, text: str) -> None:
        self._open[-1][1].append(text)

    def end(self, _: str) -> None:
        name, words, inside = self._open.pop()
        found: Tree | str = inside or "".join(words)
        if not self._open:
            self.root = found
            return
        outer = self._open[-1][2]
        if name not in outer:
            outer[name] = found
        elif isinstance(outer[name], list):
            outer[name].append(found)
        else:
            outer[name] = [outer[name], found]

"""The workbooks of a month or longer: which there are, for whom, and how they are asked for in the chat."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from handlers import hazard_book, monthly_form, reward_book, small_books
from handlers.book import Book, Order, Words, to_json
from handlers.desk import Desk
from handlers.message import Media, MediaKind, Message
from handlers.report_text import text_of
from handlers.turn import Tap, Turn
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.words import Role

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"
EMBEDDED = 2_000  # rows up to which photos stand in the workbook itself
LEADING = frozenset({Role.LEADER, Role.OFFICER})
MONEY = frozenset({Role.LEADER, Role.FINANCE, Role.APPROVER, Role.SECOND_APPROVER})


class Offered(NamedTuple):
    """A book and who gets it."""

    book: Book
    roles: frozenset[Role]
    monthly: bool = True  # has a button below the month's summary


BOOKS: Mapping[str, Offered] = {
    "hazards": Offered(hazard_book.Internal(), LEADING),
    "public": Offered(hazard_book.Public(), LEADING),
    "rewards": Offered(reward_book.Rewards(), MONEY),
    "repeats": Offered(small_books.Repeats(), LEADING),
    "statistics": Offered(small_books.Statistics(), LEADING, monthly=False),
}


FORM = "form"  # “一月一张表”: the plant's own workbook, filled


def offered(desk: Desk, person: Person) -> list[str]:
    """The books of a month that this person gets."""
    found = [name for name, of in BOOKS.items() if of.monthly and any(person.has(r) for r in of.roles)]
    return [*found, FORM] if desk.plant.form is not None and any(person.has(r) for r in LEADING) else found


def may_have(desk: Desk, order: Order) -> bool:
    """Whether whoever asked for a book may still have it: it may be made long after it was asked for."""
    reader = desk.person(order.reader)
    roles = LEADING if order.book == FORM else BOOKS[order.book].roles
    return reader is not None and reader.left_on is None and any(reader.has(r) for r in roles)


def choose(turn: Turn, tap: Tap) -> None:
    """A book's button below the month's summary."""
    known = tap.arg in BOOKS or (tap.arg == FORM and turn.desk.plant.form is not None)
    if not known or not 200001 <= tap.id <= 999912 or not 1 <= tap.id % 100 <= 12:
        raise Refused("refused.unknown_button")
    send(turn, tap.arg, tap.id, tap.id)
    turn.toast = turn.text("book.coming")


def send(turn: Turn, name: str, first: int, last: int) -> None:
    """Answers with a book as a file, which is made when it is sent. Raises Refused."""
    roles = LEADING if name == FORM else BOOKS[name].roles
    if not any(turn.me.has(r) for r in roles):
        raise Refused("refused.not_summary")
    turn.send(message(turn.desk, Order(name, turn.desk.plant.id, first, last, turn.me.id, turn.language)))


def message(desk: Desk, order: Order) -> Message:
    """The book as a file, with a second one for its photos if they are too many to stand in it."""
    if order.book == FORM:
        return _form(desk, order)
    media = [piece(desk, order)]
    if apart(desk, order):
        media.append(piece(desk, order._replace(part="photos")))
    return Message(media[0].name, media=tuple(media))


def apart(desk: Desk, order: Order) -> bool:
    """Whether a book's photos lie beside it."""
    return BOOKS[order.book].book.photographed(desk, order) > EMBEDDED


def piece(desk: Desk, order: Order) -> Media:
    """The one file that an order names, to be made when it is sent or fetched."""
    if order.book == FORM:
        return _form(desk, order).media[0]
    file, mime = BOOKS[order.book].book.file(desk, order), XLSX
    if order.part == "photos":
        file, mime = Words(desk, order)("book.photos_file", file=file.removesuffix(".xlsx")), ZIP
    return Media(MediaKind.FILE, "", mime=mime, name=file, make=to_json(order))


def bare(media: Media) -> Media | None:
    """The same workbook without photos, which is smaller; None if this is no workbook with photos."""
    spec = json.loads(media.make) if media.make else {}
    if spec.get("what") != "book" or spec.get("part"):
        return None
    return media._replace(make=json.dumps({**spec, "part": "bare"}))


def _form(desk: Desk, order: Order) -> Message:
    """The plant's own table, filled; and which of its names nobody here knows."""
    words = Words(desk, order)
    file = words.file(FORM)
    missing = monthly_form.unknown(desk, order.first)
    said = words("book.unknown", names=words("word.comma").join(missing)) if missing else ""
    values = monthly_form.values(desk, order.first)
    spec = {"what": FORM, "enterprise": order.enterprise, "month": order.first, "values": values}
    make = json.dumps(spec, ensure_ascii=False)
    return Message(text_of(file, said), media=(Media(MediaKind.FILE, "", mime=XLSX, name=file, make=make),))

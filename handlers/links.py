"""A file that the chat does not take: what is said instead of it, and what its link gives to whom."""

from __future__ import annotations

import json
from typing import Any

from handlers import books, paying
from handlers.book import Order
from handlers.desk import Desk
from handlers.formats import minute_text
from handlers.message import Media
from handlers.report_text import text_of
from storage import accounts, audit, batches
from woodpecker.errors import Refused
from woodpecker.links import Grant, until
from woodpecker.people import Person

MEGA = 1_000_000
AGAIN = {"book": "link.again_book", "payout": "link.again_payout"}  # what to type for a new link


def granted(desk: Desk, platform: str, chat: str, person: int | None, media: Media) -> Grant | None:
    """What a link in this chat is to give; None if the file has none, or nobody's own chat this is."""
    account = accounts.of_chat(desk.store, platform, chat)
    what = _what(json.loads(media.make)) if media.make else ""
    if not what or person is None or account is None or account.person != person:
        return None
    return Grant(desk.plant.id, person, account.id, what, until(desk.now))


def _what(spec: dict[str, Any]) -> str:
    """A file in the few words that a token has room for; "" for one that nobody may fetch by link."""
    if spec["what"] == "payout":
        return f"payout:{spec['batch']}"
    if spec["what"] == books.FORM and "month" in spec:
        return f"book:{books.FORM}:{spec['month']}:{spec['month']}:"
    if spec["what"] == "book":
        return f"book:{spec['book']}:{spec['first']}:{spec['last']}:{spec.get('part', '')}"
    return ""


def reader(desk: Desk, grant: Grant) -> Person:
    """Whose link it is, while the account that got it is still that person's. Raises Refused."""
    account, person = accounts.get(desk.store, grant.account), desk.person(grant.person)
    if account is None or person is None or account.person != person.id or person.left_on is not None:
        raise Refused("link.not_yours")
    return person


def wanted(desk: Desk, grant: Grant) -> Media:
    """The file that a link stands for, for whoever may have it now. Raises Refused."""
    person = reader(desk, grant)
    kind, *rest = grant.what.split(":")
    if kind == "payout":
        sheet = paying.sheet(desk, person, {"batch": int(rest[0])})
        if sheet is None:
            raise Refused("link.not_yours")
        return sheet.media[0]
    name, first, last, part = rest
    order = Order(name, desk.plant.id, int(first), int(last), person.id, person.language, part)
    if not books.may_have(desk, order) or (name == books.FORM and desk.plant.form is None):
        raise Refused("link.not_yours")
    return books.piece(desk, order)


def asked(desk: Desk, grant: Grant) -> tuple[Media, str]:
    """The file, and what is equal as long as its reader may see the same. Raises Refused."""
    person = reader(desk, grant)
    within = sorted(person.actor.departments) if person.actor.departments is not None else "all"
    return wanted(desk, grant), f"{sorted(person.roles)} {within} {person.language}"


def note(desk: Desk, grant: Grant, media: Media) -> None:
    """Notes who fetched what."""
    audit.write(
        desk.store, desk.now, "file.fetched", person=grant.person, source="link", what=grant.what, file=media.name
    )


def offer(desk: Desk, grant: Grant, media: Media, size: int, address: str) -> str:
    """The sentence with the link: what it is, how large, until when."""
    end = minute_text(grant.until, desk.plant.zone)
    language = language_of(desk, grant.person)
    return desk.text(language, "link.offer", file=media.name, size=size_text(size), until=end, address=address)


def too_large(desk: Desk, person: int | None, media: Media, size: int) -> str:
    """The sentence where there can be no link: how to get the file all the same."""
    language = language_of(desk, person)
    name = media.name or desk.text(language, f"link.a_{media.kind}")
    said = desk.text(language, "link.too_large", file=name, size=size_text(size))
    return text_of(said, _how(desk, language, media))


def without_photos(desk: Desk, person: int | None, media: Media, size: int) -> str:
    """The sentence beside a workbook whose photos had to stay out."""
    language = language_of(desk, person)
    return text_of(desk.text(language, "link.bare", size=size_text(size)), _how(desk, language, media))


def not_made(desk: Desk, person: int | None, media: Media) -> str:
    """The sentence in place of a file that could not be made."""
    return desk.text(language_of(desk, person), "link.not_made", file=media.name)


def not_theirs(desk: Desk, person: int | None) -> str:
    """The sentence for whoever may not have the file any more."""
    return desk.text(language_of(desk, person), "link.not_yours")


def _how(desk: Desk, language: str, media: Media) -> str:
    """How whoever runs the program can write the file."""
    order = command(desk, media)
    return desk.text(language, "link.command", command=order) if order else desk.text(language, "link.ask")


def command(desk: Desk, media: Media) -> str:
    """The command that writes the file, "" if there is none."""
    what = _what(json.loads(media.make)) if media.make else ""
    kind, *rest = what.split(":")
    if kind == "payout":
        batch = batches.get(desk.store, int(rest[0]))
        month = batch.month if batch is not None else 0
        return f"woodpecker ledger payout --enterprise {desk.plant.code} --month {_month(month)} --out payout.xlsx"
    if kind == "book":
        return f"woodpecker summary --enterprise {desk.plant.code} --month {_month(int(rest[2]))} --out DIR"
    return ""


def _month(month: int) -> str:
    return f"{month // 100}-{month % 100:02d}"


def language_of(desk: Desk, person: int | None) -> str:
    """In which language to speak to somebody."""
    who = desk.person(person)
    return who.language if who is not None else desk.plant.language


def again(grant: Grant) -> str:
    """The key of the sentence that says what to type for a new link."""
    return AGAIN[grant.what.partition(":")[0]]


def size_text(size: int) -> str:
    """42 MB, 1.3 GB; never nothing."""
    mega = max(1, round(size / MEGA))
    return f"{mega} MB" if mega < 1000 else f"{size / MEGA / 1000:.1f} GB"

"""Which files a link may stand for: books, the plant's own table, the payout sheet; each for whoever may have it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from handlers import books, links, paying
from handlers.book import Order
from handlers.desk import Desk
from handlers.message import Media, MediaKind
from tests.plant_months import Months
from tests.test_payout_file import frozen
from tests.world import World
from woodpecker.errors import Refused
from woodpecker.links import Grant

MONTH = 202611


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "w.db")
    yield made
    made.close()


def granted(world: World, name: str, media: Media) -> Grant:
    """What a link on somebody's phone gives."""
    phone = world.phones[name]
    found = world.transaction(lambda d: links.granted(d, "story", phone.chat, world.ids[name], media))
    assert found is not None
    return found


def refused(world: World, grant: Grant) -> bool:
    try:
        world.transaction(lambda desk: links.wanted(desk, grant))
    except Refused as why:
        return why.key == "link.not_yours"
    return False


@pytest.mark.parametrize("name", sorted(books.BOOKS))
@pytest.mark.parametrize("part", ["", "photos"])
def test_every_book_comes_back_as_it_was_ordered(world: World, name: str, part: str) -> None:
    reader = "刘洋"
    order = Order(name, world.plant.id, MONTH, MONTH, world.ids[reader], "zh", part)
    media = world.transaction(lambda desk: books.piece(desk, order))
    grant = granted(world, reader, media)
    assert world.transaction(lambda desk: links.wanted(desk, grant)) == media
    assert refused(world, grant._replace(person=world.ids["王磊"]))  # whose account that is not
    other = granted(world, "王磊", media)
    assert refused(world, other)


def test_the_plants_own_table(world: World) -> None:
    world.plant = replace(world.plant, form=())
    order = Order(books.FORM, world.plant.id, MONTH, MONTH, world.ids["刘洋"], "zh")
    media = world.transaction(lambda desk: books.piece(desk, order))
    grant = granted(world, "刘洋", media)
    assert json.loads(world.transaction(lambda desk: links.wanted(desk, grant)).make) == json.loads(media.make)
    assert refused(world, granted(world, "孙芳", media))
    world.plant = replace(world.plant, form=None)
    assert refused(world, grant)


def test_the_payout_sheet_is_for_finance(tmp_path: Path) -> None:
    plant = Months(tmp_path)
    batch = frozen(plant)

    def sheet(desk: Desk) -> Media:
        found = paying.sheet(desk, plant.person(desk, "孙芳"), {"batch": batch})
        assert found is not None
        return found.media[0]

    media = plant.world.transaction(sheet)
    grant = granted(plant.world, "孙芳", media)
    assert plant.world.transaction(lambda desk: links.wanted(desk, grant)) == media
    assert refused(plant.world, grant._replace(what=f"payout:{batch + 1}"))
    assert refused(plant.world, granted(plant.world, "刘洋", media))
    assert plant.world.transaction(lambda desk: links.command(desk, media)) == (
        "woodpecker ledger payout --enterprise demo --month 2026-11 --out payout.xlsx"
    )
    plant.world.close()


def test_nothing_else_has_a_link(world: World) -> None:
    chat, person = world.phones["刘洋"].chat, world.ids["刘洋"]
    for make in ("", '{"what": "certificate"}', '{"what": "summary"}', '{"what": "form", "values": {}}'):
        media = Media(MediaKind.FILE, "", make=make)
        assert world.transaction(lambda d, m=media: links.granted(d, "story", chat, person, m)) is None  # type: ignore[misc]
        assert world.transaction(lambda d, m=media: links.command(d, m)) == ""  # type: ignore[misc]


@pytest.mark.parametrize("language", ["zh", "en", "ru"])
def test_the_sentence_fits_one_message_of_every_chat(world: World, language: str) -> None:
    order = Order("hazards", world.plant.id, MONTH, MONTH, world.ids["刘洋"], language, "photos")
    media = world.transaction(lambda desk: books.piece(desk, order))
    grant = granted(world, "刘洋", media)
    address = f"https://woodpecker.north-mill.example.com/chat/files/{'a' * 160}"
    said = world.transaction(lambda desk: links.offer(desk, grant, media, 1_234_567_890, address))
    assert said.splitlines()[-1] == address
    assert "1.2 GB" in said
    assert len(f"{media.name}\n{said}".encode()) < 1_500  # WeCom cuts at 2,048


@pytest.mark.parametrize(
    "size, text", [(1, "1 MB"), (1_400_000, "1 MB"), (59_883_153, "60 MB"), (999_999_999, "1.0 GB"), (10**9, "1.0 GB")]
)
def test_sizes_as_people_read_them(size: int, text: str) -> None:
    assert links.size_text(size) == text

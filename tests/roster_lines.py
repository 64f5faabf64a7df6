"""What changes outside of the conversations of a story: the roster, an invitation, a photo that goes astray."""

from __future__ import annotations

from handlers.desk import Desk
from handlers.message import Media, MediaKind
from storage import invitations, people
from tests.world import Seen, World


def change(world: World, what: str, name: str, value: str = "") -> list[Seen]:
    """`邀请 王磊 CODE`, `手机 王磊 138…`, `语言 王磊 en`, `离职 周涛`."""

    def work(desk: Desk) -> None:
        person = world.ids[name]
        if what == "邀请":
            invitations.create(desk.store, person, desk.now, value)
        elif what == "手机":
            people.update(desk.store, person, phone=value)
        elif what == "语言":
            people.update(desk.store, person, language=value)
        elif what == "离职":
            people.leave(desk.store, person, "2026-11-01", desk.now)
        else:
            raise AssertionError(f"nobody can change this: {what!r}")

    world.transaction(work)
    return []


def bad_photo(world: World, name: str, problem: str) -> list[Seen]:
    """A photo of which only the reason is known why it is not here."""
    media = (Media(MediaKind.PHOTO, f"file{world.deliveries}", 1000, "image/jpeg", problem=problem),)
    return world.deliver(world.incoming(name, media=media))

"""A place's code, scanned or typed behind /start, fills in the place; before joining it is kept."""

from __future__ import annotations

from handlers import bans, drafting, places, submitting
from handlers.desk import Desk
from handlers.message import Message
from handlers.turn import Turn
from storage import accounts, drafts, people, questions
from storage import places as roster
from storage.accounts import Account
from storage.places import Place
from woodpecker import clocks
from woodpecker.people import Person

KEPT = clocks.DAY  # how long a code scanned before joining is remembered


def scanned(turn: Turn, code: str) -> bool:
    """Puts the open draft at the place of this code, or begins one there; False if no place has it."""
    place = roster.by_code(turn.store, code)
    if place is None:
        return False
    bans.check(turn)
    question = questions.pending(turn.store, turn.account.id)
    draft = places.put(turn, drafting.begin(turn, "report", show_card=False), place)
    if (
        question is not None
        and question.kind == "where"
        and question.args == {**question.args, "draft": draft.id, "submit": True}
    ):
        submitting.submit(turn, draft)
    else:
        drafting.show_below(turn, draft)
    return True


def kept(turn: Turn, code: str) -> bool:
    """Keeps a place's code for when this account has joined, and explains it; False if no place has it."""
    place = roster.by_code(turn.store, code) if code else None
    if place is None or turn.account.person is not None or people.by_number(turn.store, code) is not None:
        return False
    accounts.at_place(turn.store, turn.account.id, place.id, turn.desk.now)
    turn.send(Message(turn.text("join.place_kept"), ask_phone=turn.text("button.share_phone")))
    return True


def carry(desk: Desk, account: Account, person: Person) -> None:
    """Whoever joins finds a draft at the place whose code was scanned before."""
    place = roster.get(desk.store, account.place) if account.place is not None else None
    if place is None or desk.now - account.place_at > KEPT or drafts.open_of(desk.store, person.id) is not None:
        return
    draft = drafts.start(desk.store, person.id, "report", None, desk.now, f"place {account.id}", desk.now)
    drafts.change(desk.store, draft.id, desk.now, **_at(place))
    desk.open_card_in(account, "draft", draft.id)


def _at(place: Place) -> dict[str, object]:
    return {"place": place.id, "place_text": place.name}

"""Where it is: likely places as buttons, more of them behind [更多地点], else a code, a name or free words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers import drafting
from handlers.message import Button
from handlers.taking import newer, take
from handlers.turn import Turn, tap_data
from handlers.views import Drawing
from storage import drafts, places
from storage.drafts import Draft
from storage.places import Place
from storage.questions import Question
from woodpecker.errors import Refused
from woodpecker.reports import Report

OFFERED = 5  # places beside [返回]
LISTED = 15  # places behind [更多地点]
LONGEST = 40  # characters; a longer sentence is no place
LABEL = 10
MORE = "more"  # what [更多地点] says instead of a place


def likely(turn: Turn, draft: Draft | Report) -> list[Place]:
    """Where it probably is, likeliest first: named in the words, near the location sent, then the person's usual."""
    found = places.named_in(turn.store, draft.text) if draft.text else []
    if draft.latitude is not None and draft.longitude is not None:
        found += places.nearest(turn.store, draft.latitude, draft.longitude, OFFERED)
    found += places.likely(turn.store, turn.me.id, turn.me.department, LISTED)
    return list({p.id: p for p in found}.values())[:LISTED]


def ask(
    turn: Turn, draft: Draft, *, submit: bool, found: list[Place] | None = None, typed: str = "", every: bool = False
) -> None:
    """Asks where it is; with `submit` the report is sent once that is known. `every` shows all likely places."""
    offer = [p.id for p in (likely(turn, draft) if found is None else found)]
    turn.ask("where", draft=draft.id, offer=in_sight(offer, typed, every), submit=submit, typed=typed)
    drafting.show_where_acted(turn, draft, at="place", offer=offer, submit=submit, typed=typed, every=every)


def ask_more(turn: Turn, draft: Draft) -> None:
    """更多地点: asks again with all likely places."""
    args = turn.card.args if turn.card is not None and turn.card.args.get("at") == "place" else {}
    found = [p for p in (places.get(turn.store, i) for i in args.get("offer", [])) if p is not None] or None
    ask(turn, draft, submit=bool(args.get("submit")), found=found, typed=str(args.get("typed", "")), every=True)


def in_sight(offer: list[int], typed: str, every: bool) -> list[int]:
    """The places that are shown: numbers and buttons stand for these."""
    room = OFFERED - bool(typed)
    return offer if every or len(offer) <= room else offer[: room - 1]


def answer(turn: Turn, question: Question) -> tuple[Draft, bool] | None:
    """The draft with the place that was typed, and whether it is to be sent; None if it was no answer.

    A location that comes instead, or words that fit several places, are asked back about.
    """
    args, text = question.args, turn.incoming.text.strip()
    draft = drafts.open_of(turn.store, turn.me.id)
    if draft is None or draft.id != args["draft"]:
        return None
    if turn.incoming.media or (not text and not turn.incoming.location) or len(text) > LONGEST:
        return None
    if turn.incoming.location:
        ask(turn, take(turn, draft, ""), submit=args["submit"])
        return draft, False
    found = meant(turn, text, args)
    if len(found) > 1:
        ask(turn, draft, submit=args["submit"], found=found[: OFFERED - 1], typed=text)
        return draft, False
    return put(turn, draft, found[0] if found else None, text, **newer(turn, draft)), args["submit"]


def meant(turn: Turn, text: str, args: dict[str, Any]) -> list[Place]:
    """The places that words can mean; none are free words."""
    offer = args["offer"]
    if text.isascii() and text.isdigit() and 0 < int(text[:4]) <= len(offer):
        chosen = places.get(turn.store, offer[int(text) - 1])
        return [chosen] if chosen else []
    exact = places.by_code(turn.store, text) or places.by_name(turn.store, text)
    if exact is not None:
        return [exact]
    if args["typed"]:
        return []  # asked back once already: taken as written
    return places.search(turn.store, text) or places.named_in(turn.store, text)


def put(turn: Turn, draft: Draft, place: Place | None, text: str = "", **more: Any) -> Draft:
    """The draft at a place of the roster, else at what the words say."""
    turn.settle()
    where = {"place": place.id if place else None, "place_text": place.name if place else text}
    return drafts.change(turn.store, draft.id, turn.desk.now, **where, **more)


def tapped(turn: Turn, draft: Draft, arg: str) -> Draft:
    """The draft at the place of a button. Raises Refused for one that is not there."""
    if arg == "typed":
        typed = str(turn.card.args.get("typed", "")) if turn.card else ""
        if not typed:
            raise Refused("refused.no_place")
        return put(turn, draft, None, typed)
    number = arg.removeprefix("p")
    place = places.get(turn.store, int(number)) if number.isascii() and number.isdigit() and len(number) < 18 else None
    if place is None:
        raise Refused("refused.no_place")
    return put(turn, draft, place)


def choices(
    drawing: Drawing, draft: Draft | Report, verbs: tuple[str, str] = ("dplace", "dback")
) -> tuple[list[str], list[Button]]:
    """The question with its numbered places, and a button for each; `verbs` take a place and go back."""
    choose, back = verbs
    args = drawing.card.args
    offer, typed = args.get("offer", []), args.get("typed", "")
    seen = in_sight(offer, typed, bool(args.get("every")))
    offered = [p for p in (places.get(drawing.desk.store, i) for i in seen) if p is not None]
    question = drawing.text("draft.ask_place" if offered else "draft.ask_place_typed")
    known = labels(offered)
    asked = drawing.text("draft.ask_which", words=typed) if typed else question
    numbered = [drawing.text("draft.choice", n=n, place=p.name) for n, p in enumerate(offered, 1)]
    lines = ["", asked, *numbered]
    if len(offered) > OFFERED:  # so many are read off their buttons, unless these cannot say which is which
        lines = ["", *(numbered if any(known[p.id] != short(p) for p in offered) else []), asked]
    buttons = [Button(label, tap_data(choose, draft.id, None, f"p{place}")) for place, label in known.items()]
    if len(seen) < len(offer):
        buttons.append(drawing.button("button.more_places", choose, draft.id, None, MORE))
    if typed:
        buttons.append(drawing.button("button.as_typed", choose, draft.id, None, "typed"))
    return lines, [*buttons, drawing.button("button.back", back, draft.id)]


def short(place: Place) -> str:
    """The last part of a place's name."""
    return place.name.split("·")[-1].strip() or place.name


def labels(offered: list[Place]) -> Mapping[int, str]:
    """Short labels for places, each different: the last part of the name, numbered if need be."""
    found: dict[int, str] = {}
    for n, place in enumerate(offered, 1):
        name = short(place)
        label = name if len(name) <= LABEL else name[: LABEL - 1] + "…"
        if label in found.values():
            label = f"{n} {name}"[:LABEL]
        found[place.id] = label
    return found

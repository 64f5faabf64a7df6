"""The notice about model workers, then their honour: the award is proposed, it is announced, they get a certificate."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import certificates, honouring
from handlers.cause_text import quarter_name
from handlers.desk import Desk
from handlers.drafting import brief
from handlers.formats import day_text
from handlers.model_cards import points
from handlers.report_text import text_of
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import jobs, models
from storage.models import Round
from woodpecker import names
from woodpecker.errors import Refused
from woodpecker.models import Model
from woodpecker.words import ModelStatus, Role

SHOWN = frozenset({ModelStatus.CONFIRMED, ModelStatus.HONOURED})


def send(desk: Desk, round: int) -> None:
    """To the groups for notices, and to each whose honour it is, who is asked about the name."""
    desk.open_group_cards("notice", "model_notice", round)
    for model in published(desk, round):
        desk.open_card(model.person, "honour", model.id)


def published(desk: Desk, round: int) -> list[Model]:
    """Whom the notice names, in the order of the list."""
    return [m for m in models.listed(desk.store, round) if m.number and m.status in SHOWN]


def show(turn: Turn, payload: str) -> None:
    """标兵: the notice or who was honoured, one's own honours; for those who choose, the list."""
    found = models.newest(turn.store)
    chooses = turn.me.has(Role.OFFICER) or turn.me.has(Role.LEADER)
    if found is not None and chooses and found.status == "open":
        turn.open_card("models", found.id, {"asked": True})
    elif found is not None:
        turn.open_card("model_notice", found.id)
    else:
        turn.reply("model.none_yet")
    for model in models.of_person(turn.store, turn.me.id)[:3]:
        turn.open_card("honour", model.id)


def notice(d: Drawing) -> View:
    """Who is proposed, with masked names, until when and how to object; afterwards who was honoured."""
    found = models.round_of(d.desk.store, d.card.subject)
    if found is None:
        return view(d.text("model.none_yet"), live=False, moot=True)
    quarter = quarter_name(d.desk, d.language, found.quarter)
    if found.status == "open":
        return view(d.text("model.being_chosen", quarter=quarter))
    lines = [_public(d, m) for m in published(d.desk, found.id)]
    still = contestable(d.desk, found)
    if found.status == "done" or (over(d.desk, found) and not still):
        return view(text_of(d.text("model.news", quarter=quarter), *lines, d.text("model.thanks")))
    until = day_text(max([found.notice_until or 0, *(until_of(found, m) for m in still)]), d.desk.plant.zone)
    how = d.text("model.object_in_private" if d.reader is None else "model.object_here", day=until)
    buttons = [d.button("model.object", "mdobj", found.id)] if d.reader is not None else []
    return view(text_of(d.text("model.notice", quarter=quarter), *lines, how), buttons)


def news(d: Drawing) -> View:
    """Who was honoured, for the groups."""
    found = models.round_of(d.desk.store, d.card.subject)
    lines = [_public(d, m) for m in published(d.desk, d.card.subject) if m.status is ModelStatus.HONOURED]
    if found is None or not lines:
        return view(d.text("model.none_yet"), live=False, moot=True)
    quarter = quarter_name(d.desk, d.language, found.quarter)
    return view(text_of(d.text("model.news", quarter=quarter), *lines, d.text("model.thanks")))


def _public(d: Drawing, model: Model) -> str:
    """Masked, unless the person agreed to the full name or shows it everywhere."""
    person = d.desk.person(model.person)
    full = model.in_public if model.in_public is not None else person is not None and person.show_name
    name = "" if person is None else person.name if full else names.masked(person.name)
    return d.text("model.public", number=model.number, name=name, unit=model.unit, points=points(model.score))


def over(desk: Desk, found: Round) -> bool:
    """Whether the time to object is over."""
    return found.notice_until is not None and desk.now >= found.notice_until


def until_of(found: Round, model: Model) -> int:
    """Until when one may object to somebody, in ms."""
    return model.notice_until or found.notice_until or 0


def contestable(desk: Desk, found: Round) -> list[Model]:
    """To whom one may still object."""
    named = published(desk, found.id) if found.status == "notice" else []
    return [m for m in named if m.status is ModelStatus.CONFIRMED and desk.now < until_of(found, m)]


def end(desk: Desk) -> None:
    """Once the time to object is over: whoever nobody objects to any more is honoured, and it is announced."""
    for found in models.unfinished(desk.store):
        if not over(desk, found):
            continue
        pending = {n.model for n in models.objections(desk.store)}
        open_still = [m for m in published(desk, found.id) if m.status is ModelStatus.CONFIRMED]
        ripe = [m for m in open_still if m.id not in pending and desk.now >= until_of(found, m)]
        honoured = [m for m in ripe if _honour(desk, m)]
        if honoured:
            _announce(desk, found)
        if len(ripe) == len(open_still):
            models.save_round(desk.store, found, status="done")
            desk.refresh(("models", "model_notice"), found.id)


def _announce(desk: Desk, found: Round) -> None:
    """To the groups, once; whoever an objection held up stands there later."""
    if jobs.claim(desk.store, "model_news", str(found.id), desk.now):
        desk.open_group_cards("notice", "model_news", found.id)
    else:
        desk.refresh(("model_news",), found.id)


def _honour(desk: Desk, model: Model) -> bool:
    after = models.save(desk.store, model, model._replace(status=ModelStatus.HONOURED, honoured_at=desk.now))
    if after is None:
        return False
    honouring.propose(desk, after)
    desk.refresh(("model", "honour"), model.id)
    certificates.send(desk, after)
    return True


def choose_name(turn: Turn, tap: Tap) -> None:
    """公开姓名 or 不公开, for this honour only."""
    model = models.get(turn.store, tap.id)
    if model is None or model.person != turn.me.id:
        raise Refused("refused.no_model")
    if models.save(turn.store, model, model._replace(in_public=tap.arg == "y")) is None:
        raise Refused("refused.model_moved_on")
    turn.desk.refresh(("honour",), model.id)
    turn.desk.refresh(("model_notice", "model_news"), model.round)
    brief(turn, "model.name_shown" if tap.arg == "y" else "model.name_masked")


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"mdname": choose_name, **certificates.TAPS}
CARDS: Mapping[str, Draw] = {"model_notice": notice, "model_news": news, **certificates.CARDS}

"""An honour at the person whose it is: the choice about the name, the certificate as a picture and as a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from handlers.cause_text import quarter_name
from handlers.desk import Desk
from handlers.formats import day_text
from handlers.message import Media, MediaKind, Message
from handlers.report_text import text_of
from handlers.turn import Tap, Turn
from handlers.views import Draw, Drawing, View, view
from storage import models
from woodpecker.clocks import local
from woodpecker.errors import Refused
from woodpecker.models import Model
from woodpecker.people import Person
from woodpecker.words import ModelStatus


def send(desk: Desk, model: Model) -> None:
    """The certificate to the person, as a picture and as a file to print."""
    for form in ("png", "pdf"):
        desk.push(model.person, "certificate", {"model": model.id, "form": form})


def put(desk: Desk, person: Person, body: dict[str, Any]) -> Message | None:
    """The certificate, drawn when it is sent; None if there is no such honour."""
    model = models.get(desk.store, body["model"])
    if model is None or model.person != person.id or model.status is not ModelStatus.HONOURED:
        return None
    return message(desk, person, model, body["form"])


def message(desk: Desk, person: Person, model: Model, form: str) -> Message:
    """The picture with a word of congratulation, or the file."""
    picture = form == "png"
    media = Media(
        MediaKind.PHOTO if picture else MediaKind.FILE, "", mime="image/png" if picture else "application/pdf",
        name=f"{model.number}.{form}", make=json.dumps(spec(desk, person, model, form), ensure_ascii=False),
    )  # fmt: skip
    quarter = quarter_name(desk, person.language, model.quarter)
    key = "certificate.picture" if picture else "certificate.file"
    return Message(desk.text(person.language, key, quarter=quarter), media=(media,))


def spec(desk: Desk, person: Person, model: Model, form: str) -> dict[str, Any]:
    """Everything that stands on it, in the plant's language: it hangs in the plant."""

    def said(key: str, **args: object) -> str:
        return desk.text(desk.plant.language, f"certificate.{key}", **args)

    day = local(model.honoured_at or desk.now, desk.plant.zone)
    year, quarter = divmod(model.quarter, 10)
    return {
        "what": "certificate",
        "form": form,
        "title": said("title"),
        "name": said("name", name=person.name),
        "unit": model.unit,
        "body": said("body", year=year, quarter=said(f"quarter_{quarter}"), count=model.tally.admitted),
        "honour": said("honour"),
        "close": said("close"),
        "plant": desk.plant.name,
        "day": said("day", year=day.year, month=day.month, day=day.day),
        "number": said("number", number=model.number),
        "seal": desk.plant.programme.models.seal or "",
    }


def again(turn: Turn, tap: Tap) -> None:
    """证书: both once more."""
    model = models.get(turn.store, tap.id)
    if model is None or model.person != turn.me.id or model.status is not ModelStatus.HONOURED:
        raise Refused("refused.no_model")
    for form in ("png", "pdf"):
        turn.send(message(turn.desk, turn.me, model, form))


def honour(d: Drawing) -> View:
    """What one is proposed for or has become, and whether the full name may be announced."""
    model = models.get(d.desk.store, d.card.subject)
    if model is None or d.reader is None or model.person != d.reader.id:
        return view(d.text("refused.no_model"), live=False, moot=True)
    quarter = quarter_name(d.desk, d.language, model.quarter)
    if model.status not in (ModelStatus.CONFIRMED, ModelStatus.HONOURED):
        return view(d.text("honour.struck", quarter=quarter), live=False)
    found = models.round_of(d.desk.store, model.round)
    last = model.notice_until or (found.notice_until if found else None)
    until = day_text(last, d.desk.plant.zone) if last else ""
    shown = model.in_public if model.in_public is not None else d.reader.show_name
    text = text_of(
        d.text(f"honour.{model.status}", quarter=quarter, number=model.number, day=until),
        d.text("honour.shown" if shown else "honour.stays_masked" if model.in_public is False else "honour.masked"),
    )
    buttons = [d.button("honour.mask" if shown else "honour.show", "mdname", model.id, None, "n" if shown else "y")]
    if model.status is ModelStatus.HONOURED:
        buttons.append(d.button("honour.certificate", "mdcert", model.id))
    elif model.in_public is None:
        buttons = [
            d.button("honour.show", "mdname", model.id, None, "y"),
            d.button("honour.mask", "mdname", model.id, None, "n"),
        ]
    return view(text, buttons)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"mdcert": again}
CARDS: Mapping[str, Draw] = {"honour": honour}

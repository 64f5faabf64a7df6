"""How a quarter's list looks to those who choose: everybody with the score in its parts, ties shown, the quota."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.cause_text import quarter_name
from handlers.choosing import full_name
from handlers.message import Button
from handlers.report_text import superseded, text_of
from handlers.turn import tap_data
from handlers.views import Draw, Drawing, View, view
from storage import models
from storage.models import Round
from woodpecker.models import CHOSEN, Model, passes_over, rivals
from woodpecker.words import ModelStatus, Role

PAGE = 4  # people with a button each; two more buttons turn the page and open the notice
LABEL = 10
LEVELS = ("major", "A", "B", "C")


def points(tenths: int) -> str:
    """Tenths of a point as people read them: 47.5."""
    return f"{tenths // 10}.{tenths % 10}"


def listing(d: Drawing) -> View:
    """The list, a page at a time."""
    found = models.round_of(d.desk.store, d.card.subject)
    if found is None or d.reader is None or not (d.reader.has(Role.OFFICER) or d.reader.has(Role.LEADER)):
        return view(d.text("refused.no_model"), live=False, moot=True)
    if superseded(d):
        return view(d.text("model.below"), live=False)
    everybody, page = models.listed(d.desk.store, found.id), int(d.card.args.get("page", 0))
    shown = everybody[page * PAGE : (page + 1) * PAGE]
    rules = d.desk.plant.programme.models
    chosen = sum(m.status in CHOSEN for m in everybody)
    text = text_of(
        d.text("model.list_title", quarter=quarter_name(d.desk, d.language, found.quarter)),
        d.text(f"model.quota_{rules.per}", quota=rules.quota, chosen=chosen),
        *(line(d, m, everybody) for m in shown),
        d.text("model.pages", page=page + 1, pages=-(-len(everybody) // PAGE)) if len(everybody) > PAGE else "",
        d.text(f"model.list_{found.status}"),
        d.text("model.sure", chosen=chosen, days=rules.notice_days) if _sure(d, found) and chosen else "",
    )
    return view(text, _list_buttons(d, found, shown, everybody, page, chosen), width=2)


def _sure(d: Drawing, found: Round) -> bool:
    return bool(d.card.args.get("sure")) and found.status == "open"


def line(d: Drawing, model: Model, everybody: list[Model]) -> str:
    """Rank, name, where the person belongs, score and how far it is."""
    tied = sum(m.place == model.place for m in rivals(d.desk.plant.programme.models, model, everybody)) > 1
    return d.text(
        "model.line_tied" if tied else "model.line",
        place=model.place,
        name=full(d, model),
        unit=model.unit,
        points=points(model.score),
        state=_state(d, model),
    )


def _state(d: Drawing, model: Model) -> str:
    if model.status is not ModelStatus.LISTED:
        return d.text(f"model.is_{model.status}")
    return d.text("model.nominated_by", n=len(model.nominators)) if model.nominators else ""


def full(d: Drawing, model: Model) -> str:
    """The full name, apart from others of the same name."""
    person = d.desk.person(model.person)
    return full_name(d.desk, person) if person else ""


def _list_buttons(
    d: Drawing, found: Round, shown: list[Model], everybody: list[Model], page: int, chosen: int
) -> list[Button]:
    leads = d.reader is not None and d.reader.has(Role.LEADER)
    if _sure(d, found) and leads and chosen:
        return [
            d.button("model.publish_now", "mdpub", found.id, None, "y"),
            d.button("button.back", "mdlist", found.id, None, str(page)),
        ]
    buttons = []
    for n, model in enumerate(shown, page * PAGE + 1):
        buttons.append(Button(f"{n} {full(d, model)}"[:LABEL], tap_data("mdone", model.id)))
    if len(everybody) > PAGE:
        more = (page + 1) % -(-len(everybody) // PAGE)
        buttons.append(d.button("model.more", "mdlist", found.id, None, str(more)))
    if found.status == "open" and leads and chosen:
        buttons.append(d.button("model.publish", "mdpub", found.id))
    return buttons


def one(d: Drawing) -> View:
    """Somebody on the list: how the score comes about, who nominated, what was said, what can be done."""
    model = models.get(d.desk.store, d.card.subject)
    found = models.round_of(d.desk.store, model.round) if model else None
    if model is None or found is None or d.reader is None:
        return view(d.text("refused.no_model"), live=False, moot=True)
    if not (d.reader.has(Role.OFFICER) or d.reader.has(Role.LEADER)):
        return view(d.text("refused.no_model"), live=False, moot=True)
    if superseded(d):
        return view(d.text("model.below"), live=False)
    everybody = models.listed(d.desk.store, model.round)
    text = text_of(
        d.text("model.head", quarter=quarter_name(d.desk, d.language, model.quarter)),
        line(d, model, everybody),
        *score_lines(d, model),
        *_said(d, model),
        _passes(d, model, everybody) if found.status == "open" else "",
    )
    return view(text, _buttons(d, model, found))


def score_lines(d: Drawing, model: Model) -> list[str]:
    """The score in its parts, so that anybody can add it up."""
    tally, parts = model.tally, model.parts
    counted = [_count(d, model, name) for name in sorted(tally.counts, key=_order)]
    return [
        d.text("model.score_levels", points=points(parts.levels), counts=d.text("word.comma").join(counted)),
        d.text("model.score_fixed", points=points(parts.fixed), fixed=tally.fixed, admitted=tally.admitted),
        d.text("model.score_quality", points=points(parts.quality), admitted=tally.admitted, judged=tally.judged),
        d.text("model.score_total", points=points(parts.total)),
    ]


def _order(name: str) -> int:
    return LEVELS.index(name) if name in LEVELS else len(LEVELS)


def _count(d: Drawing, model: Model, name: str) -> str:
    what = d.text(f"level.{name}" if name in LEVELS else f"kind.{name}")
    return d.text("model.count", what=what, n=model.tally.counts[name], points=model.weights.get(name, 0))


def _said(d: Drawing, model: Model) -> list[str]:
    names = [p.name for p in (d.desk.person(i) for i in model.nominators) if p is not None]
    lines = [d.text("model.nominators", names=d.text("word.comma").join(names))] if names else []
    for note in models.notes(d.desk.store, model.id):
        who = d.desk.person(note.person)
        if note.kind == "comment":
            lines.append(d.text("model.comment_line", name=who.name if who else "", words=note.words))
        else:  # whoever objects is named to nobody
            lines.append(d.text("model.objection_line", words=note.words))
            if note.upheld is not None:
                lines.append(d.text("model.upheld" if note.upheld else "model.dismissed", words=note.answer))
    confirmer = d.desk.person(model.confirmer)
    if confirmer is not None:
        lines.append(d.text("model.confirmed_by", name=confirmer.name))
        lines.append(d.text("model.with_words", words=model.words) if model.words else "")
    return lines


def _passes(d: Drawing, model: Model, everybody: list[Model]) -> str:
    rules = d.desk.plant.programme.models
    listed = model.status is ModelStatus.LISTED
    return d.text("model.passes_over") if listed and passes_over(rules, model, everybody) else ""


def _buttons(d: Drawing, model: Model, found: Round) -> list[Button]:
    buttons = []
    reader = d.reader
    if reader is not None and found.status == "open" and reader.id != model.person:
        if model.status is ModelStatus.LISTED:
            if reader.id not in model.nominators:
                buttons.append(d.button("model.nominate", "mdnom", model.id, model.version))
            buttons.append(d.button("model.comment", "mdsay", model.id, model.version))
            if reader.has(Role.LEADER) and set(model.nominators) - {reader.id}:
                buttons.append(d.button("model.confirm", "mdyes", model.id, model.version))
        elif reader.has(Role.LEADER):
            buttons.append(d.button("model.take_back", "mdback", model.id, model.version))
    return [*buttons, d.button("model.back_to_list", "mdlist", model.round)]


CARDS: Mapping[str, Draw] = {"models": listing, "model": one}

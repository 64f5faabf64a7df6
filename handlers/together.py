"""一起发现 and 代报 on a draft's card: people chosen by number, or by name from a numbered list.

A name never identifies alone: whoever it may mean is listed with the employee number and chosen from the list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from handlers import bans, behalf, drafting
from handlers.choosing import AT_MOST, full_name, named
from handlers.desk import Desk
from handlers.drafting import own, show
from handlers.message import Button
from handlers.turn import Tap, Turn, tap_data
from handlers.views import Drawing
from storage import departments, drafts, people
from storage.drafts import Draft
from storage.questions import Question
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.words import Naming

MOST = 5  # who may have found it too
LONGEST = 60  # characters; a longer sentence names nobody
LABEL = 10
WITH, FOR = "with", "for"
TAP = {WITH: "dwith", FOR: "dfor"}
_BETWEEN = re.compile(r"[、，,;；\n]+")

Part = tuple[list[str], list[Button]]


def command(turn: Turn, payload: str) -> None:
    """代报 [工号]: a report for somebody else begins with whom it is for."""
    if not behalf.may_log(turn.desk, turn.me):
        raise Refused("refused.not_logger")
    draft = drafts.open_of(turn.store, turn.me.id)
    if draft is None or draft.purpose != "report":
        draft = drafting.begin(turn, "report", show_card=False)
    if payload:
        _understood(turn, draft, FOR, payload)
    else:
        _ask(turn, draft, FOR)


def _ask(turn: Turn, draft: Draft, step: str, found: list[Person] | None = None) -> None:
    offer = [p.id for p in found or []]
    turn.ask("whom", draft=draft.id, step=step, offer=offer)
    drafting.show_where_acted(turn, draft, at=step, offer=offer)


def answer(turn: Turn, question: Question) -> bool:
    """The name or number that was asked for; a photo or a long sentence is none."""
    text = turn.incoming.text.strip()
    draft = drafts.open_of(turn.store, turn.me.id)
    if draft is None or draft.id != question.args["draft"] or turn.incoming.media or not 0 < len(text) <= LONGEST:
        return False
    offer = question.args["offer"]
    if text.isascii() and text.isdigit() and 0 < int(text) <= len(offer):
        _chosen(turn, draft, question.args["step"], _person(turn.desk, str(offer[int(text) - 1])))
    else:
        _understood(turn, draft, question.args["step"], text)
    return True


def _understood(turn: Turn, draft: Draft, step: str, text: str) -> None:
    """Numbers are taken at once; names are asked back about, all of them in one list."""
    sure, perhaps = meant(turn, text, one=step == FOR)
    for person in sure:
        draft = _put(turn, draft, step, person)
    if step == WITH or perhaps:
        _ask(turn, draft, step, perhaps[:AT_MOST])
    else:
        _done(turn, draft)


def meant(turn: Turn, text: str, *, one: bool, myself: bool = False) -> tuple[list[Person], list[Person]]:
    """Who is certain because the number was given, and who may be meant by a name. Raises Refused.

    `one` takes the words as one name; `myself` says that the person who writes may be meant.
    """
    whole = _by_number(turn.desk, text)
    if whole is not None:
        return [whole], []
    words = [text] if one else [w for piece in _BETWEEN.split(text) for w in _names_in(turn, piece.strip())]
    sure: list[Person] = []
    perhaps: list[Person] = []
    for word in words:
        person = _by_number(turn.desk, word)
        if person is not None:
            sure.append(person)
        else:
            perhaps += named(turn.desk, word)
    return sure, [p for p in dict.fromkeys(perhaps) if p.id != turn.me.id or one or myself]


def _names_in(turn: Turn, piece: str) -> list[str]:
    """张强 周涛 is two, Li Wei is one."""
    return [piece] if people.by_name(turn.store, piece) else piece.split()


def _by_number(desk: Desk, words: str) -> Person | None:
    person = people.by_number(desk.store, words)
    return person if person is not None and person.left_on is None else None


def _person(desk: Desk, number: str) -> Person:
    person = desk.person(int(number)) if number.isascii() and number.isdigit() and len(number) < 18 else None
    if person is None or person.left_on is not None:
        raise Refused("refused.nobody_chosen")
    return person


def _chosen(turn: Turn, draft: Draft, step: str, person: Person) -> None:
    draft = _put(turn, draft, step, person)
    if step == WITH:
        _ask(turn, draft, step)
    else:
        _done(turn, draft)


def _done(turn: Turn, draft: Draft) -> None:
    turn.settle()
    drafting.show_where_acted(turn, draft)


def _put(turn: Turn, draft: Draft, step: str, person: Person) -> Draft:
    if draft.naming is Naming.ANONYMOUS:
        raise Refused("refused.anonymous_alone")
    if bans.banned(turn.store, person.id):
        raise Refused("refused.named_banned", name=person.name)
    if step == FOR:
        behalf.check(turn.desk, turn.me, person)
        joint = tuple(p for p in draft.joint if p != person.id)
        return drafts.change(turn.store, draft.id, turn.desk.now, behalf=person.id, joint=joint)
    if person.id == (draft.behalf or turn.me.id):
        raise Refused("refused.joint_self")
    if person.id in draft.joint:
        return draft
    if len(draft.joint) >= MOST:
        raise Refused("refused.joint_most", most=MOST)
    return drafts.change(turn.store, draft.id, turn.desk.now, joint=(*draft.joint, person.id))


def found_with(turn: Turn, tap: Tap) -> None:
    """一起发现: asks who, or takes the person on the button; one who is there already is taken out."""
    draft = own(turn, tap.id, "report")
    if not tap.arg:
        _ask(turn, draft, WITH)
        return
    person = _person(turn.desk, tap.arg)
    if person.id in draft.joint:
        joint = tuple(p for p in draft.joint if p != person.id)
        _ask(turn, drafts.change(turn.store, draft.id, turn.desk.now, joint=joint), WITH)
    else:
        _chosen(turn, draft, WITH, person)


def logged_for(turn: Turn, tap: Tap) -> None:
    """代报: asks for whom, or takes the person on the button; `-` is oneself again."""
    draft = own(turn, tap.id, "report")
    if not behalf.may_log(turn.desk, turn.me):
        raise Refused("refused.not_logger")
    if tap.arg == "-":
        turn.settle()
        show(turn, drafts.change(turn.store, draft.id, turn.desk.now, behalf=None))
    elif tap.arg:
        _chosen(turn, draft, FOR, _person(turn.desk, tap.arg))
    else:
        _ask(turn, draft, FOR)


def lines(d: Drawing, draft: Draft) -> list[str]:
    """Who found it too and for whom it is logged, as the draft's card says it."""
    found = [p for p in (d.desk.person(i) for i in draft.joint) if p is not None]
    worker = d.desk.person(draft.behalf)
    said = [d.text("behalf.on_draft", who=_numbered(d, worker))] if worker is not None else []
    if found:
        said.append(d.text("joint.on_draft", names=d.text("word.comma").join(full_name(d.desk, p) for p in found)))
    return said


def more_buttons(d: Drawing, draft: Draft) -> list[Button]:
    """What 更多 offers about people: 代报 only to those who log for others."""
    buttons = [d.button("button.together", "dwith", draft.id)]
    if d.reader is not None and behalf.may_log(d.desk, d.reader):
        buttons.append(d.button("button.behalf", "dfor", draft.id))
    return buttons


def choices(step: str) -> Callable[[Drawing, Draft], Part]:
    """The question of a step with whoever may be meant, each with the number that tells namesakes apart."""

    def part(d: Drawing, draft: Draft) -> Part:
        offer = [p for p in (d.desk.person(i) for i in d.card.args.get("offer", [])) if p is not None]
        said = ["", d.text(f"{_SECTION[step]}.{'which' if offer else 'ask'}")]
        said += [d.text("draft.choice", n=n, place=_candidate(d, p)) for n, p in enumerate(offer, 1)]
        if step == WITH:
            said += [d.text("joint.not_here", name=p.name) for p in _apart(d, draft)]
        buttons = [_choice(p, n, step, draft) for n, p in enumerate(offer, 1)]
        if not offer and step == WITH:
            found = [p for p in (d.desk.person(i) for i in draft.joint) if p is not None]
            buttons = [_choice(p, n, step, draft, "✕ ") for n, p in enumerate(found, 1)]
        if not offer and step == FOR and draft.behalf is not None:
            buttons = [d.button("button.myself", "dfor", draft.id, None, "-")]
        return said, [*buttons, d.button("button.back", "dback", draft.id)]

    return part


_SECTION = {WITH: "joint", FOR: "behalf"}


def _choice(person: Person, n: int, step: str, draft: Draft, sign: str = "") -> Button:
    label = f"{sign}{person.name} {person.employee_no or ''}".strip()
    if len(label) > LABEL or person.employee_no is None:
        label = f"{sign}{n} {person.name}"[:LABEL]
    return Button(label, tap_data(TAP[step], draft.id, None, str(person.id)))


def _apart(d: Drawing, draft: Draft) -> list[Person]:
    """Who found it too and cannot be told."""
    found = [p for p in (d.desk.person(i) for i in draft.joint) if p is not None]
    return [p for p in found if d.desk.account_of(p.id) is None]


def _candidate(d: Drawing, person: Person) -> str:
    department = departments.get(d.desk.store, person.department) if person.department is not None else None
    where = " ".join(w for w in (department.name if department else "", person.team) if w)
    number = person.employee_no or d.text("joint.no_number")
    return d.text("choose.candidate", name=person.name, number=number, where=where).strip()


def _numbered(d: Drawing, person: Person) -> str:
    return d.text("behalf.who", name=person.name, number=person.employee_no or d.text("joint.no_number"))


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {"dwith": found_with, "dfor": logged_for}
QUESTIONS: Mapping[str, Callable[[Turn, Question], bool]] = {"whom": answer}

"""领取码: whoever holds an anonymous report's code follows it and talks about it; no name on either side of the code.

Nothing is kept between two messages: each brings the code, and each is erased once it is answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import appeal_times, claim_money
from handlers.act import act
from handlers.evidence import media_of
from handlers.message import Button, Event, Incoming, MediaKind, Message
from handlers.report_text import last_of, text_of
from handlers.steps import history_lines
from handlers.taking import arrived, complain
from handlers.texts import LANGUAGES, text
from handlers.texts import words as meanings
from handlers.turn import Tap, Turn, tap_data
from handlers.views import rows
from storage import claims, evidence, history, reports
from storage.claims import Claim
from woodpecker import clocks
from woodpecker.decisions import allowed
from woodpecker.errors import Refused
from woodpecker.people import Actor, Person
from woodpecker.reports import Act, Report
from woodpecker.words import Action, Status

LONGEST = 1_000  # characters that one message may bring
HISTORY = 2_000  # characters of a history that are shown, the newest ones


def about_code(incoming: Incoming) -> bool:
    """Whether a delivery is about a code: of such nothing stays, whatever becomes of it."""
    if incoming.event is Event.TAP:
        return incoming.tap.partition(":")[0] in TAPS
    return _command(incoming.text) or bool(claims.in_text(incoming.text)[0])


def knows(turn: Turn, text: str) -> bool:
    """Whether a sentence bears a code that opens something: a pump's number may look the same."""
    code = claims.in_text(text)[0]
    return bool(code) and claims.find(turn.store, code, turn.desk.plant.secret) is not None


def _command(text: str) -> bool:
    first = text.split(maxsplit=1)[0].lower() if text.strip() else ""
    return first.removeprefix("/").split("@")[0] == "claim" or meanings("command").get(first) == "claim"


def say(turn: Turn, payload: str) -> None:
    """领取码: alone it shows how the report stands; words or pictures beside it are for the officer."""
    complain(turn)
    said = payload or turn.incoming.text
    code, words = claims.in_text(said)
    if not code:
        code, words = claims.in_text(said, claims.LOOSE)
    if not code:
        turn.reply("claim.how")
        return
    opened = _opened(turn, code)
    if opened is None:
        return
    claim, report = opened
    if _command(words):
        words = words.partition(" ")[2].strip()
    if words or arrived(turn.incoming):
        key, report = _said(turn, report, words[:LONGEST])
        turn.reply(key, number=report.number)
    _show(turn, report, claim, code)


def _opened(turn: Turn, code: str) -> tuple[Claim, Report] | None:
    """What a code opens. A wrong one is not counted: that would say who was here, and 31^12 cannot be tried out."""
    claim = claims.find(turn.store, code, turn.desk.plant.secret)
    report = reports.get(turn.store, claim.report) if claim else None
    if claim is None or report is None:
        turn.reply("claim.unknown")
        return None
    return claim, report


def _holder(report: Report) -> Actor:
    return Actor(None, holds=report.id)


def _said(turn: Turn, report: Report, words: str) -> tuple[str, Report]:
    """Takes words and pictures for what they are now: an answer, 还没改好, 申诉, or a note to the officer."""
    if report.status is Status.QUERIED:
        return "claim.answered", _bring(turn, report, Act(Action.ANSWER, words), "answer")
    if report.status is Status.CLOSED and (more := _after("button.not_fixed", words)) is not None:
        return "claim.reopened", _bring(turn, report, _reopening(turn, report, more), "reopen")
    if report.status is Status.REJECTED and (more := _after("button.appeal", words)) is not None:
        until = appeal_times.report_until(turn.desk, None, report)
        appeal = Act(Action.APPEAL, more, window_end=0 if until is None else until + 1)
        return "claim.appealed", _bring(turn, report, appeal, "answer")
    return "claim.noted", _bring(turn, report, Act(Action.NOTE, words), "answer")


def _after(label: str, words: str) -> str | None:
    """What stands behind a label, in whatever language it was typed; None if the words do not begin with it."""
    for language in LANGUAGES:
        said = text(language, label)
        if words.casefold().startswith(said.casefold()):
            return words[len(said) :].strip(" ，,。:：\n")
    return None


def _reopening(turn: Turn, report: Report, words: str) -> Act:
    plant = turn.desk.plant
    closed = report.closed_at
    return Act(
        Action.REOPEN,
        words,
        window_end=None if closed is None else clocks.reopen_until(closed, plant.zone, plant.programme.clocks),
        due=clocks.due_at(plant.programme, report.level, turn.desk.now, plant.zone),
    )


def _bring(turn: Turn, report: Report, what: Act, stage: str) -> Report:
    """Does it as whoever holds the code; pictures come without a person, voices not at all."""
    pieces = [m for m in arrived(turn.incoming) if m.kind is not MediaKind.VOICE]
    for piece in pieces:
        evidence.add(
            turn.store, draft=None, report=report.id, stage=stage, kind=piece.kind.value, sha=piece.sha,
            thumb=piece.thumb, size=(piece.width, piece.height), mime=piece.mime, person=None, at=turn.desk.now,
        )  # fmt: skip
    done = act(turn.desk, report.id, what._replace(evidence=len(pieces)), _holder(report))
    return done.report


def _show(turn: Turn, report: Report, claim: Claim, code: str) -> None:
    """How the report stands, in place of the message that was tapped or below what was said."""
    message = Message(_text(turn, report, claim, code), rows(_buttons(turn, report, claim, code)))
    turn.answered = True
    ref = turn.incoming.message_ref if turn.incoming.event is Event.TAP else ""
    turn.desk.send_unseen(turn.incoming.platform, turn.incoming.chat, message, ref)


def _text(turn: Turn, report: Report, claim: Claim, code: str) -> str:
    reader = Person(0, "", language=turn.language)
    story = "\n".join(history_lines(turn.desk, reader, report, holder=True))
    asked = last_of(turn.desk, report, (Action.QUERY,)) if report.status is Status.QUERIED else None
    return text_of(
        turn.text("claim.head", number=report.number, status=turn.text(f"status.{report.status}")),
        turn.text("draft.problem", words=report.text),
        turn.text("draft.place", place=report.place_text),
        turn.text("mine.history"),
        story if len(story) <= HISTORY else f"…{story[-HISTORY:]}",
        claim_money.line(turn, report, claim),
        turn.text("claim.asked", words=asked.detail.get("words", ""), code=code) if asked else "",
        turn.text("claim.talk", code=code) if allowed(report, Action.NOTE, _holder(report)) else "",
    )


def _buttons(turn: Turn, report: Report, claim: Claim, code: str) -> list[Button]:
    def button(key: str, verb: str) -> Button:
        return Button(turn.text(key), tap_data(verb, 0, None, code))

    who = _holder(report)
    found = [button("claim.again", "clsee")]
    if evidence.of_report(turn.store, report.id):
        found.append(button("word.photos", "clpics"))
    if allowed(report, Action.WITHDRAW, who):
        found.append(button("button.withdraw", "clback"))
    if allowed(report, Action.REOPEN, who):
        last = history.last(turn.store, report.id)
        if last is None or last.action is not Action.CONFIRM:
            found.append(button("button.confirm_fix", "clfine"))
        found.append(button("button.not_fixed", "clnot"))
    if allowed(report, Action.APPEAL, who) and not report.appealed:
        found.append(button("button.appeal", "clcase"))
    if claim_money.due(turn, report, claim):
        found.append(button("claim.take", "clmoney"))
    return found


def _tapped(turn: Turn, tap: Tap) -> tuple[Claim, Report, str] | None:
    code = claims.in_text(tap.arg)[0]
    if not code:
        raise Refused("refused.unknown_button")
    opened = _opened(turn, code)
    return (*opened, code) if opened else None


def _see(turn: Turn, tap: Tap) -> None:
    if opened := _tapped(turn, tap):
        claim, report, code = opened
        _show(turn, report, claim, code)


def _does(action: Action, key: str) -> Callable[[Turn, Tap], None]:
    def does(turn: Turn, tap: Tap) -> None:
        if opened := _tapped(turn, tap):
            claim, report, code = opened
            report = act(turn.desk, report.id, Act(action), _holder(report)).report
            turn.toast = turn.text(key, number=report.number)
            _show(turn, report, claim, code)

    return does


def _how(label: str) -> Callable[[Turn, Tap], None]:
    """What needs words is said with the code: nothing here remembers who was asked."""

    def how(turn: Turn, tap: Tap) -> None:
        if opened := _tapped(turn, tap):
            turn.reply("claim.say_why", code=opened[2], label=turn.text(label))

    return how


def _pictures(turn: Turn, tap: Tap) -> None:
    if opened := _tapped(turn, tap):
        report = opened[1]
        pieces = [e for e in evidence.of_report(turn.store, report.id) if e.kind != "voice"]
        for stage in ("before", "answer", "reopen", "interim", "after"):
            found = [e for e in pieces if e.stage == stage]
            if found:
                caption = turn.text(f"photos.{'after' if stage == 'interim' else stage}", number=report.number)
                turn.send(Message(caption, media=media_of(found)))


def _money(turn: Turn, tap: Tap) -> None:
    if opened := _tapped(turn, tap):
        claim, report, code = opened
        claim_money.check(turn, report, claim)
        yes = Button(turn.text("claim.take_now"), tap_data("cltake", 0, None, code))
        turn.send(Message(claim_money.asked(turn, report, claim), rows([yes])))


def _take(turn: Turn, tap: Tap) -> None:
    if opened := _tapped(turn, tap):
        claim, report, _ = opened
        claim_money.take(turn, report, claim)


TAPS: Mapping[str, Callable[[Turn, Tap], None]] = {
    "clsee": _see,
    "clfine": _does(Action.CONFIRM, "feedback.confirmed"),
    "clback": _does(Action.WITHDRAW, "report.withdrawn"),
    "clnot": _how("button.not_fixed"),
    "clcase": _how("button.appeal"),
    "clpics": _pictures,
    "clmoney": _money,
    "cltake": _take,
}

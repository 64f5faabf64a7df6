"""The literal tables of the desk: what can be said, tapped, asked and shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import (
    accepting,
    accusing,
    appealing,
    awards,
    binding,
    boards,
    claiming,
    danger,
    disputing,
    earned,
    editing,
    feedback,
    finding,
    fixing,
    groups,
    guide,
    joining,
    joint,
    language,
    looking,
    mending,
    mine,
    missing,
    payees,
    quiet,
    reporting,
    reversing,
    rewards,
    talking,
    todo,
    together,
    verifying,
)
from handlers.turn import Tap, Turn
from handlers.views import Draw
from storage.questions import Question

Command = Callable[[Turn, str], None]
OnTap = Callable[[Turn, Tap], None]
Answer = Callable[[Turn, Question], bool]
"""Takes the answer to a question; False if what was said is none and means something else."""

COMMANDS: Mapping[str, Command] = {
    "start": joining.start,
    "report": reporting.start,
    "todo": todo.show,
    "mine": mine.show,
    "rewards": rewards.show,
    "board": boards.show,
    "find": finding.find,
    "help": guide.show,
    "lang": language.choose,
    "quiet": quiet.show,
    "danger": danger.call,
    "claim": claiming.say,
    "looks": looking.show,
    "here": groups.only_in_groups,
    "thanks": guide.thanks,
    "bind": binding.give_code,
    "unreachable": missing.show,
    "behalf": together.command,
}

WITHOUT_JOINING = frozenset({"start", "danger", "sos", "sosend", "lang", "setlang", "claim", *claiming.TAPS})

# Each module lists its own verbs, questions and cards; a verb belongs to one module.
TAPS: Mapping[str, OnTap] = {
    **joining.TAPS,
    **reporting.TAPS,
    **mine.TAPS,
    **feedback.TAPS,
    **verifying.TAPS,
    **fixing.TAPS,
    **accepting.TAPS,
    **appealing.TAPS,
    **mending.TAPS,
    **talking.TAPS,
    **todo.TAPS,
    **looking.TAPS,
    **accusing.TAPS,
    **awards.TAPS,
    **reversing.TAPS,
    **earned.TAPS,
    **disputing.TAPS,
    **boards.TAPS,
    **claiming.TAPS,
    **finding.TAPS,
    **groups.TAPS,
    **language.TAPS,
    **quiet.TAPS,
    **danger.TAPS,
    **joint.TAPS,
    **together.TAPS,
    **editing.TAPS,
}

QUESTIONS: Mapping[str, Answer] = {
    **joining.QUESTIONS,
    **reporting.QUESTIONS,
    **feedback.QUESTIONS,
    **verifying.QUESTIONS,
    **fixing.QUESTIONS,
    **accepting.QUESTIONS,
    **appealing.QUESTIONS,
    **mending.QUESTIONS,
    **talking.QUESTIONS,
    **looking.QUESTIONS,
    **accusing.QUESTIONS,
    **awards.QUESTIONS,
    **reversing.QUESTIONS,
    **disputing.QUESTIONS,
    **finding.QUESTIONS,
    **quiet.QUESTIONS,
    **danger.QUESTIONS,
    **editing.QUESTIONS,
    **together.QUESTIONS,
}

CARDS: Mapping[str, Draw] = {
    **joining.CARDS,
    **reporting.CARDS,
    **mine.CARDS,
    **feedback.CARDS,
    **verifying.CARDS,
    **fixing.CARDS,
    **accepting.CARDS,
    **appealing.CARDS,
    **mending.CARDS,
    **talking.CARDS,
    **todo.CARDS,
    **looking.CARDS,
    **awards.CARDS,
    **payees.CARDS,
    **rewards.CARDS,
    **earned.CARDS,
    **disputing.CARDS,
    **boards.CARDS,
    **finding.CARDS,
    **groups.CARDS,
    **language.CARDS,
    **quiet.CARDS,
    **danger.CARDS,
    **joint.CARDS,
    **editing.CARDS,
}

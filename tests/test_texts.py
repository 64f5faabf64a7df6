"""All languages say the same things, with the same facts, within the platforms' limits."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from handlers.routes import command_menus
from handlers.texts import LANGUAGES, text, texts, whole, words
from tests.worker_side import worker_side

ROOT = Path(__file__).parent.parent


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


FURTHER = [code for code in LANGUAGES if code != "zh"]


@pytest.mark.parametrize("language", FURTHER)
def test_a_language_says_all_of_its_side_and_nothing_unknown(language):
    chinese, other = texts("zh"), texts(language)
    side = chinese.keys() if whole(language) else worker_side()
    assert sorted(side - other.keys()) == [], "missing"
    assert sorted(other.keys() - chinese.keys()) == [], "unknown"
    assert other["language.covers"] in {"all", "worker"}


@pytest.mark.parametrize("language", FURTHER)
def test_a_sentence_holds_the_same_facts_in_every_language(language):
    chinese, other = texts("zh"), texts(language)
    assert [k for k in other if placeholders(chinese[k]) != placeholders(other[k])] == []


def test_what_a_language_does_not_say_is_said_in_the_plants():
    assert text("ru", "button.submit", "en") == "Отправить"
    assert text("ru", "staffing.verify", "en", number="2611-0001") == text("en", "staffing.verify", number="2611-0001")
    assert not whole("ru")
    assert command_menus("en")["groups"]["ru"] == command_menus("en")["groups"]["en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_used(language):
    code = "\n".join(p.read_text() for p in (ROOT / "handlers").rglob("*.py"))
    code += "\n".join(p.read_text() for p in (ROOT / "bot").rglob("*.py"))
    code += "\n".join(p.read_text() for p in (ROOT / "woodpecker").rglob("*.py"))
    unused = [
        key
        for key in texts(language)
        if key not in code and f'"{key.split(".")[0]}.' not in code and f"{key.split('.')[0]}.{{" not in code
    ]
    assert [k for k in unused if k.split(".")[0] not in {"command", "menu", "group_menu", "day"}] == []


def test_every_refusal_of_the_rules_has_a_sentence():
    keys = set()
    for file in [*(ROOT / "woodpecker").glob("*.py"), *(ROOT / "handlers").glob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("refused."):
                keys.add(node.value)
    assert {k for k in keys if k not in texts("zh") and k != "refused."} == set()


def test_no_word_means_two_commands():
    for language in LANGUAGES:
        seen = [w.lower() for k, t in texts(language).items() if k.startswith("command.") for w in t.split("|")]
        assert len(seen) == len(set(seen))
    assert words("command")["上报"] == "report"


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_short_and_never_name_the_secret_channel(language):
    for key, said in texts(language).items():
        assert "举" + "报" not in said, key
        assert len(said) <= 700, key


def test_a_number_takes_the_form_of_its_word(monkeypatch):
    assert text("en", "card.overdue", due="11-05", days=1) == "11-05 (1 day overdue)"
    assert text("en", "card.overdue", due="11-05", days=2) == "11-05 (2 days overdue)"
    said = {"zh": texts("zh"), "ru": {"x.y": "{n} {n:день|дня|дней}"}}
    monkeypatch.setattr("handlers.texts.texts", lambda language: said[language])
    found = [text("ru", "x.y", n=n) for n in (1, 2, 5, 11, 12, 21, 22, 25, 111)]
    assert found == [f"{n} {word}" for n, word in zip(
        (1, 2, 5, 11, 12, 21, 22, 25, 111),
        ("день", "дня", "дней", "дней", "дней", "день", "дня", "дней", "дней"), strict=True,
    )]  # fmt: skip


def test_english_never_leaves_a_plural_open():
    assert [key for key, said in texts("en").items() if "(s)" in said] == []

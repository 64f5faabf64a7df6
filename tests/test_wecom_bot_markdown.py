"""What people say is shown as they said it, whatever it would mean as markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.wecom_bot.markdown import literal
from tests.fakes.wecom_bot_phone import ESCAPED


@pytest.mark.parametrize(
    "text, markdown",
    [
        ("# 标题", "\\# 标题"),
        ("#1 球磨机", "#1 球磨机"),
        ("> 引用", "\\> 引用"),
        ("- 一", "\\- 一"),
        ("1. 一", "1\\. 一"),
        ("12.5 元", "12.5 元"),
        ("**粗** `码`", "\\*\\*粗\\*\\* \\`码\\`"),
        ("PLANT_01_A", "PLANT_01_A"),
        ("_斜_", "\\_斜\\_"),
        ("[x](http://e.example)", "\\[x\\](http://e.example)"),
        ('<font color="info">', '\\<font color="info">'),
        ("2 < 3", "2 < 3"),
        ("&lt;", "\\&lt;"),
        ("A & B", "A & B"),
        ("~~删~~", "\\~\\~删\\~\\~"),
        ("    码", "\u00a0\u00a0\u00a0\u00a0码"),
        ("C:\\n", "C:\\\\n"),
        ("隐患：3号车间，护栏松动。50.00 元", "隐患：3号车间，护栏松动。50.00 元"),
    ],
)
def test_markup_in_what_people_say_is_shown_as_it_is(text: str, markdown: str) -> None:
    assert literal(text) == markdown


@given(st.text(alphabet="ab1 \n\t#>*_`[]()<>&;~|-+=.\\护栏", max_size=60))
def test_literally_means_that_nothing_is_lost_and_no_markup_is_left(text: str) -> None:
    made = literal(text)
    shown = ESCAPED.sub(r"\1", made).replace("\u00a0", " ").replace("\t", " ")
    assert shown == re.sub(r"(?m)^[ \t]+", lambda found: " " * len(found[0]), text).replace("\t", " ")
    bare = re.sub(r"\\.", "x", made, flags=re.S)
    assert not re.search(r"[`*\[\]]|~~|(?m:^\s*(#{1,6}|>|[-+]|\d+[.)])\s)", bare)

"""Rules that contradict themselves are refused with what to write; odd ones are named by `check`."""

from __future__ import annotations

import re
from datetime import date

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.rule_checks import doubts
from tests.test_settings import PLANT, problems, settings
from woodpecker.programme import DEFAULT_RATES, Budget, Caps, Points, Programme, RateCard
from woodpecker.words import Level

TODAY = date(2026, 11, 26)
WHERE = "enterprise[demo].programme."


@pytest.mark.parametrize(
    "lines, said",
    [
        ("[caps]\nperson_month = 0", "caps.person_month: nobody could earn anything; write an amount above 0"),
        ("[caps]\nperson_kind_month = 0", "caps.person_kind_month: nobody could earn anything"),
        ("[caps]\nperson_month = 100\nperson_kind_month = 101", "caps.person_kind_month: is above person_month (1"),
        ("[caps]\nperson_month = -1", "caps.person_month: -1 is not an amount; write an amount in yuan"),
        ("[budget]\nmonth = 0", "budget.month: every award would be held; write an amount above 0"),
        ("[budget]\nwarn_percent = 101", "budget.warn_percent: is above hold_percent; write a smaller number"),
        ('earning = { worker = "none" }', "earning: everybody is a worker; write it for another role"),
        ('earning = { officer = "some" }', "earning.officer: input should be 'full', 'points' or 'none'"),
        ('[[rate_card]]\neffective = 2027-01-01\nversion = "1"', 'rate_card: the cards of 2000-01-01 and'),
        ("[[rate_card]]\nB = 5000000000", "rate_card[1].B: 5000000000 is not an amount"),
        ("[[rate_card]]\nB = nan", "rate_card[1].B: nan is not an amount"),
        ("[[rate_card]]\neffective = 2027-13-01", None),
        ("[[rate_card]]\nD = 5", "rate_card[1].D: unknown key; known here are"),
        ('person_times = "day"', "person_times: input should be 'report' or 'batch'"),
        ('propose_on = "report"', "propose_on: input should be 'admit' or 'close'"),
        ('joint = "half"', "joint: input should be 'split' or 'each'"),
        ('reward = "gold"', "reward: input should be 'yuan', 'points' or 'both'"),
        ('reward = "both"', "points: points could be used for nothing; write items, or exchange = true"),
        ('reward = "points"\n[points]\nexchange = false', "points: points could be used for nothing"),
        ("[points]\nyuan_per_point = 0", "points.yuan_per_point: input should be greater than 0"),
        ('[points]\nitems = { "毛巾" = 0 }', "points.items.毛巾: input should be greater than or equal to 1"),
        ('[points]\nitems = { "一二三四五六七八九十零" = 5 }', "points.items.一二三四五六七八九十零: does not fit"),
    ],
)  # fmt: skip
def test_what_is_refused(lines, said):
    text = re.sub(r"^\[(\[?)", r"[\1enterprise.programme.", lines, flags=re.M)
    text = text if text.startswith("[") else f"[enterprise.programme]\n{text}"
    found = problems(PLANT + text)
    wanted = "config.toml is not TOML" if said is None else WHERE + said
    assert [s for s in found if s.startswith(wanted)], found


def test_what_fits_together_is_taken():
    text = """[enterprise.programme]
    reward = "both"
    second_approver_from = 800
    [enterprise.programme.caps]
    person_month = 500
    person_kind_month = 500
    [enterprise.programme.points]
    yuan_per_point = "0.50"
    exchange = true
    items = { "洗衣液" = 20, "劳保手套" = 10 }
    """
    rules = settings(PLANT + text).enterprise[0].rules
    assert rules.reward == "both"
    assert rules.points == Points(50, True, (("洗衣液", 20), ("劳保手套", 10)))


RATES = DEFAULT_RATES
NEXT = RateCard("next", date(2027, 1, 1), {**RATES, "C": 60_00})


@pytest.mark.parametrize(
    "rules, said",
    [
        (Programme(cards=(RateCard(), NEXT)), "the rate card of 2027-01-01 begins in 36 days; until then"),
        (Programme(cards=(RateCard(), NEXT)), "on the rate card of 2027-01-01 level B earns less than level C."),
        (Programme(caps=Caps(person_month=300_00)), "caps.person_month (300.00) is less than major earns"),
        (Programme(caps=Caps(None, 300_00)), "caps.person_kind_month (300.00) is less than major earns"),
        (Programme(budget=Budget(400_00)), "budget.month (400.00) is less than major earns"),
        (Programme(second_approver_from=1_000_01), "no award reaches second_approver_from"),
        (Programme(second_approver_from=0), "second_approver_from is 0: every award needs two"),
        (Programme(cards=(RateCard(rates={**RATES, "near_miss": 0}),)), "on the rate card of 2000-01-01 near_miss"),
        (Programme(points=Points(items=(("毛巾", 3),))), "points.items stand there, but nothing earns points"),
        (Programme(reward="points", points=Points(30_00)), "on the rate card of 2000-01-01 C earns less than"),
    ],
)  # fmt: skip
def test_what_is_named(rules, said):
    assert [line for line in doubts(rules, TODAY) if line.startswith(said)], list(doubts(rules, TODAY))


def test_nothing_is_odd_about_the_defaults():
    assert list(doubts(Programme(), TODAY)) == []
    past = RateCard("old", date(2020, 1, 1), {**RATES, "C": 90_00})  # no longer in force: nothing to say
    assert list(doubts(Programme(cards=(past, RateCard("new", date(2024, 1, 1)))), TODAY)) == []


def test_a_level_that_is_not_graded_needs_no_rate():
    rules = Programme(cards=(RateCard(rates={**RATES, "C": 0}),), levels=(Level.B, Level.A))
    assert list(doubts(rules, TODAY)) == []
    assert list(doubts(rules._replace(levels=(Level.C, Level.B, Level.A)), TODAY))


def test_check_says_so_and_still_finds_the_configuration_good(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(f"{PLANT}[enterprise.programme]\nsecond_approver_from = 0\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["check", "--config", str(path)])
    assert result.exit_code == 0
    assert "Warning: demo: second_approver_from is 0: every award needs two approvers." in result.output
    assert "The configuration is good." in result.output

"""Model workers by the rules: the score and its parts, ranks and ties, the quota, who may choose and who may judge."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from woodpecker.errors import Refused
from woodpecker.models import (
    Model,
    Models,
    Score,
    Tally,
    check_confirm,
    check_nominate,
    may_judge,
    passes_over,
    quarter_before,
    ranked,
    score,
)
from woodpecker.people import Actor
from woodpecker.words import ModelStatus, Relation, Role

RULES = Models()
OFFICER, LEADER = frozenset({Role.OFFICER}), frozenset({Role.LEADER})


def tally(person: int = 1, fixed: int = 0, judged: int = 0, **counts: int) -> Tally:
    return Tally(person, None, counts, fixed, judged or sum(counts.values()))


def model(id: int, score: int, status: ModelStatus = ModelStatus.LISTED, **more: object) -> Model:
    base = Model(
        id, 1, 20264, status, 1, id, 1, score, tally(id), Score(score, 0, 0), nominators=(90,), department=id % 2
    )
    return base._replace(**more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "found, parts",
    [
        (tally(C=3, B=2, A=1, fixed=6), (260, 100, 100)),
        (tally(C=3, fixed=1), (60, 33, 100)),  # 3.33 points
        (tally(C=3, fixed=2), (60, 67, 100)),  # 6.67
        (tally(C=3, fixed=3, judged=4), (60, 100, 75)),
        (tally(major=1, suggestion=1, near_miss=1), (570, 0, 100)),
        (tally(violation=9), (0, 0, 100)),  # no weight, if one ever got here
        (tally(judged=5), (0, 0, 0)),
        (Tally(1, None, {"C": 8}, 1, 8), (160, 13, 100)),  # 1.25 points, half up
    ],
)
def test_the_score_in_tenths(found, parts):
    assert score(RULES, found) == Score(*parts)
    assert score(RULES, found).total == sum(parts)


def test_weights_are_a_setting():
    rules = RULES._replace(weights={"C": 7}, fixed=0, quality=3)
    assert score(rules, tally(C=2, B=1, fixed=3)) == Score(140, 0, 30)


COUNTS = st.dictionaries(st.sampled_from(["C", "B", "A", "major"]), st.integers(1, 9), max_size=4)
TALLIES = st.lists(
    st.builds(lambda c, f, j: Tally(0, None, c, min(f, sum(c.values())), sum(c.values()) + j), COUNTS,
              st.integers(0, 40), st.integers(0, 9)),
    max_size=30,
)  # fmt: skip


@given(found=TALLIES)
def test_ranks_are_shared_by_all_with_the_same_score_and_nobody_is_left_out(found):
    people = [t._replace(person=n) for n, t in enumerate(found, 1)]
    places = ranked(RULES, people)
    assert {t.person for _, t, _ in places} == {t.person for t in people if t.admitted >= RULES.least}
    for place, _, points in places:
        assert place == 1 + sum(p.total > points.total for _, _, p in places)
    assert [s.total for _, _, s in places] == sorted((s.total for _, _, s in places), reverse=True)


@given(found=TALLIES)
def test_parts_stay_within_what_the_rules_give(found):
    for one in found:
        points = score(RULES, one)
        assert 0 <= points.fixed <= 10 * RULES.fixed
        assert 0 <= points.quality <= 10 * RULES.quality
        assert points.levels == 10 * sum(RULES.weights[k] * n for k, n in one.counts.items())


@pytest.mark.parametrize(
    "month, quarter, first, last",
    [
        (202701, 20264, 202610, 202612),
        (202703, 20264, 202610, 202612),
        (202604, 20261, 202601, 202603),
        (202611, 20263, 202607, 202609),
        (202612, 20263, 202607, 202609),
    ],
)
def test_the_quarter_that_is_over(month, quarter, first, last):
    assert quarter_before(month) == (quarter, first, last)


def refusal(rules: Models, one: Model, everybody: Iterable[Model], actor: Actor, words: str = "") -> str:
    try:
        check_confirm(rules, one, everybody, actor, words)
    except Refused as refused:
        return refused.key
    return ""


LIU = Actor(91, LEADER)


@pytest.mark.parametrize(
    "one, actor, why",
    [
        (model(1, 300), LIU, ""),
        (model(1, 300), Actor(92, OFFICER), "refused.not_leader"),
        (model(91, 300), LIU, "refused.model_self"),
        (model(1, 300, nominators=()), LIU, "refused.model_not_nominated"),
        (model(1, 300, nominators=(91,)), LIU, "refused.model_not_nominated"),  # only by the leader
        (model(1, 300, ModelStatus.CONFIRMED), LIU, "refused.model_moved_on"),
        (model(1, 300, ModelStatus.STRUCK), LIU, "refused.model_moved_on"),
    ],
)
def test_who_may_confirm_whom(one, actor, why):
    assert refusal(RULES, one, [one], actor) == why


def test_the_quota_is_kept_for_the_plant_or_for_each_department():
    full = [model(n, 900, ModelStatus.CONFIRMED) for n in (2, 4, 6)]
    even, odd = model(8, 900), model(9, 900)
    everybody = [*full, even, odd]
    assert refusal(RULES, even, everybody, LIU, "x") == "refused.model_quota"
    assert refusal(RULES, odd, everybody, LIU, "x") == "refused.model_quota"
    each = RULES._replace(per="department")
    assert refusal(each, even, everybody, LIU, "x") == "refused.model_quota"
    assert refusal(each, odd, everybody, LIU) == ""


def test_another_of_a_tie_or_a_lower_one_needs_words_and_the_best_does_not():
    rules = RULES._replace(quota=2)
    best, tied, other, lower = model(1, 500), model(2, 400), model(3, 400), model(4, 300)
    everybody = [best, tied, other, lower]
    assert [passes_over(rules, m, everybody) for m in everybody] == [False, True, True, True]
    assert refusal(rules, best, everybody, LIU) == ""
    assert refusal(rules, tied, everybody, LIU) == refusal(rules, lower, everybody, LIU) == "refused.model_words"
    assert refusal(rules, tied, everybody, LIU, "工龄更长") == ""
    struck = [best, tied, other._replace(status=ModelStatus.STRUCK), lower]
    assert not passes_over(rules, tied, struck)


@pytest.mark.parametrize(
    "one, actor, why",
    [
        (model(1, 1), Actor(5, OFFICER), ""),
        (model(1, 1), Actor(5, LEADER), ""),
        (model(1, 1), Actor(5, frozenset({Role.APPROVER, Role.ADMIN})), "refused.not_officer"),
        (model(5, 1), Actor(5, OFFICER), "refused.model_self"),
        (model(1, 1, ModelStatus.CONFIRMED), Actor(5, OFFICER), "refused.model_moved_on"),
    ],
)
def test_who_may_nominate(one, actor, why):
    found = ""
    try:
        check_nominate(one, actor)
    except Refused as refused:
        found = refused.key
    assert found == why


@pytest.mark.parametrize(
    "person, roles, may",
    [
        (7, LEADER, True),
        (7, OFFICER, False),
        (1, LEADER, False),  # whose honour it is
        (90, LEADER, False),  # nominated
        (91, LEADER, False),  # confirmed
        (8, LEADER, False),  # objects
    ],
)
def test_who_may_judge_an_objection(person, roles, may):
    assert may_judge(model(1, 1, confirmer=91), 8, Actor(person, roles)) is may


def test_whoever_chose_or_judged_is_barred_from_the_award():
    one = model(1, 1, confirmer=91, judges=(93,))
    assert one.relations(1) == {Relation.REPORTER}
    assert all(one.relations(p) == {Relation.CONFIRMER} for p in (90, 91, 93))
    assert one.relations(94) == frozenset()

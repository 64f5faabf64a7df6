"""Where a reporter's name may stand."""

from __future__ import annotations

import hashlib
import hmac
from itertools import product

import pytest

from woodpecker.names import NEVER_TOLD, View, alias, masked, reporter_name, secret
from woodpecker.words import Kind, Naming, Relation

NAME, ALIAS = "王磊", "上报人-7F3"


def shown(view: View, kind: Kind, naming: Naming, *relations: Relation, public: bool = False) -> str | None:
    return reporter_name(view, kind, naming, NAME, show_name_public=public, relations=frozenset(relations), alias=ALIAS)


@pytest.mark.parametrize(
    "name, mask",
    [
        ("张强", "张*"),
        ("欧阳娜娜", "欧*"),
        ("张", "张*"),
        ("Li Wei", "L*"),
        (" 王磊", "王*"),
        ("𠮷田", "𠮷*"),
        ("", "*"),
    ],
)
def test_masked(name: str, mask: str) -> None:
    assert masked(name) == mask


@pytest.mark.parametrize(
    "kind, naming, name",
    [
        (Kind.HAZARD, Naming.SHOWN, NAME),
        (Kind.NEAR_MISS, Naming.SHOWN, NAME),
        (Kind.SUGGESTION, Naming.SHOWN, NAME),
        (Kind.VIOLATION, Naming.SHOWN, ALIAS),
        *((kind, Naming.HIDDEN, ALIAS) for kind in Kind),
        *((kind, Naming.ANONYMOUS, ALIAS) for kind in Kind),
    ],
)
def test_officers_see_the_name_of_a_hazards_reporter_not_of_a_violations(kind: Kind, naming: Naming, name: str) -> None:
    assert shown(View.HANDLER, kind, naming) == name


@pytest.mark.parametrize("relation, kind, naming", list(product(sorted(NEVER_TOLD), Kind, Naming)))
def test_owners_never_see_who_reported(relation: Relation, kind: Kind, naming: Naming) -> None:
    assert shown(View.HANDLER, kind, naming, relation) is None


@pytest.mark.parametrize("relation", [Relation.REPORTER, Relation.JOINT, Relation.LOGGER])
def test_ones_own_report_hides_nothing_from_oneself(relation: Relation) -> None:
    assert shown(View.HANDLER, Kind.VIOLATION, Naming.HIDDEN, relation, Relation.OWNER) == NAME


@pytest.mark.parametrize("kind, naming", list(product(Kind, Naming)))
def test_public_lists_mask_unless_the_person_chose_otherwise(kind: Kind, naming: Naming) -> None:
    open_to_all = kind is not Kind.VIOLATION and naming is Naming.SHOWN
    assert secret(kind, naming) is not open_to_all
    assert shown(View.PUBLIC, kind, naming) == ("王*" if open_to_all else None)
    assert shown(View.PUBLIC, kind, naming, public=True) == (NAME if open_to_all else None)


@pytest.mark.parametrize("kind, naming", list(product(Kind, Naming)))
def test_a_group_never_reads_a_reporters_name(kind: Kind, naming: Naming) -> None:
    assert shown(View.GROUP, kind, naming, Relation.REPORTER, public=True) is None


@pytest.mark.parametrize("kind, naming", list(product(Kind, Naming)))
def test_payroll_alone_joins_person_and_amount(kind: Kind, naming: Naming) -> None:
    assert shown(View.PAYROLL, kind, naming) == (None if naming is Naming.ANONYMOUS else NAME)


def test_without_an_alias_nothing_stands() -> None:
    assert reporter_name(View.HANDLER, Kind.HAZARD, Naming.HIDDEN, NAME) is None


def test_an_alias_is_the_same_for_a_report_and_tells_nothing() -> None:
    digest = hmac.new(b"key", b"42", hashlib.sha256).digest()
    assert alias(digest) == alias(digest) == f"上报人-{digest.hex()[:3].upper()}"
    assert alias(bytes.fromhex("7f3a"), "Reporter") == "Reporter-7F3"

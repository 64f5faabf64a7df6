"""What the cells of a roster mean: roles, dates, yes and no; in Chinese or English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from handlers.texts import LANGUAGES
from handlers.texts import text as text_in
from woodpecker.words import Role

ROLE_WORDS: Mapping[str, Role] = {
    **{role.value: role for role in Role},
    "工人": Role.WORKER,
    "员工": Role.WORKER,
    "安全员": Role.OFFICER,
    "奖励审批人": Role.APPROVER,
    "审批人": Role.APPROVER,
    "第二审批人": Role.SECOND_APPROVER,
    "复审人": Role.SECOND_APPROVER,
    "财务": Role.FINANCE,
    "负责人": Role.LEADER,
    "领导": Role.LEADER,
    "工会": Role.UNION,
    "管理员": Role.ADMIN,
    "监管": Role.REGULATOR,
}
_YES = {"yes", "y", "true", "1", "是", "对", "√", "承包商"}
_NO = {"", "no", "n", "false", "0", "否", "不是", "×"}
_LANGUAGES = {
    **{code: code for code in LANGUAGES},
    **{text_in(code, "language.name").casefold(): code for code in LANGUAGES},
    "汉语": "zh",
    "英文": "en",
    "英语": "en",
}
FURTHEST = 366  # days ahead that somebody may be known to leave
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_ROLES = ", ".join(role.value for role in Role)


def yes(text: str) -> bool:
    """Whether a cell says yes. Raises ValueError."""
    word = text.strip().casefold()
    if word not in _YES | _NO:
        raise ValueError(f'"{text}" is neither yes nor no; write 是 or 否')
    return word in _YES


def language(text: str) -> str:
    """The code of a language we have, from its code or name. Raises ValueError."""
    try:
        return _LANGUAGES[text.strip().casefold()]
    except KeyError:
        raise ValueError(f'"{text}" is not a language here; write {" or ".join(LANGUAGES)}') from None


def day(text: str, today: date) -> str:
    """A date, at most a year ahead, as ISO text. Raises ValueError."""
    found = _DATE.fullmatch(text.strip().split(" ")[0])
    try:
        if found is None:
            raise ValueError
        that = date(*(int(part) for part in found.groups()))
    except ValueError:
        raise ValueError(f'"{text}" is not a date; write it as 2026-11-30') from None
    if (that - today).days > FURTHEST:
        raise ValueError(f"{that} is more than a year ahead; check the year")
    return that.isoformat()


def role(text: str, departments: Mapping[str, int]) -> tuple[Role, int | None]:
    """A role, and the department after its colon if there is one. Raises ValueError."""
    word, _, where = text.strip().replace("：", ":").partition(":")
    found = ROLE_WORDS.get(word.strip().casefold())
    if found is None:
        raise ValueError(f'"{word}" is not a role; write one of {_ROLES}')
    if not where.strip():
        return found, None
    if found is not Role.OFFICER:
        raise ValueError(f"only officers are limited to departments, not {found.value}; write the role alone")
    if where.strip() not in departments:
        raise ValueError(f'there is no department "{where.strip()}"; import the departments first')
    return found, departments[where.strip()]


def roles(text: str, departments: Mapping[str, int]) -> dict[Role, frozenset[int]]:
    """Roles with their departments, as `officer:磨矿车间; approver`. Raises ValueError."""
    found: dict[Role, set[int]] = {}
    whole: set[Role] = set()
    for part in re.split(r"[;；,，、\n]", text):
        if part.strip():
            word, department = role(part, departments)
            found.setdefault(word, set())
            if department is None:
                whole.add(word)
            else:
                found[word].add(department)
    found.pop(Role.WORKER, None)
    return {word: frozenset() if word in whole else frozenset(of) for word, of in found.items()}

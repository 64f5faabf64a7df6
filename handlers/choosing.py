"""Choosing a person by name or number, or a day by words."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from handlers import away
from handlers.desk import Desk
from handlers.units import of_unit
from storage import departments, people
from woodpecker import clocks
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.reports import Report

AT_MOST = 5
FAR = 366  # days; what lies further away was mistyped


class Hands(NamedTuple):
    """Whose task it becomes; `absent` is the person meant who has not joined or is on leave."""

    person: int | None
    absent: int | None = None


def hands_for(desk: Desk, wanted: int | None, department: int | None) -> Hands:
    """The person meant if there is one who can be reached, on leave the deputy, else the leader of the department."""
    meant = desk.person(wanted)
    found = away.taker(desk, meant.id) if meant is not None and meant.left_on is None else None
    if found is None:
        found = away.leader_for(desk, wanted, department)
    return Hands(found, meant.id if meant is not None and meant.id != found else None)


def likely_owners(desk: Desk, report: Report, most: int = AT_MOST) -> list[Person]:
    """Who probably has to fix it and can be reached: the department's leader, then its people."""
    leader = desk.person(departments.leader_of(desk.store, report.department))
    found = [leader] if leader else []
    found += [p for p in people.of_department(desk.store, report.department, most) if leader is None or p != leader]
    here = set(away.present(desk, (p.id for p in found)))
    return [p for p in found if p.id in here and away.reachable(desk, p.id)][:most]


def named(desk: Desk, words: str) -> list[Person]:
    """Everybody who may be meant by a name or an employee number; one if it is certain. Raises Refused."""
    by_number = people.by_number(desk.store, words)
    if by_number is not None and by_number.left_on is None:
        return [by_number]
    exact = [p for p in people.by_name(desk.store, words) if p.left_on is None]
    found = exact or of_unit(desk, words) or people.search(desk.store, words, AT_MOST)
    if not found:
        raise Refused("refused.nobody_named", words=words[:20])
    return found[:AT_MOST]


def full_name(desk: Desk, person: Person) -> str:
    """The name, with the employee number if somebody else is called the same."""
    namesakes = [p for p in people.by_name(desk.store, person.name) if p.left_on is None]
    return f"{person.name} {person.employee_no}" if len(namesakes) > 1 and person.employee_no else person.name


_SPAN = re.compile(r"(\d{1,3})\s*(?:天|日内|days?|d)(?:后|以后|内|之内)?")
_SPANS_ZH = dict(zip("一二两三四五六七", (1, 2, 2, 3, 4, 5, 6, 7), strict=True))
_DATE = re.compile(r"(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_DAY = re.compile(r"(\d{1,2})\s*[日号]")
_WEEKDAY = re.compile(r"(下下|下|这|本|)(?:周|星期|礼拜)([一二三四五六日天])")
_WEEKS = re.compile(r"(\d{1,2}|[一二两三四])\s*(?:个?(?:周|星期|礼拜)|weeks?)(?:后|以后|内|之内)?")
_MONTH_END = frozenset({"月底", "本月底", "这个月底", "end of month", "end of the month"})
_NEAR = {"昨天": -1, "yesterday": -1, "今天": 0, "today": 0, "明天": 1, "tomorrow": 1, "后天": 2, "大后天": 3}
_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def day_meant(words: str, today: date) -> date | None:
    """The day that words mean, seen from today: 11-05, 3天, 下周一, 明天, 5号, friday; None if none."""
    text = words.strip().lower().removeprefix("by ").removeprefix("in ").removesuffix("前").removesuffix("之")
    text = re.sub(r"^([一二两三四五六七])(?=天)", lambda m: str(_SPANS_ZH[m[1]]), text)
    if text in _NEAR:
        return today + timedelta(days=_NEAR[text])
    if match := _SPAN.fullmatch(text):
        return today + timedelta(days=int(match[1]))
    if match := _WEEKS.fullmatch(text):
        return today + timedelta(weeks=_SPANS_ZH.get(match[1]) or int(match[1]))
    if text in _MONTH_END:
        return (today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    if match := _WEEKDAY.fullmatch(text):
        return _weekday(today, "一二三四五六日".index(match[2].replace("天", "日")), match[1].count("下"), match[1])
    if text.removeprefix("next ") in _ENGLISH:
        return _weekday(today, _ENGLISH.index(text.removeprefix("next ")), int(text.startswith("next ")), "")
    if match := _DATE.fullmatch(text):
        return _dated(today, match)
    if match := _DAY.fullmatch(text):
        return _next_day_of_month(today, int(match[1]))
    return None


def _weekday(today: date, weekday: int, weeks: int, word: str) -> date:
    day = today - timedelta(days=today.weekday()) + timedelta(days=weekday + 7 * weeks)
    return day + timedelta(days=7) if day < today and not word else day


def _dated(today: date, match: re.Match[str]) -> date | None:
    month, number = int(match[2]), int(match[3])
    try:
        if match[1]:
            return date(int(match[1]), month, number)
        day = date(today.year, month, number)
        # In December 01-05 is next year's; a day just past is a mistake, to be refused as past.
        return day if (today - day).days < 180 else date(today.year + 1, month, number)
    except ValueError:
        return None


def _next_day_of_month(today: date, number: int) -> date | None:
    year, month = (today.year, today.month) if number >= today.day else divmod(today.year * 12 + today.month, 12)
    try:
        return date(year, month if number >= today.day else month + 1, number)
    except ValueError:
        return None


def due_meant(words: str, now: int, zone: ZoneInfo) -> int:
    """The due date that words mean, in milliseconds UTC: the end of a local day. Raises Refused."""
    today = clocks.local_day(now, zone)
    day = day_meant(words, today)
    if day is None:
        raise Refused("refused.no_day")
    if day < today:
        raise Refused("refused.due_past")
    if (day - today).days > FAR:
        raise Refused("refused.due_far")
    return clocks.end_of_day(zone, day)


_BREAK = re.compile(r"[\s,，。;；:：]+")
DAY_WORDS = 3  # words a day has at most: in 3 days


def day_first(words: str, now: int, zone: ZoneInfo) -> tuple[int, str]:
    """The due date that words begin with, and what follows them: 11-20，等配件. Raises Refused."""
    text, today = words.strip(), clocks.local_day(now, zone)
    for gap in list(_BREAK.finditer(text))[:DAY_WORDS]:
        head, rest = text[: gap.start()], text[gap.end() :]
        if rest and day_meant(text, today) is None and day_meant(head, today) is not None:
            return due_meant(head, now, zone), rest
    return due_meant(text, now, zone), ""

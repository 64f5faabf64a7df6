"""An invented plant to try things on; nobody in it exists."""

from __future__ import annotations

from datetime import time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from storage import departments, enterprises, invitations, people, places
from storage.store import Store
from woodpecker.clocks import instant, local, quiet
from woodpecker.programme import Clocks
from woodpecker.words import Role

MORNING = time(9)
SOON = 3_600_000  # ms of the day that whoever begins late should still have


class _Somebody(NamedTuple):
    number: str
    name: str
    department: str
    team: str = ""
    roles: tuple[Role, ...] = ()
    scopes: tuple[str, ...] = ()
    code: str = ""  # of an invitation that stands open


DEPARTMENTS = (
    # name, parent, leader's number, kind
    ("选矿厂", "", "L01", "own"),
    ("磨矿车间", "选矿厂", "Z01", "own"),
    ("破碎车间", "选矿厂", "Z02", "own"),
    ("机修车间", "选矿厂", "Z03", "own"),
    ("安全环保部", "选矿厂", "L02", "own"),
    ("财务部", "选矿厂", "F01", "own"),
    ("恒通检修（承包商）", "机修车间", "C01", "contractor"),
)

PEOPLE = (
    _Somebody("W01", "王磊", "磨矿车间", "甲班", code="DEMO-WANG"),
    _Somebody("S01", "李静", "安全环保部", roles=(Role.OFFICER,), code="DEMO-LI"),
    _Somebody("Z01", "张强", "磨矿车间", "甲班", code="DEMO-ZHANG"),
    _Somebody("A01", "赵敏", "安全环保部", roles=(Role.APPROVER,), code="DEMO-ZHAO"),
    _Somebody("W02", "周涛", "破碎车间", "乙班", code="DEMO-ZHOU"),
    _Somebody("D01", "陈丽", "安全环保部", roles=(Role.ADMIN,), code="DEMO-CHEN"),
    _Somebody("L01", "刘洋", "选矿厂", roles=(Role.LEADER,), code="DEMO-LIU"),
    _Somebody("F01", "孙芳", "财务部", roles=(Role.FINANCE,), code="DEMO-SUN"),
    _Somebody("L02", "马建国", "安全环保部", roles=(Role.SECOND_APPROVER, Role.LEADER)),
    _Somebody("S02", "何秀英", "安全环保部", roles=(Role.OFFICER,), scopes=("破碎车间", "机修车间")),
    _Somebody("U01", "郭志远", "选矿厂", roles=(Role.UNION,)),
    _Somebody("R01", "宋雅琴", "选矿厂", roles=(Role.REGULATOR,)),
    _Somebody("Z02", "徐海波", "破碎车间", "甲班"),
    _Somebody("Z03", "胡晓东", "机修车间", "甲班"),
    _Somebody("W03", "林小燕", "磨矿车间", "乙班"),
    _Somebody("W04", "高鹏飞", "机修车间", "甲班"),
    _Somebody("C01", "罗永强", "恒通检修（承包商）"),
    _Somebody("C02", "梁伟", "恒通检修（承包商）"),
)

PLACES = (
    # code, name, department, owner's number, latitude, longitude
    ("M01", "1号球磨机", "磨矿车间", "Z01", 30.2101, 115.0301),
    ("M03", "3号球磨机", "磨矿车间", "Z01", 30.2102, 115.0303),
    ("M10", "浮选平台", "磨矿车间", "Z01", 30.2104, 115.0305),
    ("P01", "颚式破碎机", "破碎车间", "Z02", 30.2111, 115.0311),
    ("P02", "2号皮带廊", "破碎车间", "Z02", 30.2113, 115.0314),
    ("J01", "机修厂房", "机修车间", "Z03", 30.2121, 115.0321),
    ("J02", "氧气乙炔库", "机修车间", "Z03", 30.2122, 115.0324),
    ("X01", "配电室", "机修车间", "Z03", 30.2124, 115.0326),
    ("X02", "药剂库", "磨矿车间", "Z01", 30.2106, 115.0308),
    ("X03", "厂区道路", "", "", 30.2130, 115.0330),
)


def plant(store: Store, now: int) -> bool:
    """Fills an enterprise that has nobody yet, always the same; False if somebody is there."""
    if people.all(store):
        return False
    of = {"": None, **{name: departments.add(store, name, kind=kind).id for name, _, _, kind in DEPARTMENTS}}
    numbers: dict[str, int | None] = {"": None}
    for who in PEOPLE:
        numbers[who.number] = _person(store, who, of, now)
    for name, parent, leader, _ in DEPARTMENTS:
        departments.update(store, of[name] or 0, parent=of[parent], leader=numbers[leader])
    for code, name, department, owner, latitude, longitude in PLACES:
        places.add(store, code, name, of[department], numbers[owner], latitude, longitude)
    return True


def begin_by_day(store: Store, now: int, zone: ZoneInfo, clocks: Clocks) -> None:
    """Lets a plant that is new at night begin on the coming morning: in quiet hours its phones would only wait."""
    if not (quiet(now, zone, clocks) or quiet(now + SOON, zone, clocks)):
        return
    today = local(now, zone)
    day = today.date() + timedelta(days=today.time() >= MORNING)
    enterprises.set_clock_offset(store, instant(day, MORNING, zone) - now)


def _person(store: Store, who: _Somebody, of: dict[str, int | None], now: int) -> int:
    new = people.add(
        store,
        who.name,
        now,
        employee_no=who.number,
        department=of[who.department],
        team=who.team,
        contractor=who.number.startswith("C"),
    )
    for role in who.roles:
        people.set_roles(store, new.id, role, [of[name] or 0 for name in who.scopes])
    if who.code:
        invitations.create(store, new.id, now, who.code)
    return new.id

"""The plant of the tests: who is who, and where."""

from __future__ import annotations

from woodpecker.words import Role

CAST: tuple[tuple[str, str, str, tuple[Role, ...]], ...] = (
    ("王磊", "1001", "磨矿车间", ()),
    ("李静", "1002", "安环部", (Role.OFFICER,)),
    ("吴桐", "1003", "安环部", (Role.OFFICER,)),
    ("张强", "1004", "磨矿车间", ()),
    ("赵敏", "1005", "人力部", (Role.APPROVER,)),
    ("钱进", "1006", "人力部", (Role.SECOND_APPROVER,)),
    ("周涛", "1007", "选矿车间", ()),
    ("陈丽", "1008", "综合部", (Role.ADMIN,)),
    ("刘洋", "1009", "综合部", (Role.LEADER,)),
    ("孙芳", "1010", "财务部", (Role.FINANCE,)),
)
DEPARTMENTS = (
    ("磨矿车间", "1004"),
    ("选矿车间", "1009"),
    ("安环部", None),
    ("人力部", None),
    ("综合部", "1009"),
    ("财务部", None),
)
PLACES = (("P01", "磨矿车间 · 3号球磨机", "磨矿车间", "1004"), ("P02", "选矿车间 · 1号浮选机", "选矿车间", "1009"))

"""Who is owed what at the end of a month, as a table that finance can pay from."""

from __future__ import annotations

import re

from bot.commands.outcome import OperationFailed, Outcome
from bot.tables import yuan
from storage import ledger
from storage.store import Store

HEADERS = {
    "employee_no": "工号",
    "name": "姓名",
    "department": "部门",
    "carried": "上月结转（元）",
    "awarded": "本月奖励（元）",
    "reversed": "冲销（元）",
    "paid": "已发放（元）",
    "written_off": "核销（元）",
    "owed": "结余（元）",
    "to_pay": "应发（元）",
}
MONEY = 3  # from this column on, in fen


def month_number(text: str) -> int:
    """202611 of "2026-11". Raises OperationFailed."""
    found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text.strip())
    if found is None:
        raise OperationFailed(f'"{text}" is not a month: write it as 2026-11.')
    return int(found[1] + found[2])


def export_ledger(store: Store, month: int, chinese: bool) -> Outcome:
    """One row a person, amounts in fen; a debt is negative and nothing is to pay."""
    owed = ledger.owed_by_person(store, month)
    rows: list[list[object]] = [
        [
            *(o.employee_no or "", o.name, o.department, o.carried, o.awarded, o.reversed, o.paid, o.written_off),
            *(o.owed, max(0, o.owed)),
        ]
        for o in owed
    ]
    due = [o for o in owed if o.owed > 0]
    lines = [f"{len(due)} people are owed {yuan(sum(o.owed for o in due))} yuan in all."]
    without = [o.name for o in due if not o.employee_no]
    if without:
        lines.append(f"Without an employee number, so that payroll cannot pay: {', '.join(without)}.")
    return Outcome(lines, rows, [zh if chinese else name for name, zh in HEADERS.items()], money=MONEY)

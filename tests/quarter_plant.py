"""A plant of 300 people whose quarter passes at the desk; the same seed is the same quarter."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path
from typing import Any

from handlers.act import act
from handlers.deciding import decide
from handlers.desk import Desk
from handlers.schedule import run
from storage import awards, people, reports
from tests.officer import Checked
from tests.world import DAY, HOUR, ZONE, Seen
from woodpecker.errors import Refused
from woodpecker.programme import Budget, Caps, Programme
from woodpecker.reports import Act, Report
from woodpecker.words import Action, AwardAction, Kind, Level, RejectReason, Role, Status

WORKERS = 290
A, S = Action, Status
NIGHT = (22, 7)


class Quarter(Checked):
    """The plant: cast and 290 workers, and everything any phone got, with its time."""

    def __init__(self, folder: Path, seed: int = 1) -> None:
        programme = Programme(
            caps=Caps(person_month=400_00), budget=Budget(month=6_000_00), second_approver_from=100_00, joint="each"
        )
        super().__init__(folder / "quarter.db", programme)
        self.chance = random.Random(seed)
        self.seen: list[tuple[int, Seen]] = []
        self.workers = [f"工友{n:03d}" for n in range(WORKERS)]
        self.refused = 0
        self.stepped: list[int] = []  # when a step was taken
        self.transaction(self._staff)
        for name in self.workers:
            self.phone(name)
            self.join(name)

    def _staff(self, desk: Desk) -> None:
        for n, name in enumerate(self.workers):
            person = people.add(desk.store, name, self.now, employee_no=f"2{n:03d}", department=1 + n % 6)
            self.ids[name] = person.id
        for name, role in (("吴桐", Role.APPROVER), ("周涛", Role.APPROVER)):
            people.set_roles(desk.store, self.ids[name], role)

    def drain(self) -> list[Seen]:
        """Sends, and keeps what was shown."""
        found = super().drain()
        self.seen += [(self.now, one) for one in found]
        return found

    def rest(self, hours: int) -> None:
        """Time passes; the schedule looks every three hours."""
        for _ in range(max(1, hours // 3)):
            self.real += 3 * HOUR
            self.transaction(run)
            self.drain()

    def day(self, reported: int) -> None:
        """A working day from 8 to 20, then the night: some go on, and nobody is to hear of it."""
        local = datetime.fromtimestamp(self.now / 1000, ZONE)
        self.real += int(((8 - local.hour) % 24) * HOUR)
        self.transaction(run)
        self.drain()
        for _ in range(reported):
            self.bring()
        self.rest(3)
        for report in self.open():
            if self.chance.random() < 0.5:
                self.move(report)
        self.rest(3)
        self.money()
        self.rest(9)  # to 23
        for report in self.open()[:6]:
            self.move(report)
        self.rest(9)

    def bring(self) -> None:
        """Somebody reports in so many words; some hide their name, some withdraw."""
        name = self.chance.choice(self.workers)
        if "补充" in self.phones[name].labels():  # the next sentence would be an answer
            name = self.chance.choice([w for w in self.workers if "补充" not in self.phones[w].labels()])
        kind = self.chance.choice(("", "", "", "建议", "未遂事件"))
        naming = self.chance.choice(("", "", "对处理人保密"))
        place = self.chance.choice(("3号球磨机", "1号浮选机"))
        self.handed_in(name, f"{place}第{self.deliveries}处松了", kind, naming)
        if self.chance.random() < 0.05 and "撤回" in self.phones[name].labels():
            self.tap(name, "撤回")

    def handed_in(self, name: str, text: str, kind: str, naming: str) -> None:
        """Submits it."""
        self.submit(name, text, kind=kind, naming=naming)

    def open(self) -> list[Report]:
        """All reports that may still move, the newest first; of the closed and rejected ones those of the last days."""

        def work(desk: Desk) -> list[Report]:
            rows = desk.store.all(
                "SELECT id FROM report WHERE enterprise = $1 AND status NOT IN ('withdrawn', 'void', 'duplicate')"
                " AND (status NOT IN ('closed', 'rejected') OR coalesce(closed_at, submitted_at) > $2)"
                " ORDER BY id DESC",
                desk.now - 12 * DAY,
            )
            found = [reports.get(desk.store, r["id"]) for r in rows]
            return [r for r in found if r is not None]

        return self.transaction(work)

    def move(self, report: Report) -> None:
        """One step by somebody whose it is, if the desk lets them."""
        ids, pick = self.ids, self.chance.random()
        by_id = {number: name for name, number in ids.items()}
        reporter = by_id.get(report.reporter or 0, "王磊")
        owner = by_id.get(report.owner or 0, "张强")
        officer = self.chance.choice(("李静", "吴桐"))
        due, until = self.now + 5 * DAY, (report.closed_at or 0) + 7 * DAY
        steps: dict[Status, tuple[tuple[float, Action, str, dict[str, Any]], ...]] = {
            S.REPORTED: (
                (0.6, A.ADMIT, officer, {"level": self.chance.choice((Level.C, Level.B, Level.A)),
                                        "owner": ids[self.chance.choice(("张强", "刘洋"))], "due": due}),
                (0.7, A.REJECT, officer, {"reason": RejectReason.KNOWN}),
                (0.8, A.QUERY, officer, {"words": "在哪一侧？"}),
                (1.0, A.FIXED_ON_SPOT, officer, {"level": Level.C, "words": "已紧固"}),
            ),
            S.QUERIED: ((1.0, A.ANSWER, reporter, {"words": "南侧"}),),
            S.ASSIGNED: (
                *self.more(report, owner, officer),
                (0.75, A.FIX, owner, {"words": "已紧固"}),
                (0.85, A.REASSIGN, officer, {"owner": ids["张强"], "due": due}),
                (0.95, A.CORRECT, officer, {"level": Level.B}),
                (1.0, A.VOID, officer, {"words": "编的"}),
            ),
            S.FIXED: ((0.8, A.ACCEPT_FIX, officer, {}), (1.0, A.RETURN_FIX, officer, {"words": "没紧", "due": due})),
            S.CLOSED: (
                (0.2, A.CONFIRM, reporter, {}),
                (0.25, A.REOPEN, reporter, {"words": "又松了", "due": due, "window_end": until}),
                (0.3, A.CORRECT, officer, {"level": Level.A}),
                (0.32, A.VOID, officer, {"words": "重复领奖"}),
            ),
            S.REJECTED: (
                (0.2, A.APPEAL, reporter, {"words": "请再看", "window_end": until}),
                (0.3, A.UPHOLD, officer, {}),
                (0.4, A.DISMISS, officer, {"words": "看过了"}),
            ),
        }  # fmt: skip
        for limit, action, name, brings in steps.get(report.status, ()):
            if pick < limit:
                self.attempt(report, action, name, brings)
                return

    def more(self, report: Report, owner: str, officer: str) -> tuple[tuple[float, Action, str, dict[str, Any]], ...]:
        """What else may be done about a fix that is under way."""
        return ()

    def attempt(self, report: Report, action: Action, name: str, brings: dict[str, Any]) -> None:
        """Acts, or is refused."""
        if report.kind is not Kind.HAZARD:
            brings = {**brings, "level": None}

        def work(desk: Desk) -> None:
            person = desk.person(self.ids[name])
            assert person is not None
            act(desk, report.id, Act(action, **brings), person)

        try:
            self.transaction(work)
            self.stepped.append(self.now)
        except Refused:
            self.refused += 1
        self.real += 1000
        self.drain()

    def money(self) -> None:
        """Whoever may decides about what waits; some awards are refused."""
        waiting = self.transaction(lambda d: list(awards.open(d.store)))
        for award, _ in waiting:
            word = AwardAction.LIFT_HOLD if award.status.value == "held_budget" else AwardAction.APPROVE
            if self.chance.random() < 0.05:
                word = AwardAction.REFUSE
            for name in ("赵敏", "钱进", "刘洋", "周涛"):
                try:
                    self.transaction(
                        lambda d, a=award, n=name, w=word: decide(d, d.person(self.ids[n]), a.id, w, words="看过")  # type: ignore[misc]
                    )
                    break
                except Refused:
                    self.refused += 1
            self.drain()

"""A quarter with everything mixed: several finders, logged for others, nameless, violations, danger, major, leave."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from handlers.deciding import decide
from handlers.desk import Desk
from storage import drafts, leave, people
from storage.claims import CODE
from tests.quarter_plant import Quarter
from tests.world import DAY
from woodpecker import clocks
from woodpecker.errors import Refused
from woodpecker.leave import Leave
from woodpecker.reports import Report
from woodpecker.words import Action, AwardAction, Level, RejectReason, Status

A = Action
PLAN = ("张强", "加固", "不另花钱", "2027-01-20", "停机")
Option = tuple[float, Action, str, dict[str, Any]]


class Mixed(Quarter):
    """The quarter of the plant with all that a plant meets; `codes` are those of the nameless, by number."""

    def __init__(self, *args: Any, **more: Any) -> None:
        self.codes: dict[str, tuple[str, str]] = {}
        self.redeemed: dict[str, str] = {}
        self.gone, self.gone_at = "", 0
        self.alerts = 0
        super().__init__(*args, **more)

    def handed_in(self, name: str, text: str, kind: str, naming: str) -> None:
        """Some find it together, some have it logged, some stay nameless, some report a violation or danger."""
        pick = self.chance.random()
        if name == self.gone:
            return
        if pick < 0.04:
            self.danger("孙芳")
        if pick < 0.12:
            self.nameless(name, text)
        elif pick < 0.24:
            self.together(name, text, kind, naming)
        elif pick < 0.3:
            self.logged(name, text)
        elif pick < 0.36:
            self.submit(name, text, kind="违章", naming=naming)
        else:
            self.submit(name, text, kind=kind, naming=naming)

    def danger(self, name: str) -> None:
        """Somebody cries for help; an officer takes it and reaches the caller."""
        self.say(name, "危险")
        self.tap("李静", "我来处理")
        self.tap("李静", "已联系上")
        self.alerts += 1

    def nameless(self, name: str, text: str) -> None:
        """Without a name; the code is written down."""
        self.say(name, text)
        self.tap(name, "署名")
        self.tap(name, "匿名（领取码）")
        seen = self.tap(name, "提交")
        code = next(found[0] for one in seen for found in CODE.finditer(one.message.text))
        self.codes[self.newest().number] = (code, name)

    def together(self, name: str, text: str, kind: str, naming: str) -> None:
        """Two found it."""
        self.say(name, text)
        self._into_draft(name, joint=(self.ids[self.chance.choice([w for w in self.workers if w != name])],))
        self._hand_in(name, kind, naming)

    def logged(self, name: str, text: str) -> None:
        """An officer reports it for a worker."""
        self.say("吴桐", text)
        self._into_draft("吴桐", behalf=self.ids[name])
        self._hand_in("吴桐", "", "")

    def _into_draft(self, name: str, **changes: Any) -> None:
        def work(desk: Desk) -> None:
            draft = drafts.open_of(desk.store, self.ids[name])
            assert draft is not None
            drafts.change(desk.store, draft.id, desk.now, **changes)

        self.transaction(work)

    def _hand_in(self, name: str, kind: str, naming: str) -> None:
        for chooser, choice in (("类型", kind), ("署名", naming)):
            if choice:
                self.tap(name, chooser)
                self.tap(name, choice)
        self.tap(name, "提交")

    def more(self, report: Report, owner: str, officer: str) -> tuple[Option, ...]:
        """Interim measures, more time, other hands, a plan."""
        if report.level is Level.MAJOR and not report.plan:
            return ((1.0, A.PLAN, owner, {"plan": PLAN, "due": self.now + 40 * DAY}),)
        receiver = next((n for n, i in self.ids.items() if i == report.receiver), "")
        if receiver:
            return ((0.5, A.TAKE_OVER, receiver, {}), (0.8, A.DECLINE_OVER, receiver, {}))
        if report.extension is not None:
            return (
                (0.5, A.GRANT_EXTENSION, officer, {"due": report.extension}),
                (0.8, A.REFUSE_EXTENSION, officer, {"words": "抓紧"}),
            )
        if report.disclaimed:
            return ((0.5, A.KEEP_OWNER, officer, {"words": "是他的"}),)
        later = (report.due or self.now) + 5 * DAY
        return (
            (0.08, A.PART_FIX, owner, {"words": "先围起来了"}),
            (0.16, A.ASK_EXTENSION, owner, {"words": "等配件", "due": later}),
            (0.24, A.HAND_OVER, owner, {"receiver": self.ids[self.chance.choice(("孙芳", "王磊"))]}),
            (0.28, A.NOT_MINE, owner, {"words": "不归我们"}),
        )

    def move(self, report: Report) -> None:
        """Some hazards are major; the second acceptor of those is a leader; some officers reject."""
        pick = self.chance.random()
        if report.status is Status.REPORTED and report.level is None and pick < 0.1:
            self.attempt(report, A.ADMIT, "李静", {"level": Level.MAJOR, "owner": self.ids["张强"]})
        elif report.status is Status.REPORTED and pick < 0.14:
            self.attempt(report, A.REJECT, "吴桐", {"reason": RejectReason.NO_HAZARD})
        elif report.status is Status.FIXED and report.first_acceptor is not None:
            self.attempt(report, A.ACCEPT_FIX, "刘洋", {})
        elif report.kind == "violation" and report.status is Status.REPORTED and pick < 0.7:
            self.attempt(report, A.ADMIT_CLOSED, "李静", {"words": "已教育"})
        else:
            super().move(report)

    def day(self, reported: int) -> None:
        """Now and then somebody is on leave, appeals against an award, redeems a code, leaves for good."""
        today = clocks.local_day(self.now, self.plant.zone)
        if today.day % 10 == 3:
            self.transaction(lambda d: self._on_leave(d, "张强" if today.day == 13 else "李静", 3))
        if today.day == 20 and today.month == 12:
            self.transaction(self._leaves)
        self.appeals()
        if self.codes and self.chance.random() < 0.3:
            self.redeem(self.chance.choice(sorted(self.codes)))
        super().day(reported)

    def _on_leave(self, desk: Desk, name: str, days: int) -> None:
        today = clocks.local_day(desk.now, desk.plant.zone)
        deputy = self.ids["王磊" if name == "张强" else "吴桐"]
        leave.add(desk.store, Leave(self.ids[name], today, today + timedelta(days=days), deputy), None, desk.now)

    def _leaves(self, desk: Desk) -> None:
        rows = desk.store.all("SELECT person FROM ledger WHERE enterprise = $1 ORDER BY seq")
        names = {number: name for name, number in self.ids.items() if name in self.workers}
        self.gone = next(names[r["person"]] for r in rows if r["person"] in names)
        self.gone_at = desk.now
        people.update(desk.store, self.ids[self.gone], left_on=clocks.local_day(desk.now, desk.plant.zone).isoformat())

    def appeals(self) -> None:
        """Whoever was refused an award appeals, and somebody else decides."""
        rows = self.transaction(
            lambda d: d.store.all(
                "SELECT a.id, a.appealed_at, r.reporter FROM award a JOIN report r ON r.id = a.report"
                " WHERE a.enterprise = $1 AND a.status = 'refused' AND r.reporter IS NOT NULL"
                " AND (a.appealed = 0 OR a.appealed_at IS NOT NULL) ORDER BY a.id"
            )
        )
        names = {number: name for name, number in self.ids.items()}
        for row in rows:
            if row["appealed_at"] is None:
                self._word(row["id"], names[row["reporter"]], AwardAction.APPEAL, words="请再看")
            elif self.chance.random() < 0.5:
                self._word(row["id"], "周涛", AwardAction.UPHOLD_APPEAL, amount=30_00, words="有理")
            else:
                self._word(row["id"], "周涛", AwardAction.DISMISS_APPEAL, words="看过了")

    def _word(self, award: int, name: str, action: AwardAction, **brings: Any) -> None:
        try:
            self.transaction(lambda d: decide(d, d.person(self.ids[name]), award, action, **brings))  # type: ignore[arg-type]
        except Refused:
            self.refused += 1
        self.drain()

    def redeem(self, number: str) -> None:
        """The holder of a code looks, and takes the money if there is any."""
        code, name = self.codes[number]
        if name == self.gone or number in self.redeemed:
            return
        self.say(name, f"领取码 {code}")
        if "领取奖励" in [b.label for r in self.phones[name].shown[-1].message.buttons for b in r]:
            self.tap(name, "领取奖励")
            self.tap(name, "确定领取")
            self.redeemed[number] = name

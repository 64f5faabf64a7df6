"""What the tests of officers, owners and acceptors share: a checked world, a report in it, and forged taps."""

from __future__ import annotations

from typing import Any

from handlers import outgoing
from handlers.act import act
from handlers.desk import Desk
from handlers.turn import tap_data
from storage import people, reports
from tests.world import Seen, World
from woodpecker.reports import Act, Report
from woodpecker.words import Action, Level, Role


class Checked(World):
    """A world in which every card must fit the narrowest platform."""

    def _show(self, ready: outgoing.Ready) -> Seen:
        buttons = [b for row in ready.message.buttons for b in row]
        assert len(buttons) <= 6, [b.label for b in buttons]
        assert len({b.label for b in buttons}) == len(buttons), "two buttons of one label"
        for button in buttons:
            assert 0 < len(button.label) <= 10, button.label
            assert len(button.data.encode()) <= 64, button.data
        return super()._show(ready)

    def submit(self, name: str, text: str, *, photos: int = 0, kind: str = "", naming: str = "") -> Report:
        """Has somebody report something, in so many words."""
        if photos:
            self.photo(name, text, count=photos)
        else:
            self.say(name, text)
        for chooser, choice in (("类型", kind), ("署名", naming)):
            if choice:
                self.tap(name, chooser)
                self.tap(name, choice)
        self.tap(name, "提交")
        return self.newest()

    def newest(self) -> Report:
        """The report that was made last."""

        def work(desk: Desk) -> Report:
            found = reports.get(desk.store, desk.store.value("SELECT max(id) FROM report WHERE enterprise = $1"))
            assert found is not None
            return found

        return self.transaction(work)

    def report(self, report: Report) -> Report:
        """The report as it is now."""

        def work(desk: Desk) -> Report:
            found = reports.get(desk.store, report.id)
            assert found is not None
            return found

        return self.transaction(work)

    def do(self, name: str, report: Report, action: Action, **brings: Any) -> Report:
        """Acts without a conversation."""

        def work(desk: Desk) -> None:
            person = people.get(desk.store, self.ids[name])
            assert person is not None
            act(desk, report.id, Act(action, **brings), person)

        self.transaction(work)
        self.drain()
        return self.report(report)

    def admit(self, report: Report, owner: str = "张强", by: str = "李静", days: int = 7) -> Report:
        """Admits with the usual buttons left out."""
        level = Level.C if report.kind == "hazard" else None
        due = self.now + days * 86_400_000
        return self.do(by, report, Action.ADMIT, level=level, owner=self.ids[owner], due=due)

    def forge(self, name: str, verb: str, report: Report, arg: str = "", *, version: int | None = -1) -> list[Seen]:
        """Taps with data that no card may have shown; -1 is the report's present version."""
        known = self.report(report).version if version == -1 else version
        ref = self.phone(name).shown[-1].ref if self.phone(name).shown else ""
        return self.tap_data(name, tap_data(verb, report.id, known, arg), ref)

    def role(self, name: str, role: Role, *departments: int) -> None:
        """Gives a role, or takes it with `departments=(-1,)`."""

        def work(desk: Desk) -> None:
            if departments == (-1,):
                people.remove_role(desk.store, self.ids[name], role)
            else:
                people.set_roles(desk.store, self.ids[name], role, departments)

        self.transaction(work)

    def text_of(self, name: str) -> str:
        """All that a phone shows now."""
        return "\n".join(s.message.text for s in self.phones[name].shown)

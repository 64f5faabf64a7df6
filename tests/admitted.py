"""A report that is there and admitted already, for stories and tests about its money."""

from __future__ import annotations

from handlers.act import act, record
from handlers.desk import Desk
from storage import reports
from tests.world import DAY, Seen, World
from woodpecker.clocks import local_month
from woodpecker.reports import Act, Decision, Report
from woodpecker.words import Action, Kind, Level, Naming, Status


def admitted(world: World, name: str, grade: str, *joint: str) -> list[Seen]:
    """`name` reported something, with `joint`, and 李静 has just admitted it; only the money of it is seen.

    职责外 among the names: it lay outside their own duty.
    """
    outside, joint = "职责外" in joint, tuple(n for n in joint if n != "职责外")
    kind = Kind.HAZARD if grade in {level.value for level in Level} else Kind(grade)

    def work(desk: Desk) -> None:
        report = _reported(world, desk, name, kind, joint)
        officer = desk.person(world.ids["李静"])
        assert officer is not None
        if kind is Kind.HAZARD:
            due, owner = desk.now + 5 * DAY, world.ids["张强"]
            what = Act(Action.ADMIT, level=Level(grade), owner=owner, due=due, outside_duty=outside)
            act(desk, report, what, officer)
        else:
            act(desk, report, Act(Action.ADMIT_CLOSED, words="谢谢"), officer)

    world.transaction(work)
    world.real += 1000
    return [seen for seen in world.drain() if seen.message.text.startswith("💰")]


def _reported(world: World, desk: Desk, name: str, kind: Kind, joint: tuple[str, ...]) -> int:
    month = local_month(desk.now, desk.plant.zone)
    place = desk.store.one("SELECT * FROM place WHERE enterprise = $1 ORDER BY id LIMIT 1")
    assert place is not None
    new = Report(
        0, reports.next_number(desk.store, month), kind, Status.REPORTED, 1, "联轴器防护罩没装", place["id"],
        place["name"], place["department"], Naming.SHOWN, world.ids[name], desk.now, desk.now, "d", desk.now, month,
        joint=tuple(world.ids[n] for n in joint),
    )  # fmt: skip
    saved = reports.add(desk.store, new)
    record(desk, Decision(saved, saved, Action.SUBMIT, {}), saved.reporter)
    return saved.id

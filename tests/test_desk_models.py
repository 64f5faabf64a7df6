"""Model workers at the desk: listed once and late, no secret in a score, the quota, names, a year's thirteen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from handlers import schedule
from handlers.outgoing import Ready
from storage import awards, ledger, reports
from tests import honours
from tests.admitted import admitted
from tests.honours import listed, newest
from tests.world import DAY, ZONE, Seen, World
from woodpecker.models import Model, Models
from woodpecker.programme import Programme
from woodpecker.words import Kind, ModelStatus, Naming, Status

RULES = Models(least=1)


def plant(path: Path, rules: Models = RULES, start: str = "2026-12-30 09:10") -> World:
    at = datetime.fromisoformat(start).replace(tzinfo=ZONE)
    return World(path / "plant.db", Programme(models=rules), start=int(at.timestamp() * 1000))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = plant(tmp_path)
    yield made
    made.close()


def until(world: World, when: str) -> list[Seen]:
    """The clock jumps, as when the machine was off; then it runs what is due, twice."""
    world.real = int(datetime.fromisoformat(when).replace(tzinfo=ZONE).timestamp() * 1000)
    seen: list[Seen] = []
    for _ in range(2):
        world.transaction(schedule.run)
        seen += world.drain()
    return seen


def names(world: World, found: list[Model]) -> list[str]:
    by_id = {v: k for k, v in world.ids.items()}
    return [by_id[m.person] for m in found]


def test_the_list_is_made_once_on_its_day_and_made_up_for(world):
    admitted(world, "王磊", "near_miss")
    until(world, "2027-01-03 08:59")
    assert newest(world) is None
    seen = until(world, "2027-01-03 09:00")
    assert sum("候选名单" in s.message.text for s in seen) == 3  # 李静, 吴桐, 刘洋; once
    assert not [s for s in until(world, "2027-02-20 09:00") if "候选名单" in s.message.text]
    assert newest(world).quarter == 20264


def test_a_machine_that_was_off_for_half_a_year_makes_the_last_quarter_only(world):
    admitted(world, "王磊", "near_miss")
    until(world, "2027-05-20 12:00")
    assert newest(world) is None  # nothing in the first quarter of 2027; the fourth of 2026 is past


def test_late_still_in_the_next_quarter(world):
    admitted(world, "王磊", "near_miss")
    assert any("候选名单" in s.message.text for s in until(world, "2027-03-31 21:00"))


def test_no_quota_no_list(tmp_path):
    world = plant(tmp_path, RULES._replace(quota=0))
    admitted(world, "王磊", "near_miss")
    until(world, "2027-01-05 09:00")
    assert newest(world) is None
    world.close()


def test_whose_job_is_finding_hazards_is_not_listed(world):
    for name in ("王磊", "吴桐", "张强"):
        admitted(world, name, "near_miss")
    until(world, "2027-01-03 09:00")
    assert names(world, listed(world)) == ["王磊", "张强"]


@pytest.mark.parametrize(
    "secret", [{"naming": Naming.HIDDEN}, {"naming": Naming.ANONYMOUS, "reporter": None}, {"kind": Kind.VIOLATION}]
)
@pytest.mark.parametrize("status", [Status.CLOSED, Status.REJECTED, Status.ASSIGNED, Status.VOID])
def test_a_secret_report_changes_nothing_that_anybody_sees(tmp_path, secret, status):
    found = []
    for extra in (False, True):
        (tmp_path / str(extra)).mkdir()
        world = plant(tmp_path / str(extra))
        admitted(world, "王磊", "near_miss")
        admitted(world, "张强", "suggestion")
        if extra:

            def work(desk, world=world):
                old = reports.by_number(desk.store, "2612-0002")
                new = old._replace(number="2612-0900", reporter=world.ids["张强"], status=status)
                reports.add(desk.store, new._replace(**secret))

            world.transaction(work)
        until(world, "2027-01-03 09:00")
        found.append([(m.person, m.place, m.score, m.tally, m.parts) for m in listed(world)])
        world.close()
    assert found[0] == found[1]
    assert len(found[0]) == 2


def test_a_quota_for_each_department_ranks_each_by_itself(tmp_path):
    world = plant(tmp_path, RULES._replace(per="department", quota=1))
    for name in ("王磊", "王磊", "张强", "周涛"):
        admitted(world, name, "near_miss")
    until(world, "2027-01-03 09:00")
    assert [(n, m.place) for n, m in zip(names(world, listed(world)), listed(world), strict=True)] == [
        ("王磊", 1), ("周涛", 1), ("张强", 2),
    ]  # fmt: skip
    world.close()


def choose(world: World, *who: str) -> None:
    honours.choose(world, *(world.ids[name] for name in who))


def test_two_leaders_cannot_fill_the_last_place_twice(tmp_path):
    world = plant(tmp_path, RULES._replace(quota=1))
    admitted(world, "王磊", "near_miss")
    admitted(world, "张强", "suggestion")
    until(world, "2027-01-03 09:00")
    for one in listed(world):
        world.tap_data("李静", f"mdnom:{one.id}:1")
    first, second = listed(world)
    world.tap_data("刘洋", f"mdyes:{first.id}:{first.version}")
    world.tap_data("刘洋", f"mdyes:{second.id}:{second.version}")
    assert "名额 1 个已经满了" in world.phones["刘洋"].toasts[-1]
    assert [m.status for m in listed(world)] == [ModelStatus.CONFIRMED, ModelStatus.LISTED]
    world.close()


def test_who_may_not_tap(world):
    admitted(world, "王磊", "near_miss")
    until(world, "2027-01-03 09:00")
    (one,), found = listed(world), newest(world)
    taps = (f"mdnom:{one.id}:1", f"mdyes:{one.id}:1", f"mdback:{one.id}:1", f"mdsay:{one.id}:1",
            f"mdlist:{found.id}", f"mdone:{one.id}", f"mdpub:{found.id}::y", f"mdcert:{one.id}",
            f"mdname:{one.id}::y", f"mdobj:{found.id}", "mdup:1", "mddown:1")  # fmt: skip
    for data in taps:
        world.tap_data("周涛", data)
        assert world.phones["周涛"].toasts.pop(), data
    assert listed(world) == [one]
    for data in ("mdyes", "mdpub"):
        world.tap_data("李静", f"{data}:{one.id}:1:y")
        assert "负责人" in world.phones["李静"].toasts.pop()


def test_names_in_the_notice_are_masked_unless_the_person_says_so(world):
    for name in ("王磊", "张强", "周涛"):
        admitted(world, name, "near_miss")
    until(world, "2027-01-03 09:00")
    choose(world, "王磊", "张强", "周涛")
    one = next(m for m in listed(world) if m.person == world.ids["张强"])
    world.tap_data("王磊", f"mdname:{one.id}::y")  # somebody else's
    world.say("周涛", "标兵")
    assert "王* " in world.phones["周涛"].last
    assert "张* " in world.phones["周涛"].last
    world.tap_data("张强", f"mdname:{one.id}::y")
    world.say("周涛", "标兵")
    assert "张强 " in world.phones["周涛"].last
    assert "王磊" not in world.phones["周涛"].last
    assert "有异议" in world.phones["周涛"].labels()


def sent(world: World, verb: str) -> list[Ready]:
    """What goes out after a tap, as it is handed to the platform."""
    found: list[Ready] = []
    show = world._show

    def keep(ready: Ready) -> Seen:
        found.append(ready)
        return show(ready)

    world._show = keep  # type: ignore[method-assign]
    world.tap_data("王磊", verb)
    return found


def test_the_certificate_says_who_when_and_for_what(world):
    admitted(world, "王磊", "near_miss")
    until(world, "2027-01-03 09:00")
    choose(world, "王磊")
    until(world, "2027-01-09 09:00")
    (one,) = listed(world)
    assert one.status is ModelStatus.HONOURED
    made = [json.loads(r.message.media[0].make) for r in sent(world, f"mdcert:{one.id}") if r.message.media]
    assert [m["form"] for m in made] == ["png", "pdf"]
    assert made[0] == {
        "what": "certificate", "form": "png", "title": "荣誉证书", "name": "王磊 同志：", "unit": "磨矿车间",
        "body": "在 2026 年第四季度“啄木鸟”隐患上报中，您主动发现并上报隐患，经核实受理 1 条，"
        "为安全生产做出了突出贡献，被评为",
        "honour": "“啄木鸟”标兵", "close": "特发此证，以资鼓励。", "plant": "北山矿业", "day": "2027 年 1 月 9 日",
        "number": "证书编号 BB26Q4-01", "seal": "",
    }  # fmt: skip


def test_thirteen_model_workers_come_to_13000(tmp_path):
    world = plant(tmp_path, RULES._replace(quota=4), "2026-03-30 09:10")
    people = ("王磊", "张强", "周涛", "陈丽", "孙芳")
    ends = (("2026-04-03", "2026-04-20", 4), ("2026-07-03", "2026-07-20", 3), ("2026-10-03", "2026-10-20", 3),
            ("2027-01-03", "2027-01-20", 3))  # fmt: skip
    for listed_on, over, n in ends:
        for name in people[:n]:
            admitted(world, name, "near_miss")
        until(world, f"{listed_on} 09:00")
        choose(world, *people[:n])
        until(world, f"{over} 09:00")
        for award, cause in world.transaction(lambda d: list(awards.open(d.store))):
            if isinstance(cause, Model):
                world.tap_data("赵敏", f"awyes:{award.id}:1")
                world.tap_data("钱进", f"awyes:{award.id}:2")
        world.real += 60 * DAY
    everything = world.transaction(lambda d: ledger.totals(d.store))
    assert everything.awarded == 13_000_00
    entered = world.transaction(lambda d: d.store.all("SELECT fen FROM ledger WHERE enterprise = $1"))
    assert [r["fen"] for r in entered] == [1000_00] * 13
    assert world.transaction(lambda d: d.store.value(
        "SELECT count(*) FROM model_worker WHERE enterprise = $1 AND status = 'honoured'"
    )) == 13  # fmt: skip
    world.close()

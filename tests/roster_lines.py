"""What changes outside of the conversations of a story: the roster, an invitation, a photo that goes astray."""

from __future__ import annotations

from collections.abc import Callable

from bot.commands.people_set import set_person
from bot.commands.told import tell
from handlers.desk import Desk
from handlers.message import Media, MediaKind
from storage import departments, invitations, ledger, people
from tests.cast import CAST
from tests.world import Seen, World
from woodpecker.clocks import local_day, local_month
from woodpecker.ledger import payment_entry
from woodpecker.words import Role


def change(world: World, what: str, name: str, value: str = "", more: str = "") -> list[Seen]:
    """Changes the roster as the command line does, or silently."""
    if what in {"离职", "返岗", "任命", "免去"}:
        return _by_command(world, what, name, value, more)
    return _silently(world, what, name, value, more)


def _by_command(world: World, what: str, name: str, value: str, more: str) -> list[Seen]:
    """`离职 周涛`, `离职 周涛 2026-12-01`, `返岗 周涛`, `任命 李静 officer 磨矿车间`, `免去 李静 officer`."""
    wishes = {
        "离职": {"left": value or "2026-11-01"},
        "返岗": {"returned": True},
        "任命": {"grant": [f"{value}:{more}" if more else value]},
        "免去": {"revoke": [value]},
    }
    number = next(number for who, number, *_ in CAST if who == name)

    def work(desk: Desk) -> None:
        today = local_day(desk.now, desk.plant.zone)
        tell(set_person(desk.store, {"number": number, **wishes[what]}, today, desk.now), lambda _: desk)

    world.transaction(work)
    return world.drain()


def _silently(world: World, what: str, name: str, value: str, more: str) -> list[Seen]:
    """`邀请 王磊 CODE`, `手机 王磊 138…`, `语言 王磊 en`, `发放 王磊 50`, `工号 王磊` (takes it away),
    `角色 周涛 approver`, `角色 李静 officer 磨矿车间`, `卸任 周涛 approver`, `上级 磨矿车间 综合部`,
    `承包商 周涛 宏达检修队`, `新人 周涛 2007 选矿车间` (a namesake who has not joined),
    `外来 马超 恒通检修 C001` (the first leads it), `加入 李静` (without a word)."""
    if what not in _CHANGES:
        raise AssertionError(f"nobody can change this: {what!r}")
    world.transaction(lambda desk: _CHANGES[what](world, desk, name, value, more))
    if what in {"外来", "加入"}:
        world.phone(name)
        world.join(name)
    return []


def _paid(world: World, desk: Desk, name: str, yuan: str, _: str) -> None:
    month = local_month(desk.now, desk.plant.zone)
    by = world.ids["孙芳"]
    ledger.append(
        desk.store, [payment_entry(world.ids[name], int(yuan) * 100, at=desk.now, month=month, batch=1, by=by)]
    )


def _firm(world: World, desk: Desk, name: str, firm: str, number: str) -> None:
    unit = departments.by_name(desk.store, firm) or departments.add(desk.store, firm, kind="contractor")
    new = people.add(desk.store, name, desk.now, employee_no=number, department=unit.id, contractor=True)
    world.ids[name] = new.id
    if unit.leader is None:
        departments.update(desk.store, unit.id, leader=new.id)


def _namesake(world: World, desk: Desk, name: str, number: str, unit: str) -> None:
    new = people.add(desk.store, name, desk.now, employee_no=number, department=_department(desk, unit))
    world.ids[f"{name}{number}"] = new.id


def _above(world: World, desk: Desk, unit: str, above: str, _: str) -> None:
    below = _department(desk, unit)
    assert below is not None
    departments.update(desk.store, below, parent=_department(desk, above))


def _contracted(world: World, desk: Desk, name: str, firm: str, _: str) -> None:
    unit = departments.add(desk.store, firm).id
    people.update(desk.store, world.ids[name], contractor=True, department=unit)


def _role(world: World, desk: Desk, name: str, role: str, unit: str) -> None:
    within = _department(desk, unit)
    people.set_roles(desk.store, world.ids[name], Role(role), [within] if within else [])


_CHANGES: dict[str, Callable[[World, Desk, str, str, str], object]] = {
    "邀请": lambda w, d, name, code, _: invitations.create(d.store, w.ids[name], d.now, code),
    "手机": lambda w, d, name, phone, _: people.update(d.store, w.ids[name], phone=phone),
    "语言": lambda w, d, name, language, _: people.update(d.store, w.ids[name], language=language),
    "工号": lambda w, d, name, number, _: people.update(d.store, w.ids[name], employee_no=number or None),
    "卸任": lambda w, d, name, role, _: people.remove_role(d.store, w.ids[name], Role(role)),
    "角色": _role,
    "发放": _paid,
    "承包商": _contracted,
    "外来": _firm,
    "新人": _namesake,
    "上级": _above,
    "加入": lambda w, d, name, *_: None,
}


def _department(desk: Desk, name: str) -> int | None:
    found = departments.by_name(desk.store, name) if name else None
    return found.id if found else None


def bad_photo(world: World, name: str, problem: str) -> list[Seen]:
    """A photo of which only the reason is known why it is not here."""
    media = (Media(MediaKind.PHOTO, f"file{world.deliveries}", 1000, "image/jpeg", problem=problem),)
    return world.deliver(world.incoming(name, media=media))

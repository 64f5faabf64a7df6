"""What changes outside of the conversations of a story: the roster, an invitation, a photo that goes astray."""

from __future__ import annotations

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
    """`邀请 王磊 CODE`, `手机 王磊 138…`, `语言 王磊 en`, `离职 周涛`, `发放 王磊 50`, `工号 王磊`
    (takes it away), `角色 周涛 approver`,
    `角色 李静 officer 磨矿车间`, `上级 磨矿车间 综合部`, `卸任 周涛 approver`,
    `承包商 周涛 宏达检修队`, `新人 周涛 2007 选矿车间` (a namesake who has not joined),
    `外来 马超 恒通检修 C001` (the first leads it), `加入 李静` (without a word)."""

    def work(desk: Desk) -> None:
        if what == "外来":
            firm = departments.by_name(desk.store, value) or departments.add(desk.store, value, kind="contractor")
            new = people.add(desk.store, name, desk.now, employee_no=more, department=firm.id, contractor=True)
            if firm.leader is None:
                departments.update(desk.store, firm.id, leader=new.id)
            world.ids[name] = new.id
            return
        if what == "上级":
            unit, above = (departments.by_name(desk.store, n) for n in (name, value))
            assert unit is not None
            assert above is not None
            departments.update(desk.store, unit.id, parent=above.id)
            return
        person = world.ids.get(name, 0)
        if what == "邀请":
            invitations.create(desk.store, person, desk.now, value)
        elif what == "手机":
            people.update(desk.store, person, phone=value)
        elif what == "语言":
            people.update(desk.store, person, language=value)
        elif what == "发放":
            month = local_month(desk.now, desk.plant.zone)
            paid = payment_entry(person, int(value) * 100, at=desk.now, month=month, batch=1, by=world.ids["孙芳"])
            ledger.append(desk.store, [paid])
        elif what == "工号":
            people.update(desk.store, person, employee_no=value or None)
        elif what == "承包商":
            people.update(desk.store, person, contractor=True, department=departments.add(desk.store, value).id)
        elif what == "新人":
            new = people.add(desk.store, name, desk.now, employee_no=value, department=_department(desk, more))
            world.ids[f"{name}{value}"] = new.id
        elif what == "角色":
            within = departments.by_name(desk.store, more) if more else None
            people.set_roles(desk.store, person, Role(value), [within.id] if within else [])
        elif what == "卸任":
            people.remove_role(desk.store, person, Role(value))
        else:
            raise AssertionError(f"nobody can change this: {what!r}")

    if what == "加入":
        world.join(name)
        return []
    world.transaction(work)
    if what == "外来":
        world.phone(name)
        world.join(name)
    return []


def _department(desk: Desk, name: str) -> int | None:
    found = departments.by_name(desk.store, name) if name else None
    return found.id if found else None


def bad_photo(world: World, name: str, problem: str) -> list[Seen]:
    """A photo of which only the reason is known why it is not here."""
    media = (Media(MediaKind.PHOTO, f"file{world.deliveries}", 1000, "image/jpeg", problem=problem),)
    return world.deliver(world.incoming(name, media=media))

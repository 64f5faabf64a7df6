"""What points are spent on: exchanged for yuan, or redeemed for a thing that somebody hands out."""

from __future__ import annotations

from handlers import payees
from handlers.desk import Desk
from storage import ledger, people, points
from storage.points import Redemption
from woodpecker import clocks
from woodpecker.errors import Refused
from woodpecker.people import Person
from woodpecker.points import exchanged, price_of, redeemed, reversal_entries
from woodpecker.rewards import earning_of
from woodpecker.words import Earning, Handing, Role


def may_exchange(desk: Desk, person: Person) -> bool:
    """Whether this person's role earns money at all: whoever has points only redeems them for things."""
    return earning_of(desk.plant.programme, person.roles) is Earning.FULL


def exchange(desk: Desk, person: Person, count: int, number: int) -> int:
    """Turns points into yuan that the next pay brings; returns the fen. Raises Refused.

    `number` is how often the person had spent points when this was asked for: twice is once.
    """
    _still(desk, person, number)
    if not may_exchange(desk, person):
        raise Refused("refused.no_exchange")
    month = clocks.local_month(desk.now, desk.plant.zone)
    spent, entry = exchanged(desk.plant.programme, person.id, count, number + 1, desk.now, month)
    points.spend(desk.store, spent)
    ledger.append(desk.store, [entry])
    if person.employee_no is None:
        payees.miss_number(desk, person, secret=False)
    return entry.fen


def redeem(desk: Desk, person: Person, item: str, price: int, number: int) -> Redemption:
    """Redeems points for a thing at the price that was shown, and puts it before whoever hands it out."""
    _still(desk, person, number)
    if price_of(desk.plant.programme, item) != price:
        raise Refused("refused.points_moved")
    month = clocks.local_month(desk.now, desk.plant.zone)
    spent = redeemed(person.id, item, price, number + 1, desk.now, month)
    points.spend(desk.store, spent)
    wanted = points.want(desk.store, spent)
    for clerk in handing_out(desk, person.id):
        desk.open_card(clerk.id, "handout", wanted.id)
        desk.refresh(("todo",), clerk.id)
    return wanted


def _still(desk: Desk, person: Person, number: int) -> None:
    if points.spendings(desk.store, person.id) != number:
        raise Refused("refused.points_moved")


def handing_out(desk: Desk, person: int) -> list[Person]:
    """Who hands out what this person redeemed: finance, or else the admins; nobody to oneself."""
    for role in (Role.FINANCE, Role.ADMIN):
        found = people.with_role(desk.store, role)
        here = people.joined(desk.store, [p.id for p in found])
        if others := [p for p in found if p.id != person and p.id in here]:
            return others
    return []


def hand_out(desk: Desk, clerk: Person, wanted: int) -> Redemption:
    """It was handed out; its owner hears so. Raises Refused."""
    found = _open_for(desk, clerk, wanted)
    _end(desk, found, Handing.HANDED, clerk.id, "")
    _tell(desk, found, "points.told_handed", item=found.item)
    return found


def refuse(desk: Desk, clerk: Person, wanted: int, words: str) -> Redemption:
    """It cannot be had: the points come back, and their owner hears why. Raises Refused."""
    found = _open_for(desk, clerk, wanted)
    _cancel(desk, found, clerk.id, words)
    _tell(desk, found, "points.told_cancelled", item=found.item, points=str(found.points), words=words)
    return found


def give_up(desk: Desk, person: Person, wanted: int) -> Redemption:
    """Its owner does not want it any more: the points come back. Raises Refused."""
    found = points.redemption(desk.store, wanted)
    if found is None or found.person != person.id:
        raise Refused("refused.no_redemption")
    _cancel(desk, found, person.id, desk.text(desk.plant.language, "points.own_wish"))
    return found


def _open_for(desk: Desk, clerk: Person, wanted: int) -> Redemption:
    found = points.redemption(desk.store, wanted)
    if found is None or clerk.id not in {p.id for p in handing_out(desk, found.person)}:
        raise Refused("refused.not_handing_out")
    return found


def _cancel(desk: Desk, found: Redemption, by: int, words: str) -> None:
    _end(desk, found, Handing.CANCELLED, by, words)
    entry = points.get(desk.store, found.entry)
    month = clocks.local_month(desk.now, desk.plant.zone)
    points.append(desk.store, reversal_entries([entry] if entry else [], desk.now, month, by, words))


def _end(desk: Desk, found: Redemption, state: Handing, by: int, words: str) -> None:
    if not points.end(desk.store, found.id, state, by, words, desk.now):
        raise Refused("refused.handed_already")
    desk.refresh(("handout", "redeemed"), found.id)
    desk.refresh(("points", "rewards"), found.person)
    for clerk in handing_out(desk, found.person):
        desk.refresh(("todo",), clerk.id)


def _tell(desk: Desk, found: Redemption, key: str, **args: str) -> None:
    desk.push(found.person, "notice", {"key": key, "args": args})

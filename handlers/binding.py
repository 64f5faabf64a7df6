"""绑定: one person on two platforms; the code comes from the first and is said on the second."""

from __future__ import annotations

from handlers.message import Message
from handlers.turn import Turn
from handlers.welcoming import danger_row, link_up, show_waiting
from storage import accounts, audit, bindings, people
from woodpecker.errors import Refused


def give_code(turn: Turn, payload: str) -> None:
    """绑定: answers with a code of few minutes that makes another account this person's."""
    code = bindings.create(turn.store, turn.me.id, turn.desk.now)
    audit.write(turn.store, turn.desk.now, "binding.created", turn.me.id, turn.me.id, account=turn.account.id)
    lines = [turn.text("bind.code", code=code, minutes=bindings.VALID_MINUTES)]
    elsewhere = {p: link for p, link in turn.desk.plant.links.items() if p != turn.incoming.platform}
    lines += [turn.text("bind.link", link=f"{link}{code}") for link in elsewhere.values()]
    turn.send(Message("\n".join(lines)))


def bound(turn: Turn, code: str) -> bool:
    """Makes a stranger's account one of the person whose code this is; False if it is nobody's."""
    person = people.get(turn.store, bindings.redeem(turn.store, code, turn.desk.now))
    if person is None:
        return False
    if person.left_on is not None:
        raise Refused("refused.left")
    desk = turn.desk
    before = [a for a in accounts.of_person(turn.store, person.id) if a.unreachable_at is None]
    joined, linked = link_up(desk, turn.account, person, "binding")
    hello = desk.text(joined.language, "bind.hello", name=joined.name)
    desk.send(linked.platform, linked.chat, Message(hello, danger_row(desk, joined.language), drop_keyboard=True))
    show_waiting(desk, linked, joined)
    for other in before:  # whoever took the phone for a minute must not go unnoticed
        desk.send(other.platform, other.chat, Message(desk.text(joined.language, "bind.told")), joined.id)
    turn.answered = True
    return True


def own(turn: Turn, code: str) -> bool:
    """Whether a code said by somebody who has joined is one for binding. Raises Refused for another's."""
    holder = bindings.redeem(turn.store, code, turn.desk.now)
    if holder is None:
        return False
    # The refusal gives the code back.
    raise Refused("refused.own_bind" if holder == turn.me.id else "refused.other_bind")

"""Who may log a report for a worker without a phone (代报)."""

from __future__ import annotations

from woodpecker.errors import Refused
from woodpecker.people import Actor, Person
from woodpecker.words import Role


def check_logger(actor: Actor, worker: Person, *, leads: bool) -> None:
    """Raises Refused unless this actor may log for the worker; `leads`: the worker's shift is the actor's."""
    if worker.id == actor.person:
        raise Refused("refused.behalf_self")
    officer = actor.has(Role.OFFICER) and actor.in_scope(worker.department)
    if not (officer or actor.has(Role.LEADER) or leads):
        raise Refused("refused.not_logger")

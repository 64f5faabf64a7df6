"""Team activities (班组活动): what one is, who may log and who may confirm it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from woodpecker.errors import Refused
from woodpecker.people import Actor
from woodpecker.words import ActivityStatus, Naming, Relation, Role

DEFAULT_ACTIVITIES: Mapping[str, int] = MappingProxyType(
    {"learning": 240_00, "drill": 240_00, "hunt": 240_00, "contest": 240_00, "other": 240_00}
)
RULE = "activity"


class Activity(NamedTuple):
    """An activity as it is now; `day` is a local ISO date, times in ms, people by id, the first named first."""

    id: int
    status: ActivityStatus
    version: int
    day: str
    logger: int
    kind: str = ""  # a key of the programme's activities
    number: str = ""
    month: int | None = None  # in which it was logged
    department: int | None = None
    unit: str = ""  # department and team as they were called
    text: str = ""
    people: tuple[int, ...] = ()
    confirmer: int | None = None
    words: str = ""  # why it came back
    touched_at: int = 0
    logged_at: int | None = None
    confirmed_at: int | None = None

    @property
    def place_text(self) -> str:
        """Whose activity it was."""
        return self.unit

    @property
    def naming(self) -> Naming:
        """Nobody takes part in secret."""
        return Naming.SHOWN

    def relations(self, person: int) -> frozenset[Relation]:
        """What a person is to its award: who shares it, logged it, confirmed it."""
        pairs = ((Relation.LOGGER, self.logger), (Relation.CONFIRMER, self.confirmer))
        found = {relation for relation, who in pairs if who == person}
        return frozenset(found | {Relation.JOINT} if person in self.people else found)


def check_complete(activity: Activity, kinds: Mapping[str, int]) -> None:
    """Raises Refused with what is missing before it can be handed in."""
    if activity.kind not in kinds:
        raise Refused("refused.activity_kind")
    if not activity.people:
        raise Refused("refused.activity_people")


def needs_confirming(logger: Actor) -> bool:
    """Whether an officer or leader must confirm it; what one of them logs goes to the approver at once."""
    return not (logger.has(Role.OFFICER) or logger.has(Role.LEADER))


def may_confirm(activity: Activity, actor: Actor) -> bool:
    """Whether this person may confirm it: an officer in scope or a leader, who neither logged it nor took part."""
    if actor.person is None or activity.relations(actor.person):
        return False
    return actor.has(Role.LEADER) or (actor.has(Role.OFFICER) and actor.in_scope(activity.department))

"""What a worker is ever shown: the keys that a language of the worker's side must have.

A worker is anybody without a role. `PLAYED` is a language in which workers play the stories: it has no file, so they
read the plant's, and every key that is asked for in it is noted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from handlers.desk import Desk
from handlers.texts import DEFAULT, text, texts
from storage import people
from tests.world import World

PLAYED = "worker"
# Sections that are the worker's from end to end.
_WHOLE = (
    "acted activity ask award_now behalf bind board category claim day did draft earned edited editing feedback "
    "find fix honour interim joint kind "
    "language leave level link menu mine nameless naming notice offer owner_told paid photos plan quiet reject "
    "removing points report rewards status told why word"
)
WHOLE = frozenset(_WHOLE.split())
# Of the others, what a worker meets there.
OF: dict[str, str] = {
    "role": "admin",
    "command": (
        "report todo mine rewards board summary find help lang claim danger bind thanks quiet notice "
        "activity activities models"
    ),
    "alarm": "parked_for_sender done_after_all disk_full",
    "award": (
        "and told_approved told_capped told_cap_reached told_refused told_reversed told_reversed_debt "
        "counted_only no_number as_level by_correct told_upheld told_appeal told_dismissed by_merge "
        "told_points and_points points_capped told_points_back told_points_owed"
    ),
    "danger": (
        "leave number told told_nobody told_before where where_phone at passed_on report taken taken_told "
        "reached reached_told reached_stranger followed follows known_already after_alert phone "
        "false_alarm ended ended_toast ended_told"
    ),
    "ban": "free_again contact or",
    "limit": "flood",
    "group": "only_admin only_in_groups groupless write_me",
    "due": "title title_of title_on_leave tomorrow today overdue more draft_report draft_fix draft_answer draft_reopen",
    "refused": (
        "named_banned claim_taken claim_no_part claim_judged claim_cap not_joined unknown_button no_report moved_on "
        "nothing_picked "
        "moved_on_by moved_on_by_you not_you not_reporter not_owner not_receiver not_officer own_bind "
        "other_bind own_report own_fix words_missing words_too_long evidence_missing receiver_missing reopen_too_late "
        "appeal_too_late appealed_already no_draft draft_sent draft_over text_too_long edit_too_late "
        "no_place time_unclear time_ahead no_photo_left nobody_named nothing_waits left other_code "
        "extension_not_later due_far due_past no_day plan_later leave_of_others receiver_absent no_such_photo "
        "not_logger not_admin no_period no_month no_hours hours_long "
        "objection_late objection_no_number objection_already objection_gone "
        "alert_join_first alert_not_anonymous banned too_many_reports "
        "no_model model_notice_over model_which model_moved_on "
        "no_activity activity_most activity_day activity_decided activity_kind activity_people "
        "points_owed points_unclear points_short points_moved no_exchange no_item no_redemption handed_already"
    ),
    "nudge": "offer offer_own query",
    "button": (
        "submit place more_places kind naming more cancel back anew go_on found_at drop_photo rewrite now hour_ago "
        "morning yesterday as_typed progress withdraw newer older answer other_report "
        "confirm_fix not_fixed behalf edit edit_add edit_place edit_text not_me sure_not_me together "
        "danger share_phone name_shown name_hidden name_anonymous appeal why"
    ),
    "card": "done moved idle pick noted head kind found asked answered with_photos photos due overdue below in_private",
    "verify": "confirm level_is",
    "choose": "candidate days",
    "looks": "told",
    "todo": "offer list nothing count overdue answer fix next again all done all_seen below",
    "join": (
        "greeting own_number send_again wrong_code too_many nobody_yet asked waiting tomorrow told_no place_kept "
        "hello welcome rate comma again more_waiting"
    ),
    "model": (
        "of quarter_1 quarter_2 quarter_3 quarter_4 none_yet being_chosen notice news public thanks object_here object "
        "ask_objection ask_which objected told_objection told_own_upheld told_own_dismissed told_objector_upheld "
        "told_objector_dismissed name_shown name_masked"
    ),
    "certificate": "picture file",
    "guide": "danger worker claim month thanks quiet leave notice activity models",
    "batch": "month",
    "objection": "ask ask_words filed told told_upheld told_dismissed said_upheld said_dismissed",
    "appeal": "may waits ask ask_award filed",
    "mend": "to_kind to_level to_category to_place_text",
    "summary": "own own_closed own_open own_earned own_waits own_counted own_none",
    "talk": "head officer reporter reply ask sent",
}


def worker_side() -> frozenset[str]:
    """Every key that a language of the worker's side must have."""
    whole = {key for key in texts(DEFAULT) if key.partition(".")[0] in WHOLE}
    return frozenset(whole | {f"{section}.{key}" for section, keys in OF.items() for key in keys.split()})


def workers_read(world: World) -> None:
    """Has everybody without a role read PLAYED."""

    def work(desk: Desk) -> None:
        for person in people.all(desk.store):
            if not person.roles and person.language == desk.plant.language:
                people.update(desk.store, person.id, language=PLAYED)
            elif person.roles and person.language == PLAYED:
                people.update(desk.store, person.id, language=desk.plant.language)

    world.transaction(work)


@contextmanager
def noted() -> Iterator[set[str]]:
    """The keys that are asked for in PLAYED meanwhile."""
    keys: set[str] = set()

    def said(language: str, key: str, *rest: Any, **args: object) -> str:
        if language == PLAYED:
            keys.add(key)
        return text(language, key, *rest, **args)

    stand_in: Callable[..., str] = said
    with patch("handlers.desk.text", stand_in):
        yield keys

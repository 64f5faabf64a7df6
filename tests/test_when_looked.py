"""When the outbox is looked at: at once after a quiet moment, then together, and never too late."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.looks import BEHIND_WORK, BETWEEN, Look, Looks


class Timer:
    """What a loop gives for `call_at`."""

    def __init__(self, at: float, then: Callable[[], None]) -> None:
        self._at = at
        self.then = then
        self.cancelled = False

    def when(self) -> float:
        return self._at

    def cancel(self) -> None:
        self.cancelled = True


class Loop:
    """A loop's clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.timers: list[Timer] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, then: Callable[[], None]) -> Timer:
        self.timers.append(Timer(when, then))
        return self.timers[-1]

    def pass_by(self, seconds: float) -> None:
        """Lets time pass, timers and all."""
        end = self.now + seconds
        while due := [t for t in self.timers if not t.cancelled and t.when() <= end]:
            first = min(due, key=Timer.when)
            self.timers.remove(first)
            self.now = max(self.now, first.when())
            first.then()
        self.now = end


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Loop:
    made = Loop()
    monkeypatch.setattr("bot.looks.asyncio.get_running_loop", lambda: made)
    return made


def looked(looks: Looks) -> Look | None:
    """How it looks now; None if it does not."""
    if not looks._wake.is_set():
        return None
    with pytest.raises(StopIteration) as found:
        looks.due().send(None)
    return found.value.value


def test_after_a_quiet_moment_it_looks_at_once(loop: Loop) -> None:
    looks = Looks()
    looks.soon(Look.BEHIND)
    assert looked(looks) is None  # what the loop has at hand is done first
    loop.pass_by(BEHIND_WORK)
    assert looked(looks) is Look.WHOLE  # the first sees everything
    loop.pass_by(BETWEEN * 1.01)
    looks.soon(Look.BEHIND)
    loop.pass_by(BEHIND_WORK)
    assert looked(looks) is Look.BEHIND
    assert looked(looks) is None


def test_what_comes_soon_after_waits_for_work_that_comes_by(loop: Loop) -> None:
    looks = Looks()
    looks.now()
    assert looked(looks) is Look.WHOLE
    loop.pass_by(BETWEEN / 5)
    looks.soon(Look.BEHIND)
    loop.pass_by(BETWEEN / 5)
    looks.follow()
    loop.pass_by(BETWEEN / 5)
    assert looked(looks) is None
    loop.pass_by(BETWEEN / 2)
    looks.follow()
    loop.pass_by(BEHIND_WORK)
    assert looked(looks) is Look.BEHIND
    loop.pass_by(10)
    assert looked(looks) is None


def test_without_work_that_comes_by_it_looks_all_the_same(loop: Loop) -> None:
    looks = Looks()
    looks.now()
    assert looked(looks) is Look.WHOLE
    looks.soon(Look.WHOLE)
    loop.pass_by(1.9 * BETWEEN)
    assert looked(looks) is None
    loop.pass_by(0.2 * BETWEEN)
    assert looked(looks) is Look.WHOLE


def test_a_long_queue_does_not_wait(loop: Loop) -> None:
    looks = Looks()
    looks.now()
    assert looked(looks) is Look.WHOLE
    looks.soon(Look.BEHIND)
    looks.go_on()
    loop.pass_by(BEHIND_WORK)
    assert looked(looks) is Look.BEHIND
    loop.pass_by(10)
    assert looked(looks) is None


def test_the_rest_of_a_long_queue_follows_the_next_work_where_there_is_work(loop: Loop) -> None:
    looks = Looks()
    looks.follow()
    looks.now()
    assert looked(looks) is Look.WHOLE
    looks.go_on()
    loop.pass_by(BETWEEN / 5)
    assert looked(looks) is None
    looks.follow()
    loop.pass_by(BEHIND_WORK)
    assert looked(looks) is Look.BEHIND
    looks.go_on()
    loop.pass_by(1.9 * BETWEEN)
    assert looked(looks) is None
    loop.pass_by(0.2 * BETWEEN)
    assert looked(looks) is Look.BEHIND  # no work came


def test_what_can_wait_goes_with_the_next_look(loop: Loop) -> None:
    looks = Looks()
    looks.now()
    assert looked(looks) is Look.WHOLE
    looks.within(3 * BETWEEN)
    loop.pass_by(1.1 * BETWEEN)
    assert looked(looks) is None
    looks.follow()
    loop.pass_by(BEHIND_WORK)
    assert looked(looks) is Look.BEHIND
    looks.within(3 * BETWEEN)
    loop.pass_by(2.9 * BETWEEN)
    assert looked(looks) is None
    loop.pass_by(0.2 * BETWEEN)
    assert looked(looks) is Look.BEHIND


def test_a_look_serves_for_the_one_that_was_to_come(loop: Loop) -> None:
    looks = Looks()
    looks.now()
    assert looked(looks) is Look.WHOLE
    looks.soon(Look.BEHIND)
    looks.now()
    assert looked(looks) is Look.WHOLE
    loop.pass_by(10)
    assert looked(looks) is None


def test_it_looks_when_something_is_due_and_at_the_first_of_it(loop: Loop) -> None:
    looks = Looks()
    looks.now()
    assert looked(looks) is Look.WHOLE
    looks.after(30)
    looks.after(10)
    looks.after(20)
    loop.pass_by(9)
    assert looked(looks) is None
    loop.pass_by(2)
    assert looked(looks) is Look.WHOLE
    loop.pass_by(60)
    assert looked(looks) is None  # who looks asks anew when the next will be due


def test_work_that_leaves_nothing_asks_for_no_look(loop: Loop) -> None:
    looks = Looks()
    looks.now()
    assert looked(looks) is Look.WHOLE
    looks.follow()
    assert loop.timers == []

"""What scheduled work has been done: the clock only wakes, these rows are the truth."""

from __future__ import annotations

from storage.store import Store


def claim(store: Store, job: str, slot: str, now: int) -> bool:
    """Takes a slot in the transaction of its effect; False if it was done already."""
    changed = store.run(
        "INSERT INTO job_run (enterprise, job, slot, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        job,
        slot,
        now,
    )
    return changed == 1


def last(store: Store, job: str) -> str | None:
    """The newest slot done, or None."""
    slot: str | None = store.value("SELECT max(slot) FROM job_run WHERE enterprise = $1 AND job = $2", job)
    return slot

"""The gates of the life cycle: what must be true of an item before an event may happen to it.

The table of moves says what may follow what; these say what must have been done and written down
first. Pure: they read the item's own columns and the day, and answer with a sentence.
"""

from datetime import date
from typing import Protocol

from equipment.rules import Event, Status, TestKind


class Gated(Protocol):
    """What the gates look at."""

    code: str
    status: Status
    needs_cleaning: bool
    needs_repair: bool
    hold_reason: str | None
    loler_due_on: date | None
    pat_due_on: date | None
    service_due_on: date | None
    owner_id: int | None


ISSUE = frozenset({Event.ALLOCATE, Event.PICK, Event.LOAD, Event.DELIVER})
RELEASE_FROM_WORKSHOP = frozenset({Event.TEST, Event.PUT_AWAY})
# Nothing leaves the pool, or stops serving it, without a word on why.
REASON_ASKED = frozenset(
    {Event.HOLD, Event.SCRAP, Event.STRIP, Event.LOSE, Event.WRITE_OFF, Event.HAND_TO_OWNER}
)


def due_days(item: Gated) -> dict[TestKind, date]:
    """The tests this item must have, and the last day each is good for."""
    days = {
        TestKind.LOLER: item.loler_due_on,
        TestKind.PAT: item.pat_due_on,
        TestKind.SERVICE: item.service_due_on,
    }
    return {kind: day for kind, day in days.items() if day is not None}


def overdue(item: Gated, on: date) -> list[TestKind]:
    """The tests that have run out: one due today is still good today."""
    return [kind for kind, day in due_days(item).items() if day < on]


def why_not(item: Gated, event: Event, on: date, because: str | None) -> str | None:
    """The sentence that stands in an event's way, or none where the way is free."""
    if event in REASON_ASKED and not (because and because.strip()):
        return f"Say why, so that whoever reads the history of {item.code} understands."
    if event in ISSUE:
        return _not_issued(item, on)
    if event is Event.CLEAN and item.needs_cleaning:
        return _no_record(item)
    if event in RELEASE_FROM_WORKSHOP:
        return _not_released(item, on)
    if event is Event.RECEIVE:
        return _test_in_the_way(item, on)
    if event is Event.HAND_TO_OWNER and item.owner_id is None:
        return f"{item.code} belongs to the pool, so there is no other owner to hand it to."
    return None


def _not_issued(item: Gated, on: date) -> str | None:
    if item.hold_reason is not None:
        return f"{item.code} is on hold ({item.hold_reason}), so it cannot be issued."
    if item.needs_repair:
        return f"{item.code} waits for a repair, so it cannot be issued. Choose another one."
    return _test_in_the_way(item, on)


def _not_released(item: Gated, on: date) -> str | None:
    if item.needs_cleaning:
        return _no_record(item)
    if item.needs_repair:
        return f"{item.code} waits for a repair. Record the repair first."
    return _test_in_the_way(item, on)


def _no_record(item: Gated) -> str:
    return (
        f"{item.code} has no decontamination record since it was last out. "
        "Record how it was cleaned first."
    )


def _test_in_the_way(item: Gated, on: date) -> str | None:
    late = overdue(item, on)
    if not late:
        return None
    kinds = " and ".join(late)
    return f"The {kinds} test of {item.code} is overdue. It must pass before this is possible."

"""What becomes of a return, and the lanes of the workshop."""

from datetime import datetime
from enum import StrEnum

from core.clock import LONDON, london_day
from equipment.rules import Status


class Decision(StrEnum):
    """What became of a return."""

    REUSABLE = "made reusable"
    SCRAPPED = "scrapped"
    STRIPPED = "stripped for parts"
    LOST = "lost"
    HANDED_BACK = "handed back to owner"


class Condition(StrEnum):
    """What the inspector saw."""

    GOOD = "good"
    WORN = "worn but sound"
    DAMAGED = "damaged, worth repairing"
    BEYOND_REPAIR = "beyond economic repair"


class ScrapReason(StrEnum):
    """Why an item leaves the circle."""

    BEYOND_REPAIR = "beyond economic repair"
    FAILED_TEST = "failed its test"
    CONTAMINATED = "cannot be decontaminated"
    TOO_OLD = "past its expected life"
    SINGLE_PATIENT = "for one person only"
    RECALLED = "recalled"


class Lane(StrEnum):
    """What an item in the workshop waits for."""

    INSPECT = "inspect"
    CLEAN = "clean"
    REPAIR = "repair"
    TEST = "test"
    PUT_AWAY = "put-away"

    @property
    def waits(self) -> str:
        """The lane as a list of what waits in it is called."""
        done = {"inspect": "inspected", "clean": "cleaned", "repair": "repaired", "test": "tested"}
        return f"Returns waiting to be {done.get(self.value, 'put away')}"


# How many days an item may wait in a lane before the workshop calls it late.
LATE_AFTER_DAYS: dict[Lane, int] = {
    Lane.INSPECT: 2,
    Lane.CLEAN: 2,
    Lane.REPAIR: 5,
    Lane.TEST: 2,
    Lane.PUT_AWAY: 1,
}

_LANES: dict[Status, Lane] = {
    Status.QUARANTINE: Lane.INSPECT,
    Status.INSPECTED: Lane.CLEAN,
    Status.DECONTAMINATED: Lane.TEST,
    Status.REPAIRED: Lane.TEST,
    Status.TESTED: Lane.PUT_AWAY,
}
IN_WORKSHOP = frozenset(_LANES)


def lane_of(status: Status, needs_repair: bool) -> Lane | None:
    """The lane an item stands in; none where it is not in the workshop.

    What is clean and broken is repaired before it is tested.
    """
    if status is Status.DECONTAMINATED and needs_repair:
        return Lane.REPAIR
    return _LANES.get(status)


NEXT_STEP: dict[Lane, str] = {
    Lane.INSPECT: "Put it on the dirty side. It waits to be inspected.",
    Lane.CLEAN: "It waits to be cleaned.",
    Lane.REPAIR: "It waits to be repaired.",
    Lane.TEST: "It waits to be tested.",
    Lane.PUT_AWAY: "It waits to be put away on the clean side.",
}


def next_step(lane: Lane | None) -> str:
    """What happens to an item next, in a sentence."""
    return NEXT_STEP[lane] if lane is not None else "Nothing more is to be done for it here."


def this(name: str) -> str:
    """A product as a sentence points at it: "Profiling bed" is "this profiling bed"."""
    spoken = name if name[1:2].isupper() else name[:1].lower() + name[1:]
    return f"This {spoken}"


def when(at: datetime, now: datetime) -> str:
    """A past moment as somebody at the bench would say it: "today at 10:42"."""
    clock = f"{at.astimezone(LONDON):%H:%M}"
    days = (london_day(now) - london_day(at)).days
    if days in (0, 1):
        return f"{('today', 'yesterday')[days]} at {clock}"
    day = london_day(at)
    return f"on {day.day} {day:%B %Y} at {clock}"

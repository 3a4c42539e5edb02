"""What becomes of a return, and the lanes of the workshop."""

from enum import StrEnum


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

"""Whether a thing is safe to use, as far as anybody who has it must know."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from equipment.rules import Status, TestKind

# Held, or taken out of use for good and yet in somebody's hands.
STOPPED = frozenset({Status.ON_HOLD, Status.SCRAPPED, Status.STRIPPED})


class Safety(StrEnum):
    """What the public page says of an item's safety."""

    STOP = "stop using it"
    LIFT_NOBODY = "lift nobody with it"
    CHECK_DUE = "a check is due"
    CHECKED = "checked until a day"
    UNTESTED = "needs no tests"


@dataclass(frozen=True)
class Advice:
    """What to do, and the day of the next check where that says something."""

    safety: Safety
    until: date | None = None


def advice(status: Status, overdue: Collection[TestKind], due: Mapping[TestKind, date]) -> Advice:
    """What whoever has an item must know; nothing tells whether it is lent, or to whom."""
    if status in STOPPED:
        return Advice(Safety.STOP)
    if TestKind.LOLER in overdue:  # by law nobody is lifted with it until it has been examined
        return Advice(Safety.LIFT_NOBODY)
    if overdue:
        return Advice(Safety.CHECK_DUE)
    if due:
        return Advice(Safety.CHECKED, min(due.values()))
    return Advice(Safety.UNTESTED)


POUNDS_IN_A_STONE = 14


def in_stones(kilograms: int) -> tuple[int, int]:
    """A weight in whole stones and pounds, never more than it is: 160 kg is 25 st 2 lb."""
    # 1 lb is 0.45359237 kg by definition; whole numbers, rounded down.
    pounds = kilograms * 100_000_000 // 45_359_237
    return divmod(pounds, POUNDS_IN_A_STONE)

"""A version of the agreement: its life, its contributions and instalments. No database here."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from core.clock import months_later
from core.money import Pence, pounds, split
from core.status import Moves


class VersionStatus(StrEnum):
    """Where a version of the agreement stands."""

    DRAFT = "draft"
    AGREED = "agreed"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"


class VersionEvent(StrEnum):
    """What may happen to a version."""

    CHANGE = "change"  # whatever has been agreed is asked anew
    AGREE = "agree"  # one partner's finance does
    COMPLETE = "complete"  # the last of them has
    PUT_IN_FORCE = "put_in_force"
    SUPERSEDE = "supersede"  # a newer version takes its place


_S, _E = VersionStatus, VersionEvent
VERSION_LIFE: Moves[VersionStatus, VersionEvent] = Moves(
    {
        (_S.DRAFT, _E.CHANGE): _S.DRAFT,
        (_S.DRAFT, _E.AGREE): _S.DRAFT,
        (_S.DRAFT, _E.COMPLETE): _S.AGREED,
        (_S.AGREED, _E.CHANGE): _S.DRAFT,
        (_S.AGREED, _E.PUT_IN_FORCE): _S.IN_FORCE,
        (_S.IN_FORCE, _E.SUPERSEDE): _S.SUPERSEDED,
    }
)
# What once held, or holds, or will from its day on: these cover every day, one after another.
HELD = (VersionStatus.IN_FORCE, VersionStatus.SUPERSEDED)


class ChangeKind(StrEnum):
    """What a version changes in the live agreement on its day."""

    RULE = "rule"  # a new rule, or a new version of one
    END_RULE = "end of a rule"
    PRICE = "price of an activity"


def quarters(from_on: date) -> tuple[date, ...]:
    """The usual days of payment: the first day, and three, six and nine months after it."""
    return tuple(months_later(from_on, months) for months in (0, 3, 6, 9))


def instalments(contribution: Pence, days: Sequence[date]) -> dict[date, Pence]:
    """What is paid on each day: equal parts that sum to the contribution to the penny.

    The odd pence fall on the first days. Nothing where no day is agreed.
    """
    return split(contribution, dict.fromkeys(sorted(days), 1)) if days else {}


def contribution_arithmetic(parts: Sequence[tuple[int, str]], total: int) -> str:
    """A sum as people write it down: £10.00 + £2.00 inflation (3%) − £1.00 efficiency = £11.00.

    `parts` are signed pence, each with what it is; the first stands even where it is nothing.
    """
    told = []
    for place, (pence, what) in enumerate(parts):
        if place and not pence:
            continue
        sign = "" if not place else "− " if pence < 0 else "+ "
        told.append(f"{sign}{pounds(abs(pence) if place else pence)} {what}".rstrip())
    return f"{' '.join(told)} = {pounds(total)}"

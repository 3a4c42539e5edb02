"""A version of the agreement: its life, its contributions and instalments. No database here."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from core.clock import months_later
from core.errors import Invalid
from core.money import Pence, pounds, split
from core.status import Moves
from funding.rules import Basis, EntryKind, RulePart


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


NOTHING = Pence(0)


@dataclass(frozen=True)
class Figures:
    """What a partner puts in for a year: last year, and what is added (or taken off) since.

    Pence; inflation and efficiency are amounts, each with a note of the percentage behind it.
    """

    last_year: Pence = NOTHING
    recurrent: Pence = NOTHING
    inflation: Pence = NOTHING
    planned: Pence = NOTHING
    efficiency: Pence = NOTHING  # taken off
    inflation_note: str = ""
    efficiency_note: str = ""

    def checked(self) -> "Figures":
        """The same figures. Raises Invalid beside the one that cannot be."""
        for name in ("last_year", "efficiency"):
            if getattr(self, name) < 0:
                raise Invalid("Write an amount of nothing or more.", field=name)
        grown = self.last_year + self.recurrent + self.inflation + self.planned
        if grown < self.efficiency:
            raise Invalid("A contribution is not less than nothing.", field="efficiency")
        return self


@dataclass(frozen=True)
class DraftedRule:
    """A rule as a version wants it: new, or a new version of the one of this name."""

    name: str
    position: int
    parts: tuple[RulePart, ...]
    care_class: str | None = None
    need: str | None = None

    kind = ChangeKind.RULE

    @property
    def about(self) -> str:
        """What it changes: a later change about the same takes its place."""
        return f"rule {self.name}"


@dataclass(frozen=True)
class DraftedEnd:
    """A rule that a version ends for good."""

    name: str

    kind = ChangeKind.END_RULE

    @property
    def about(self) -> str:
        """What it changes: a later change about the same takes its place."""
        return f"rule {self.name}"


@dataclass(frozen=True)
class DraftedPrice:
    """What an activity costs from a version's day on."""

    activity: EntryKind
    pence: Pence
    speed: str = ""

    kind = ChangeKind.PRICE

    @property
    def about(self) -> str:
        """What it changes: a later change about the same takes its place."""
        return f"price of {self.activity.value} {self.speed}".rstrip()


Change = DraftedRule | DraftedEnd | DraftedPrice


def kept(change: Change) -> dict[str, Any]:
    """A change as its row keeps it."""
    return asdict(change)


def read_change(kind: ChangeKind, says: Mapping[str, Any]) -> Change:
    """A change as its row says it."""
    if kind is ChangeKind.END_RULE:
        return DraftedEnd(says["name"])
    if kind is ChangeKind.PRICE:
        return DraftedPrice(EntryKind(says["activity"]), Pence(says["pence"]), says["speed"])
    parts = tuple(
        RulePart(Basis(part["basis"]), part["weight"], part["organisation_id"])
        for part in says["parts"]
    )
    return DraftedRule(says["name"], says["position"], parts, says["care_class"], says["need"])

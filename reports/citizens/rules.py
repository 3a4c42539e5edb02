"""A year of the service as anybody may read it: rounded, and nothing said of small numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from equipment.rules import Group

STEP = 10  # loans: told to the nearest ten, and none of fewer than ten
POUNDS = 1_000_00  # pence: money is told to the nearest thousand pounds
LEAST = 100  # loans in a year: of fewer the page says nothing
ALONE = 50  # loans in a year: smaller product groups are told together
OTHERS = "other equipment"
LICENCE = (
    "You may use these figures under the Open Government Licence v3.0"
    " (nationalarchives.gov.uk/doc/open-government-licence/version/3). Please say where you found"
    " them."
)


@dataclass(frozen=True)
class Loans:
    """How many loans began, how many of them with used equipment, and how many ended."""

    lent: int = 0
    recycled: int = 0
    back: int = 0


@dataclass(frozen=True)
class OpenYear:
    """Everything that anybody is told of a financial year. All of it is rounded already."""

    begins: int
    whole: Loans | None  # none where too little was lent to say anything
    months: Mapping[date, Loans]
    groups: Sequence[tuple[str, int]]
    saved: int  # pence

    @property
    def name(self) -> str:
        """The year as a person says it."""
        return f"April {self.begins} to March {self.begins + 1}"

    @property
    def sentence(self) -> str:
        """What the chart shows."""
        if self.whole is None:
            return f"Too little was lent in {self.name} to tell of it here."
        return (
            f"In {self.name} about {self.whole.lent:,} pieces of equipment were lent. Of them"
            f" {written(self.whole.recycled)} had been used before, were cleaned and checked, and"
            " went out again."
        )


def rounded(count: int) -> int:
    """A count to the nearest ten; fewer than ten are told as none, and written so."""
    return 0 if count < STEP else (2 * count + STEP) // (2 * STEP) * STEP


def written(count: int) -> str:
    """A rounded count in words or figures."""
    return f"{count:,}" if count else f"fewer than {STEP}"


def grouped(lent: Mapping[Group, int]) -> list[tuple[str, int]]:
    """Product groups by how much was lent, rounded; small ones together, and never one alone."""
    ranked = sorted(lent, key=lambda group: (lent[group], group.value))
    few = sum(lent[group] < ALONE for group in ranked)
    few = min(len(ranked), 2) if few == 1 else few
    told = [(group.value, rounded(lent[group])) for group in reversed(ranked[few:])]
    others = rounded(sum(lent[group] for group in ranked[:few]))
    return [*told, (OTHERS, others)] if others else told


def open_year(
    begins: int, months: Mapping[date, Loans], lent: Mapping[Group, int], saved: int
) -> OpenYear:
    """What may be told of a year from what was counted in it."""
    whole = Loans(
        sum(one.lent for one in months.values()),
        sum(one.recycled for one in months.values()),
        sum(one.back for one in months.values()),
    )
    if whole.lent < LEAST:
        return OpenYear(begins, None, {}, (), 0)
    nearest = (2 * max(0, saved) + POUNDS) // (2 * POUNDS) * POUNDS
    told = {month: _told(one) for month, one in months.items()}
    return OpenYear(begins, _told(whole), told, grouped(lent), nearest)


def _told(one: Loans) -> Loans:
    return Loans(rounded(one.lent), rounded(one.recycled), rounded(one.back))

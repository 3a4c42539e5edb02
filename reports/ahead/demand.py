"""Demand as its pages and files show it: what is expected beside what came a year before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.clock import last_of_month, month_of, months_later
from equipment.rules import Group
from reports.ahead.fitted import fit
from reports.ahead.queries import demand
from reports.ahead.rules import (
    AHEAD,
    EXPLAINED,
    FEWEST,
    RANGE,
    Between,
    Outlook,
    Tried,
    outlook,
    tried,
)
from reports.periods import Period

EVERYTHING = "all product groups"


@dataclass(frozen=True)
class Demand:
    """One product group's months, or the pool's: known, expected, and expected a while ago."""

    group: Group | None  # none: all of them
    known: Mapping[date, int]
    ahead: Mapping[date, Between]  # empty where too little is known
    outlook: Outlook | None
    tried: Tried | None

    @property
    def name(self) -> str:
        """What it is the demand for."""
        return self.group.value if self.group else EVERYTHING

    @property
    def last_year(self) -> int | None:
        """What came in the last twelve whole months; none where fewer are known."""
        return sum([*self.known.values()][-AHEAD:]) if len(self.known) >= AHEAD else None

    @property
    def rows(self) -> Iterator[tuple[date, Between, date, int | None]]:
        """Each month to come: what is expected of it, and what the same month a year ago had."""
        for month, expected in self.ahead.items():
            before = months_later(month, -12)
            yield month, expected, before, self.known.get(before)

    @property
    def tried_rows(self) -> Iterator[tuple[date, Between, int]]:
        """Each month the method was tried on: what it would have said, and what came."""
        if self.tried:
            months = [*self.known][-len(self.tried.came) :]
            yield from zip(months, self.tried.said, self.tried.came, strict=True)

    @property
    def sentence(self) -> str:
        """What is expected, in a sentence."""
        if self.outlook is None:
            return (
                f"Too few months to say what is to be expected: {len(self.known)} whole "
                f"{'month is' if len(self.known) == 1 else 'months are'} known, "
                f"and it takes {FEWEST}."
            )
        whole, months = self.outlook.whole, [*self.ahead]
        return (
            f"About {whole.expected:,} loans are expected from {months[0]:%B %Y} to "
            f"{months[-1]:%B %Y}, between {whole.low:,} and {whole.high:,}{self._beside}."
        )

    @property
    def _beside(self) -> str:
        return (
            "" if self.last_year is None else f"; the twelve months before had {self.last_year:,}"
        )

    @property
    def trial(self) -> str:
        """How the method would have done, in a sentence."""
        told = self.tried
        if told is None:
            return "Too few months are known to try the method on months that are over."
        ago = "A year" if len(told.came) == AHEAD else "Half a year"
        if told.off is None:
            return f"{ago} ago it would have been tried on months in which nothing was lent."
        said = (
            f"{ago} ago the method ({told.method}) would have been off by {told.off} loans in a "
            f"hundred, month by month; {told.inside} of {len(told.came)} months ended inside its "
            "range."
        )
        if told.off_by_last_year is not None:
            said += (
                " Simply saying what the same month had a year before would have been off by "
                f"{told.off_by_last_year}."
            )
        return said

    @property
    def explained(self) -> str:
        """The method and its range, in words."""
        return f"{EXPLAINED[self.outlook.method]} {RANGE}" if self.outlook else ""


def demand_of(group: Group | None, within: frozenset[int] | None, on: date) -> Demand:
    """What is to be expected of a group, or of all together, from the rows as they stand."""
    first, months = demand(within, on)
    return _demand(group, first, months[group] if group else _together(months), on)


def demands(within: frozenset[int] | None, on: date) -> list[Demand]:
    """The same for every group of which anything is lent, and for all together, which is last."""
    first, months = demand(within, on)
    lent = [group for group in Group if any(months[group])]
    of_groups = [_demand(group, first, months[group], on) for group in lent]
    return [*of_groups, _demand(None, first, _together(months), on)]


def _together(months: Mapping[Group, Sequence[int]]) -> list[int]:
    return [sum(counts) for counts in zip(*months.values(), strict=True)]


def _demand(group: Group | None, first: date, counts: Sequence[int], on: date) -> Demand:
    expected = outlook(counts, fit)
    this = month_of(on)
    return Demand(
        group=group,
        known={months_later(first, place): count for place, count in enumerate(counts)},
        ahead={
            months_later(this, place): one
            for place, one in enumerate(expected.months if expected else ())
        },
        outlook=expected,
        tried=tried(counts, fit),
    )


def of_month(month: date) -> dict[str, str]:
    """One month, as the board's pages are asked for it."""
    return Period(month, last_of_month(month)).address


DEMAND_HEADS = (
    "Product group",
    "Month",
    "Expected",
    "From",
    "To",
    "Same month a year before",
    "Method",
)
GROUP_HEADS = (
    "Product group",
    "Last twelve months",
    "Expected",
    "From",
    "To",
    "Method",
    "Tried on months",
    "Off in a hundred",
)


def demand_rows(one: Demand) -> Iterator[tuple[Any, ...]]:
    """The page of a group as rows of a file."""
    method = one.outlook.method.value if one.outlook else ""
    for month, expected, _, before in one.rows:
        yield one.name, month, expected.expected, expected.low, expected.high, before, method


def group_rows(every: Sequence[Demand]) -> Iterator[tuple[Any, ...]]:
    """The table of groups as rows of a file."""
    for one in every:
        told = one.outlook
        said = (told.whole.expected, told.whole.low, told.whole.high) if told else (None,) * 3
        method = told.method.value if told else "too few months"
        trial = (len(one.tried.came), one.tried.off) if one.tried else (None, None)
        yield (one.name, one.last_year, *said, method, *trial)

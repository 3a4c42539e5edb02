"""Periods a board reads its figures for: whole months, and nothing of the clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.clock import financial_year, last_of_month, month_of, months_later, start_of
from core.errors import Invalid

LONGEST_MONTHS = 240


@dataclass(frozen=True)
class Period:
    """Whole months, from the first day of one to the last day of the same or a later one."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        """The moment it begins."""
        return start_of(self.first)

    @property
    def ends(self) -> datetime:
        """The moment it is over: the first that is no longer in it."""
        return start_of(self.last + timedelta(days=1))

    def months(self) -> Iterator[date]:
        """The first day of each of its months, oldest first."""
        month = self.first
        while month <= self.last:
            yield month
            month = months_later(month, 1)

    def __str__(self) -> str:
        """As a person says it: “October 2026”, “April 2026 to March 2027”."""
        first, last = f"{self.first:%B %Y}", f"{self.last:%B %Y}"
        return first if first == last else f"{first} to {last}"

    @property
    def address(self) -> dict[str, str]:
        """How the period is written in an address."""
        return {"first": f"{self.first:%Y-%m}", "last": f"{self.last:%Y-%m}"}


def months(first: date, last: date) -> Period:
    """The period from the month of one day to the month of another. Raises Invalid backwards."""
    first, last = month_of(first), month_of(last)
    if last < first:
        raise Invalid("The period ends before it begins. Choose a later last month.", field="last")
    if months_later(first, LONGEST_MONTHS) <= last:
        raise Invalid("That is more than twenty years. Choose a later first month.", field="first")
    return Period(first, last_of_month(last))


def over_by(period: Period, day: date) -> Period:
    """The months of a period that are over by a day. Raises Invalid where none is.

    A month under way changes with every act, so that each could be told from the figures.
    """
    before = months_later(month_of(day), -1)
    if period.first > before:
        raise Invalid(
            "One team, practice or store is told of only in months that are over. Choose an earlier"
            " month.",
            field="first",
        )
    return months(period.first, min(month_of(period.last), before))


def month(day: date) -> Period:
    """The month a day falls in."""
    return months(day, day)


def quarter(day: date) -> Period:
    """The quarter of the financial year a day falls in: April, July, October or January on."""
    first = months_later(month_of(day), -((day.month - 1) % 3))
    return months(first, months_later(first, 2))


def year(day: date) -> Period:
    """The financial year a day falls in."""
    return Period(*financial_year(day))


def last_twelve(day: date) -> Period:
    """The twelve months that end with the month of a day."""
    return months(months_later(month_of(day), -11), day)


def read_month(text: str) -> date:
    """The first day of a month written 2026-04. Raises Invalid for anything else."""
    try:
        read = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Invalid("Write a month as year and month, like 2026-04.") from None
    if len(text) != 7 or not 1950 <= read.year <= 2150:
        raise Invalid("Write a month as year and month, like 2026-04.")
    return read

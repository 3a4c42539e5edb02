"""Moments are aware and in UTC, days are London days, working days are England's."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """This moment, aware. Called at the doors only: everything below is told the time."""
    return datetime.now(UTC)


def london_day(at: datetime) -> date:
    """The day on the wall calendar in London at a moment. Raises ValueError for a naive moment."""
    if at.tzinfo is None:
        raise ValueError("a moment without its time zone is no moment")
    return at.astimezone(LONDON).date()


def start_of(day: date) -> datetime:
    """The moment a London day begins, in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def moment(day: date, hour: int = 12, minute: int = 0) -> datetime:
    """The moment of a London wall-clock time, in UTC."""
    return datetime.combine(day, time(hour, minute), LONDON).astimezone(UTC)


@lru_cache(maxsize=64)
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    """Neither a weekend nor a bank holiday of England."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def bank_holidays(first: int, last: int) -> list[date]:
    """The bank holidays of England of some years that no weekend takes, in their order."""
    found = (day for year in range(first, last + 1) for day in _bank_holidays(year))
    return sorted(day for day in found if day.weekday() < 5)


def add_working_days(day: date, count: int) -> date:
    """The working day `count` working days after `day`; nought gives the first on or after it.

    Raises ValueError for a negative count.
    """
    if count < 0:
        raise ValueError("working days are counted forwards")
    while count == 0 and not is_working_day(day):
        day += timedelta(days=1)
    for _ in range(count):
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    return day


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months on, or that month's last day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")


def in_force(from_on: date, to_on: date | None, on: date) -> bool:
    """Whether what holds from a day until before another, or for good, holds on a day."""
    return from_on <= on and (to_on is None or on < to_on)


def month_of(day: date) -> date:
    """The first day of the month, which names the month."""
    return day.replace(day=1)


def last_of_month(day: date) -> date:
    """The last day of the month a day falls in."""
    return months_later(month_of(day), 1) - timedelta(days=1)


def financial_year(day: date) -> tuple[date, date]:
    """The first and last day of the financial year (1 April to 31 March) a day falls in."""
    first = date(day.year if day.month >= 4 else day.year - 1, 4, 1)
    return first, date(first.year + 1, 3, 31)

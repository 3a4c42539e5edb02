"""Moments, London days and the working days of England."""

import csv
import os
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import (
    add_working_days,
    financial_year,
    is_working_day,
    london_day,
    moment,
    month_of,
    months_later,
    start_of,
)

DAYS = st.dates(date(2012, 1, 1), date(2035, 12, 31))
# A list of England's bank holidays with a column `date`, to compare with where one is at hand.
PUBLISHED = os.environ.get("BANK_HOLIDAYS_CSV", "")


@pytest.mark.parametrize(
    ("day", "count", "due"),
    [
        (date(2022, 6, 1), 1, date(2022, 6, 6)),  # two days for a jubilee and a weekend
        (date(2022, 9, 16), 1, date(2022, 9, 20)),  # a state funeral on the Monday
        (date(2019, 12, 24), 5, date(2020, 1, 3)),  # Christmas, Boxing Day, New Year
        (date(2026, 6, 1), 0, date(2026, 6, 1)),
        (date(2026, 6, 6), 0, date(2026, 6, 8)),  # a Saturday
        (date(2026, 12, 24), 1, date(2026, 12, 29)),  # Boxing Day on a Saturday is given a Monday
    ],
)
def test_working_days_step_over_weekends_and_bank_holidays(
    day: date, count: int, due: date
) -> None:
    assert add_working_days(day, count) == due


def test_working_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="forwards"):
        add_working_days(date(2026, 6, 1), -1)


@given(day=DAYS, count=st.integers(0, 40))
def test_a_due_day_is_a_working_day_and_so_many_lie_between(day: date, count: int) -> None:
    due = add_working_days(day, count)
    between = [day + timedelta(days=n) for n in range(1, (due - day).days + 1)]
    assert is_working_day(due)
    if count:
        assert sum(map(is_working_day, between)) == count


@given(day=DAYS, one=st.integers(0, 20), more=st.integers(1, 20))
def test_counting_in_two_steps_is_counting_at_once(day: date, one: int, more: int) -> None:
    assert add_working_days(add_working_days(day, one), more) == add_working_days(
        day, one + more if one or is_working_day(day) else more + 1
    )


@pytest.mark.skipif(not PUBLISHED, reason="BANK_HOLIDAYS_CSV names no published list")
def test_the_bank_holidays_are_the_published_ones() -> None:
    with open(PUBLISHED, newline="") as file:
        listed = {date.fromisoformat(row["date"]) for row in csv.DictReader(file)}
    day, last = date(min(listed).year, 1, 1), date(max(listed).year, 12, 31)
    while day <= last:
        if day.weekday() < 5:
            assert is_working_day(day) == (day not in listed), day
        day += timedelta(days=1)


def test_a_day_is_the_day_on_the_wall_in_london() -> None:
    assert london_day(datetime(2026, 6, 1, 23, 30, tzinfo=UTC)) == date(2026, 6, 2)
    assert london_day(datetime(2026, 1, 1, 23, 30, tzinfo=UTC)) == date(2026, 1, 1)
    assert london_day(datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=9)))) == date(
        2025, 12, 31
    )
    with pytest.raises(ValueError, match="time zone"):
        london_day(datetime(2026, 6, 1, 12))  # noqa: DTZ001 - the point of the test


@given(DAYS)
def test_a_day_begins_at_its_own_midnight(day: date) -> None:
    begins = start_of(day)
    assert begins.tzinfo is UTC
    assert london_day(begins) == day
    assert london_day(begins - timedelta(seconds=1)) == day - timedelta(days=1)


def test_a_wall_clock_time_is_told_in_utc() -> None:
    assert moment(date(2026, 6, 1), 16) == datetime(2026, 6, 1, 15, tzinfo=UTC)
    assert moment(date(2026, 1, 1), 16, 5) == datetime(2026, 1, 1, 16, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 8, 15), 6, date(2027, 2, 15)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_months_later_is_the_same_day_or_the_last(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


def test_a_financial_year_runs_from_april_to_march() -> None:
    year = (date(2025, 4, 1), date(2026, 3, 31))
    assert financial_year(date(2025, 4, 1)) == year
    assert financial_year(date(2026, 3, 31)) == year
    assert financial_year(date(2026, 4, 1))[0] == date(2026, 4, 1)
    assert month_of(date(2026, 3, 31)) == date(2026, 3, 1)

"""Working days reckoned by the database, as `core.clock` reckons them."""

from datetime import date
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Date, case, cast, func, literal, select

from core.clock import bank_holidays

FIRST, LAST = 2010, 2060  # years whose bank holidays the database's reckoning knows
A_MONDAY = date(2001, 1, 1)


def within_working_days(
    count: int, ordered: Any, delivered: Any, *tables: Any
) -> ColumnElement[bool]:
    """Whether a day lies at most so many working days after another, both columns of `tables`.

    Most are told by the calendar alone; bank holidays are asked only where they can matter.
    """
    known = func.unnest(cast(literal(bank_holidays(FIRST, LAST)), ARRAY(Date)))
    days = known.table_valued("day", name="free").render_derived()
    free = days.c.day
    free_between = (
        select(func.count())
        .select_from(days)
        .where(free > ordered, free <= delivered)
        .correlate(*tables)
        .scalar_subquery()
    )
    weekdays = _weekdays_until(delivered) - _weekdays_until(ordered)
    never_more = count + 2 * (count // 5)
    return case(
        (delivered - ordered <= never_more, True),
        (weekdays <= count, True),
        else_=weekdays - free_between <= count,
    )


def _weekdays_until(day: Any) -> ColumnElement[int]:
    """How many weekdays there are from a Monday of long ago to a day, both counted."""
    days = day - A_MONDAY + 1
    counted: ColumnElement[int] = days // 7 * 5 + func.least(days % 7, 5)
    return counted

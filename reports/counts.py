"""The counting itself: the rows of a source judged once each, those judged alike told together."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, DateTime, Select, case, cast, func, or_, true

from core.clock import start_of
from core.db import db
from core.money import Pence
from reports.periods import Period
from reports.rules import NONE, Counted, Tallies, Tally
from reports.sources import Condition, Source


def by_key(
    source: Source, key: Any, where: Iterable[Condition], beside: Any = None
) -> dict[Any, Tallies]:
    """Every number of a source by a key, its own or one put `beside` it: one statement."""
    asked = _judged(source, key.label("key"))
    if beside is not None:
        asked = asked.outerjoin(beside, true())
    # What no figure counts need not be looked up any further.
    some = or_(*source.counted.values())
    asked = asked.where(*where, some).group_by("key", *_names(source))
    return _read(source, db.session.execute(asked))


def by_london_month(
    source: Source, period: Period, where: Iterable[Condition]
) -> dict[date, Tallies]:
    """Every number of a source by the London month of its moment, all in the period.

    The months are told apart by the moments they begin at, which costs a tenth of asking London's
    calendar for every row.
    """
    months = list(period.months())
    begin = cast([start_of(month) for month in months], ARRAY(DateTime(timezone=True)))
    found = by_key(source, func.width_bucket(source.moment, begin), where)
    return {months[place - 1]: tallies for place, tallies in found.items()}


def _names(source: Source) -> list[str]:
    return [f"counts_{place}" for place in range(len(source.counted))]


def _judged(source: Source, key: Any) -> Select[Any]:
    """A key, which figures count a row, and of all rows judged alike: how many, worth, amounts."""
    judged = [
        condition.label(name)
        for name, condition in zip(_names(source), source.counted.values(), strict=True)
    ]
    amounts = [
        func.sum(case((source.counted[counted], amount.of))).label(f"amount_{place}")
        for place, (counted, amount) in enumerate(source.amounts.items())
    ]
    return source.select(
        key, *judged, func.count().label("rows"), func.sum(source.worth).label("pence"), *amounts
    )


def _read(source: Source, rows: Iterable[Any]) -> dict[Any, Tallies]:
    found: dict[Any, Tallies] = {}
    for key, *told in rows:
        tallies = found.setdefault(key, {})
        for counted, tally in _told(source, told):
            tallies[counted] = tallies.get(counted, NONE) + tally
    return {
        key: {counted: tallies.get(counted, NONE) for counted in source.counted}
        for key, tallies in found.items()
    }


def _told(source: Source, told: list[Any]) -> Iterator[tuple[Counted, Tally]]:
    """What a line says of each figure that counts its rows."""
    judged = told[: len(source.counted)]
    count, pence, *sums = told[len(source.counted) :]
    amounts = dict(zip(source.amounts, sums, strict=True))
    for counted, counts in zip(source.counted, judged, strict=True):
        if counts:
            yield counted, Tally(count, Pence(int(pence or 0)), int(amounts.get(counted) or 0))

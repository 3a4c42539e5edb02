"""The counting itself: the rows of a source judged once each, those judged alike told together."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, DateTime, Select, case, cast, func, or_, true

from core.clock import start_of
from core.db import db
from core.money import Pence
from reports import periods
from reports.periods import Period, month
from reports.rules import NONE, Counted, Tallies, Tally
from reports.settled import queries as settled
from reports.sources import Amount, Condition, Source

# A month for which nothing is asked: it only makes questions comparable.
_NO_MONTH = month(date(2000, 1, 1))
Where = Callable[[Period], Iterable[Condition]]


def by_key(
    source: Source, key: Any, where: Iterable[Condition], beside: Any = None
) -> dict[Any, Tallies]:
    """Every number of a source by a key, its own or one put `beside` it: one statement."""
    asked = _asked(source, [key], where, beside)
    return {key: tallies for (key,), tallies in _read(source, 1, asked).items()}


def by_london_month(source: Source, period: Period, where: Where) -> dict[date, Tallies]:
    """Every number of a source by the London month of its moment, all in the period."""
    lasting = [one for one in source.counted if one not in source.unsettled]
    found = by_month_and_key(_only(source, lasting), period, where) if lasting else {}
    told = {month: dict(tallies[()]) for month, tallies in found.items()}
    if source.unsettled:
        for month, tallies in _counted(_only(source, source.unsettled), [], period, where).items():
            told.setdefault(month, dict.fromkeys(lasting, NONE)).update(tallies[()])
    return told


def by_month_and_key(
    source: Source, period: Period, where: Where, *keys: Any
) -> dict[date, dict[tuple[Any, ...], Tallies]]:
    """Every number of a source by London month, then by keys; what is settled is counted once."""
    months = list(period.months())
    return settled.by_month(
        months,
        settled.settled_months(months),
        _asked(source, [_place(source, _NO_MONTH), *keys], where(_NO_MONTH)),
        lambda first, last: _counted(source, [*keys], periods.months(first, last), where),
    )


def _counted(
    source: Source, keys: list[Any], period: Period, where: Where
) -> dict[date, dict[tuple[Any, ...], Tallies]]:
    months = list(period.months())
    asked = _asked(source, [_place(source, period), *keys], where(period))
    found: dict[date, dict[tuple[Any, ...], Tallies]] = {}
    for (place, *key), tallies in _read(source, 1 + len(keys), asked).items():
        found.setdefault(months[place - 1], {})[tuple(key)] = tallies
    return found


def _only(source: Source, figures: Collection[Counted]) -> Source:
    """A source with some of its figures."""
    return replace(source, counted={one: source.counted[one] for one in figures})


def _place(source: Source, period: Period) -> Any:
    """Which of a period's months a row is of, counted from one.

    The months are told apart by the moments they begin at, which costs a tenth of asking London's
    calendar for every row.
    """
    begin = cast([start_of(month) for month in period.months()], ARRAY(DateTime(timezone=True)))
    return func.width_bucket(source.moment, begin)


def _asked(
    source: Source, keys: list[Any], where: Iterable[Condition], beside: Any = None
) -> Select[Any]:
    labelled = [key.label(f"key_{place}") for place, key in enumerate(keys)]
    asked = _judged(source, labelled)
    if beside is not None:
        asked = asked.outerjoin(beside, true())
    # What no figure counts need not be looked up any further.
    some = or_(*source.counted.values())
    named = [f"key_{place}" for place in range(len(keys))]
    return asked.where(*where, some).group_by(*named, *_names(source))


def _names(source: Source) -> list[str]:
    return [f"counts_{place}" for place in range(len(source.counted))]


def _judged(source: Source, keys: list[Any]) -> Select[Any]:
    """Keys, which figures count a row, and of all rows judged alike: how many, worth, amounts."""
    judged = [
        condition.label(name)
        for name, condition in zip(_names(source), source.counted.values(), strict=True)
    ]
    amounts = [
        func.sum(case((source.counted[counted], amount.of))).label(f"amount_{place}")
        for place, (counted, amount) in enumerate(_amounts(source).items())
    ]
    return source.select(
        *keys, *judged, func.count().label("rows"), func.sum(source.worth).label("pence"), *amounts
    )


def _amounts(source: Source) -> dict[Counted, Amount]:
    return {one: amount for one, amount in source.amounts.items() if one in source.counted}


def _read(source: Source, keys: int, asked: Select[Any]) -> dict[tuple[Any, ...], Tallies]:
    found: dict[tuple[Any, ...], Tallies] = {}
    for row in db.session.execute(asked):
        tallies = found.setdefault(tuple(row[:keys]), {})
        for counted, tally in _told(source, list(row[keys:])):
            tallies[counted] = tallies.get(counted, NONE) + tally
    return {
        key: {counted: tallies.get(counted, NONE) for counted in source.counted}
        for key, tallies in found.items()
    }


def _told(source: Source, told: list[Any]) -> Iterator[tuple[Counted, Tally]]:
    """What a line says of each figure that counts its rows."""
    judged = told[: len(source.counted)]
    count, pence, *sums = told[len(source.counted) :]
    amounts = dict(zip(_amounts(source), sums, strict=True))
    for counted, counts in zip(source.counted, judged, strict=True):
        if counts:
            yield counted, Tally(count, Pence(int(pence or 0)), int(amounts.get(counted) or 0))

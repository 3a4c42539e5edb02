"""One measure's page as figures: the whole, its months, and who and what it is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from equipment.rules import Group
from loans.rules import Speed
from reports.ages.queries import ended
from reports.ages.rules import Age, life_table
from reports.choices import Asked
from reports.queries import by_group, by_month, by_partner, by_speed
from reports.rules import Basis, Counted, Figure, Measure, Tallies, figure, together
from reports.sources import sources_of
from reports.spc.charted import Charted, charted, window

K = TypeVar("K")
ORDERED = (Counted.PROMISED, Counted.PLACED)  # what is told by the speed it was ordered with


@dataclass(frozen=True)
class Measured:
    """A measure's figures for what was asked."""

    whole: Figure
    months: Mapping[date, Figure]
    partners: Mapping[int | None, Figure]
    groups: Mapping[Group, Figure]
    speeds: Mapping[Speed, Figure]  # empty but for what was delivered of orders
    charts: Mapping[Basis, Charted]
    ages: Sequence[Age]  # when loans come back; empty but for what is back by now


def measured(measure: Measure, asked: Asked, *, at: datetime, on: date) -> Measured:
    """What a measure's page shows, from the rows of its own sources alone."""
    chosen, sources = asked.chosen, sources_of(measure)
    period = chosen.period
    charting = by_month(replace(chosen, period=window(period)), sources)
    months = {at: one for at, one in charting.items() if period.first <= at <= period.last}
    speeds = by_speed(chosen) if measure.bottom in ORDERED else {}

    ages = life_table(ended(chosen, at)) if measure.top is Counted.BACK else []
    return Measured(
        whole=figure(measure, together(months.values())),
        months=_told(measure, months),
        partners=_told(measure, by_partner(chosen, on, sources)),
        groups=_told(measure, by_group(chosen, sources)),
        speeds=_told(measure, speeds),
        ages=ages,
        charts={one: charted(measure, one, charting, on, anew=asked.anew) for one in measure.bases},
    )


def _told(measure: Measure, parts: Mapping[K, Tallies]) -> dict[K, Figure]:
    return {key: figure(measure, tallies) for key, tallies in parts.items()}

"""A measure over its months: the very figures of the pages, read as a control chart."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.clock import last_of_month, month_of, months_later
from reports.charts import NARROW, WIDE
from reports.drawing import Picture
from reports.periods import Period
from reports.rules import Basis, Figure, Measure, Tallies, figure
from reports.spc.chart import picture
from reports.spc.icons import Icon, assurance, variation
from reports.spc.rules import Point
from reports.spc.series import Control, control, sentence

MONTHS = 24


@dataclass(frozen=True)
class Charted:
    """A measure on one basis, month by month."""

    measure: Measure
    basis: Basis
    figures: Mapping[date, Figure]  # of the months that are over, from the first with a figure on
    control: Control

    @property
    def name(self) -> str:
        """The measure's name, and on which basis where it has both."""
        if len(self.measure.bases) == 1:
            return self.measure.name
        return f"{self.measure.name} (by {self.basis})"

    @property
    def sentence(self) -> str:
        """What the chart shows."""
        return sentence(self.name, self.control)

    @property
    def last(self) -> tuple[date, Figure] | None:
        """The latest month that has a figure."""
        last = self.control.last
        return (last[0], self.figures[last[0]]) if last else None

    @property
    def pictures(self) -> tuple[Picture, Picture]:
        """The drawing for a desk or paper, and the same for a phone."""
        return picture(self.control, WIDE), picture(self.control, NARROW)

    @property
    def icons(self) -> tuple[Icon, Icon]:
        """What the last month says of change, and what may be expected of the target."""
        return variation(self.control), assurance(self.control)

    @property
    def rows(self) -> Iterator[tuple[date, Figure, Point | None]]:
        """The chart as a table: each month's figure and its point."""
        for month, one in self.figures.items():
            yield month, one, self.control.points[month]


def window(period: Period) -> Period:
    """The months a chart of a period is drawn from: two years before its last, or all of it."""
    first = months_later(month_of(period.last), -MONTHS)
    return Period(min(period.first, first), period.last)


def charted(
    measure: Measure,
    basis: Basis,
    months: Mapping[date, Tallies],
    on: date,
    *,
    anew: Mapping[date, str] | Collection[date] = (),
) -> Charted:
    """A measure's chart from the counts of its months; one not over by a day is left out."""
    over = {
        month: figure(measure, tallies)
        for month, tallies in months.items()
        if last_of_month(month) < on
    }
    told = [month for month, one in over.items() if _counts(one, basis)]
    figures = {month: one for month, one in over.items() if told and month >= told[0]}
    values = {month: one.hundredths(basis) for month, one in figures.items()}
    chart = control(values, measure.unit, measure.better, target=measure.target, anew=anew)
    return Charted(measure, basis, figures, chart)


def _counts(one: Figure, basis: Basis) -> bool:
    """Whether a month has a figure made of anything: so much of nothing begins no chart."""
    return one.hundredths(basis) is not None and bool(one.top.count or one.bottom.count)


CHART_HEADS = (
    "Code", "Measure", "Basis", "First day", "Last day", "Above the line", "Below the line",
    "Result", "Average", "Lower limit", "Upper limit", "Target", "What it shows",
)  # fmt: skip


def chart_rows(one: Charted) -> Iterator[tuple[Any, ...]]:
    """The chart as rows of a file; a month without a figure, or limits, has empty cells."""
    unit, measure = one.control.unit, one.measure
    target = None if measure.target is None else unit.written(measure.target)
    for month, figure_, point in one.rows:
        limits = point.limits if point and one.control.enough else None
        yield (
            *(measure.code, measure.name, one.basis.value, month, last_of_month(month)),
            *(figure_.above(one.basis), figure_.below(one.basis), figure_.written(one.basis)),
            unit.written(limits.mean) if limits else None,
            unit.written(limits.lower) if limits else None,
            unit.written(limits.upper) if limits else None,
            target,
            one.control.told_of(month) if point else None,
        )

"""One measure's page as figures: the whole, its months, and who and what it is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Select, select

from core.errors import NotFound
from equipment.rules import Group
from loans.models import Loan, Order, OrderLine
from loans.rules import Speed
from people.models import Staff
from reports.ages.queries import ended
from reports.ages.rules import Age, life_table
from reports.amounts import queries as amounts
from reports.choices import Asked
from reports.minuting.steps import beginnings
from reports.queries import by_group, by_month, by_partner, by_speed
from reports.rules import (
    MONEY,
    ORDERED,
    Basis,
    Counted,
    Figure,
    Measure,
    Tallies,
    beside,
    figure,
    together,
)
from reports.settled.queries import plan_for_counting
from reports.sources import sources_of
from reports.spc.charted import Charted, charted, window

K = TypeVar("K")


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


def measured(measure: Measure, asked: Asked, *, viewer: Staff, at: datetime, on: date) -> Measured:
    """What a measure's page shows, from the rows of its own sources alone."""
    plan_for_counting()
    chosen, sources = asked.chosen, sources_of(measure)
    period, anew = chosen.period, beginnings(measure.code, asked.anew)
    charting = by_month(replace(chosen, period=window(period)), sources)
    months = {at: one for at, one in charting.items() if period.first <= at <= period.last}
    speeds = by_speed(chosen) if measure.bottom in ORDERED else {}
    ages = life_table(ended(chosen, at)) if measure.top is Counted.BACK else []
    money = _money(measure, asked, viewer, at, on)
    months = beside(months, money.months)
    return Measured(
        whole=figure(measure, {**together(months.values()), **money.end}),
        months=_told(measure, months),
        partners=_told(measure, beside(by_partner(chosen, on, sources), money.partners)),
        groups=_told(measure, beside(by_group(chosen, sources), money.groups)),
        speeds=_told(measure, speeds),
        ages=ages,
        charts={one: charted(measure, one, charting, on, anew=anew) for one in measure.bases},
    )


@dataclass(frozen=True)
class Money:
    """What a measure counts of the ledger and the orders; nothing where it counts none."""

    months: Mapping[date, Tallies] = field(default_factory=dict)
    partners: Mapping[int | None, Tallies] = field(default_factory=dict)
    groups: Mapping[Group, Tallies] = field(default_factory=dict)
    end: Tallies = field(default_factory=dict)


def _money(measure: Measure, asked: Asked, viewer: Staff, at: datetime, on: date) -> Money:
    wanted = MONEY & {measure.top, measure.bottom}
    looked = amounts.looked(asked, viewer=viewer, at=at, on=on) if wanted else None
    if looked is None:
        return Money()
    return Money(
        months=amounts.by_month(looked, wanted),
        partners=amounts.by_partner(looked, wanted),
        groups=amounts.by_group(looked, wanted),
        end=amounts.at_the_end(looked, wanted),
    )


def _told(measure: Measure, parts: Mapping[K, Tallies]) -> dict[K, Figure]:
    return {key: figure(measure, tallies) for key, tallies in parts.items()}


def of_speed(found: Select[Any], measure: Measure, wanted: str) -> Select[Any]:
    """Rows kept to the speed an address names. Raises NotFound for what is not told by speed."""
    speed = next((one for one in Speed if one == wanted), None)
    if speed is None or measure.bottom not in ORDERED:
        raise NotFound("That is not told by speed. The board's page says what is.")
    lines = select(OrderLine.id).join(OrderLine.order).where(Order.speed == speed)
    return found.where(Loan.line_id.in_(lines))

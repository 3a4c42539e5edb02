"""Commitments: what is ordered and not delivered, and whom it would be charged to.

Counted from the orders' lines as they stood at the end of a month: approved or waiting for it, and
neither delivered nor cancelled. Nobody's name is read.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Date, DateTime, Select, column, func, literal_column, select, values

from core.clock import months_later, start_of
from core.db import db
from core.money import Pence, split
from equipment.models import Product
from equipment.rules import Tracking
from funding.agreements.queries import stock_model_on
from funding.purse import purse_of
from funding.queries import agreed_price, ruling_for
from funding.rules import EntryKind, Facts, Ruling, StockModel
from loans.models import Order, OrderLine, OrderMove
from loans.rules import OrderStatus
from people.models import Staff
from people.queries import Scope, successor_of
from reports.budget.queries import EVERYTHING, Place, Whose, Year

COMMITTED = (OrderStatus.WAITING, OrderStatus.APPROVED)
_FOREVER: Any = literal_column("'infinity'::timestamptz")
_OPEN_UNTIL = func.coalesce(OrderLine.delivered_at, OrderLine.cancelled_at, _FOREVER)
_ASKED = (
    Product.care_class,
    Order.need,
    Order.body_id,
    Order.council_id,
    Order.employer_id,
    Order.speed,
    Product.group,
    (Product.tracking == Tracking.CONSUMABLE).label("used_up"),
    Product.needs_fitting,
    Product.adaptation,
    OrderLine.price,
    OrderLine.quantity,
)


@dataclass(frozen=True)
class Commitment:
    """One order's line that was open when a month ended, and what falls on those looked at."""

    order: str
    product: str
    group: str
    status: str
    speed: str
    placed_at: datetime
    whole: Pence  # what it would be charged in all
    pence: Pence  # the part of those looked at


@dataclass(frozen=True)
class Cost:
    """What a line would be charged, charge by charge, and to whom; to nobody where parked."""

    charges: tuple[Pence, ...]
    shares: Mapping[int, int]

    @property
    def whole(self) -> Pence:
        """All of it."""
        return Pence(sum(self.charges))

    def parts(self) -> dict[int | None, Pence]:
        """What falls on whom, each charge split by itself; under none where it is parked."""
        if not self.shares:
            return {None: self.whole}
        split_up = [split(charge, self.shares) for charge in self.charges]
        return {who: Pence(sum(one[who] for one in split_up)) for who in self.shares}


class Pricing:
    """What open lines would be charged by the agreement of a day, each question asked once."""

    def __init__(self, year: Year, month: date) -> None:
        self._fund, self._on = year.fund, year.ends_on(month)
        self._ruling = cache(self._ask_ruling)
        self._price = cache(self._ask_price)

    def of(self, row: Any) -> Cost:
        """What a line would be charged, and to whom."""
        facts = Facts(row.care_class, row.need, row.body_id, row.council_id, row.employer_id)
        return Cost(tuple(self._charges(row)), self._ruling(facts).shares)

    def _charges(self, row: Any) -> Iterable[Pence]:
        whole = Pence(row.price * row.quantity)
        if row.adaptation:
            yield Pence(whole + self._price(EntryKind.ADAPTATION))
            return
        if stock_model_on(self._fund, self._on) is StockModel.CREDIT:
            yield whole
        if not row.used_up:  # what is used up is never charged its delivery
            yield self._price(EntryKind.DELIVERY, row.speed)
        if row.needs_fitting:
            yield Pence(row.quantity * self._price(EntryKind.FITTING))

    def _ask_ruling(self, facts: Facts) -> Ruling:
        return ruling_for(self._fund.id, facts, self._on)

    def _ask_price(self, kind: EntryKind, speed: str = "") -> Pence:
        """A price of the agreement; nothing where there is none, as the overview's checks say."""
        return agreed_price(self._fund.id, kind, self._on, speed) or Pence(0)


@dataclass(frozen=True)
class Looking:
    """Whose part of a commitment is looked at: of those the viewer may see, maybe one partner's."""

    purse: Scope
    on: date
    whose: Whose = EVERYTHING

    def parts(self, cost: Cost) -> dict[int | None, Pence]:
        """What falls on whom, as they stand today; only those looked at."""
        found: dict[int | None, Pence] = {}
        for who, pence in cost.parts().items():
            payer = None if who is None else successor_of(who, self.on)
            if self.whose.may(who, self.purse) and self.whose.has(payer):
                found[payer] = Pence(found.get(payer, 0) + pence)
        return found


def committed(
    year: Year, at: datetime, *, viewer: Staff, months: Collection[date] = ()
) -> dict[Place, Pence]:
    """What was committed when each month ended, by whom it would fall on and product group.

    Only what falls on those the viewer may see; what is parked stands under none. `months` are the
    months asked about, where it is not all of the year's.
    """
    months = months or year.months
    looking = Looking(purse_of(viewer, year.on), year.on)
    pricing = {month: Pricing(year, month) for month in months}
    found: dict[Place, Pence] = {}
    for row in db.session.execute(_alike(year, at, months)):
        for payer, pence in looking.parts(pricing[row.month].of(row)).items():
            place = (payer, row.month, row.group.value)
            found[place] = Pence(found.get(place, 0) + pence * row.lines)
    return found


def commitments(
    year: Year, at: datetime, *, viewer: Staff, whose: Whose = EVERYTHING, group: str = ""
) -> list[Commitment]:
    """The lines open when the last month ended, the longest waiting first, with the part looked at.

    Those of which no part is looked at are left out.
    """
    looking = Looking(purse_of(viewer, year.on), year.on, whose)
    pricing = Pricing(year, year.last)
    priced = ((row, pricing.of(row)) for row in db.session.execute(_each(year, at)))
    return [
        Commitment(
            order=row.order,
            product=row.product,
            group=row.group.value,
            status=row.status,
            speed=row.speed.value,
            placed_at=row.placed_at,
            whole=cost.whole,
            pence=Pence(sum(parts.values())),
        )
        for row, cost in priced
        if group in ("", row.group.value) and (parts := looking.parts(cost))
    ]


def _moments(months: Iterable[date], at: datetime) -> Any:
    """The moment each month ended, or this one for the month that runs."""
    ends = [(month, min(start_of(months_later(month, 1)), at)) for month in months]
    named = values(column("month", Date), column("ends", DateTime(timezone=True)), name="moment")
    return named.data(ends)


def _open_lines(moments: Any, earliest: datetime, year: Year, *columns: Any) -> Select[Any]:
    """The lines that were a commitment at each of some moments."""
    stood = (
        select(OrderMove.became)
        .where(OrderMove.order_id == Order.id, OrderMove.at < moments.c.ends)
        .order_by(OrderMove.id.desc())
        .limit(1)
        .correlate(Order, moments)
        .scalar_subquery()
    )
    return (
        select(*columns)
        .select_from(OrderLine)
        .join(OrderLine.order)
        .join(Product, Product.id == OrderLine.product_id)
        .join(moments, (Order.created_at < moments.c.ends) & (moments.c.ends <= _OPEN_UNTIL))
        .where(Order.fund_id == year.fund.id, earliest <= _OPEN_UNTIL, stood.in_(COMMITTED))
    )


def _alike(year: Year, at: datetime, months: Collection[date]) -> Select[Any]:
    """The lines open when each month ended, those that cost alike counted together."""
    moments = _moments(months, at)
    earliest = min(start_of(months_later(min(months), 1)), at)
    lines = func.count().label("lines")
    asked = (moments.c.month, *_ASKED)
    return _open_lines(moments, earliest, year, *asked, lines).group_by(*asked)


def _each(year: Year, at: datetime) -> Select[Any]:
    """Every line open when the last month ended, the longest waiting first."""
    moments = _moments([year.last], at)
    earliest = min(start_of(months_later(year.last, 1)), at)
    named = (
        Order.code.label("order"),
        Product.name.label("product"),
        Order.status,
        Order.placed_at,
    )
    rows = _open_lines(moments, earliest, year, *_ASKED, *named)
    return rows.order_by(Order.placed_at, OrderLine.id)

"""The price list of a contract and its credit rates: all of them, and those of a day."""

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import select

from core.db import db
from funding.models import ActivityPrice
from funding.prices.models import CreditRate
from funding.prices.rules import ALWAYS_PRICED, CONDITIONS, PRODUCT_GROUPS
from funding.rules import ACTIVITIES, EntryKind

Dated = TypeVar("Dated", ActivityPrice, CreditRate)


@dataclass(frozen=True)
class PriceList:
    """Prices and credit rates with their history, and the day they are looked at."""

    on: date
    prices: tuple[ActivityPrice, ...]
    rates: tuple[CreditRate, ...]

    @property
    def prices_held(self) -> list[ActivityPrice]:
        """What each activity costs on the day."""
        return held(self.prices, self.on)

    @property
    def rates_held(self) -> list[CreditRate]:
        """What is credited on the day."""
        return held(self.rates, self.on)

    @property
    def prices_past_and_to_come(self) -> list[ActivityPrice]:
        """The prices that do not hold on the day."""
        return [price for price in self.prices if price not in self.prices_held]

    @property
    def rates_past_and_to_come(self) -> list[CreditRate]:
        """The credit rates that do not hold on the day."""
        return [rate for rate in self.rates if rate not in self.rates_held]

    @property
    def unpriced(self) -> list[EntryKind]:
        """The activities that cannot be charged on the day."""
        priced = {price.kind for price in self.prices_held}
        return [kind for kind in ACTIVITIES if kind not in priced]


def held(rows: tuple[Dated, ...], on: date) -> list[Dated]:
    """Those of some dated rows that hold on a day."""
    return [row for row in rows if row.from_on <= on and (row.to_on is None or on < row.to_on)]


def price_list(fund_id: int, on: date) -> PriceList:
    """Everything a contract pays for, the newest price and rate of each first."""
    prices = db.session.scalars(
        select(ActivityPrice)
        .where(ActivityPrice.fund_id == fund_id)
        .order_by(ActivityPrice.speed, ActivityPrice.from_on.desc())
    )
    rates = db.session.scalars(
        select(CreditRate)
        .where(CreditRate.fund_id == fund_id)
        .order_by(CreditRate.from_on.desc(), CreditRate.id)
    )
    return PriceList(
        on,
        tuple(sorted(prices, key=lambda price: ACTIVITIES.index(price.kind))),
        tuple(sorted(rates, key=_place)),
    )


def _place(rate: CreditRate) -> tuple[int, int]:
    """Where a rate stands in the list: by group, any condition before the conditions."""
    return PRODUCT_GROUPS.index(rate.group), ("", *CONDITIONS).index(rate.condition)


def activities_in_use(fund_id: int) -> tuple[EntryKind, ...]:
    """The activities that need a price: what every contract does, and what was ever priced."""
    priced = set(
        db.session.scalars(
            select(ActivityPrice.kind).where(ActivityPrice.fund_id == fund_id).distinct()
        )
    )
    return tuple(kind for kind in ACTIVITIES if kind in ALWAYS_PRICED or kind in priced)

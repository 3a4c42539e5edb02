"""Savings: what was issued from recycled stock, and what it cost to make it so.

Counted as the board counts reissues, and charged as the ledger charged it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from core.clock import london_day
from core.db import db
from core.money import Pence, split
from equipment.models import Item, Product
from funding.models import Account, Entry, Posting
from funding.purse import purse_of
from loans.models import Loan, LoanShare
from people.models import Staff
from people.queries import successor_of
from reports import periods
from reports.budget.entries import recycling_postings
from reports.budget.queries import EVERYTHING, Whose, Year
from reports.budget.rules import Saving
from reports.rules import Counted
from reports.sources import source_of

# Who (none: parked) and which product group.
Corner = tuple[int | None, str]


@dataclass(frozen=True)
class Reissue:
    """One loan met from recycled stock, and the part of those looked at in its price."""

    item: str
    loan: str
    product: str
    group: str
    began_on: date
    whole: Pence
    pence: Pence


def savings(year: Year, *, viewer: Staff) -> dict[Corner, Saving]:
    """What recycling avoided and cost in the months looked at, by payer of today and group."""
    found: dict[Corner, Saving] = {}
    for who, group, pence in _avoided(year, viewer):
        _add(found, year, who, group, Saving(avoided=pence))
    for who, group, pence in _costs(year, viewer):
        _add(found, year, who, group, Saving(cost=Pence(int(pence))))
    return found


def _add(
    found: dict[Corner, Saving], year: Year, who: int | None, group: str, saving: Saving
) -> None:
    corner = (None if who is None else successor_of(who, year.on), group)
    found[corner] = found.get(corner, Saving()) + saving


def _avoided(year: Year, viewer: Staff) -> Iterator[tuple[int | None, str, Pence]]:
    purse = purse_of(viewer, year.on)
    shared, wanted = _shares(year)
    asked = (Product.group, Loan.price, shared.c.who, shared.c.weights)
    rows = db.session.execute(
        select(*asked, func.count())
        .select_from(Loan)
        .join(Product, Product.id == Loan.product_id)
        .outerjoin(shared, shared.c.loan_id == Loan.id)
        .where(*wanted)
        .group_by(*asked)
    )
    for group, price, whose, weights, count in rows:
        for who, pence in _parts(price, whose, weights).items():
            if EVERYTHING.may(who, purse):
                yield who, group.value, Pence(pence * count)


def reissues(
    year: Year, *, viewer: Staff, whose: Whose = EVERYTHING, group: str = ""
) -> list[Reissue]:
    """The loans met from recycled stock, newest first, with the part looked at of their price.

    Those of which no part is looked at are left out.
    """
    purse = purse_of(viewer, year.on)
    made = []
    for row in db.session.execute(_each(year)):
        parts = [
            pence
            for who, pence in _parts(row.price, row.who, row.weights).items()
            if whose.may(who, purse) and whose.has(_today(who, year.on))
        ]
        if parts and group in ("", row.group.value):
            began_on, pence = london_day(row.began_at), Pence(sum(parts))
            about = (row.item, row.loan, row.product, row.group.value)
            made.append(Reissue(*about, began_on, row.price, pence))
    return made


def _today(who: int | None, on: date) -> int | None:
    return None if who is None else successor_of(who, on)


def _parts(
    price: Pence, whose: list[int] | None, weights: list[int] | None
) -> dict[int | None, Pence]:
    """What falls on whom of a loan's price; under none where nobody's share is known."""
    if not whose or not weights:
        return {None: price}
    return {**split(price, dict(zip(whose, weights, strict=True)))}


def _wanted(year: Year) -> list[ColumnElement[bool]]:
    source = source_of(Counted.REISSUED)
    period = periods.months(year.first, year.last)
    return [
        source.moment >= period.begins,
        source.moment < period.ends,
        source.counted[Counted.REISSUED],
    ]


def _shares(year: Year) -> tuple[Any, list[ColumnElement[bool]]]:
    """Each such loan's shares as two lists in one order, and the condition it is such a loan."""
    wanted = _wanted(year)
    who, weight = LoanShare.organisation_id, LoanShare.weight
    shared = (
        select(
            LoanShare.loan_id,
            func.array_agg(aggregate_order_by(who, who)).label("who"),
            func.array_agg(aggregate_order_by(weight, who)).label("weights"),
        )
        .join(LoanShare.loan)
        .join(Product, Product.id == Loan.product_id)
        .where(*wanted)
        .group_by(LoanShare.loan_id)
        .subquery()
    )
    return shared, wanted


def _each(year: Year) -> Select[Any]:
    shared, wanted = _shares(year)
    return (
        select(
            Item.code.label("item"),
            Loan.code.label("loan"),
            Product.name.label("product"),
            Product.group.label("group"),
            Loan.began_at,
            Loan.price,
            shared.c.who,
            shared.c.weights,
        )
        .select_from(Loan)
        .join(Item, Item.id == Loan.item_id)
        .join(Product, Product.id == Loan.product_id)
        .outerjoin(shared, shared.c.loan_id == Loan.id)
        .where(*wanted)
        .order_by(Loan.began_at.desc(), Loan.id.desc())
    )


def _costs(year: Year, viewer: Staff) -> Iterator[Any]:
    """The charges of recycling, less what was taken back of them, by account and group."""
    who, group, pence = Account.organisation_id, Entry.group, func.sum(Posting.pence)
    chosen = recycling_postings(year, viewer, EVERYTHING, "", who, group, pence)
    yield from db.session.execute(chosen.group_by(who, group))

"""Savings: what was issued from recycled stock, and what it cost to make it so.

Counted as the board counts reissues, and charged as the ledger charged it.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, exists, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from core.clock import london_day
from core.db import db
from core.money import Pence, split
from equipment.models import Item, Product
from equipment.rules import Group
from funding.models import Account, Entry, Posting
from funding.purse import purse_of
from loans.models import Loan, LoanShare
from people.models import Staff
from people.queries import successor_of
from reports import periods
from reports.budget.entries import recycling_postings
from reports.budget.queries import (
    EVERYTHING,
    Months,
    Place,
    Span,
    Whose,
    months_of,
    no_month,
)
from reports.budget.rules import Saving
from reports.rules import Counted, Tally
from reports.settled import queries as settled
from reports.sources import london_month, source_of

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


def savings(year: Span, *, viewer: Staff) -> dict[Corner, Saving]:
    """What recycling avoided and cost in the months looked at, by payer of today and group."""
    found: dict[Corner, Saving] = {}
    for (who, _, group), saving in _savings(year, viewer, by_month=False):
        found[who, group] = found.get((who, group), Saving()) + saving
    return found


def savings_by_month(year: Span, *, viewer: Staff) -> dict[Place, Saving]:
    """What recycling avoided and cost in each month, by payer of today and group."""
    found: dict[Place, Saving] = {}
    for place, saving in _savings(year, viewer, by_month=True):
        found[place] = found.get(place, Saving()) + saving
    return found


def _savings(year: Span, viewer: Staff, *, by_month: bool) -> Iterator[tuple[Place, Saving]]:
    """Savings and costs; all of them under the first month where it is not asked which."""
    month: Any = london_month(Loan.began_at) if by_month else literal(year.first, Date)
    for who, of, group, pence in _avoided(year, viewer, month):
        yield (_today(who, year.on), of, group), Saving(avoided=pence)
    month = Entry.month if by_month else literal(year.first, Date)
    for who, of, group, pence in _costs(year, viewer, month):
        yield (_today(who, year.on), of, group), Saving(cost=Pence(int(pence)))


def avoided_by_month(year: Span, *, group: str = "") -> dict[date, Pence]:
    """What recycling avoided for all partners together, for who sees every partner's.

    Whatever is split comes to the whole again, so nothing is split: what is parked is left out.
    """
    month = london_month(Loan.began_at)
    shared = exists().where(LoanShare.loan_id == Loan.id)

    def asked(span: Span) -> Select[Any]:
        found = (
            select(month, func.sum(Loan.price))
            .select_from(Loan)
            .join(Product, Product.id == Loan.product_id)
            .where(*_wanted(span, Counted.REISSUED), shared)
            .group_by(month)
        )
        return found.where(Product.group == Group(group)) if group else found

    return _month_by_month(year, settled.settled_months(months_of(year)), asked)


def costs_by_month(
    year: Span, *, viewer: Staff, whose: Whose, group: str = ""
) -> dict[date, Pence]:
    """What recycling cost those looked at in each month."""

    def asked(span: Span) -> Select[Any]:
        pence = func.sum(Posting.pence)
        found = recycling_postings(span, viewer, whose, group, Entry.month, pence)
        return found.group_by(Entry.month)

    return _month_by_month(year, settled.closed(year.fund.id), asked)


def _month_by_month(
    year: Span, holds: Mapping[date, Hashable], asked: Callable[[Span], Select[Any]]
) -> dict[date, Pence]:
    """The sums of money of each month, the months that are over as they were told before."""

    def ask(first: date, last: date) -> dict[date, Pence]:
        rows = db.session.execute(asked(Months(year.fund, first, last, year.on)))
        return {of: Pence(int(pence)) for of, pence in rows}

    return settled.by_month(months_of(year), holds, asked(no_month(year)), ask)


def laid(year: Span, counted: Counted) -> dict[int | None, Pence]:
    """What falls on whom of the prices of some counted loans, on who stands there today."""

    def ask(first: date, last: date) -> dict[date, dict[int | None, Pence]]:
        each: dict[date, dict[int | None, Pence]] = {}
        span = Months(year.fund, first, last, year.on)
        for who, month, _, pence in _laid(span, counted, london_month(source_of(counted).moment)):
            parts = each.setdefault(month, {})
            parts[who] = Pence(parts.get(who, 0) + pence)
        return each

    holds = settled.settled_months(months_of(year))
    told = settled.by_month(months_of(year), holds, _alike_asked(no_month(year), counted), ask)
    found: dict[int | None, Pence] = {}
    for parts in told.values():
        for who, pence in parts.items():
            payer = _today(who, year.on)
            found[payer] = Pence(found.get(payer, 0) + pence)
    return found


def _avoided(
    year: Span, viewer: Staff, month: Any
) -> Iterator[tuple[int | None, date, str, Pence]]:
    purse = purse_of(viewer, year.on)
    for who, of, group, pence in _laid(year, Counted.REISSUED, month):
        if EVERYTHING.may(who, purse):
            yield who, of, group, pence


def _laid(
    year: Span, counted: Counted, month: Any
) -> Iterator[tuple[int | None, date, str, Pence]]:
    """What falls on whom of the prices of some loans; those that are alike are split once."""
    rows = _alike(year, counted, month.label("of_month"), Product.group)
    for of, group, price, whose, weights, count in rows:
        for who, pence in _parts(price, whose, weights).items():
            yield who, of, group.value, Pence(pence * count)


def issued_value(year: Span, *, viewer: Staff) -> tuple[Tally, Tally]:
    """What was issued in the months looked at, and of it from recycled stock: the viewer's part."""
    purse = purse_of(viewer, year.on)
    issued = reissued = Tally()
    for recycled, price, whose, weights, count in _alike(year, Counted.ISSUED, Loan.recycled):
        parts = _parts(price, whose, weights).items()
        seen = [pence for who, pence in parts if EVERYTHING.may(who, purse)]
        tally = Tally(count if seen else 0, Pence(sum(seen) * count))
        issued += tally
        reissued += tally if recycled else Tally()
    return issued, reissued


def _alike(year: Span, counted: Counted, *keys: Any) -> Iterable[Any]:
    """The loans a figure counts, as many together as share these keys, a price and shares."""
    return db.session.execute(_alike_asked(year, counted, *keys))


def _alike_asked(year: Span, counted: Counted, *keys: Any) -> Select[Any]:
    shared, wanted = _shares(year, counted)
    asked = (*keys, Loan.price, shared.c.who, shared.c.weights)
    return (
        select(*asked, func.count())
        .select_from(Loan)
        .join(Product, Product.id == Loan.product_id)
        .outerjoin(shared, shared.c.loan_id == Loan.id)
        .where(*wanted)
        .group_by(*asked)
    )


def reissues(
    year: Span,
    *,
    viewer: Staff,
    whose: Whose = EVERYTHING,
    group: str = "",
    counted: Counted = Counted.REISSUED,
) -> list[Reissue]:
    """The loans met from recycled stock, newest first, with the part looked at of their price.

    Those of which no part is looked at are left out. Any other loans that are counted, as well.
    """
    purse = purse_of(viewer, year.on)
    made = []
    for row in db.session.execute(_each(year, counted)):
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


def _wanted(year: Span, counted: Counted) -> list[ColumnElement[bool]]:
    source = source_of(counted)
    period = periods.months(year.first, year.last)
    return [
        source.moment >= period.begins,
        source.moment < period.ends,
        source.counted[counted],
    ]


def _shares(year: Span, counted: Counted) -> tuple[Any, list[ColumnElement[bool]]]:
    """Each such loan's shares as two lists in one order, and the condition it is such a loan."""
    wanted = _wanted(year, counted)
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


def _each(year: Span, counted: Counted) -> Select[Any]:
    shared, wanted = _shares(year, counted)
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


def _costs(year: Span, viewer: Staff, month: Any) -> Iterator[Any]:
    """The charges of recycling, less what was taken back of them, by account, month and group."""
    who, group, pence = Account.organisation_id, Entry.group, func.sum(Posting.pence)
    asked = (who, month.label("of_month"), group)
    chosen = recycling_postings(year, viewer, EVERYTHING, "", *asked, pence)
    yield from db.session.execute(chosen.group_by(*asked))

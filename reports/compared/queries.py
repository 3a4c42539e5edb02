"""A year's bills under both stock models, from its entries, its loans and what was bought."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, cast, func, or_, select, true
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import aliased, joinedload

from core.clock import LONDON, financial_year, london_day, start_of
from core.db import db
from core.money import Pence
from equipment.models import ConsumableMove, Item, ItemMove, Product
from equipment.rules import Event, Tracking
from funding.agreements.queries import stock_model_on, stretches
from funding.heirs import pence_passed, succeeded
from funding.models import Account, Budget, Entry, Fund, Posting
from funding.prices.models import CreditRate
from funding.purse import purse_of
from funding.queries import ruling_for
from funding.rules import ACTIVITIES, AccountKind, EntryKind, StockModel
from loans.models import Loan, LoanShare, Order, OrderLine
from loans.orders.facts import asked_of
from people.models import Organisation, Staff
from people.queries import organisations_by_number
from reports.compared.rules import (
    NOTHING,
    Bill,
    Laid,
    Parts,
    Payer,
    SharedBy,
    beside,
    bills,
    laid_by_shares,
    laid_by_weight,
)
from reports.periods import Period
from reports.stock import crosses
from returns.credit_rates import rates_for
from returns.models import Return
from returns.rules import Decision

EVER = date(1990, 1, 1)  # before any loan
SETTLED = (EntryKind.YEAR_END, EntryKind.GAIN_SHARE)  # follows from the bill, so is no part of it


@dataclass(frozen=True)
class Compared:
    """The bills a viewer may see, by name, and all together for who sees everybody's."""

    rows: tuple[tuple[Organisation | None, Bill], ...]
    whole: Bill | None
    bought_by_nobody: bool  # nothing weighs, so what was bought falls on nobody


def compared(fund: Fund, period: Period, by: SharedBy, *, viewer: Staff, on: date) -> Compared:
    """A year under the model in force and under the other, for the payers a viewer may see."""
    charged = _charged(fund, period)
    weights = _usage(charged) if by is SharedBy.USAGE else _contributions(fund, period)
    laid = laid_by_weight(bought(period), weights)
    parts = Parts(_activity(charged), *_equipment(fund, period, charged), laid)
    found = bills(Parts(*(_passed(one, on) for one in vars(parts).values())))
    purse = purse_of(viewer, on)
    whole = sum(found, Bill(None, NOTHING, NOTHING, NOTHING, NOTHING)) if purse.every else None
    seen = [bill for bill in found if purse.every or bill.payer in purse.organisation_ids]
    return Compared(_named(seen), whole, bool(laid.get(None)))


def _passed(laid: Laid, on: date) -> Laid:
    """The same under whoever stands in each place on a day, to the penny."""
    known = [(who, pence) for who, pence in laid.items() if who is not None]
    passed: list[tuple[Payer, Pence]] = [*pence_passed(known, on).items()]
    return dict([*passed, *((who, pence) for who, pence in laid.items() if who is None)])


def _named(seen: list[Bill]) -> tuple[tuple[Organisation | None, Bill], ...]:
    numbers = [bill.payer for bill in seen if bill.payer is not None]
    bodies = organisations_by_number(numbers)
    rows = [(bodies.get(bill.payer or 0), bill) for bill in seen]
    return tuple(sorted(rows, key=lambda row: (row[0] is None, row[0].name if row[0] else "")))


# What the ledger says: reversals count as what they took back.

Charged = dict[tuple[Payer, EntryKind], int]


def _charged(fund: Fund, period: Period) -> Charged:
    """What was laid on each payer's account in the year's months, by kind."""
    was = aliased(Entry)
    kind = func.coalesce(was.kind, Entry.kind, type_=Entry.__table__.c.kind.type)
    rows = db.session.execute(
        select(Account.organisation_id, kind, func.sum(Posting.pence))
        .select_from(Posting)
        .join(Posting.entry)
        .join(Posting.account)
        .outerjoin(was, was.id == Entry.reverses_id)
        .where(
            Entry.fund_id == fund.id,
            Entry.month.between(period.first, period.last),
            Account.kind.in_((AccountKind.PARTNER, AccountKind.PARKED)),
        )
        .group_by(Account.organisation_id, kind)
    )
    return {(who, EntryKind(what)): int(pence) for who, what, pence in rows}


def _of_kinds(charged: Charged, *kinds: EntryKind) -> dict[Payer, Pence]:
    laid: defaultdict[Payer, int] = defaultdict(int)
    for (who, kind), pence in charged.items():
        if kind in kinds:
            laid[who] += pence
    return {who: Pence(pence) for who, pence in laid.items()}


def _activity(charged: Charged) -> dict[Payer, Pence]:
    """All that is the same under both models."""
    other = {EntryKind.EQUIPMENT, EntryKind.CREDIT, *SETTLED}
    return _of_kinds(charged, *(kind for kind in EntryKind if kind not in other))


def _usage(charged: Charged) -> dict[int, int]:
    used = _of_kinds(charged, *ACTIVITIES)
    return {who: pence for who, pence in used.items() if who is not None}


def _contributions(fund: Fund, period: Period) -> dict[int, int]:
    rows = db.session.execute(
        select(Budget.organisation_id, func.sum(Budget.pence))
        .where(Budget.fund_id == fund.id, Budget.year_from == period.first)
        .group_by(Budget.organisation_id)
    )
    return {who: int(pence) for who, pence in rows}


def _equipment(fund: Fund, period: Period, charged: Charged) -> tuple[Laid, Laid]:
    """What was issued and what was credited: as posted on the days of the credit model, and as it
    would have been on those of the retained one.
    """
    issued, credited = _of_kinds(charged, EntryKind.EQUIPMENT), _of_kinds(charged, EntryKind.CREDIT)
    unpaid = _begun_unpaid(fund, period.last)
    if unpaid is None:
        return issued, credited
    lent = laid_by_shares([*_lent(fund, period, unpaid), *_handed_over(fund, period)])
    return beside(issued, lent), beside(
        credited, laid_by_shares(_made_reusable(fund, period, unpaid))
    )


def _begun_unpaid(fund: Fund, last: date) -> ColumnElement[bool] | None:
    """The condition that a loan began while the pool kept its stock; none where it never did."""
    kept = [
        and_(
            true() if begins == EVER else Loan.began_at >= start_of(begins),
            Loan.began_at < start_of(ends + timedelta(days=1)),
        )
        for begins, ends, model in stretches(fund, EVER, last)
        if model is StockModel.RETAINED
    ]
    return or_(*kept) if kept else None


# What the stock says.


def bought(period: Period) -> Pence:
    """What was paid for new stock of the pool's own taken in during a period."""
    within = crosses, ItemMove.at >= period.begins, ItemMove.at < period.ends
    items = (
        select(func.coalesce(func.sum(ItemMove.value), 0))
        .join(Item, Item.id == ItemMove.item_id)
        .where(ItemMove.event == Event.RECEIVE, Item.owner_id.is_(None), *within)
    )
    counts = select(func.coalesce(func.sum(ConsumableMove.value), 0)).where(
        ConsumableMove.quantity > 0,
        ConsumableMove.at >= period.begins,
        ConsumableMove.at < period.ends,
    )
    return Pence(int(db.session.scalar(items) or 0) + int(db.session.scalar(counts) or 0))


def _shares_of_loan() -> Any:
    """A loan's shares as pairs, the same for the same shares."""
    pair = func.json_build_array(LoanShare.organisation_id, LoanShare.weight)
    ordered = aggregate_order_by(pair, LoanShare.organisation_id)
    return (
        select(func.json_agg(ordered))
        .where(LoanShare.loan_id == Loan.id)
        .correlate(Loan)
        .scalar_subquery()
    )


def _day_of(moment: Any) -> Any:
    return cast(func.timezone(LONDON.key, moment), Date)


def _lent(
    fund: Fund, period: Period, unpaid: ColumnElement[bool]
) -> Iterator[tuple[Mapping[int, int], int]]:
    """The price of every unpaid loan begun in the year, by who would have been charged that day."""
    rows = select(
        _shares_of_loan().label("shares"),
        _day_of(Loan.began_at).label("day"),
        Loan.price.label("pence"),
    ).where(
        Loan.fund_id == fund.id,
        Loan.began_at >= period.begins,
        Loan.began_at < period.ends,
        unpaid,
    )
    return _added_up(rows)


def _made_reusable(
    fund: Fund, period: Period, unpaid: ColumnElement[bool]
) -> Iterator[tuple[Mapping[int, int], int]]:
    """What every return made reusable in the year would have credited, each to the penny: of loans
    that nobody paid for.
    """
    day = _day_of(Return.decided_at)
    kept, first = rates_for(Loan.fund_id, Product.group, Return.id, day)
    rate = (
        select(CreditRate.percent)
        .where(*kept)
        .order_by(first)
        .limit(1)
        .correlate(Loan, Product, Return)
        .lateral("rate")
    )
    percent = func.coalesce(rate.c.percent, Product.credit_percent)
    rows = (
        # As `core.money.share_of`: half a penny rounds away from nought.
        select(
            _shares_of_loan().label("shares"),
            day.label("day"),
            (-((Loan.price * percent * 2 + 100) // 200)).label("pence"),
        )
        .select_from(Return)
        .join(Loan, Loan.id == Return.loan_id)
        .join(Product, Product.id == Loan.product_id)
        .outerjoin(rate, true())
        .where(
            Loan.fund_id == fund.id,
            Return.decision == Decision.REUSABLE,
            Return.decided_at >= period.begins,
            Return.decided_at < period.ends,
            unpaid,
        )
    )
    return _added_up(rows)


def _added_up(rows: Any) -> Iterator[tuple[Mapping[int, int], int]]:
    """Rows of shares, day and pence added up, on whoever stood in each place on the day."""
    each = rows.subquery()
    key = cast(each.c.shares, JSONB)
    found = db.session.execute(
        select(key, each.c.day, func.sum(each.c.pence)).group_by(key, each.c.day)
    )
    for shares, day, pence in found:
        yield succeeded(dict(shares or ()), day), int(pence)


def _handed_over(fund: Fund, period: Period) -> Iterator[tuple[Mapping[int, int], int]]:
    """The price of every unpaid consumable handed over in the year, by the rules of that day."""
    lines = db.session.scalars(
        select(OrderLine)
        .join(OrderLine.order)
        .join(OrderLine.product)
        .where(
            Order.fund_id == fund.id,
            OrderLine.delivered_at >= period.begins,
            OrderLine.delivered_at < period.ends,
            Product.tracking == Tracking.CONSUMABLE,
            ~Product.adaptation,
        )
        .options(joinedload(OrderLine.order), joinedload(OrderLine.product))
    )
    for line in lines:
        day = london_day(line.delivered_at or period.begins)
        if stock_model_on(fund, day) is not StockModel.RETAINED:
            continue
        ruling = ruling_for(fund.id, asked_of(line.order, line.product.care_class, day), day)
        yield ruling.shares, line.price * line.quantity


def years(fund: Fund, on: date) -> list[date]:
    """The financial years there are entries in, by their first day, the latest first; this one at
    least.
    """
    this, _ = financial_year(on)
    begun = db.session.scalar(select(func.min(Entry.month)).where(Entry.fund_id == fund.id))
    first = min(this.year, financial_year(begun)[0].year if begun else this.year)
    return [date(year, 4, 1) for year in range(this.year, first - 1, -1)]

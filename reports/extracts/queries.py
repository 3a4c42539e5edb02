"""The person-years of an extract: who is like whom, and what each came to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    String,
    case,
    cast,
    extract,
    func,
    literal,
    null,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on

from core.clock import LONDON
from core.db import db
from equipment.models import Product
from funding.models import Account, Entry, Posting
from funding.purse import purse_of, within
from loans.models import Client, Loan, LoanShare, Order
from people.models import Staff
from people.queries import Scope
from reports.extracts.rules import BANDS, Alike
from reports.queries import standing

NOBODY = cast(null(), Integer)


@dataclass(frozen=True)
class PersonYear:
    """What a year of one person came to; the number never leaves the program."""

    client_id: int
    alike: Alike
    begun: int
    returned: int
    pence: int


@dataclass(frozen=True)
class Years:
    """Financial years, and whose activity and money the viewer may see."""

    years: range
    purse: Scope
    on: date


def years_seen(years: range, *, viewer: Staff, on: date) -> Years:
    """The years as far as a viewer may see the money of them."""
    return Years(years, purse_of(viewer, on), on)


def people_alike(wanted: Years) -> dict[Alike, int]:
    """How many people there are of each class."""
    each = _person_years(wanted).subquery()
    keys = (each.c.year, each.c.partner_id, each.c.band, each.c.product_group)
    return {
        Alike(*row): count
        for *row, count in db.session.execute(select(*keys, func.count()).group_by(*keys))
    }


def person_years(wanted: Years, salt: str) -> Iterator[PersonYear]:
    """Every person-year, in an order that a salt makes and nobody can undo without it."""
    each = _person_years(wanted).subquery()
    mixed = func.sha256(func.convert_to(literal(salt) + cast(each.c.client_id, String), "UTF8"))
    asked = select(each).order_by(each.c.year, mixed).execution_options(yield_per=2_000)
    for one in db.session.execute(asked):
        alike = Alike(one.year, one.partner_id, one.band, one.product_group)
        yield PersonYear(one.client_id, alike, one.begun, one.returned, int(one.pence))


def _year(day: Any) -> ColumnElement[int]:
    """The financial year of a day, by the year it begins in."""
    return cast(extract("year", day - text("interval '3 months'")), Integer)


def _of_moment(moment: Any) -> ColumnElement[int]:
    return _year(func.timezone(LONDON.key, moment))


def _lines(wanted: Years) -> CTE:
    """Everything that happened to anybody, a line each: begun, returned, shared or charged."""
    payer = standing(LoanShare.organisation_id, wanted.on)
    shared = _of_loans(wanted, Loan.began_at, 0, 0, payer)
    shared = shared.join(LoanShare, LoanShare.loan_id == Loan.id)
    parts = (
        _seen(wanted, _of_loans(wanted, Loan.began_at, 1, 0)),
        _seen(wanted, _of_loans(wanted, Loan.ended_at, 0, 1).where(~Loan.lost)),
        shared.where(within(wanted.purse, LoanShare.organisation_id)),
        _charged(Loan, wanted),
        _charged(Order, wanted),
    )
    return union_all(*parts).cte("line")


def _of_loans(
    wanted: Years, moment: Any, begun: int, returned: int, payer: Any = NOBODY
) -> Select[Any]:
    """A line for each loan with the moment in the years."""
    year = _of_moment(moment)
    columns: tuple[Any, ...] = (
        Loan.client_id,
        year.label("year"),
        payer.label("partner_id"),
        cast(Product.group, String).label("product_group"),
        literal(begun).label("begun"),
        literal(returned).label("returned"),
        literal(0).label("pence"),
    )
    found = select(*columns).select_from(Loan).join(Product, Product.id == Loan.product_id)
    return found.where(year.in_(wanted.years))


def _seen(wanted: Years, loans: Select[Any]) -> Select[Any]:
    """Those of some loans that a viewer of this purse may be told of, as on the board."""
    if wanted.purse.every:
        return loans
    shares = select(LoanShare.loan_id).where(within(wanted.purse, LoanShare.organisation_id))
    return loans.where(Loan.id.in_(shares))


def _charged(of: Any, wanted: Years) -> Select[Any]:
    """What was posted for a loan or an order on the account of a partner."""
    zero, year = literal(0), _year(Entry.month)
    return (
        select(of.client_id, year, standing(Account.organisation_id, wanted.on), Entry.group, zero,
               zero, Posting.pence)
        .join(Entry, Entry.subject == of.code)
        .join(Posting, Posting.entry_id == Entry.id)
        .join(Account, Account.id == Posting.account_id)
        .where(within(wanted.purse, Account.organisation_id), year.in_(wanted.years))
    )  # fmt: skip


def _person_years(wanted: Years) -> Select[Any]:
    """A row for each person and year, with its main partner and group, and its age band."""
    line = _lines(wanted)
    who = (line.c.client_id, line.c.year)
    sums = select(
        *who, func.sum(line.c.begun).label("begun"), func.sum(line.c.returned).label("returned"),
        func.sum(line.c.pence).label("pence"),
    ).group_by(*who).cte("sums")  # fmt: skip
    payer = (
        select(*who, line.c.partner_id).where(line.c.partner_id.is_not(None))
        .group_by(*who, line.c.partner_id).ext(distinct_on(*who))
        .order_by(*who, func.sum(line.c.pence).desc(), line.c.partner_id).cte("payer")
    )  # fmt: skip
    mostly = (
        select(*who, line.c.product_group).group_by(*who, line.c.product_group)
        .ext(distinct_on(*who))
        .order_by(*who, func.sum(line.c.begun).desc(), func.sum(line.c.pence).desc(),
                  line.c.product_group)
        .cte("mostly")
    )  # fmt: skip
    last_day = func.make_date(sums.c.year + 1, 3, 31)
    age = extract("year", func.age(last_day, Client.born_on))
    band = case(*((age >= least, name) for least, name in reversed(BANDS)), else_=BANDS[0][1])
    same = [(sums.c.client_id == one.c.client_id) & (sums.c.year == one.c.year)
            for one in (payer, mostly)]  # fmt: skip
    return (
        select(sums, payer.c.partner_id, mostly.c.product_group, band.label("band"))
        .join(Client, Client.id == sums.c.client_id)
        .outerjoin(payer, same[0]).join(mostly, same[1])
    )  # fmt: skip

"""What partners have spent over a time, and how that stands against what they agreed to put in."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, Subquery, func, or_, select, union_all

from core import kept
from core.clock import financial_year, last_of_month, month_of
from core.db import db
from core.money import Pence
from funding.heirs import pence_passed
from funding.models import Account, Budget, Entry, Fund, Posting
from funding.periods.models import ClosedLine
from funding.purse import purse_of, within
from funding.rules import CHARGES, SETTLING, EntryKind
from funding.virements.queries import moved_by_partner
from people.models import Organisation, Staff
from people.queries import organisations_by_number, successor_of

NOTHING = Pence(0)


@dataclass(frozen=True)
class Spend:
    """What one partner was charged and credited over a time."""

    organisation: Organisation
    charged: Pence
    credited: Pence  # less than nothing, or nothing
    adjusted: Pence
    settled: Pence = NOTHING  # laid on it to close an earlier year

    @property
    def spent(self) -> Pence:
        """What the time itself came to: a settlement is of the year it closes."""
        return Pence(self.charged + self.credited + self.adjusted)

    @property
    def net(self) -> Pence:
        """What is left to pay."""
        return Pence(self.spent + self.settled)


def spend_by_partner(
    from_on: date, to_on: date, *, viewer: Staff, on: date | None = None
) -> list[Spend]:
    """Each partner's spend in the months of two days and between, of those the viewer may see.

    By name. Every organisation with an account is there, also where it spent nothing. `on` is the
    day the viewer looks (the last of the days if it is not said).
    """
    lines = charged_lines(month_of(from_on), month_of(to_on))
    pence = func.sum(lines.c.pence)
    during = (
        select(
            lines.c.account_id,
            pence.filter(lines.c.kind.in_(CHARGES)).label("charged"),
            pence.filter(lines.c.kind == EntryKind.CREDIT).label("credited"),
            pence.filter(lines.c.group == SETTLING).label("settled"),
            pence.label("net"),
        )
        .group_by(lines.c.account_id)
        .subquery()
    )
    found = db.session.execute(
        _accounts_seen(viewer, on or to_on)
        .outerjoin(during, during.c.account_id == Account.id)
        .add_columns(during.c.charged, during.c.credited, during.c.settled, during.c.net)
    )
    return [_spend(*row) for row in found]


def charged_lines(first: date, last: date) -> Subquery:
    """What partners were charged and credited in the months of two first days and between.

    Of a closed month the lines its statement was closed with, so that a year costs what its open
    months hold; of an open one what its entries say. `ledger_faults` proves that both are the same.
    """
    closed = select(
        ClosedLine.account_id, ClosedLine.month, ClosedLine.kind, ClosedLine.group, ClosedLine.pence
    ).where(ClosedLine.month.between(first, last))
    open_from = kept.once("first open month", _first_open_month)
    still_open = or_(Fund.open_from.is_(None), Entry.month >= Fund.open_from)
    said = (
        select(Posting.account_id, Entry.month, Entry.kind, Entry.group, Posting.pence)
        .join(Posting.entry)
        .join(Entry.fund)
        .where(Entry.month.between(max(first, open_from or first), last), still_open)
    )
    return union_all(closed, said).subquery("line")


def _first_open_month() -> date | None:
    """The first month that is open for any fund; none where one has closed nothing."""
    opened = set(db.session.scalars(select(Fund.open_from)))
    return None if None in opened else min(opened, default=None)  # type: ignore[type-var]


def contributions(fund_id: int, year_from: date, on: date) -> dict[int, Pence]:
    """What everybody has agreed to put in for the year from 1 April, on who stands there on a day.

    In the order of the names of those who agreed.
    """
    rows = db.session.execute(
        select(Budget.organisation_id, Budget.pence)
        .join(Budget.organisation)
        .where(Budget.fund_id == fund_id, Budget.year_from == year_from)
        .order_by(Organisation.name, Organisation.id)
    )
    return pence_passed(((who, pence) for who, pence in rows), on)


def account_holders(*, viewer: Staff, on: date) -> list[Organisation]:
    """Whose accounts a viewer may see, by name."""
    return list(db.session.scalars(_accounts_seen(viewer, on)))


def _accounts_seen(viewer: Staff, on: date) -> Select[Any]:
    return (
        select(Organisation)
        .select_from(Account)
        .join(Account.organisation)
        .where(within(purse_of(viewer, on), Account.organisation_id))
        .order_by(Organisation.name, Organisation.id)
    )


def _spend(
    organisation: Organisation,
    charged: int | None,
    credited: int | None,
    settled: int | None,
    net: int | None,
) -> Spend:
    debit, credit, closed = (Pence(int(pence or 0)) for pence in (charged, credited, settled))
    adjusted = Pence(int(net or 0) - debit - credit - closed)
    return Spend(organisation, debit, credit, adjusted, closed)


@dataclass
class Standing:
    """A partner of today, with those it succeeded: this month, the year so far, the budget."""

    organisation: Organisation
    budget: Pence = NOTHING
    months: list[Spend] = field(default_factory=list)
    years: list[Spend] = field(default_factory=list)

    @property
    def month(self) -> Pence:
        """What was spent in the month, with everybody it stands for."""
        return Pence(sum(spend.spent for spend in self.months))

    @property
    def year(self) -> Pence:
        """What was spent in the year so far, with everybody it stands for."""
        return Pence(sum(spend.spent for spend in self.years))

    @property
    def settled(self) -> Pence:
        """What was laid on it in the year to close earlier ones."""
        return Pence(sum(spend.settled for spend in self.years))

    @property
    def accounts(self) -> list[tuple[Spend, Spend]]:
        """Month and year of each account behind this standing, its own first."""
        pairs = zip(self.months, self.years, strict=True)
        return sorted(pairs, key=lambda pair: pair[0].organisation.id != self.organisation.id)


def standings(month: date, *, viewer: Staff, on: date) -> list[Standing]:
    """How each partner stands at the end of a month, against its budget of the financial year.

    The budget is as virements had left it by then.

    Those who have been succeeded by the day the viewer looks stand with their successor.
    """
    first, last = month_of(month), last_of_month(month)
    year_from, _ = financial_year(first)
    of_month = spend_by_partner(first, last, viewer=viewer, on=on)
    of_year = spend_by_partner(year_from, last, viewer=viewer, on=on)
    agreed = _agreed({spend.organisation.id for spend in of_year}, year_from)
    moved = moved_by_partner(year_from, last)
    bodies = organisations_by_number({successor_of(spend.organisation.id, on) for spend in of_year})
    found = {number: Standing(body) for number, body in bodies.items()}
    for in_month, in_year in zip(of_month, of_year, strict=True):
        standing = found[successor_of(in_year.organisation.id, on)]
        standing.months.append(in_month)
        standing.years.append(in_year)
        who = in_year.organisation.id
        standing.budget = Pence(standing.budget + agreed.get(who, 0) + moved.get(who, 0))
    return sorted(found.values(), key=lambda one: (one.organisation.name, one.organisation.id))


def _agreed(numbers: Collection[int], year_from: date) -> dict[int, int]:
    found = db.session.execute(
        select(Budget.organisation_id, func.sum(Budget.pence))
        .where(Budget.organisation_id.in_(numbers), Budget.year_from == year_from)
        .group_by(Budget.organisation_id)
    )
    return {number: int(pence) for number, pence in found}

"""What the ledger says of a year: who pays, what each was charged month by month, what is accrued.

An entry counts in its month, as on statements, so that both say the same to the penny.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    false,
    func,
    literal_column,
    select,
    true,
)

from core.clock import financial_year, last_of_month, month_of, months_later
from core.db import db
from core.money import Pence
from funding.agreements.versions.models import AgreedBudget, AgreementVersion
from funding.agreements.versions.rules import VersionStatus
from funding.models import Account, Entry, Fund, Partner, Posting
from funding.purse import purse_of, within
from funding.queries import budgets
from funding.rules import SETTLING, AccountKind, EntryKind
from funding.spend import account_holders, charged_lines
from funding.virements.queries import moved_by_line, moved_by_partner
from people.models import Organisation, Staff
from people.queries import Scope, lineage_of, successor_of
from reports import periods
from reports.budget.rules import MONTHS, shape_of
from reports.settled import queries as settled

# Who (none: parked), which month, which product group.
Place = tuple[int | None, date, str]
ACCRUED = (EntryKind.ACCRUAL, EntryKind.RELEASE)
# Word for word as the index of accruals says it.
ACCRUALS: ColumnElement[bool] = literal_column("entry.kind in ('accrual', 'release of an accrual')")


@dataclass(frozen=True)
class Payer:
    """A partner of today with the accounts of all it stands for, its own first."""

    organisation: Organisation
    accounts: tuple[Organisation, ...]
    budget: Pence
    joined: date | None  # the first day any of them had signed for the fund

    @property
    def numbers(self) -> frozenset[int]:
        """The organisations behind it."""
        return frozenset(one.id for one in self.accounts) | {self.organisation.id}


class Span(Protocol):
    """Whole months of one fund, as they are looked at on a day."""

    @property
    def fund(self) -> Fund:
        """Whose ledger is read."""

    @property
    def first(self) -> date:
        """The first day of the first month."""

    @property
    def last(self) -> date:
        """The first day of the last month."""

    @property
    def on(self) -> date:
        """The day they are looked at."""


@dataclass(frozen=True)
class Months:
    """Any whole months of a fund."""

    fund: Fund
    first: date
    last: date
    on: date


def months_of(span: Span) -> list[date]:
    """The first days of its months."""
    return list(periods.months(span.first, span.last).months())


def no_month(span: Span) -> Months:
    """A span of the same fund for which nothing is asked: it only makes questions comparable."""
    return Months(span.fund, date.min, date.min, date.min)


@dataclass(frozen=True)
class Year:
    """A financial year up to a month of it, as it is looked at on a day."""

    fund: Fund
    last: date  # the first day of the last month looked at
    on: date

    @property
    def first(self) -> date:
        """1 April."""
        return financial_year(self.last)[0]

    @property
    def months(self) -> tuple[date, ...]:
        """The months looked at, by their first days."""
        count = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        return tuple(months_later(self.first, place) for place in range(count))

    @property
    def all_months(self) -> tuple[date, ...]:
        """The twelve months of the year."""
        return tuple(months_later(self.first, place) for place in range(MONTHS))

    @property
    def whole(self) -> int:
        """How many of the months looked at are over."""
        return sum(months_later(month, 1) <= self.on for month in self.months)

    def ends_on(self, month: date) -> date:
        """The day at whose end a month is looked at: its last, or today while it runs."""
        return min(last_of_month(month), self.on)


@dataclass(frozen=True)
class Whose:
    """Whose part is looked at, of those the viewer may see: the partners', one's, or nobody's."""

    partner_id: int | None = None  # none: every partner's
    parked: bool = False  # what no rule may lay on anybody
    both: bool = False  # every partner's and what is parked

    def has(self, payer: int | None) -> bool:
        """Whether a payer, as it stands on the day looked at, is looked at."""
        if self.both or payer is None:
            return self.both or self.parked
        return not self.parked and self.partner_id in (None, payer)

    def may(self, who: int | None, purse: Scope) -> bool:
        """Whether the viewer's purse opens an account: what is parked only where it opens all."""
        return purse.every or who in purse.organisation_ids

    def accounts(self, viewer: Staff, on: date) -> ColumnElement[bool]:
        """The accounts looked at, of those the viewer may see."""
        purse = purse_of(viewer, on)
        own = within(purse, Account.organisation_id)
        parked = (Account.kind == AccountKind.PARKED) & (true() if purse.every else false())
        if self.both:
            return own | parked
        if self.parked:
            return parked
        if self.partner_id is None:
            return own
        behind = {one for one in lineage_of(self.partner_id, on) if self._stands_for(one, on)}
        return own & Account.organisation_id.in_(behind)

    def _stands_for(self, who: int, on: date) -> bool:
        """Whether a body counts with the partner: one that passed to several counts by itself."""
        return successor_of(who, on) == self.partner_id


EVERYTHING = Whose(both=True)


def payers(year: Year, *, viewer: Staff) -> list[Payer]:
    """The partners whose money the viewer may see, by name, with those they stand for."""
    found: dict[int, list[Organisation]] = {}
    for holder in account_holders(viewer=viewer, on=year.on):
        found.setdefault(successor_of(holder.id, year.on), []).append(holder)
    agreed = dict(moved_by_partner(year.first, year.ends_on(year.last), fund_id=year.fund.id))
    for budget in budgets(year.first, viewer=viewer, on=year.on):
        before = agreed.get(budget.organisation_id, Pence(0))
        agreed[budget.organisation_id] = Pence(before + budget.pence)
    joined = _joined(year.fund.id)
    made = [
        Payer(
            db.session.get_one(Organisation, number),
            tuple(sorted(behind, key=lambda one: one.id != number)),
            Pence(sum(agreed.get(one.id, 0) for one in behind)),
            min((joined[one.id] for one in behind if one.id in joined), default=None),
        )
        for number, behind in found.items()
    ]
    return sorted(made, key=lambda one: (one.organisation.name, one.organisation.id))


def _joined(fund_id: int) -> dict[int, date]:
    first = func.min(Partner.from_on).label("first")
    rows = db.session.execute(
        select(Partner.organisation_id, first)
        .where(Partner.fund_id == fund_id)
        .group_by(Partner.organisation_id)
    )
    return {row.organisation_id: row.first for row in rows}


def group_budgets(year: Year, *, viewer: Staff) -> dict[tuple[int, str], Pence]:
    """What partners may spend by product group: as agreed when it is looked at, and as virements
    had left it by then.

    By organisation and group; what is agreed for the rest of the groups stands under no group.
    """
    on = year.ends_on(year.last)
    rows = db.session.execute(
        select(AgreedBudget.organisation_id, AgreedBudget.group, func.sum(AgreedBudget.pence))
        .join(AgreementVersion, AgreementVersion.id == AgreedBudget.version_id)
        .where(
            AgreementVersion.fund_id == year.fund.id,
            AgreementVersion.status.in_((VersionStatus.IN_FORCE, VersionStatus.SUPERSEDED)),
            AgreementVersion.from_on <= on,
            AgreementVersion.to_on.is_(None) | (AgreementVersion.to_on > on),
            within(purse_of(viewer, year.on), AgreedBudget.organisation_id),
        )
        .group_by(AgreedBudget.organisation_id, AgreedBudget.group)
    )
    moved = moved_by_line(year.first, on, fund_id=year.fund.id)
    return {
        (who, group): Pence(int(pence) + moved.get((who, group), 0)) for who, group, pence in rows
    }


def spent(year: Span, *, viewer: Staff) -> dict[Place, Pence]:
    """What was charged less what was credited, by account, month and product group.

    Charges nobody pays for yet stand under none, for who sees everybody's money.
    """
    lines = charged_lines(year.first, year.last)
    rows = db.session.execute(
        _charged(lines, year, viewer)
        .add_columns(lines.c.month, lines.c.group, func.sum(lines.c.pence))
        .group_by(Account.organisation_id, lines.c.month, lines.c.group)
    )
    found: dict[Place, Pence] = {
        (who, month, group): Pence(int(pence)) for who, month, group, pence in rows
    }
    return found | _parked(year) if purse_of(viewer, year.on).every else found


def _charged(lines: Subquery, year: Span, viewer: Staff) -> Select[Any]:
    """Whose lines these are, of those whose money the viewer may see."""
    return (
        select(Account.organisation_id)
        .join_from(lines, Account, Account.id == lines.c.account_id)
        .where(
            Account.fund_id == year.fund.id,
            within(purse_of(viewer, year.on), Account.organisation_id),
        )
    )


def _parked(year: Span) -> dict[Place, Pence]:
    """What nobody pays for yet: on nobody's statement, so no closed line tells of it."""

    def asked(span: Span) -> Select[*tuple[Any, ...]]:
        return (
            select(Entry.month, Entry.group, func.sum(Posting.pence))
            .select_from(Posting)
            .join(Posting.entry)
            .join(Posting.account)
            .where(
                Account.fund_id == span.fund.id,
                Account.kind == AccountKind.PARKED,
                Entry.month.between(span.first, span.last),
            )
            .group_by(Entry.month, Entry.group)
        )

    def ask(first: date, last: date) -> dict[date, dict[str, Pence]]:
        found: dict[date, dict[str, Pence]] = {}
        for month, group, pence in db.session.execute(
            asked(Months(year.fund, first, last, year.on))
        ):
            found.setdefault(month, {})[group] = Pence(int(pence))
        return found

    told = settled.by_month(
        months_of(year), settled.closed(year.fund.id), asked(no_month(year)), ask
    )
    return {(None, month, of): pence for month, one in told.items() for of, pence in one.items()}


def accrued(year: Year, *, viewer: Staff) -> Mapping[int, Pence]:
    """What is accrued and not released at the end of the last month looked at, by account."""
    lines = charged_lines(date.min, year.last)
    rows = db.session.execute(
        _charged(lines, year, viewer)
        .add_columns(func.sum(lines.c.pence))
        .where(lines.c.kind.in_(ACCRUED))
        .group_by(Account.organisation_id)
    )
    return {who: Pence(int(pence)) for who, pence in rows if who is not None}


def ledger_began(fund_id: int) -> date | None:
    """The first month the ledger holds anything of; none while it holds nothing."""
    return db.session.scalar(select(func.min(Entry.month)).where(Entry.fund_id == fund_id))


def seasons(year: Year) -> tuple[Fraction, ...] | None:
    """How the whole pool's spending was spread over the year before; none without all of it.

    Shares of a year, no money: the same for every viewer, so that all see the same forecast.
    """
    before = months_later(year.first, -MONTHS)
    lines = charged_lines(before, months_later(year.first, -1))
    rows = db.session.execute(
        select(lines.c.month, func.sum(lines.c.pence))
        .join(Account, Account.id == lines.c.account_id)
        .where(
            Account.fund_id == year.fund.id,
            Account.kind == AccountKind.PARTNER,
            lines.c.group != SETTLING,
        )
        .group_by(lines.c.month)
    )
    by_month = {month: Pence(int(pence)) for month, pence in rows}
    return shape_of(
        [by_month.get(months_later(before, place), Pence(0)) for place in range(MONTHS)]
    )


def first_month_of(payer: Payer, began: date | None) -> date | None:
    """The first month whose spending tells of those to come: of the ledger and of the partner."""
    if began is None or payer.joined is None:
        return began
    own = month_of(payer.joined)
    return max(began, own if own == payer.joined else months_later(own, 1))

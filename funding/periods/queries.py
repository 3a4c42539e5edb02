"""Which months are open, closing and closed, what stands in the way, and opening balances."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import joinedload

from core.clock import financial_year, month_of, months_later
from core.db import db
from core.money import Pence, pounds
from funding.checks import ledger_faults
from funding.entries import Sought, found
from funding.heirs import pence_passed
from funding.models import Account, Budget, Entry, Fund, Partner, Posting
from funding.periods.models import Balance, Period, PeriodMove
from funding.periods.rules import MonthCheck, PeriodEvent, PeriodStatus
from funding.rules import EntryKind
from people.models import Organisation, Staff


@dataclass(frozen=True)
class Month:
    """A month of the fund as the list of months shows it."""

    month: date
    status: PeriodStatus
    entries: int
    late: int  # entries of earlier days that count here, because their month was closed

    @property
    def named(self) -> str:
        """The month as an address has it."""
        return f"{self.month:%Y-%m}"


def first_open(fund: Fund) -> date | None:
    """The first month that is not closed; none while nothing has been posted."""
    if fund.open_from is not None:
        return fund.open_from
    return db.session.scalar(select(func.min(Entry.month)).where(Entry.fund_id == fund.id))


def months(fund: Fund, *, on: date) -> list[Month]:
    """Every month from the first entry until today's, the latest first."""
    begins = db.session.scalar(select(func.min(Entry.month)).where(Entry.fund_id == fund.id))
    if begins is None:
        return []
    counted = {
        month: (entries, late)
        for month, entries, late in db.session.execute(
            select(Entry.month, func.count(), func.count().filter(Entry.on < Entry.month))
            .where(Entry.fund_id == fund.id)
            .group_by(Entry.month)
        )
    }
    begun = select(Period.month, Period.status).where(Period.fund_id == fund.id)
    known = {row.month: row.status for row in db.session.execute(begun)}
    listed, month = [], begins
    while month <= month_of(on):
        status = known.get(month, PeriodStatus.OPEN)
        listed.append(Month(month, status, *counted.get(month, (0, 0))))
        month = months_later(month, 1)
    return listed[::-1]


def period_of(fund: Fund, month: date) -> Period | None:
    """What is known of a month's closing; none where nobody has begun it."""
    return db.session.scalar(
        select(Period).where(Period.fund_id == fund.id, Period.month == month_of(month))
    )


def steps_of(period: Period | None) -> Sequence[PeriodMove]:
    """Who did what to close a month, in order."""
    if period is None:
        return ()
    taken = select(PeriodMove).where(PeriodMove.period_id == period.id)
    return db.session.scalars(
        taken.options(joinedload(PeriodMove.by)).order_by(PeriodMove.id)
    ).all()


def begun_by_id(period: Period) -> int | None:
    """The number of whoever began the closing that is under way."""
    begun = select(PeriodMove.by_id).where(
        PeriodMove.period_id == period.id, PeriodMove.event == PeriodEvent.BEGIN
    )
    return db.session.scalar(begun.order_by(PeriodMove.id.desc()).limit(1))


def bearers(fund: Fund, month: date) -> list[Organisation]:
    """Who may be asked to bear an accrual of a month: the partners of its last day."""
    on = _last_day(month)
    return list(
        db.session.scalars(
            select(Organisation)
            .join(Partner, Partner.organisation_id == Organisation.id)
            .where(
                Partner.fund_id == fund.id,
                Partner.from_on <= on,
                Partner.to_on.is_(None) | (Partner.to_on > on),
            )
            .order_by(Organisation.name, Organisation.id)
        )
    )


def by_budget(fund: Fund, month: date) -> dict[int, int]:
    """The partners' budgets of a month's year as weights, on whoever stands in each one's place."""
    agreed = db.session.execute(
        select(Budget.organisation_id, Budget.pence).where(
            Budget.fund_id == fund.id, Budget.year_from == financial_year(month)[0]
        )
    )
    shares = pence_passed(((who, pence) for who, pence in agreed), _last_day(month))
    return {who: pence for who, pence in shares.items() if pence > 0}


def _last_day(month: date) -> date:
    return months_later(month_of(month), 1) - timedelta(days=1)


def month_checks(fund: Fund, month: date, *, viewer: Staff, on: date) -> list[MonthCheck]:
    """What to look at before a month is closed, each with what was found."""
    return [
        MonthCheck("Every promise of the ledger holds", tuple(ledger_faults())),
        MonthCheck("Somebody pays for every charge", _parked(month, viewer, on), must=False),
        MonthCheck("What was not charged yet is accrued", _accrued(fund, month), must=False),
    ]


def _parked(month: date, viewer: Staff, on: date) -> tuple[str, ...]:
    sought = Sought(parked=True, from_month=month, to_month=month)
    waiting = found(sought, viewer=viewer, on=on)
    if not waiting.count:
        return ()
    return (f"{waiting.count:,} of the month still parked, {pounds(waiting.pence)} in all.",)


def _accrued(fund: Fund, month: date) -> tuple[str, ...]:
    count = db.session.scalar(
        select(func.count()).where(
            Entry.fund_id == fund.id, Entry.month == month, Entry.kind == EntryKind.ACCRUAL
        )
    )
    return () if count else ("Nothing is accrued in this month. Look whether that is right.",)


def is_closed(account_id: int, month: date) -> bool:
    """Whether what an account stood at when a month ended has been kept."""
    kept = exists().where(Balance.account_id == account_id, Balance.month == month)
    return bool(db.session.scalar(select(kept)))


def balance_before(account_id: int, month: date) -> Pence:
    """What an account stood at when a month began: the last closed balance, and all since."""
    last = db.session.execute(
        select(Balance.month, Balance.pence)
        .where(Balance.account_id == account_id, Balance.month < month)
        .order_by(Balance.month.desc())
        .limit(1)
    ).one_or_none()
    since = select(func.coalesce(func.sum(Posting.pence), 0)).join(
        Entry, and_(Entry.id == Posting.entry_id, Entry.month < month)
    )
    since = since.where(Posting.account_id == account_id)
    if last is not None:
        # Of the months after it alone, found by the fund's months and not by the whole account.
        fund_id = select(Account.fund_id).where(Account.id == account_id).scalar_subquery()
        since = since.where(Entry.fund_id == fund_id, Entry.month > last.month)
    return Pence(int(db.session.scalar(since) or 0) + (0 if last is None else last.pence))

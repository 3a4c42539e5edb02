"""Which months are open, closing and closed, what stands in the way, and opening balances."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from core.clock import financial_year, last_of_month, month_of, months_later
from core.db import db
from core.money import pounds
from funding.checks import ledger_faults
from funding.entries import parked_in
from funding.models import Entry, Fund
from funding.periods.models import Period, PeriodMove
from funding.periods.rules import MonthCheck, PeriodEvent, PeriodStatus
from funding.rules import EntryKind
from funding.spend import contributions
from people.models import Staff


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


def begun_by_others(viewer: Staff) -> Select[Any]:
    """When each closing under way was begun, of those that somebody else has begun."""
    begun = (
        select(func.max(PeriodMove.id))
        .join(PeriodMove.period)
        .where(Period.status == PeriodStatus.CLOSING, PeriodMove.event == PeriodEvent.BEGIN)
        .group_by(PeriodMove.period_id)
    )
    return select(PeriodMove.at).where(PeriodMove.id.in_(begun), PeriodMove.by_id != viewer.id)


def by_budget(fund: Fund, month: date) -> dict[int, int]:
    """What everybody puts in for a month's year as weights, on who stands there at its end."""
    put_in = contributions(fund.id, financial_year(month)[0], last_of_month(month))
    return {who: pence for who, pence in put_in.items() if pence > 0}


def month_checks(fund: Fund, month: date) -> list[MonthCheck]:
    """What to look at before a month is closed, each with what was found."""
    return [
        MonthCheck("Every promise of the ledger holds", tuple(ledger_faults())),
        MonthCheck("Somebody pays for every charge", _parked(fund, month), must=False),
        MonthCheck("What was not charged yet is accrued", _accrued(fund, month), must=False),
    ]


def _parked(fund: Fund, month: date) -> tuple[str, ...]:
    waiting = parked_in(fund, month)
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

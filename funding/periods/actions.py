"""Closing a month: one person begins, another closes; and what is accrued before."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Date, and_, cast, func, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import aliased

from core.clock import london_day, month_of, months_later
from core.codes import new_code
from core.db import db
from core.errors import Invalid, NotAllowed
from core.money import Pence
from core.status import move, words
from funding.ledger import post, release
from funding.models import Account, Entry, Fund, Posting
from funding.periods.models import Balance, ClosedLine, Period
from funding.periods.queries import begun_by_id, first_open, month_checks
from funding.periods.rules import PeriodEvent, PeriodStatus
from funding.rules import Charge, EntryKind
from people.models import Staff


def begin_closing(fund: Fund, month: date, *, by: Staff, at: datetime) -> Period:
    """Begin to close the first open month: its checks have passed, and another person is asked.

    Raises NotAllowed where it is not that month's turn, or a check stands in the way.
    """
    fund = _held(fund)
    _check_turn(fund, month, at)
    _check_month(fund, month)
    period = _period(fund, month)
    move(period, PeriodEvent.BEGIN, by=by, at=at)
    db.session.flush()
    return period


def call_off(period: Period, *, by: Staff, at: datetime) -> None:
    """Leave a month open after all."""
    move(period, PeriodEvent.CALL_OFF, by=by, at=at)
    db.session.flush()


def close(period: Period, *, by: Staff, at: datetime) -> None:
    """Close a month for good: what every account stood at is kept, and nothing counts in it any
    more. Whoever posts meanwhile waits, and then counts in the next month.

    Raises NotAllowed where the same person began it, or a check does not hold any more.
    """
    fund = _held(period.fund)
    db.session.refresh(period, with_for_update=True)
    if period.status is not PeriodStatus.CLOSING:
        raise NotAllowed(
            f"{period.month:%B %Y} is {words(period.status)}, so it cannot be closed now."
        )
    _check_turn(fund, period.month, at)
    if begun_by_id(period) == by.id:
        raise NotAllowed("You began to close this month, so somebody else closes it.")
    _check_month(fund, period.month)
    _keep_balances(fund, period.month)
    _keep_lines(fund, period.month)
    fund.open_from = months_later(period.month, 1)
    move(period, PeriodEvent.CLOSE, by=by, at=at)
    db.session.flush()


def accrue(
    fund: Fund,
    month: date,
    pence: Pence,
    *,
    shares: Mapping[int, int],
    group: str,
    memo: str,
    by: Staff,
    at: datetime,
) -> Entry:
    """Charge a month with what it owes and nobody has charged yet, and release it in the next.

    `shares` maps organisations to weights. Raises Invalid where there is nothing to accrue, and
    NotAllowed where the month is closed.
    """
    if pence == 0:
        raise Invalid("Write how much is to be accrued.", field="pence")
    if not memo.strip():
        raise Invalid("Write what it is for.", field="memo")
    if not shares:
        raise Invalid("Choose who is to bear it.", field="bearer")
    if fund.open_from is not None and month < fund.open_from:
        raise NotAllowed(f"{month:%B %Y} is closed, so nothing more can be accrued in it.")
    after = months_later(month_of(month), 1)
    code = new_code()
    accrued = Charge(
        fund_id=fund.id,
        kind=EntryKind.ACCRUAL,
        pence=pence,
        shares=shares,
        on=after - timedelta(days=1),
        source=f"accrual {code}",
        subject=code,
        group=group,
        memo=memo.strip(),
        arithmetic=f"Accrued in {month:%B %Y}, released on {after:%-d %B %Y}.",
    )
    entry = post(accrued, by=by, at=at)
    release(entry, on=after, by=by, at=at)
    return entry


def _held(fund: Fund) -> Fund:
    """The fund as it is now, with nobody posting or closing until we are done."""
    db.session.refresh(fund, with_for_update=True)
    return fund


def _check_turn(fund: Fund, month: date, at: datetime) -> None:
    turn = first_open(fund)
    if turn is None:
        raise NotAllowed("Nothing has been posted yet, so there is no month to close.")
    if month != turn:
        closed = fund.open_from is not None and month < fund.open_from
        raise NotAllowed(
            f"{month:%B %Y} is closed already."
            if closed
            else f"Months are closed in their order: {turn:%B %Y} is next."
        )
    if months_later(month, 1) > london_day(at):
        raise NotAllowed(f"{month:%B %Y} has not ended yet, so it cannot be closed.")


def _check_month(fund: Fund, month: date) -> None:
    failed = [one for one in month_checks(fund, month) if one.bars]
    if failed:
        raise NotAllowed(f"This must be put right first: {failed[0].name}. {failed[0].faults[0]}")


def _period(fund: Fund, month: date) -> Period:
    """The month's row, begun where it is not there; two who begin it at once get the same."""
    row = {"fund_id": fund.id, "month": month, "status": PeriodStatus.OPEN, "version": 1}
    db.session.execute(upsert(Period).values(row).on_conflict_do_nothing())
    held = select(Period).where(Period.fund_id == fund.id, Period.month == month)
    return db.session.scalars(
        held.with_for_update().execution_options(populate_existing=True)
    ).one()


def _keep_balances(fund: Fund, month: date) -> None:
    """Keep what every account stands at when the month ends, in one statement."""
    before = aliased(Balance)
    entries = select(Entry.id).where(Entry.fund_id == fund.id, Entry.month == month)
    moved = (
        select(Posting.account_id, func.sum(Posting.pence).label("pence"))
        .where(Posting.entry_id.in_(entries))
        .group_by(Posting.account_id)
        .subquery()
    )
    earlier = months_later(month, -1)
    stands = select(
        Account.id,
        literal(month),
        func.coalesce(before.pence, 0) + func.coalesce(moved.c.pence, 0),
    ).select_from(Account)
    stands = stands.outerjoin(
        before, and_(before.account_id == Account.id, before.month == earlier)
    ).outerjoin(moved, moved.c.account_id == Account.id)
    kept = upsert(Balance).from_select(
        ["account_id", "month", "pence"], stands.where(Account.fund_id == fund.id)
    )
    db.session.execute(kept)


def _keep_lines(fund: Fund, month: date) -> None:
    """Keep every partner's statement line by line, in one statement."""
    happened = cast(func.date_trunc("month", Entry.on), Date)
    lines = (
        select(
            Posting.account_id,
            Entry.month,
            Entry.kind,
            Entry.rule_id,
            Entry.group,
            happened,
            func.count(Entry.id.distinct()),
            func.sum(Posting.pence),
            func.min(Entry.id),
        )
        .join(Posting.entry)
        .join(Posting.account)
        .where(Entry.fund_id == fund.id, Entry.month == month)
        .where(Account.organisation_id.is_not(None))
        .group_by(Posting.account_id, Entry.month, Entry.kind, Entry.rule_id, Entry.group, happened)
    )
    columns = [
        "account_id", "month", "kind", "rule_id", "product_group", "of", "count", "pence", "number",
    ]  # fmt: skip
    db.session.execute(upsert(ClosedLine.__table__).from_select(columns, lines))  # type: ignore[arg-type]

"""Pages of the months: which are closed, what stands in the way, accruals, and the closing."""

from datetime import date
from typing import Any

from flask import flash, redirect, url_for

from core.clock import last_of_month, london_day, now
from core.errors import Invalid, NotFound, Refused
from core.money import pounds
from funding.blueprint import MONEY, bp
from funding.entries import Sought, entries
from funding.forms import read_month
from funding.models import Fund
from funding.parking.queries import payers
from funding.periods import actions
from funding.periods.forms import BY_BUDGET, AccrualForm
from funding.periods.queries import (
    by_budget,
    first_open,
    month_checks,
    months,
    period_of,
    steps_of,
)
from funding.periods.rules import PERIOD_LIFE, PeriodEvent, PeriodStatus
from funding.queries import the_fund
from funding.rules import EntryKind
from people.access import needs, who
from people.queries import organisation_by_code
from people.rules import May
from web.forms import Form
from web.pages import page
from web.paging import paged
from web.writes import writes

NO_MONTH = "There is no such month in the ledger. Choose one from the list."


@bp.get("/months")
@needs(*MONEY)
def month_list() -> Any:
    """Every month of the fund, and which of them is closed."""
    fund = the_fund()
    return page(
        "funding/months.html", months=months(fund, on=london_day(now())), turn=first_open(fund)
    )


@bp.get("/months/<month>")
@needs(*MONEY)
def one_month(month: str) -> Any:
    """One month: what was checked, who did what, what is accrued."""
    return _month_page(_month(month))


def _month(text: str) -> date:
    try:
        return read_month(text)
    except Invalid:
        raise NotFound(NO_MONTH) from None


def _form(fund: Fund, month: date) -> AccrualForm:
    return AccrualForm().offer(payers(fund.id, last_of_month(month)))


def _month_page(month: date, form: Form | None = None, why: Refused | None = None) -> str:
    fund, on, viewer = the_fund(), london_day(now()), who()
    period = period_of(fund, month)
    status = PeriodStatus.OPEN if period is None else period.status
    whole = viewer.may(May.SEE_ALL_MONEY) or viewer.may(May.CLOSE_MONTHS)
    accrued = Sought(from_month=month, to_month=month, kind=EntryKind.ACCRUAL)
    return page(
        "funding/month.html",
        month=month,
        status=status,
        turn=first_open(fund),
        next_steps=PERIOD_LIFE.events_from(status),
        Step=PeriodEvent,
        steps=steps_of(period),
        checks=month_checks(fund, month) if whole else [],
        accrued=paged(entries(accrued, viewer=viewer, on=on)),
        form=form or _form(fund, month),
        why=why,
    )


@bp.post("/months/<month>/accruals")
@needs(May.KEEP_AGREEMENTS)
@writes
def accrue(month: str) -> Any:
    """Accrue what a month owes."""
    fund, first = the_fund(), _month(month)
    form = _form(fund, first)
    if not form.validate():
        return _month_page(first, form), 422
    try:
        entry = actions.accrue(
            fund,
            first,
            form.pence.pence,
            shares=_borne(form, fund, first),
            group=form.group.data or "",
            memo=form.memo.data or "",
            by=who(),
            at=now(),
        )
    except Refused as why:
        return _month_page(first, form.refused(why)), why.status
    flash(f"{pounds(entry.pence)} is accrued. It is released in the next month.")
    return redirect(url_for("funding.one_month", month=month), 303)


def _borne(form: AccrualForm, fund: Fund, month: date) -> dict[int, int]:
    if form.bearer.data == BY_BUDGET:
        return by_budget(fund, month)
    return {organisation_by_code(form.bearer.data).id: 1}


@bp.post("/months/<month>/begin")
@needs(May.KEEP_AGREEMENTS)
@writes
def begin_closing(month: str) -> Any:
    """Begin to close a month."""
    first = _month(month)
    try:
        actions.begin_closing(the_fund(), first, by=who(), at=now())
    except Refused as why:
        return _month_page(first, why=why), why.status
    flash(f"{first:%B %Y} is being closed. Somebody else closes it.")
    return redirect(url_for("funding.one_month", month=month), 303)


@bp.post("/months/<month>/call-off")
@needs(May.KEEP_AGREEMENTS, May.CLOSE_MONTHS)
@writes
def call_off_closing(month: str) -> Any:
    """Leave a month open after all."""
    return _step(month, actions.call_off, "stays open.")


@bp.post("/months/<month>/close")
@needs(May.CLOSE_MONTHS)
@writes
def close_month(month: str) -> Any:
    """Close a month that somebody else has begun to close."""
    return _step(month, actions.close, "is closed. What comes late counts in the next month.")


def _step(month: str, act: Any, done: str) -> Any:
    first = _month(month)
    period = period_of(the_fund(), first)
    if period is None:
        raise NotFound("Nobody has begun to close this month.")
    try:
        act(period, by=who(), at=now())
    except Refused as why:
        return _month_page(first, why=why), why.status
    flash(f"{first:%B %Y} {done}")
    return redirect(url_for("funding.one_month", month=month), 303)

"""The page of a month's storage: what it comes to, and charging it."""

from datetime import date
from typing import Any

from flask import flash, redirect, url_for

from core.clock import last_of_month, london_day, now
from core.errors import Invalid, NotFound, Refused
from funding.books import open_month
from funding.forms import read_month
from funding.queries import the_fund
from loans.blueprint import bp
from loans.storage import actions
from loans.storage.queries import storage_charges, was_charged
from people.access import needs, who
from people.rules import May
from web.forms import Form
from web.pages import page
from web.writes import writes


def _month(text: str) -> date:
    try:
        return read_month(text)
    except Invalid:
        raise NotFound("There is no such month. Choose one from the list.") from None


@bp.get("/funding/months/<month>/storage")
@needs(May.KEEP_AGREEMENTS)
def month_storage(month: str) -> Any:
    """What storage comes to in a month, by product group."""
    return _storage_page(_month(month), Form())


def _storage_page(month: date, form: Form) -> str:
    fund, last = the_fund(), last_of_month(month)
    charges = storage_charges(fund.id, month)
    return page(
        "loans/storage.html",
        month=month,
        form=form,
        charges=charges,
        charged=was_charged(fund.id, charges),
        ended=last < london_day(now()),
        open=open_month(fund.id, last) == month,
    )


@bp.post("/funding/months/<month>/storage")
@needs(May.KEEP_AGREEMENTS)
@writes
def charge_storage(month: str) -> Any:
    """Charge a month's storage."""
    first, form = _month(month), Form()
    if not form.validate():
        return _storage_page(first, form), 422
    try:
        charged = actions.charge_storage(the_fund(), first, by=who(), at=now())
    except Refused as why:
        return _storage_page(first, form.refused(why)), why.status
    flash(charged.told)
    return redirect(url_for("loans.month_storage", month=month), 303)

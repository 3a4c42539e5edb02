"""Pages of the price list: what holds on a day, its history, and agreeing a credit rate."""

from typing import Any

from flask import flash, redirect, request, url_for

from core.clock import london_day, now
from core.errors import Refused
from funding.agreements.queries import stock_model_on
from funding.blueprint import MONEY, bp
from funding.prices import actions
from funding.prices.forms import CreditRateForm, DayForm, EndRateForm, WhichRateForm
from funding.prices.queries import price_list
from funding.queries import the_fund
from funding.rules import StockModel
from people.access import needs, who
from people.rules import May
from web.forms import Form
from web.pages import page
from web.writes import writes


@bp.get("/prices")
@needs(*MONEY)
def prices() -> Any:
    """What everything costs on a day, and what it cost before."""
    form, today = DayForm(request.args), london_day(now())
    readable = form.validate()
    on = (form.on.data if readable else None) or today
    if readable:
        form.on.data = on
    fund = the_fund()
    return page(
        "funding/prices.html",
        credit=stock_model_on(fund, on) is StockModel.CREDIT,
        form=form,
        today=today,
        list=price_list(fund.id, on),
    ), 200 if readable else 422


def _form_page(title: str, text: str, form: Form) -> str:
    crumbs = [("Funding", url_for("funding.overview")), ("Price list", url_for("funding.prices"))]
    return page("funding/agreed.html", title=title, text=text, form=form, crumbs=crumbs)


def _rate_page(form: Form) -> str:
    text = "It is credited when an item of the group is put away. The older rate ends that day."
    return _form_page("Set a credit rate", text, form)


@bp.get("/prices/credit/new")
@needs(May.KEEP_AGREEMENTS)
def new_credit_rate() -> Any:
    """The page to agree a credit rate on."""
    return _rate_page(CreditRateForm())


@bp.post("/prices/credit/new")
@needs(May.KEEP_AGREEMENTS)
@writes
def set_credit_rate() -> Any:
    """Agree a credit rate."""
    form = CreditRateForm()
    if not form.validate():
        return _rate_page(form), 422
    terms = {**_which(form), "percent": form.percent.data or 0, "from_on": form.from_on.data}
    try:
        rate = actions.set_credit_rate(the_fund(), **terms, by=who(), at=now())
    except Refused as why:
        return _rate_page(form.refused(why)), why.status
    flash(f"{rate.percent}% is credited for {rate.group} from then on.")
    return redirect(url_for("funding.prices"), 303)


def _end_page(form: Form) -> str:
    text = "After it the group's rate for any condition holds, or else the product's own."
    return _form_page("End a credit rate", text, form)


@bp.get("/prices/credit/end")
@needs(May.KEEP_AGREEMENTS)
def ending_credit_rate() -> Any:
    """The page to end a credit rate on."""
    return _end_page(EndRateForm())


@bp.post("/prices/credit/end")
@needs(May.KEEP_AGREEMENTS)
@writes
def end_credit_rate() -> Any:
    """Let a credit rate end."""
    form = EndRateForm()
    if not form.validate():
        return _end_page(form), 422
    terms = {**_which(form), "to_on": form.to_on.data}
    try:
        rate = actions.end_credit_rate(the_fund(), **terms, by=who(), at=now())
    except Refused as why:
        return _end_page(form.refused(why)), why.status
    flash(f"The credit rate for {rate.group} has its end.")
    return redirect(url_for("funding.prices"), 303)


def _which(form: WhichRateForm) -> dict[str, Any]:
    return {"group": form.group.data, "condition": form.condition.data or ""}

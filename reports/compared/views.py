"""The page that compares the stock models."""

from datetime import date
from typing import Any

from flask import request

from core.clock import london_day, now
from funding.agreements.queries import stretches
from funding.blueprint import MONEY
from funding.queries import the_fund
from people.access import needs, who
from reports import periods
from reports.blueprint import bp
from reports.compared.forms import ComparedForm
from reports.compared.queries import compared, years
from reports.compared.rules import SharedBy
from web.pages import page


@bp.get("/funding/models")
@needs(*MONEY)
def stock_models() -> Any:
    """What each partner pays for a year under the model in force, and under the other."""
    on = london_day(now())
    form = ComparedForm(request.args or None).offer(years(the_fund(), on))
    readable = form.validate()
    if not readable:
        form.plain()
    fund, period = the_fund(), periods.year(date(int(form.year.data), 4, 1))
    by = SharedBy(form.by.data)
    return page(
        "reports/stock_models.html",
        form=form,
        fund=fund,
        period=period,
        models=stretches(fund, period.first, period.last),
        by=by,
        on=on,
        found=compared(fund, period, by, viewer=who(), on=on),
    ), 200 if readable else 422

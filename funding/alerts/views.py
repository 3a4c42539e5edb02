"""The page on which the thresholds of budgets are changed."""

from typing import Any

from flask import flash, redirect, url_for

from core.clock import now
from core.errors import Refused
from funding.alerts.actions import set_thresholds
from funding.alerts.forms import AlertsForm
from funding.alerts.queries import thresholds_of
from funding.alerts.rules import written
from funding.blueprint import bp
from funding.queries import the_fund
from people.access import needs, who
from people.rules import May
from web.pages import page
from web.writes import writes


def _alerts_page(form: AlertsForm) -> str:
    return page("funding/alerts.html", form=form)


@bp.get("/alerts")
@needs(May.KEEP_AGREEMENTS)
def alerts() -> Any:
    """The thresholds as they are, to be changed."""
    held = thresholds_of(the_fund().id)
    told = {"spent": written(held.spent), "forecast": written(held.forecast)}
    return _alerts_page(AlertsForm(data=told))


@bp.post("/alerts")
@needs(May.KEEP_AGREEMENTS)
@writes
def set_alerts() -> Any:
    """Change the thresholds."""
    form = AlertsForm()
    if not form.validate():
        return _alerts_page(form), 422
    try:
        set_thresholds(the_fund(), form.thresholds, by=who(), at=now())
    except Refused as why:
        return _alerts_page(form.refused(why)), why.status
    flash("The thresholds are set.")
    return redirect(url_for("funding.alerts"), 303)

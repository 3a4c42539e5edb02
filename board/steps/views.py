"""The page of one step, and taking it back."""

from typing import Any

from flask import flash, redirect, url_for

from board.blueprint import bp
from board.forms import WithdrawStepForm
from board.models import Step
from board.rules import StepStatus
from board.steps import actions
from board.steps.queries import step_by_code
from core.clock import now
from core.errors import Refused
from people.access import needs, who
from people.rules import May
from web.forms import Form
from web.pages import page
from web.writes import writes


@bp.get("/steps/<code>")
@needs(May.SEE_BOARD)
def step(code: str) -> Any:
    """One step: when, why, and whether it still stands."""
    return _step_page(step_by_code(code), WithdrawStepForm(formdata=None))


def _step_page(step: Step, form: Form) -> str:
    may = who().may(May.MINUTE) and step.status is StepStatus.STANDS
    return page("board/step.html", step=step, form=form, may_withdraw=may)


@bp.post("/steps/<code>")
@needs(May.MINUTE)
@writes
def withdraw_step(code: str) -> Any:
    """Take a step back."""
    found, form = step_by_code(code), WithdrawStepForm()
    if not form.validate():
        return _step_page(found, form), 422
    try:
        actions.withdraw_step(found, because=form.because.data or "", by=who(), at=now())
    except Refused as why:
        return _step_page(step_by_code(code), form.refused(why)), why.status
    flash("The step is withdrawn. Charts are drawn without it from now on.")
    return redirect(url_for("board.step", code=code), 303)

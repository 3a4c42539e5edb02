"""Pages of loans: read one, ask equipment back, think better of it."""

from typing import Any

from flask import flash, redirect, url_for

from core.clock import now
from core.errors import Refused
from loans import actions
from loans.blueprint import bp
from loans.clients.views import client_page, shown, today
from loans.lending.forms import ReasonForm, ask_form, reason_form
from loans.lending.queries import is_booked, loan_by_code, open_loans_of, shares_of
from loans.models import Loan
from people.access import needs, who
from people.audit import look
from people.rules import May
from web.pages import page
from web.writes import looks, writes


@bp.get("/loans/<code>")
@needs(May.SEE_CLIENTS, May.SEE_EVERY_CLIENT, May.SEE_MONEY, May.SEE_ALL_MONEY)
@looks
def loan(code: str) -> Any:
    """One loan: the item, from when to when, and who pays."""
    loan = loan_by_code(code, viewer=who(), on=today())
    return _loan_page(loan, reason_form(loan))


def _loan_page(loan: Loan, form: ReasonForm) -> str:
    """The page of a loan; who is shown the money only is not shown whose loan it is."""
    named = who().may(May.SEE_CLIENTS) or who().may(May.SEE_EVERY_CLIENT)
    if named:
        look("client", loan.client.code)
    return page(
        "loans/loan.html",
        loan=loan,
        shares=shares_of(loan),
        form=form,
        named=named,
        can_keep=not is_booked(loan.item),
    )


@bp.post("/loans/<code>/ask-back")
@needs(May.ASK_BACK)
@writes
def ask_loan_back(code: str) -> Any:
    """Ask for one loan's item to be collected."""
    loan = loan_by_code(code, viewer=who(), on=today())
    form = reason_form(loan)
    if not form.validate():
        return _loan_page(loan, form), 422
    try:
        actions.ask_back(loan, form.chosen, by=who(), at=now())
    except Refused as why:
        return _loan_page(loan, form.refused(why)), why.status
    flash(f"{loan.product.name} will be collected.")
    return redirect(url_for("loans.loan", code=loan.code), 303)


@bp.post("/loans/<code>/keep")
@needs(May.ASK_BACK)
@writes
def keep(code: str) -> Any:
    """Leave the item with the client after all."""
    loan = loan_by_code(code, viewer=who(), on=today())
    actions.cancel_ask(loan, by=who(), at=now())
    flash(f"{loan.product.name} stays where it is.")
    return redirect(url_for("loans.loan", code=loan.code), 303)


@bp.post("/clients/<code>/ask-back")
@needs(May.ASK_BACK)
@writes
def ask_back(code: str) -> Any:
    """Ask for several of a client's loans at once: all of them, or none where one is refused."""
    client = shown(code)
    form = ask_form(client)
    if not form.validate():
        return client_page(client, form), 422
    try:
        asked = [
            actions.ask_back(loan, form.chosen, by=who(), at=now())
            for loan in open_loans_of(client, form.loans.data or [])
        ]
    except Refused as why:
        return client_page(client, form.refused(why)), why.status
    flash(_will_be_collected(asked))
    return redirect(url_for("loans.client", code=client.code), 303)


def _will_be_collected(asked: list[Loan]) -> str:
    if asked[0].client.died_on is not None:
        return "We will collect the equipment when it suits the family."
    names = " and ".join(loan.product.name for loan in asked[:2])
    more = f" and {len(asked) - 2} more" if len(asked) > 2 else ""
    return f"{names}{more} will be collected."

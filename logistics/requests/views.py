"""The queue of what the public asks for, and what staff do about each."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, url_for

from core.clock import add_working_days, london_day, now
from core.errors import Refused
from loans.lending.queries import open_loans_of
from loans.models import Loan
from loans.queries import loan_by_code, open_loan_of
from loans.rules import BackReason
from logistics.requests import actions
from logistics.requests.cli import forget_old
from logistics.requests.forms import CloseForm, CollectionForm
from logistics.requests.models import Request
from logistics.requests.public.views import open_to_the_public
from logistics.requests.queries import (
    can_hold,
    deals_with,
    loan_to_ask_back_of,
    request_by_code,
    requests_over,
    requests_waiting,
)
from logistics.requests.rules import RequestKind, RequestStatus
from people.access import needs, who
from people.audit import look
from people.rules import May
from web.pages import page
from web.writes import looks, writes

bp = Blueprint("requests", __name__, template_folder="../templates", cli_group="requests")
bp.cli.add_command(forget_old)
open_to_the_public(bp)


def today() -> date:
    """The day it is in London."""
    return london_day(now())


@bp.get("/requests")
@needs(May.PLAN_VISITS, May.WORKSHOP)
def queue() -> Any:
    """What the public has asked for and nobody has dealt with, the oldest first."""
    return page(
        "requests/queue.html",
        waiting=requests_waiting(viewer=who(), on=today()),
        over=requests_over(viewer=who(), on=today()),
        deals_with=lambda kind: deals_with(who(), kind),
    )


@bp.get("/requests/<code>")
@needs(May.PLAN_VISITS, May.WORKSHOP)
@looks
def one(code: str) -> Any:
    """One request: what was said, and what can be done about it."""
    return _page(_asked(code))


def _asked(code: str) -> Request:
    return request_by_code(code, viewer=who(), on=today())


def _page(request: Request, close: CloseForm | None = None, form: Any = None) -> str:
    """The page of a request; who sent it, and whose the item is, only for who sees clients."""
    look("request", request.code)
    sees = who().may(May.SEE_CLIENTS) or who().may(May.SEE_EVERY_CLIENT)
    loan = _loan(request) if sees and request.kind is not RequestKind.FAULT else None
    if loan is not None:
        look("client", loan.client.code)
    deals = deals_with(who(), request.kind)
    taken_up = deals and request.status is RequestStatus.TAKEN_UP
    if taken_up and loan is not None and form is None:
        form = _collection_form(request, loan)
    return page(
        "requests/one.html",
        request_=request,
        loan=loan,
        sees=sees,
        deals=deals,
        form=form,
        close=close or CloseForm(formdata=None),
        can_hold=can_hold(request.item),
        can_ask_back=loan_to_ask_back_of(request.item) is not None,
    )


def _loan(request: Request) -> Loan | None:
    """The open loan of a request's item, where the viewer may see its client."""
    loan = open_loan_of(request.item)
    return None if loan is None else loan_by_code(loan.code, viewer=who(), on=today())


def _collection_form(request: Request, loan: Loan, **given: Any) -> CollectionForm:
    due_on = add_working_days(today(), 1)
    return CollectionForm.about(request, loan.client, who(), due_on=due_on, **given)


@bp.post("/requests/<code>/take-up")
@needs(May.PLAN_VISITS, May.WORKSHOP)
@writes
def take_up(code: str) -> Any:
    """Take a request up."""
    request = _asked(code)
    actions.take_up(request, by=who(), at=now())
    return redirect(url_for("requests.one", code=request.code), 303)


@bp.post("/requests/<code>/put-back")
@needs(May.PLAN_VISITS, May.WORKSHOP)
@writes
def put_back(code: str) -> Any:
    """Put a request back into the queue."""
    actions.put_back(_asked(code), by=who(), at=now())
    flash("The request is back in the queue.")
    return redirect(url_for("requests.queue"), 303)


@bp.post("/requests/<code>/finish")
@needs(May.PLAN_VISITS, May.WORKSHOP)
@writes
def finish(code: str) -> Any:
    """Say what was done about a request."""
    return _close(code, actions.finish, "The request is done.")


@bp.post("/requests/<code>/set-aside")
@needs(May.PLAN_VISITS, May.WORKSHOP)
@writes
def set_aside(code: str) -> Any:
    """Say why nothing is done about a request."""
    return _close(code, actions.set_aside, "The request is set aside.")


def _close(code: str, act: Any, done: str) -> Any:
    request, form = _asked(code), CloseForm()
    if not form.validate():
        return _page(request, close=form), 422
    try:
        act(request, because=form.because.data, by=who(), at=now())
    except Refused as why:
        return _page(request, close=form.refused(why)), why.status
    flash(done)
    return redirect(url_for("requests.queue"), 303)


@bp.post("/requests/<code>/stop")
@needs(May.WORKSHOP)
@writes
def stop(code: str) -> Any:
    """Hold a faulty item that we have, or ask back one that is with a client."""
    flash(actions.stop(_asked(code), by=who(), at=now()))
    return redirect(url_for("requests.queue"), 303)


@bp.post("/requests/<code>/plan")
@needs(May.PLAN_VISITS)
@writes
def plan(code: str) -> Any:
    """Plan the collection that a request asks for."""
    request = _asked(code)
    loan = _loan(request)
    if loan is None:
        flash("It is with nobody, so there is nothing to collect by a visit.", "important")
        return redirect(url_for("requests.one", code=request.code), 303)
    form = CollectionForm.about(request, loan.client, who())
    if not form.validate():
        return _page(request, form=form), 422
    try:
        visit = actions.plan(
            request,
            open_loans_of(loan.client, form.loans.data or []),
            reason=BackReason(form.reason.data),
            died_on=form.died_on.data,
            **form.when_and_who(),
            by=who(),
            at=now(),
        )
    except Refused as why:
        return _page(request, form=form.refused(why)), why.status
    flash(f"Visit {visit.code} is planned.")
    return redirect(url_for("logistics.visit", code=visit.code), 303)

"""Pages of invoices and of VAT: the list, one invoice, its paper, and the terms."""

from datetime import date
from typing import Any

from flask import Response, flash, redirect, request, url_for

from core.clock import london_day, now
from core.errors import Refused
from funding.blueprint import MONEY, bp
from funding.forms import read_month
from funding.invoices import actions
from funding.invoices.forms import InvoicesForm, IssueForm, VatForm
from funding.invoices.papers import invoice_drawn
from funding.invoices.queries import (
    invoice_by_code,
    invoices,
    months_to_bill,
    numbering_faults,
    vat_terms,
)
from funding.invoices.rules import VatOn
from funding.queries import the_fund
from funding.spend import account_holders
from people.access import needs, who
from people.queries import organisation_by_code
from people.rules import May
from web.pages import page
from web.paging import Page, paged
from web.writes import writes


def _today() -> date:
    return london_day(now())


@bp.get("/invoices")
@needs(*MONEY)
def invoice_list() -> Any:
    """The invoices somebody may see, and the closed months that are still to be billed."""
    return _list_page(_issue_form())


def _issue_form() -> IssueForm:
    return IssueForm().offer(months_to_bill(the_fund()))


def _list_page(issue: IssueForm) -> Any:
    form, on = InvoicesForm(request.args), _today()
    readable = form.validate()
    month = form.month.month if readable else None
    found = paged(invoices(viewer=who(), on=on, month=month)) if readable else Page([])
    return page(
        "funding/invoices.html",
        form=form,
        issue=issue,
        invoices=found,
        faults=numbering_faults(the_fund().id),
        open_from=the_fund().open_from,
    ), 200 if readable else 422


@bp.post("/invoices")
@needs(May.KEEP_AGREEMENTS)
@writes
def issue_invoices() -> Any:
    """Bill every partner for a closed month."""
    form = _issue_form()
    if not form.validate():
        return _list_page(form)[0], 422
    month = read_month(form.closed_month.data)
    try:
        issued = actions.issue_invoices(the_fund(), month, by=who(), at=now())
    except Refused as why:
        return _list_page(form.refused(why))[0], why.status
    first, last = issued[0].number, issued[-1].number
    flash(f"{month:%B %Y} is billed: numbers {first:06d} to {last:06d}.")
    return redirect(url_for("funding.invoice_list", month=f"{month:%Y-%m}"), 303)


@bp.get("/invoices/<code>")
@needs(*MONEY)
def invoice(code: str) -> Any:
    """One invoice: net, VAT and gross by rate, and what it costs."""
    shown = invoice_by_code(code, viewer=who(), on=_today())
    return page("funding/invoice.html", invoice=shown)


@bp.get("/invoices/<code>.pdf")
@needs(*MONEY)
def invoice_pdf(code: str) -> Response:
    """An invoice on paper."""
    shown = invoice_by_code(code, viewer=who(), on=_today())
    answer = Response(invoice_drawn(shown, shown.fund.name), mimetype="application/pdf")
    name = f"{shown.kind.value.replace(' ', '-')}-{shown.number:06d}.pdf"
    answer.headers.set("Content-Disposition", "inline", filename=name)
    return answer


@bp.get("/vat")
@needs(*MONEY)
def vat() -> Any:
    """The VAT terms of each partner, as they hold and as they held."""
    on = _today()
    return page("funding/vat.html", terms=vat_terms(the_fund().id, viewer=who(), on=on), on=on)


def _vat_form() -> VatForm:
    return VatForm().offer(account_holders(viewer=who(), on=_today()))


@bp.get("/vat/new")
@needs(May.KEEP_AGREEMENTS)
def new_vat() -> Any:
    """The page to set VAT terms on."""
    return page("funding/vat_new.html", form=_vat_form())


@bp.post("/vat/new")
@needs(May.KEEP_AGREEMENTS)
@writes
def set_vat() -> Any:
    """Set a partner's VAT on a kind of charge."""
    form = _vat_form()
    if not form.validate():
        return page("funding/vat_new.html", form=form), 422
    partner = organisation_by_code(form.organisation.data)
    from_on: Any = form.from_on.data
    try:
        term = actions.set_vat(
            the_fund(),
            partner,
            VatOn(form.charge.data),
            rate=form.rate.points,
            recoverable=bool(form.recoverable.data),
            from_on=from_on,
            by=who(),
            at=now(),
        )
    except Refused as why:
        return page("funding/vat_new.html", form=form.refused(why)), why.status
    flash(f"{partner.name} bears {term.percentage} on {term.charge.value} from then on.")
    return redirect(url_for("funding.vat"), 303)

"""Pages of money: the month by partner, statements, entries and what is parked."""

from datetime import date
from typing import Any

from flask import Response, flash, redirect, request, url_for

import funding.activity.views
import funding.agreements.drafting.views
import funding.agreements.versions.views
import funding.agreements.views
import funding.alerts.views
import funding.disputes.views
import funding.invoices.views
import funding.leaving.views
import funding.parking.views
import funding.periods.views
import funding.prices.views
import funding.virements.views
import funding.what_if.views
import funding.year_end.views
from core.clock import london_day, month_of, months_later, now
from core.errors import Invalid, NotFound, Refused
from funding import actions
from funding.arithmetic import explained
from funding.blueprint import MONEY, bp
from funding.disputes.queries import (
    Disputed,
    by_line,
    disputed,
    disputes_of_entry,
    may_be_disputed,
    waiting,
)
from funding.entries import Found, Sought, entries, found, parked, rules_cited
from funding.forms import SPENDING, EntriesForm, MonthForm, ReverseForm, read_month
from funding.invoices.queries import invoice_of
from funding.overview import checks, proof
from funding.papers import drawn
from funding.queries import entry_by_number, the_fund
from funding.rules import EntryKind
from funding.spend import NOTHING, account_holders, standings
from funding.statements import NO_STATEMENT, Item, Statement, items, statement
from funding.tables import (
    ENTRY_HEADS,
    STATEMENT_HEADS,
    entry_rows,
    file_name,
    spread,
    statement_rows,
)
from people.access import needs, who
from people.models import Organisation
from people.queries import organisation_by_code
from people.rules import May
from web.csvs import csv_answer
from web.pages import page
from web.paging import Page, paged, this_address
from web.sheets import xlsx_answer
from web.writes import writes

__all__ = ["bp", "funding"]


def _today() -> date:
    return london_day(now())


@bp.get("/")
@needs(*MONEY)
def overview() -> Any:
    """This month and the year so far by partner, against the budget; what needs a person."""
    form, on = MonthForm(request.args), _today()
    readable = form.validate()
    month = (form.month.month if readable else None) or month_of(on)
    form.month.data = form.month.data or f"{month:%Y-%m}"
    return page(
        "funding/overview.html",
        form=form,
        month=month,
        standings=standings(month, viewer=who(), on=on),
        parked=parked(viewer=who(), on=on),
        disputes=waiting(viewer=who(), on=on),
        checks=checks(the_fund(), viewer=who(), on=on),
    ), 200 if readable else 422


@bp.get("/proof")
@needs(May.SEE_ALL_MONEY, May.KEEP_AGREEMENTS)
def ledger_proof() -> Any:
    """The whole ledger proved anew from its rows."""
    return page("funding/proof.html", proof=proof(viewer=who(), on=_today()))


def _statement(code: str, month: str) -> Statement:
    """The statement an address names. Raises NotFound where it names none."""
    try:
        return statement(organisation_by_code(code), read_month(month), viewer=who(), on=_today())
    except (Invalid, NotFound):
        raise NotFound(NO_STATEMENT) from None


@bp.get("/statements/<code>/<month>")
@needs(*MONEY)
def partner_statement(code: str, month: str) -> Any:
    """A partner's statement of a month."""
    shown = _statement(code, month)
    found = disputed(shown, viewer=who(), on=_today())
    return page(
        "funding/statement.html",
        statement=shown,
        disputes=found,
        disputed=by_line(shown, found),
        invoice=invoice_of(shown.organisation, shown.month, viewer=who(), on=_today()),
        before=f"{months_later(shown.month, -1):%Y-%m}",
        after=f"{months_later(shown.month, 1):%Y-%m}",
    )


def _behind(shown: Statement) -> tuple[list[Item], list[Disputed]]:
    """Every entry behind a statement, and what is disputed of it."""
    rows = items(shown.organisation, shown.month, viewer=who(), on=_today())
    return rows, disputed(shown, viewer=who(), on=_today())


@bp.get("/statements/<code>/<month>.csv")
@needs(*MONEY)
def statement_csv(code: str, month: str) -> Response:
    """Every entry behind a statement, between its opening and its closing line."""
    shown = _statement(code, month)
    return csv_answer(file_name(shown), STATEMENT_HEADS, statement_rows(shown, *_behind(shown)))


@bp.get("/statements/<code>/<month>.xlsx")
@needs(*MONEY)
def statement_xlsx(code: str, month: str) -> Response:
    """A statement as a spreadsheet: its summary, and every entry behind it."""
    shown = _statement(code, month)
    rows, disputes = _behind(shown)
    return xlsx_answer(file_name(shown), spread(shown, rows, the_fund().name, disputes))


@bp.get("/statements/<code>/<month>.pdf")
@needs(*MONEY)
def statement_pdf(code: str, month: str) -> Response:
    """A statement on paper."""
    shown = _statement(code, month)
    rows, disputes = _behind(shown)
    answer = Response(drawn(shown, rows, the_fund().name, disputes), mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"{file_name(shown)}.pdf")
    return answer


@bp.get("/entries")
@needs(*MONEY)
def entry_list() -> Any:
    """The entries behind a figure, and what they come to."""
    cited, on = rules_cited(the_fund().id), _today()
    form = EntriesForm(request.args).offer(account_holders(viewer=who(), on=on), cited)
    if not form.validate():
        nothing = {"entries": Page([]), "found": Found(0, NOTHING)}
        return page("funding/entries.html", form=form, **nothing), 422
    sought = _sought(form, cited)
    wanted = entries(sought, viewer=who(), on=on)
    if request.args.get("download") == "csv":
        return csv_answer("entries", ENTRY_HEADS, entry_rows(wanted))
    return page(
        "funding/entries.html",
        form=form,
        entries=paged(wanted),
        csv_address=this_address(download="csv", page=None),
        found=found(sought, viewer=who(), on=on),
    )


def _sought(form: EntriesForm, cited: dict[str, int]) -> Sought:
    kind = form.kind.data
    return Sought(
        partner=_partner(form.partner.data),
        from_month=form.from_month.month,
        to_month=form.to_month.month,
        of_month=form.of_month.month,
        kind=EntryKind(kind) if kind and kind != SPENDING else None,
        spending=kind == SPENDING,
        group=form.group.data or "",
        rule_id=cited.get(form.rule.data or ""),
        unruled=form.rule.data == "none",
        subject=(form.subject.data or "").upper(),
    )


def _partner(code: str | None) -> Organisation | None:
    return organisation_by_code(code) if code else None


@bp.get("/parked")
@needs(*MONEY)
def parked_charges() -> Any:
    """The charges that no rule may lay on anybody: a person decides."""
    on = _today()
    rows = paged(entries(Sought(parked=True), viewer=who(), on=on))
    return page("funding/parked.html", entries=rows, found=parked(viewer=who(), on=on))


@bp.get("/entries/<int:number>")
@needs(*MONEY)
def entry(number: int) -> Any:
    """Why this penny: cause, rule, shares, remainders and postings of one entry."""
    return _entry_page(number, ReverseForm())


def _entry_page(number: int, form: ReverseForm) -> str:
    shown = entry_by_number(number, viewer=who(), on=_today())
    return page(
        "funding/entry.html",
        entry=shown,
        told=explained(shown, viewer=who(), on=_today()),
        disputes=disputes_of_entry(shown, viewer=who(), on=_today()),
        disputable=may_be_disputed(shown, viewer=who(), on=_today()),
        form=form,
    )


@bp.post("/entries/<int:number>/reverse")
@needs(May.KEEP_AGREEMENTS)
@writes
def reverse(number: int) -> Any:
    """Take an entry back, with the reason."""
    form, at = ReverseForm(), now()
    if not form.validate():
        return _entry_page(number, form), 422
    try:
        taken_back = actions.reverse(
            entry_by_number(number, viewer=who(), on=london_day(at)),
            because=form.because.data or "",
            by=who(),
            at=at,
        )
    except NotFound:
        raise
    except Refused as why:
        return _entry_page(number, form.refused(why)), why.status
    flash(f"Entry {number} is taken back by entry {taken_back.id}.")
    return redirect(url_for("funding.entry", number=taken_back.id), 303)

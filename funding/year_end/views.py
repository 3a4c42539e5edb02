"""Pages of the end of a year: the years, one year before and after it is signed, its files."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, flash, redirect, url_for
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from core.clock import london_day, now
from core.errors import NotFound, Refused
from funding.agreements.queries import may_be_named
from funding.blueprint import MONEY, bp
from funding.forms import named
from funding.queries import the_fund
from funding.year_end import actions
from funding.year_end.forms import ActForm, HeadsForm, SignForm
from funding.year_end.papers import pack_drawn
from funding.year_end.queries import capitations, signed_pack
from funding.year_end.rules import WEIGHT_ONE, Year, read_year
from funding.year_end.shown import LINE_HEADS, line_rows, shown, years
from people.access import needs, who
from people.queries import organisation_by_code
from people.rules import May
from web.csvs import csv_answer
from web.forms import Form
from web.pages import page
from web.writes import writes


def _today() -> date:
    return london_day(now())


@bp.get("/year-end")
@needs(*MONEY)
def year_ends() -> Any:
    """Every financial year of the fund, and how far its end has got."""
    return page("funding/year_ends.html", years=years(the_fund(), _today()))


@bp.get("/year-end/<year>")
@needs(*MONEY)
def year_end(year: str) -> Any:
    """One year: what was left, whose it is, and what is still to be done."""
    return _year_page(read_year(year))


def _year_page(year: Year, form: Form | None = None) -> str:
    seen = shown(the_fund(), year, viewer=who(), on=_today())
    checksum = seen.prepared.checksum if seen.prepared else ""
    signing = form if isinstance(form, SignForm) else SignForm(data={"checksum": checksum})
    return page("funding/year_end.html", seen=seen, form=form or signing, signing=signing)


def _act(year: Year, form: Form, act: Callable[[], str]) -> Any:
    """Do what a button of a year says, or show the year again with why not."""
    if not form.validate():
        return _year_page(year, form), 422
    try:
        sentence = act()
    except Refused as why:
        return _year_page(year, form.refused(why)), why.status
    flash(sentence)
    return redirect(url_for("funding.year_end", year=year.begins), 303)


@bp.post("/year-end/<year>/settle")
@needs(May.KEEP_AGREEMENTS)
@writes
def settle_year(year: str) -> Any:
    """Lay an over- or underspend on the partners."""
    settling = read_year(year)

    def settle() -> str:
        count = len(actions.settle(the_fund(), settling, by=who(), at=now()))
        return f"The year {settling} is settled by {count} entries."

    return _act(settling, ActForm(), settle)


@bp.post("/year-end/<year>/prepare")
@needs(May.KEEP_AGREEMENTS)
@writes
def prepare_year(year: str) -> Any:
    """Put the figures of a year forward to be signed."""
    preparing = read_year(year)

    def prepare() -> str:
        actions.prepare(the_fund(), preparing, by=who(), at=now())
        return f"The figures of {preparing} are prepared. Somebody else signs them."

    return _act(preparing, ActForm(), prepare)


@bp.post("/year-end/<year>/sign")
@needs(May.SIGN_YEAR)
@writes
def sign_year(year: str) -> Any:
    """Sign off figures that somebody else prepared."""
    signing, form = read_year(year), SignForm()

    def sign() -> str:
        actions.sign(the_fund(), signing, checksum=form.checksum.data or "", by=who(), at=now())
        return f"The year {signing} is signed off. Nothing changes its figures any more."

    return _act(signing, form, sign)


@bp.get("/year-end/<year>/pack.pdf")
@needs(*MONEY)
def year_pack_pdf(year: str) -> Response:
    """The signed pack on paper: for a partner, its own lines of it."""
    fund, asked = the_fund(), read_year(year)
    pack = signed_pack(fund, asked)
    seen = shown(fund, asked, viewer=who(), on=_today())
    answer = Response(pack_drawn(pack, seen.figures, whole=seen.whole), mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"year-pack-{asked.begins}.pdf")
    return answer


@bp.get("/year-end/<year>/pack.json")
@needs(*MONEY)
def year_pack_json(year: str) -> Response:
    """The signed figures byte for byte, so that anybody may compute their checksum."""
    fund, asked = the_fund(), read_year(year)
    pack = signed_pack(fund, asked)
    if not shown(fund, asked, viewer=who(), on=_today()).whole:
        raise NotFound("The whole pack is for those who see every partner's money.")
    answer = Response(pack.figures, mimetype="application/json")
    answer.headers.set(
        "Content-Disposition", "attachment", filename=f"year-pack-{asked.begins}.json"
    )
    return answer


@bp.get("/year-end/<year>/lines.csv")
@needs(*MONEY)
def year_lines_csv(year: str) -> Response:
    """What every partner was charged in a year, by kind and product group."""
    asked = read_year(year)
    seen = shown(the_fund(), asked, viewer=who(), on=_today())
    return csv_answer(f"year-{asked.begins}-lines", LINE_HEADS, line_rows(seen.figures))


def _heads_form() -> HeadsForm:
    form = HeadsForm()
    form.organisation.choices = [
        SelectChoice("", "Choose a partner"),
        *named(may_be_named(the_fund().id)),
    ]
    return form


def _heads_page(year: Year, form: HeadsForm) -> str:
    rows = capitations(the_fund(), year)
    return page("funding/heads.html", year=year, form=form, rows=rows, one=WEIGHT_ONE)


@bp.get("/year-end/<year>/heads")
@needs(May.KEEP_AGREEMENTS)
def year_heads(year: str) -> Any:
    """The page to write down whom a partner answers for."""
    return _heads_page(read_year(year), _heads_form())


@bp.post("/year-end/<year>/heads")
@needs(May.KEEP_AGREEMENTS)
@writes
def weigh_heads(year: str) -> Any:
    """Write down whom a partner answers for, and how much they weigh."""
    weighing, form = read_year(year), _heads_form()
    if not form.validate():
        return _heads_page(weighing, form), 422
    try:
        partner = organisation_by_code(form.organisation.data)
        actions.weigh(
            the_fund(),
            partner,
            weighing,
            population=form.population.data or 0,
            weight=form.weight.weight,
            by=who(),
            at=now(),
        )
    except Refused as why:
        return _heads_page(weighing, form.refused(why)), why.status
    flash(f"The weighted heads of {partner.name} are kept.")
    return redirect(url_for("funding.year_heads", year=weighing.begins), 303)

"""The page on which a month's pack is chosen, and the pack on paper, as a spreadsheet, as files."""

from datetime import date
from typing import Any

from flask import Response, request

from core.clock import london_day, month_of, now
from core.errors import Invalid, Refused
from people.access import needs, who
from people.rules import May
from reports import periods
from reports.blueprint import bp
from reports.choices import asked
from reports.forms import listed
from reports.pack.files import spread, zipped
from reports.pack.forms import PackForm
from reports.pack.paper import on_paper
from reports.pack.parts import Pack
from reports.pack.told import NARROWED_TO, asked_for, pack
from web.bundles import zip_answer
from web.csvs import tidy_name
from web.pages import page
from web.sheets import xlsx_answer


@bp.get("/board/pack")
@needs(May.SEE_BOARD)
def pack_choice() -> Any:
    """Choose a month, and a partner or product group, and take its pack along."""
    on = london_day(now())
    months = _months_over(on)
    form = PackForm(request.args or None).offer(months)
    status = 200 if form.validate() else 422
    month = form.month.data if status == 200 else months[0][0]
    try:
        chosen = asked_for(month, request.args, viewer=who(), on=on)
    except Refused as why:
        form, status = form.refused(why), why.status
        kept = {name: request.args.get(name, "") for name in NARROWED_TO}
        chosen = asked_for(months[0][0], kept, viewer=who(), on=on)
    return page(
        "reports/pack.html",
        form=form,
        asked=chosen,
        month=f"{chosen.chosen.period.first:%Y-%m}",
        narrowed=chosen.form.narrowing,
    ), max(status, chosen.status)


def _months_over(on: date) -> list[tuple[str, str]]:
    """The months that are over and that there is anything to see in, the latest first."""
    known = listed(asked({}, viewer=who(), on=on).form.first)
    return [one for one in known.items() if periods.read_month(one[0]) < month_of(on)]


@bp.get("/board/pack/<month>.pdf")
@needs(May.SEE_BOARD)
def pack_pdf(month: str) -> Response:
    """A month's pack on paper."""
    told = _pack(month)
    answer = Response(on_paper(told), mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"{tidy_name(told.title)}.pdf")
    return answer


@bp.get("/board/pack/<month>.xlsx")
@needs(May.SEE_BOARD)
def pack_xlsx(month: str) -> Response:
    """A month's pack as a spreadsheet."""
    told = _pack(month)
    return xlsx_answer(told.title, spread(told))


@bp.get("/board/pack/<month>.zip")
@needs(May.SEE_BOARD)
def pack_zip(month: str) -> Response:
    """A month's pack as CSV files."""
    told = _pack(month)
    return zip_answer(told.title, zipped(told))


def _pack(month: str) -> Pack:
    """The pack an address asks for, of what the viewer may see. Raises Invalid."""
    at = now()
    chosen = asked_for(month, request.args, viewer=who(), on=london_day(at))
    if chosen.status != 200:
        raise Invalid("A pack cannot be narrowed to that. Choose from the lists of its page.")
    return pack(chosen, viewer=who(), at=at)

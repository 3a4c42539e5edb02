"""The page on which a pseudonymised extract is taken."""

from typing import Any

from flask import Response, request, send_file

from core.clock import financial_year, london_day, now
from core.errors import Refused
from people.access import needs, who
from people.audit import note
from people.rules import May
from reports.blueprint import bp
from reports.extracts.forms import ExtractForm
from reports.extracts.queries import years_seen
from reports.extracts.rules import COLUMNS, MOST_YEARS, read_years
from reports.extracts.written import extract
from reports.suppression.rules import FEWEST
from web.pages import page
from web.writes import writes


@bp.get("/board/extracts")
@needs(May.EXTRACT)
def extracts() -> Any:
    """What an extract holds, and for which years one is wanted."""
    last = financial_year(london_day(now()))[0].year - 1
    return _page(ExtractForm(data={"first": str(last), "last": str(last)}))


def _page(form: ExtractForm) -> str:
    return page("reports/extracts.html", form=form, columns=COLUMNS, most=MOST_YEARS, fewest=FEWEST)


@bp.post("/board/extracts")
@needs(May.EXTRACT)
@writes
def take_extract() -> Any:
    """The extract as an archive. The audit trail keeps who took it, and what its rows hash to."""
    form = ExtractForm(request.form)
    try:
        years = read_years(form.first.data or "", form.last.data or "")
    except Refused as why:
        return _page(form.refused(why)), why.status
    made = extract(years_seen(years, viewer=who(), on=london_day(now())))
    note("extract", f"{made.name} {made.rows} rows sha256 {made.digest}")
    answer: Response = send_file(made.file, download_name=made.name, as_attachment=True)
    answer.headers["Cache-Control"] = "no-store"
    return answer

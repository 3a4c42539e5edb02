"""The page on which a pseudonymised extract is taken."""

from collections.abc import Iterator
from functools import partial
from typing import IO, Any

from flask import Response, request

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

PIECE = 64 * 1024  # bytes


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
    answer = Response(_Pieces(made.file), mimetype="application/zip")
    answer.headers.set("Content-Disposition", "attachment", filename=made.name)
    return answer


class _Pieces:
    """A file piece by piece; closed when it was sent, or when nobody waits for it any more."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def __iter__(self) -> Iterator[bytes]:
        return iter(partial(self.file.read, PIECE), b"")

    def close(self) -> None:
        """Let go of the file (called by the server)."""
        self.file.close()

    def __del__(self) -> None:
        self.file.close()

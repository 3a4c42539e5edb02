"""Downloads with which a fund's money goes to another system."""

from flask import Response

from core.clock import london_day, now
from core.errors import Invalid, NotFound
from funding.blueprint import bp
from funding.forms import read_month
from funding.leaving.journals import HEADS, Journals
from funding.purse import purse_of
from people.access import needs, who
from people.rules import May
from web.csvs import csv_answer

NO_MONTH = "There is no month with this address. Choose it on the page of funding."


@bp.get("/journals/<month>.csv")
@needs(May.SEE_ALL_MONEY, May.KEEP_AGREEMENTS)
def journals_csv(month: str) -> Response:
    """A month's journals, every posting a line, for those who see every partner's money."""
    try:
        first = read_month(month)
    except Invalid:
        raise NotFound(NO_MONTH) from None
    wanted = Journals(first, purse_of(who(), london_day(now())))
    return csv_answer(f"journals-{month}", HEADS, wanted.rows())

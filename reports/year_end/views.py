"""The page on which the provider's gain of a year is shared."""

from typing import Any

from flask import flash, redirect, url_for

from core.clock import london_day, now
from core.errors import Invalid, Refused
from funding.queries import the_fund
from funding.year_end import actions
from funding.year_end.forms import ActForm
from funding.year_end.reckoning import terms_of_year
from funding.year_end.rules import Reissue, Year, gain_of, read_year, why_gain
from people.access import needs, who
from people.rules import May
from reports.blueprint import bp
from reports.measures import MEASURES
from reports.rules import EXCLUSIONS
from reports.year_end.queries import reissue_of
from web.pages import page
from web.writes import writes


@bp.get("/board/gain-share/<year>")
@needs(May.KEEP_AGREEMENTS)
def gain_share(year: str) -> Any:
    """The reissue share of a year, and what of it is the provider's."""
    return _gain_page(read_year(year), ActForm())


def _gain_page(year: Year, form: ActForm) -> str:
    terms, reissue = terms_of_year(the_fund(), year), reissue_of(year)
    return page(
        "reports/gain_share.html",
        year=year,
        terms=terms,
        reissue=reissue,
        form=form,
        measure=MEASURES["R5"],
        exclusions=EXCLUSIONS,
        **_due(reissue, year),
    )


def _due(reissue: Reissue, year: Year) -> dict[str, Any]:
    """What is due and how it comes about, or why nothing is."""
    terms = terms_of_year(the_fund(), year)
    try:
        return {"gain": gain_of(reissue, terms), "why": why_gain(reissue, terms)}
    except Invalid as why:
        return {"gain": None, "why": why.sentence}


@bp.post("/board/gain-share/<year>")
@needs(May.KEEP_AGREEMENTS)
@writes
def share_gain(year: str) -> Any:
    """Owe the provider its part of what recycling above the threshold avoided."""
    sharing, form, at = read_year(year), ActForm(), now()
    if not form.validate():
        return _gain_page(sharing, form), 422
    try:
        entry = actions.share_gain(
            the_fund(),
            sharing,
            reissue_of(sharing),
            source=f"Counted as R5 on the board's page on {london_day(at):%-d %B %Y}.",
            by=who(),
            at=at,
        )
    except Refused as why:
        return _gain_page(sharing, form.refused(why)), why.status
    flash(f"The gain of {sharing} is shared by entry {entry.id}.")
    return redirect(url_for("funding.year_end", year=sharing.begins), 303)

"""The page on which a person decides who pays a parked charge."""

from typing import Any

from flask import flash, redirect, url_for

from core.clock import london_day, now
from core.errors import Refused
from funding.blueprint import bp
from funding.models import Entry
from funding.parking.actions import lay
from funding.parking.forms import LayForm
from funding.parking.queries import payers
from funding.queries import entry_by_number
from people.access import needs, who
from people.rules import May
from web.pages import page
from web.writes import writes


def _parked(number: int) -> Entry:
    return entry_by_number(number, viewer=who(), on=london_day(now()))


def _page(entry: Entry, form: LayForm) -> str:
    return page("funding/lay.html", entry=entry, form=form)


@bp.get("/entries/<int:number>/lay")
@needs(May.KEEP_AGREEMENTS)
def to_lay(number: int) -> Any:
    """The page to decide who pays a parked charge on."""
    entry = _parked(number)
    return _page(entry, LayForm().offer(payers(entry.fund_id, london_day(now()))))


@bp.post("/entries/<int:number>/lay")
@needs(May.KEEP_AGREEMENTS)
@writes
def lay_entry(number: int) -> Any:
    """Lay a parked charge on partners, with the reason."""
    entry, at = _parked(number), now()
    bodies = payers(entry.fund_id, london_day(at))
    form = LayForm().offer(bodies)
    if not form.validate():
        return _page(entry, form), 422
    try:
        shares = form.shares({body.code: body.id for body in bodies})
        laid = lay(entry, shares, because=form.because.data or "", by=who(), at=at)
    except Refused as why:
        return _page(entry, form.refused(why)), why.status
    flash(f"Entry {number} is laid on partners by entry {laid.id}.")
    return redirect(url_for("funding.entry", number=laid.id), 303)

"""Pages of what is short: what orders wait for, and giving out what has come in."""

from typing import Any

from flask import flash, redirect, url_for

from core.clock import london_day, now
from loans import actions
from loans.blueprint import bp
from loans.shortages.queries import shortages
from people.access import needs, who
from people.rules import May
from web.filters import counted
from web.pages import page
from web.writes import writes


@bp.get("/orders/short")
@needs(May.PICK, May.RECEIVE_GOODS)
def short() -> Any:
    """Products that orders wait for."""
    found = shortages(london_day(now()))
    return page("loans/short.html", found=found, free=any(one.free for one in found))


@bp.post("/orders/short")
@needs(May.PICK, May.RECEIVE_GOODS)
@writes
def give_out() -> Any:
    """Set everything that is free aside for the lines that wait for it, the oldest first."""
    served = actions.allocate_all(by=who(), at=now())
    if served:
        flash(f"{counted(len(served), 'line')} of waiting orders served.")
    else:
        flash("Nothing that orders wait for is free yet.", "warning")
    return redirect(url_for("loans.short"), 303)

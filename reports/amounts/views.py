"""The page of the rows behind a sum of money."""

from dataclasses import replace
from typing import Any

from flask import request, url_for

from core.clock import london_day, now
from core.db import db
from people.access import who
from reports.amounts.queries import looked
from reports.amounts.rows import BEHIND
from reports.budget.tables import Rows
from reports.budget.views import leafed
from reports.choices import Asked
from reports.rules import Counted, Measure
from web.csvs import csv_answer
from web.pages import page
from web.paging import this_address


def money_rows(measure: Measure, counted: Counted, chosen: Asked) -> Any:
    """The rows above or below a measure's line that the ledger or the orders tell."""
    at, behind = now(), BEHIND[counted]
    looking = looked(chosen, viewer=who(), at=at, on=london_day(at))
    found = behind.read(looking) if looking else []
    title = f"{measure.code} {behind.shown.title}"
    return listed_rows(title, behind.shown.told, behind.shown, found, chosen, measure)


def listed_rows(
    title: str, told: str, shown: Rows, found: Any, chosen: Asked, measure: Measure | None = None
) -> Any:
    """Rows of money as a page with what they come to, or all of them as a file."""
    if request.args.get("as") == "csv":
        every = found if isinstance(found, list) else db.session.execute(found)
        return csv_answer(f"{title} {chosen.words}", shown.heads, shown.written(every))
    rows, whole = leafed(found)
    address: dict[str, Any] = dict(chosen.address)
    crumbs = [("The board's figures", url_for("reports.board", **address))]
    if measure:
        crumbs += [(measure.code, url_for("reports.measure", code=measure.code, **address))]
    return page(
        "reports/budget_rows.html",
        kind=replace(shown, title=title, told=told),
        asked=chosen,
        group="",
        crumbs=crumbs,
        rows=rows,
        whole=whole,
        file_url=this_address(**{"as": "csv", "page": None}),
    ), chosen.status

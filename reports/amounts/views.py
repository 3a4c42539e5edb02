"""The page of the rows behind a sum of money."""

from typing import Any

from flask import request, url_for

from core.clock import london_day, now
from core.db import db
from people.access import who
from reports.amounts.queries import looked
from reports.amounts.rows import BEHIND
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
    kind = behind.shown
    if request.args.get("as") == "csv":
        every = found if isinstance(found, list) else db.session.execute(found)
        name = f"{measure.code} {kind.title} {chosen.words}"
        return csv_answer(name, kind.heads, kind.written(every))
    rows, whole = leafed(found)
    address: dict[str, Any] = dict(chosen.address)
    return page(
        "reports/budget_rows.html",
        kind=kind,
        asked=chosen,
        group="",
        crumbs=[
            ("The board's figures", url_for("reports.board", **address)),
            (measure.code, url_for("reports.measure", code=measure.code, **address)),
        ],
        rows=rows,
        whole=whole,
        file_url=this_address(**{"as": "csv", "page": None}),
    ), chosen.status

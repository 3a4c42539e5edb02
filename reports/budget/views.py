"""The budget page, its file, and the rows behind every figure of it."""

from typing import Any

from flask import request, url_for

from core.clock import london_day, now
from core.db import db
from core.errors import NotFound
from core.money import Pence
from funding.blueprint import MONEY
from funding.queries import the_fund
from funding.virements.queries import lines_moved
from people.access import needs, who
from reports.blueprint import bp
from reports.budget.chart import drawn
from reports.budget.choices import Asked, asked
from reports.budget.figures import (
    Figures,
    figures,
    savings_by_group,
    savings_by_partner,
    savings_parked,
)
from reports.budget.rules import METHOD_BEGUN, METHOD_PLAIN, METHOD_RANGE, METHOD_SHAPED, NO_GROUP
from reports.budget.tables import BUDGET_HEADS, ROWS, budget_rows, month_rows
from reports.charts import NARROW, WIDE
from reports.queries import tally
from reports.rules import Tally
from web.csvs import csv_answer
from web.pages import page
from web.paging import Page, page_of, paged, this_address


def _asked() -> Asked:
    return asked(request.args, the_fund(), viewer=who(), on=london_day(now()))


def _figures(chosen: Asked) -> Figures:
    partner = chosen.form.partner.data
    return figures(chosen.year, now(), viewer=who(), partner=partner, payers=chosen.payers)


@bp.get("/budget")
@needs(*MONEY)
def budget() -> Any:
    """Budget, commitment, spending and forecast of a year, with what recycling saved."""
    chosen = _asked()
    shown = _figures(chosen)
    return page(
        "reports/budget.html",
        asked=chosen,
        form=chosen.form,
        shown=shown,
        by_month=month_rows(shown.shown),
        by_partner=savings_by_partner(shown),
        by_group=savings_by_group(shown),
        moved=lines_moved(chosen.year.fund, chosen.year.ends_on(chosen.year.last), viewer=who()),
        parked=savings_parked(shown),
        drawings=[drawn(shown.shown, frame) for frame in (WIDE, NARROW)],
        method=METHOD_SHAPED if shown.seasonal else METHOD_PLAIN,
        method_begun=METHOD_BEGUN,
        method_range=METHOD_RANGE,
    ), chosen.status


@bp.get("/budget.csv")
@needs(*MONEY)
def budget_csv() -> Any:
    """The page's figures as a file."""
    chosen = _asked()
    shown = _figures(chosen)
    return csv_answer(f"budget {chosen.words}", BUDGET_HEADS, budget_rows(shown))


@bp.get("/budget/<name>")
@needs(*MONEY)
def budget_rows_of(name: str) -> Any:
    """The rows behind a figure: what is ordered, reissued, paid for recycling, or accrued."""
    if name not in ROWS:
        raise NotFound("There is no such list. The budget page opens them all.")
    chosen, kind, group = _asked(), ROWS[name], request.args.get("group", "")[:100]
    found = kind.read(chosen, who(), now(), group)
    if request.args.get("as") == "csv":
        every = found if isinstance(found, list) else db.session.execute(found)
        return csv_answer(f"{kind.title} {chosen.words}", kind.heads, kind.written(every))
    rows, whole = leafed(found)
    address: dict[str, Any] = dict(chosen.address)
    return page(
        "reports/budget_rows.html",
        kind=kind,
        asked=chosen,
        group="no product group" if group == NO_GROUP else group,
        crumbs=[
            ("Funding", url_for("funding.overview")),
            ("Budget", url_for("reports.budget", **address)),
        ],
        rows=rows,
        whole=whole,
        file_url=this_address(**{"as": "csv", "page": None}),
    ), chosen.status


def leafed(found: Any) -> tuple[Page[Any], Tally]:
    """The page asked for of rows or of a selection, how many there are, and what they come to."""
    if isinstance(found, list):
        return page_of(found), Tally(len(found), Pence(sum(row.pence for row in found)))
    return paged(found), tally(found)

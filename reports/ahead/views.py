"""The pages of what is ahead: demand, growth and recycling in money, what not to buy."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request, url_for

from core.clock import london_day, now
from core.db import db
from equipment.rules import Group
from funding.queries import the_fund
from people.access import needs, who
from people.rules import May
from reports.ahead import shelves
from reports.ahead.buying import REVIEW, WINDOW, advice, tenths
from reports.ahead.chart import picture
from reports.ahead.demand import (
    DEMAND_HEADS,
    GROUP_HEADS,
    demand_of,
    demand_rows,
    demands,
    group_rows,
    of_month,
)
from reports.ahead.forms import GROWTH, YEARS, DemandForm, ScenarioForm
from reports.ahead.scenario import hundredths_of, of, point, years
from reports.ahead.tables import ADVICE_HEADS, SCENARIO_HEADS, advice_rows, scenario_rows
from reports.ahead.today import cost_rows, last_twelve_whole, period_of, today
from reports.blueprint import bp
from reports.budget.rules import rounded
from reports.charts import NARROW, WIDE
from reports.queries import tally, visible
from reports.units import Unit
from web.csvs import csv_answer
from web.pages import page
from web.paging import paged, this_address

MOST = 20  # products that stand on the page before the others are opened


def _as_csv() -> bool:
    return request.args.get("as") == "csv"


@bp.get("/board/ahead")
@needs(May.SEE_BOARD)
def ahead() -> Any:
    """What demand is to be expected, of one product group or of all."""
    on, form = london_day(now()), DemandForm(request.args or None)
    readable = form.validate()
    group = Group(form.group.data) if readable and form.group.data else None
    told = demand_of(group, visible(who(), on), on)
    if _as_csv():
        return csv_answer(f"expected demand {told.name}", DEMAND_HEADS, demand_rows(told))
    return page(
        "reports/ahead.html",
        form=form,
        told=told,
        pictures=[picture(told, frame) for frame in (WIDE, NARROW)],
        of_month=of_month,
        file_url=this_address(**{"as": "csv"}),
    ), 200 if readable else 422


@bp.get("/board/ahead/groups")
@needs(May.SEE_BOARD)
def ahead_groups() -> Any:
    """What demand is to be expected of every product group, side by side."""
    on = london_day(now())
    every = demands(visible(who(), on), on)
    if _as_csv():
        return csv_answer("expected demand by product group", GROUP_HEADS, group_rows(every))
    twelve = last_twelve_whole(the_fund(), on)
    return page("reports/ahead_groups.html", every=every, period=period_of(twelve).address)


@bp.get("/board/ahead/scenario")
@needs(May.SEE_BOARD)
def ahead_scenario() -> Any:
    """What growth and a reissue share come to in money, and what a point of it is worth."""
    on, form = london_day(now()), ScenarioForm(request.args or None)
    twelve = last_twelve_whole(the_fund(), on)
    base = today(twelve, who())
    share = base.share or of(0)
    readable = form.validate()
    grows = form.growth.or_else(GROWTH) if readable else GROWTH
    wanted = form.share.or_else(share) if readable else share
    ahead = [*years(base, grows, wanted, int(form.years.data) if readable else YEARS)]
    if _as_csv():
        return csv_answer("growth and recycling", SCENARIO_HEADS, scenario_rows(ahead))
    return page(
        "reports/ahead_scenario.html",
        form=form,
        base=base,
        point=point(base),
        years=ahead,
        growth=Unit.PERCENT.short(hundredths_of(grows)),
        share=Unit.PERCENT.short(hundredths_of(share)),
        wanted=Unit.PERCENT.short(hundredths_of(wanted)),
        percent=Unit.PERCENT.written,
        rounded=rounded,
        tenths=tenths,
        whole_pool=visible(who(), on) is None,
        period=period_of(twelve),
        file_url=this_address(**{"as": "csv"}),
    ), 200 if readable else 422


@bp.get("/board/ahead/scenario/recycling")
@needs(May.SEE_BOARD)
def ahead_recycling() -> Any:
    """The postings that recycling cost in the months a scenario starts from."""
    twelve = last_twelve_whole(the_fund(), london_day(now()))
    heads = ("Entry", "Day", "Kind", "Product group", "Value")
    up = ("Growth and recycling", url_for("reports.ahead_scenario"))
    found = cost_rows(twelve, who())
    return _rows(f"What recycling cost, {period_of(twelve)}", heads, found, up)


@bp.get("/board/ahead/buying")
@needs(May.SEE_BOARD)
def ahead_buying() -> Any:
    """Which products need not be bought, and which are short."""
    at = now()
    told = advice(shelves.lines(at, london_day(at)))
    if _as_csv():
        return csv_answer("what not to buy", ADVICE_HEADS, advice_rows(told))
    return page("reports/ahead_buying.html", told=told, window=WINDOW, review=REVIEW, most=MOST)


@bp.get("/board/ahead/buying/<code>/<part>")
@needs(May.SEE_BOARD)
def ahead_buying_rows(code: str, part: str) -> Any:
    """The items or moves behind one figure of a product."""
    at, counted = now(), shelves.read_part(part)
    product = shelves.product_of(code)
    heads = ("Item", "Product", "Product group", "When", "Value")
    up = ("What not to buy", url_for("reports.ahead_buying"))
    found = shelves.rows(product, counted, at, london_day(at))
    return _rows(f"{product.name}: {shelves.TITLES[counted]}", heads, found, up)


def _rows(title: str, heads: Sequence[str], found: Any, up: tuple[str, str]) -> Any:
    """A page of the rows behind a figure, or all of them as a file."""
    if _as_csv():
        return _file(title, heads, found)
    return page(
        "reports/ahead_rows.html",
        title=title,
        up=up,
        heads=heads,
        names=found.selected_columns.keys(),
        rows=paged(found),
        whole=tally(found),
        file_url=this_address(**{"as": "csv", "page": None}),
    )


def _file(title: str, heads: Sequence[str], found: Any) -> Response:
    in_pence = [*heads[:-1], f"{heads[-1]} in pence"]
    return csv_answer(title, in_pence, (tuple(row) for row in db.session.execute(found)))

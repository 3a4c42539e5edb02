"""The start page, the board's page, and the rows behind every figure of it."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Response, request
from sqlalchemy import Select

import reports.ahead.views
import reports.api
import reports.back.campaigns.views
import reports.back.views
import reports.budget.views
import reports.citizens.views
import reports.compared.views
import reports.extracts.views
import reports.fairness.views
import reports.funnel.views
import reports.minuting.views
import reports.pack.views
import reports.year_end.views
from core.clock import financial_year, london_day, now
from core.db import db
from core.errors import NotFound
from core.money import Pence
from equipment.rules import Flow
from people.access import needs, signed_in, who
from people.rules import May
from reports import board as boards
from reports import consumables, periods, queries, stock
from reports import waiting as lists
from reports.ages import rules as ages
from reports.ages.chart import picture
from reports.amounts.queries import month_until
from reports.amounts.views import money_rows
from reports.blueprint import bp
from reports.charts import NARROW, WIDE
from reports.choices import Asked, asked, usual_periods
from reports.decisions import raised
from reports.fairness.queries import Kind
from reports.links import links_for
from reports.measured import measured, of_speed
from reports.measures import measure_by_code
from reports.rules import EXCLUSIONS, MONEY, PENDING, SHARED, Counted, Measure, Tally, read_basis
from reports.sources import GRAMS, is_share
from reports.spc.charted import CHART_HEADS, chart_rows
from reports.told import FIGURE_HEADS, rows_of
from reports.units import Unit, kilograms
from reports.waiting import Asker, waiting_for
from web.csvs import csv_answer
from web.pages import page
from web.paging import page_of, paged, this_address

__all__ = ["bp", "reports"]

CARBON = str(Unit.KILOGRAMS)
NUMBERS = ("Value", "Days", CARBON, "Pieces")
LOOSE, BY_COUNTS = "consumables-", "-by-counts"


@bp.get("/")
@signed_in
def start() -> Any:
    """What waits for the person who signed in."""
    at = now()
    on = london_day(at)
    return page(
        "reports/start.html",
        waiting=waiting_for(who(), at=at, on=on),
        links=links_for(who(), on=on),
    )


@bp.get("/waiting/<name>")
@needs(May.ORDER)
def my_list(name: str) -> Any:
    """A list of one's own that no other page shows: what wants stock, what is asked back."""
    at = now()
    title, rows = lists.my_list(name, Asker(who(), at, london_day(at)))
    return page("reports/mine.html", title=title, rows=paged(rows))


def _asked(at: datetime) -> Asked:
    return asked(request.args, viewer=who(), on=london_day(at))


@bp.get("/board")
@needs(May.SEE_BOARD)
def board() -> Any:
    """The board's figures: a sentence, a chart, tables, and two checks."""
    at = now()
    chosen = _asked(at)
    figures = boards.board(chosen, viewer=who(), at=at, on=london_day(at))
    return page(
        "reports/board.html",
        board=figures,
        form=chosen.form,
        usual=usual_periods(london_day(at)),
        signs=boards.signs(),
        raised=raised(figures, viewer=who()),
        kinds=list(Kind),
        accounts_behind=boards.accounts_behind,
        exclusions=EXCLUSIONS,
        pending_words=PENDING,
        period=chosen.chosen.period.address,
        **_money_words(chosen, london_day(at)),
    ), chosen.status


def _money_words(chosen: Asked, on: date) -> dict[str, Any]:
    """Which year's budget the spending stands against, and until when."""
    month = month_until(chosen.chosen.period, on)
    first, last = financial_year(month)
    return {
        "year": f"April {first.year} to March {last.year}",
        "spent_to": f"{month:%B %Y}",
        "proved": periods.months(*boards.proved_months(chosen.chosen.period, on)),
        "spent_in": {"from_month": f"{first:%Y-%m}", "to_month": f"{month:%Y-%m}"},
    }


@bp.get("/board.csv")
@needs(May.SEE_BOARD)
def figures() -> Any:
    """The board's figures as a file."""
    at = now()
    chosen = _asked(at)
    figures = boards.board(chosen, viewer=who(), at=at, on=london_day(at))
    return csv_answer(f"board {chosen.words}", FIGURE_HEADS, rows_of(figures))


@bp.get("/board/<code>")
@needs(May.SEE_BOARD)
def measure(code: str) -> Any:
    """One measure: what it is, its control chart, and its figures by partner and group."""
    measure, at = measure_by_code(code), now()
    chosen = _asked(at)
    told = measured(measure, chosen, viewer=who(), at=at, on=london_day(at))
    basis = read_basis(measure, request.args.get("basis", ""))
    if request.args.get("as") == "csv":
        name = f"{measure.code} {measure.name} {chosen.words}"
        return csv_answer(name, CHART_HEADS, chart_rows(told.charts[basis]))
    return page(
        "reports/measure.html",
        measure=measure,
        asked=chosen,
        form=chosen.form,
        told=told,
        chart=told.charts[basis],
        other_bases=[(one, this_address(basis=one.value)) for one in told.charts if one != basis],
        file_url=this_address(**{"as": "csv"}),
        comparable=is_share(measure),
        ages_words=ages.sentence(told.ages),
        ages_pictures=[picture(told.ages, frame) for frame in (WIDE, NARROW)],
        shared_words=SHARED,
        pending_words=PENDING,
    ), chosen.status


@bp.get("/board/<code>/rows")
@needs(May.SEE_BOARD)
def measure_rows(code: str) -> Any:
    """The rows above or below a measure's line."""
    measure, chosen = measure_by_code(code), _asked(now())
    above = request.args.get("part") != "below"
    counted = measure.top if above or measure.bottom is None else measure.bottom
    if counted in MONEY:
        return money_rows(measure, counted, chosen)
    title = f"{measure.code} {measure.name}: {counted.value}"
    if request.args.get("speed"):
        every = queries.rows(chosen.chosen, counted, weighed=False)
        found = of_speed(every, measure, request.args["speed"])
        return _rows(f"{title}, {request.args['speed']}", chosen, found, measure=measure)
    return _counted(title, chosen, counted, measure=measure)


@bp.get("/board/left-out")
@needs(May.SEE_BOARD)
def left_out() -> Any:
    """The loans that the rates leave out."""
    chosen = _asked(now())
    return _counted("Issued, and left out", chosen, Counted.LEFT_OUT)


@bp.get("/board/pending")
@needs(May.SEE_BOARD)
def pending() -> Any:
    """What came back and is not decided yet, today."""
    chosen = _asked(now())
    return _rows("Back and not decided yet, today", chosen, boards.pending_rows(chosen.chosen))


@bp.get("/board/stock/<term>")
@needs(May.SEE_BOARD)
def stock_rows(term: str) -> Any:
    """What a term of the stock identity counts, or of the identity of consumables."""
    chosen = _asked(now())
    period = chosen.chosen.period
    if term in ("opening", "closing"):
        at = period.begins if term == "opening" else period.ends
        return _rows(f"Stock: {term}", chosen, stock.stock_rows(at))
    if term.startswith(LOOSE):
        name = term.removeprefix(LOOSE).replace("-", " ")
        return _rows(f"Consumables: {name}", chosen, consumables.term_rows(period, name))
    only_counts = term.endswith(BY_COUNTS)
    named = term.removesuffix(BY_COUNTS)
    among = stock.COUNTED if only_counts else tuple(Flow)
    flow = next((flow for flow in among if flow.value.replace(" ", "-") == named), None)
    if flow is None:
        raise NotFound(stock.NO_TERM)
    title = f"Stock: {flow.value}{', put right by counts of stores' if only_counts else ''}"
    return _rows(title, chosen, stock.flow_rows(period, flow, only_counts=only_counts))


def _counted(title: str, chosen: Asked, counted: Counted, *, measure: Measure | None = None) -> Any:
    """The rows a figure counts; of one team, practice or store the months it is told of."""
    unit = measure.unit if measure else None
    if chosen.chosen.place is None:
        found = queries.rows(chosen.chosen, counted, weighed=unit is Unit.KILOGRAMS)
        return _rows(title, chosen, found, measure=measure)
    heads, told = _months(queries.months_told(chosen.chosen, counted), unit)
    if request.args.get("as") == "csv":
        in_file = [*heads[:2], "Value in pence", *heads[3:]]
        return csv_answer(f"{title} {chosen.words}", in_file, told)
    return page(
        "reports/rows.html",
        title=title,
        asked=chosen,
        heads=heads,
        numbers=[1, 2, 3],
        names=("month", "count", "pence", "days"),
        cells=tuple,
        rows=page_of(told),
        whole=Tally(sum(row[1] for row in told)),
        file_url=this_address(**{"as": "csv", "page": None}),
        near=True,
        measure=measure,
    ), chosen.status


def _months(
    told: Sequence[tuple[str, int, Pence, int]], unit: Unit | None
) -> tuple[Sequence[str], Sequence[tuple[Any, ...]]]:
    """Months with their heads; how many days or kilograms only where the measure is of them."""
    heads = ("Month", "Counted", "Value to the nearest £100")
    if unit is Unit.DAYS:
        return (*heads, "Days in all"), told
    if unit is Unit.KILOGRAMS:
        return (*heads, f"{CARBON} in all"), [(*row, kilograms(grams)) for *row, grams in told]
    return heads, [row[:3] for row in told]


def _rows(title: str, chosen: Asked, found: Select[*tuple[Any, ...]], **more: Any) -> Any:
    """A page of rows with how many there are in all, or all of them as a file."""
    if request.args.get("as") == "csv":
        return _file(title, found)
    heads = _heads(found)
    return page(
        "reports/rows.html",
        title=title,
        asked=chosen,
        heads=heads,
        numbers=[place for place, head in enumerate(heads) if head in NUMBERS],
        names=found.selected_columns.keys(),
        cells=_cells(found, kilograms),
        kilograms=kilograms,
        rows=paged(found),
        whole=queries.tally(found),
        file_url=this_address(**{"as": "csv", "page": None}),
        **more,
    ), chosen.status


def _file(title: str, found: Select[*tuple[Any, ...]]) -> Response:
    return csv_answer(
        title,
        _heads(found, money="Value in pence"),
        map(_cells(found, lambda grams: Decimal(grams) / 1000), db.session.execute(found)),
    )


def _cells(found: Select[Any], weight: Callable[[int], Any]) -> Callable[[Any], tuple[Any, ...]]:
    """What stands in the columns of a row: itself, but what it weighs in kilograms."""
    names = found.selected_columns.keys()
    return lambda row: tuple(
        weight(value) if name == GRAMS else value for name, value in zip(names, row, strict=True)
    )


def _heads(found: Any, *, money: str = "Value") -> Sequence[str]:
    names = {"at": "When", "pence": money, "group": "Product group", GRAMS: CARBON}
    return [names.get(name, name.capitalize()) for name in found.selected_columns.keys()]  # noqa: SIM118

"""The page on which teams or practices stand side by side."""

from typing import Any

from flask import request

from core.clock import london_day, now
from people.access import needs, who
from people.rules import May
from reports.blueprint import bp
from reports.charts import NARROW, WIDE
from reports.choices import asked
from reports.funnel.chart import picture
from reports.funnel.placed import MANY, NAMED, PLACE_HEADS, place_rows, places, read_kind
from reports.measures import measure_by_code
from reports.suppression.kinds import PlaceKind
from reports.suppression.rules import FEWEST
from web.csvs import csv_answer
from web.pages import page
from web.paging import this_address


@bp.get("/board/<code>/places")
@needs(May.SEE_BOARD)
def measure_places(code: str) -> Any:
    """A measure by prescriber's employer or by GP practice, with the limits of chance."""
    measure, kind = measure_by_code(code), read_kind(request.args.get("by", ""))
    chosen = asked(request.args, viewer=who(), on=london_day(now()), by=kind)
    told = places(measure, kind, chosen.chosen)
    if request.args.get("as") == "csv":
        name = f"{measure.code} by {NAMED[kind]} {chosen.words}"
        return csv_answer(name, PLACE_HEADS, place_rows(told))
    return page(
        "reports/places.html",
        measure=measure,
        asked=chosen,
        form=chosen.form,
        told=told,
        named=NAMED[kind],
        fewest=FEWEST,
        pictures=(picture(told, WIDE), picture(told, NARROW)),
        others=[(MANY[one], this_address(by=one.value)) for one in PlaceKind if one != kind],
        file_url=this_address(**{"as": "csv"}),
    ), chosen.status

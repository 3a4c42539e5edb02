"""Pages of returns: the scanner's, the workshop's lanes and the bench."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for

from core.clock import london_day, now
from core.errors import NotFound, Refused
from equipment.models import Item
from equipment.queries import item_by_code
from labels.queries import item_scanned
from people.access import needs, who
from people.rules import May
from returns.bench import WAYS_OUT, lane_of_item, step_for, take_out, ways_out
from returns.forms import ScanForm, TakeOutForm
from returns.queries import (
    items_waiting,
    lanes,
    last_return,
    late_before,
    story_of,
)
from returns.rules import Lane, next_step
from web.pages import page
from web.paging import paged
from web.writes import writes

bp = Blueprint("returns", __name__, url_prefix="/returns", template_folder="templates")


def today() -> date:
    """The day it is in London."""
    return london_day(now())


@bp.get("/")
@needs(May.RECEIVE_RETURNS)
def scan() -> Any:
    """Where returns were scanned before every mode had one page: whoever kept the address."""
    return redirect(url_for("scanning.scan", mode="receive"))


@bp.get("/workshop")
@needs(May.WORKSHOP, May.RECEIVE_RETURNS)
def workshop() -> Any:
    """What waits in each lane, since when, and how much of it is late."""
    return page("returns/workshop.html", lanes=lanes(at=now()))


@bp.get("/workshop/<lane>")
@needs(May.WORKSHOP, May.RECEIVE_RETURNS)
def bench(lane: str) -> Any:
    """What waits in one lane, oldest first, and a field to open an item by its label."""
    return _bench_page(_lane(lane), ScanForm())


def _bench_page(lane: Lane, form: ScanForm) -> str:
    late = request.args.get("late") == "yes"
    return page(
        "returns/bench.html",
        lane=lane,
        form=form,
        items=paged(items_waiting(lane, late=late, at=now())),
        late=late,
        late_before=late_before(lane, now()),
    )


def _lane(word: str) -> Lane:
    try:
        return Lane(word)
    except ValueError:
        raise NotFound("There is no such lane. Go back to the workshop.") from None


@bp.post("/workshop/<lane>")
@needs(May.WORKSHOP)
@writes
def open_item(lane: str) -> Any:
    """Open whatever was scanned at the bench."""
    form = ScanForm()
    try:
        if form.validate():
            item = item_scanned(form.label)
            return redirect(url_for("returns.item", code=item.code), 303)
    except Refused as why:
        return _bench_page(_lane(lane), form.refused(why)), why.status
    return _bench_page(_lane(lane), form), 422


@bp.get("/items/<code>")
@needs(May.WORKSHOP)
def item(code: str) -> Any:
    """The one thing to do for this item now."""
    thing = item_by_code(code)
    lane = lane_of_item(thing)
    form = step_for(thing, lane).form(thing) if lane is not None else None
    return _item_page(thing, form)


def _item_page(thing: Item, form: Any) -> str:
    lane, arrival = lane_of_item(thing), last_return(thing)
    return page(
        "returns/item.html",
        item=thing,
        lane=lane,
        step=step_for(thing, lane) if lane is not None else None,
        form=form,
        arrival=arrival,
        story=story_of(arrival) if arrival is not None else [],
        ways_out=ways_out(thing),
    )


@bp.post("/items/<code>/<lane>")
@needs(May.WORKSHOP)
@writes
def do_step(code: str, lane: str) -> Any:
    """Do one lane's work for an item, if it is that lane's turn."""
    thing, here = item_by_code(code), _lane(lane)
    step = step_for(thing, here)
    form = step.form(thing)
    if not form.validate():
        return _item_page(thing, form), 422
    try:
        step.act(thing, **form.facts(), by=who(), at=now())
    except Refused as why:
        return _item_page(thing, form.refused(why)), why.status
    flash(f"{thing.code} is {step.done}. {next_step(lane_of_item(thing))}")
    return redirect(url_for("returns.bench", lane=here.value), 303)


@bp.get("/items/<code>/out/<way>")
@needs(May.WORKSHOP)
def taking_out(code: str, way: str) -> Any:
    """Ask why an item is scrapped or stripped, and for its label."""
    return _take_out_page(item_by_code(code), way, TakeOutForm())


def _take_out_page(thing: Item, way: str, form: TakeOutForm) -> str:
    if way not in WAYS_OUT:
        raise NotFound("An item is scrapped or stripped for parts. There is no other way out here.")
    return page("returns/take_out.html", item=thing, way=way, text=WAYS_OUT[way][1], form=form)


@bp.post("/items/<code>/out/<way>")
@needs(May.WORKSHOP)
@writes
def take_out_of_use(code: str, way: str) -> Any:
    """Scrap or strip an item, once its label was given."""
    thing, form = item_by_code(code), TakeOutForm()
    if way not in WAYS_OUT or not form.validate():
        return _take_out_page(thing, way, form), 422
    try:
        take_out(thing, way, form, by=who(), at=now())
    except Refused as why:
        return _take_out_page(thing, way, form.refused(why)), why.status
    flash(f"{thing.code} is out of use.")
    return redirect(url_for("returns.workshop"), 303)

"""Pages of the stores: which there are, what stands in one and what is short."""

from typing import Any

from flask import flash, redirect, request, url_for

from core.clock import london_day, now
from core.errors import Refused
from equipment import actions, queries
from equipment.blueprint import bp
from equipment.catalogue import actions as upkeep
from equipment.forms import PlaceForm, StoreForm
from equipment.rules import DIRTY, Side
from equipment.stores import queries as stock
from people.access import needs, who
from people.rules import May
from web.csvs import csv_answer
from web.pages import page
from web.paging import page_of
from web.writes import writes

Answer = Any


@bp.get("/stores")
@needs(May.SEE_ITEMS)
def stores() -> Answer:
    """Where does stock live, and how much stands there, dirty apart?"""
    return page(
        "equipment/stores.html", stores=stock.stores(), counts=stock.sides_of_stores(), side=Side
    )


@bp.get("/stores/new")
@needs(May.KEEP_CATALOGUE)
def new_store() -> Answer:
    """A new store."""
    return page("equipment/store_form.html", form=StoreForm())


@bp.post("/stores/new")
@needs(May.KEEP_CATALOGUE)
@writes
def add_store() -> Answer:
    """Add a store with its two sides."""
    form = StoreForm()
    if not form.validate():
        return page("equipment/store_form.html", form=form), 422
    try:
        store = actions.add_store(
            name=form.name.data, kind=form.kind.data, gln=form.gln.data, by=who(), at=now()
        )
    except Refused as why:
        return page("equipment/store_form.html", form=form.refused(why)), why.status
    flash(f"{store.name} is added, with a clean side and a dirty side.")
    return redirect(url_for(".store", code=store.code), 303)


@bp.get("/stores/<code>")
@needs(May.SEE_ITEMS)
def store(code: str) -> Answer:
    """What is here, and what is short?"""
    return _store_page(code, PlaceForm())


def _store_page(code: str, form: PlaceForm) -> str:
    store = queries.store_by_code(code)
    shelves = stock.shelves_of(store, london_day(now()))
    short = [shelf for shelf in shelves if shelf.short and stock.is_filled_up(store)]
    only_short = request.args.get("show") == "short"
    return page(
        "equipment/store.html",
        store=store,
        shelves=page_of(short if only_short else shelves),
        short=len(short),
        total=len(shelves),
        only_short=only_short,
        filled_up=stock.is_filled_up(store),
        dirty=sorted(status.value for status in DIRTY),
        form=form,
    )


@bp.get("/stores/<code>/stock.csv")
@needs(May.SEE_ITEMS)
def stock_csv(code: str) -> Answer:
    """What is here, as a file."""
    store = queries.store_by_code(code)
    rows = [shelf.row for shelf in stock.shelves_of(store, london_day(now()))]
    return csv_answer(f"stock-{store.code}-{london_day(now())}", stock.HEADS, rows)


@bp.post("/stores/<code>/places")
@needs(May.KEEP_CATALOGUE)
@writes
def add_place(code: str) -> Answer:
    """Add a shelf or bay to the store."""
    store, form = queries.store_by_code(code), PlaceForm()
    if not form.validate():
        return _store_page(code, form), 422
    try:
        place = upkeep.add_place(store, form.name.data, form.side.data, by=who(), at=now())
    except Refused as why:
        return _store_page(code, form.refused(why)), why.status
    flash(f"{place.name} is added to {store.name}, on the {place.side} side.")
    return redirect(url_for(".store", code=store.code), 303)

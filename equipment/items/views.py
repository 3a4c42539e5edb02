"""Pages of the items: lists by what is asked, the passport of one, and what is done to it."""

from typing import Any

from flask import flash, redirect, request, url_for

from core.clock import london_day, now
from core.errors import NotAllowed, Refused
from core.status import words
from equipment import asked, chosen, queries
from equipment.blueprint import bp
from equipment.forms import ActForm, ItemFilter, place_options, store_options
from equipment.gates import REASON_ASKED, due_days, overdue
from equipment.items import actions as incidents
from equipment.items import queries as passports
from equipment.items import rules
from equipment.models import Item
from equipment.rules import IN_WORKSHOP, Event, Status, offered_here, side_after
from equipment.stores import queries as stock
from people.access import needs, who
from people.rules import May
from web.csvs import csv_answer
from web.pages import page
from web.paging import paged, sorting
from web.writes import writes

Answer = Any
MOST_ROWS = 50_000


@bp.get("/items")
@needs(May.SEE_ITEMS)
def items() -> Answer:
    """Which things are there, in what state, where?"""
    wanted, form = _wanted(), ItemFilter(request.args, meta={"csrf": False})
    form.store.choices = store_options(stock.stores())
    sort = sorting(passports.SORTS, "since")
    return page(
        "equipment/items.html",
        items=paged(passports.items_wanted(wanted).order_by(sort.order, Item.id)),
        count=passports.count_wanted(wanted),
        wanted=wanted,
        sort=sort,
        form=form,
        asked_but_product={**wanted.asked(), "product": None},
        csv_url=url_for(".items_csv", **wanted.asked()),
    )


@bp.get("/items.csv")
@needs(May.SEE_ITEMS)
def items_csv() -> Answer:
    """The same items as a file."""
    rows = passports.rows_wanted(_wanted(), MOST_ROWS)
    return csv_answer(f"items-{london_day(now())}", passports.HEADS, rows)


def _wanted() -> passports.Wanted:
    return passports.Wanted(
        text=asked.text(),
        statuses=asked.words("status", Status),
        product=asked.product(),
        store=asked.store(),
        batch=asked.text("batch"),
    )


@bp.get("/items/<code>")
@needs(May.SEE_ITEMS)
def item(code: str) -> Answer:
    """The whole story of one thing."""
    item, today = queries.item_by_code(code), london_day(now())
    return page(
        "equipment/item.html",
        item=item,
        history=passports.history_of(item),
        tests=passports.tests_of(item),
        due=due_days(item),
        overdue=overdue(item, today),
        offered=offered_here(item.status),
        cost_each=item.paid // max(item.times_lent, 1),
        today=today,
        in_workshop=item.status in IN_WORKSHOP,
        acts=rules.ACTS,
    )


@bp.get("/items/<code>/<event>")
@needs(May.MOVE_STOCK)
def act(code: str, event: str) -> Answer:
    """Name the thing and what is about to happen to it."""
    item, what = queries.item_by_code(code), asked.one_of(event, Event)
    if what not in offered_here(item.status):
        raise NotAllowed(rules.not_here(item.code, item.status, what))
    return _act_page(item, what, ActForm())


def _act_page(item: Item, event: Event, form: ActForm) -> str:
    side = side_after(item.status, event)
    places = stock.places(side) if side is not None else []
    form.place.choices = place_options(places, blank="The store's usual place")
    if event is Event.MOVE:
        form.place.choices = place_options(places)
    return page(
        "equipment/act.html",
        item=item,
        event=event,
        form=form,
        acts=rules.ACTS,
        consequence=rules.CONSEQUENCES[event],
        asks_place=bool(places),
        asks_reason=event in REASON_ASKED,
        final=event in rules.FINAL,
    )


@bp.post("/items/<code>/<event>")
@needs(May.MOVE_STOCK)
@writes
def do(code: str, event: str) -> Answer:
    """Do it to the item, if its state and its gates allow."""
    item, what = queries.item_by_code(code), asked.one_of(event, Event)
    form = ActForm()
    if not form.validate():
        return _act_page(item, what, form), 422
    try:
        place = chosen.place_by_code(form.place.data) if form.place.data else None
        incidents.act(item, what, because=form.because.data, place=place, by=who(), at=now())
    except Refused as why:
        return _act_page(item, what, form.refused(why)), why.status
    flash(f"{item.code} is now {words(item.status)}.")
    return redirect(url_for(".item", code=item.code), 303)


@bp.get("/tests-due")
@needs(May.SEE_ITEMS)
def tests_due() -> Answer:
    """What has a test that has run out or soon will, wherever it is?"""
    today = london_day(now())
    return page(
        "equipment/tests_due.html",
        items=paged(passports.tests_due(today + passports.MONTH)),
        late=passports.count_overdue(today),
        today=today,
        due_days=due_days,
    )


@bp.get("/tests-due.csv")
@needs(May.SEE_ITEMS)
def tests_due_csv() -> Answer:
    """The same list as a file."""
    today = london_day(now())
    rows = passports.rows_due(today + passports.MONTH, MOST_ROWS)
    return csv_answer(f"tests-due-{london_day(now())}", passports.DUE_HEADS, rows)

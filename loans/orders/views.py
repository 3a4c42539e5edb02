"""Pages of orders: start one, fill it, place it, see where it is, call it off."""

from typing import Any

from flask import flash, redirect, request, url_for

from core.clock import london_day, now
from core.errors import NotFound, Refused
from equipment.queries import product_by_code
from loans import actions
from loans.blueprint import bp
from loans.clients.views import shown, today
from loans.models import Order
from loans.orders.basket import basket_of, offers, substitutes
from loans.orders.facts import open_lines, total_of
from loans.orders.forms import (
    BecauseForm,
    CancelForm,
    LineForm,
    OrderForm,
    PlaceForm,
    RemoveForm,
    order_form,
)
from loans.orders.progress import history_of, said_after_placing, steps_of
from loans.orders.queries import order_by_code, orders_seen
from loans.rules import ORDER_LIFE, Need, OrderEvent, OrderStatus, Speed
from people.access import needs, who
from people.audit import look
from people.rules import May
from web.forms import Form
from web.pages import page
from web.paging import paged, sorting
from web.writes import looks, writes

_SORTS = {"started": Order.created_at, "placed": Order.placed_at, "promised": Order.promised_on}
_STATUSES = {status.value: status for status in OrderStatus}


@bp.get("/orders")
@needs(May.SEE_CLIENTS, May.SEE_EVERY_CLIENT)
def orders() -> Any:
    """My organisation's orders, by state."""
    status, mine = _STATUSES.get(request.args.get("status", "")), "mine" in request.args
    order = sorting(_SORTS, "-started")
    found = orders_seen(viewer=who(), on=today(), status=status, mine=mine)
    found = found.order_by(None).order_by(order.order, Order.id.desc())
    return page(
        "loans/orders.html",
        found=paged(found),
        status=status,
        mine=mine,
        statuses=list(OrderStatus),
        sort=order,
        total_of=total_of,
    )


@bp.get("/clients/<code>/order")
@needs(May.ORDER)
@looks
def new_order(code: str) -> Any:
    """Ask why and how fast."""
    client = shown(code)
    look("client", client.code)
    return page("loans/order_new.html", client=client, form=order_form())


@bp.post("/clients/<code>/order")
@needs(May.ORDER)
@writes
def start_order(code: str) -> Any:
    """Begin an order."""
    client, form = shown(code), order_form()
    if not form.validate():
        return page("loans/order_new.html", client=client, form=form), 422
    try:
        order = actions.start_order(client, **_typed(form), by=who(), at=now())
    except Refused as why:
        return page("loans/order_new.html", client=client, form=form.refused(why)), why.status
    return redirect(url_for("loans.order", code=order.code), 303)


def _typed(form: OrderForm) -> dict[str, Any]:
    return {
        "need": Need(form.need.data),
        "speed": Speed(form.speed.data),
        "note": form.note.data or "",
    }


@bp.get("/orders/<code>")
@needs(May.SEE_CLIENTS, May.SEE_EVERY_CLIENT)
@looks
def order(code: str) -> Any:
    """One order: a basket while it is open to its prescriber, then where it is."""
    return order_page(_order(code))


def _order(code: str) -> Order:
    return order_by_code(code, viewer=who(), on=today())


def order_page(order: Order, form: Form | None = None, **forms: Any) -> str:
    """The page an order has now, with the form that was refused, if one was."""
    look("client", order.client.code)
    if ORDER_LIFE.allows(order.status, OrderEvent.REFER) and order.prescriber_id == who().id:
        return _basket_page(order, form, **forms)
    return _status_page(order, form or forms.get("change"))


def _basket_page(order: Order, form: Form | None, change: OrderForm | None = None) -> str:
    at, text = now(), request.args.get("q", "")[:100]
    basket = basket_of(order, at=at)
    return page(
        "loans/basket.html",
        order=order,
        basket=basket,
        total=total_of(order),
        text=text,
        offers=offers(text, order.speed, at=at),
        wrong=form or change,
        change=change or order_form(order),
        placing=PlaceForm(formdata=None, shown_free=basket.shown_free),
        history=history_of(order),
    )


def _status_page(order: Order, wrong: Form | None) -> str:
    history = history_of(order)
    lines = open_lines(order)
    waiting = {line.product_id for line in lines if line.allocated_at is None}
    approved = ORDER_LIFE.allows(order.status, OrderEvent.COMPLETE)
    return page(
        "loans/order.html",
        order=order,
        lines=lines or order.lines,
        total=total_of(order),
        steps=steps_of(order, history),
        history=history,
        instead=substitutes(waiting, on=today()) if approved else {},
        approved=approved,
        can_cancel=ORDER_LIFE.allows(order.status, OrderEvent.CANCEL) and who().may(May.ORDER),
        can_decide=_can_decide(order),
        wrong=wrong,
        # What was refused may be a form of the basket, sent after the order had left it.
        form=wrong if wrong is not None and "because" in wrong else BecauseForm(formdata=None),
    )


def _can_decide(order: Order) -> bool:
    """Whether the viewer is the one to approve it or send it back."""
    waits = ORDER_LIFE.allows(order.status, OrderEvent.APPROVE)
    return waits and who().may(May.AUTHORISE) and order.prescriber_id != who().id


@bp.post("/orders/<code>/lines")
@needs(May.ORDER)
@writes
def add_line(code: str) -> Any:
    """Put a product into the order."""
    order, form = _order(code), LineForm()
    if not form.validate():
        return order_page(order, form), 422
    try:
        product = product_by_code(form.product.data or "")
        actions.add_line(order, product, form.quantity.data or 1, by=who(), at=now())
    except Refused as why:
        return order_page(order, form.refused(why)), why.status
    flash(f"{product.name} is in the order.")
    return _back(order)


def _back(order: Order) -> Any:
    return redirect(url_for("loans.order", code=order.code), 303)


@bp.post("/orders/<code>/lines/remove")
@needs(May.ORDER)
@writes
def remove_line(code: str) -> Any:
    """Take one of a product out of the order."""
    order, form = _order(code), RemoveForm()
    form.validate()
    mine = [line for line in open_lines(order) if line.product.code == form.product.data]
    if not mine:
        raise NotFound("This product is not in the order any more.")
    name = mine[-1].product.name
    actions.remove_line(mine[-1], by=who(), at=now())
    flash(f"{name} is taken out.")
    return _back(order)


@bp.post("/orders/<code>/change")
@needs(May.ORDER)
@writes
def change_order(code: str) -> Any:
    """Change why, how fast and the note."""
    order, form = _order(code), OrderForm()
    if not form.validate():
        return order_page(order, change=form), 422
    try:
        actions.change_order(order, **_typed(form), by=who(), at=now())
    except Refused as why:
        return order_page(order, change=form.refused(why)), why.status
    flash("The order is changed.")
    return _back(order)


@bp.post("/orders/<code>/place")
@needs(May.ORDER)
@writes
def place(code: str) -> Any:
    """Place the order, and say what came of it."""
    order, form, at = _order(code), PlaceForm(), now()
    try:
        actions.place(order, by=who(), at=at)
    except Refused as why:
        return order_page(order, form.refused(why)), why.status
    if ORDER_LIFE.allows(order.status, OrderEvent.APPROVE):
        flash("The order waits for an authoriser, who sees which checks it did not pass.")
        return _back(order)
    flash("The order is placed and approved.")
    lines = [line for line in open_lines(order) if line.allocated_at is None]
    taken = [line for line in lines if form.was_free(line.product.code)]
    if taken:
        flash(said_after_placing(order, taken, on=london_day(at)), "warning")
    return _back(order)


@bp.post("/orders/<code>/cancel")
@needs(May.ORDER)
@writes
def cancel(code: str) -> Any:
    """Call off what is not delivered yet."""
    order, form = _order(code), CancelForm()
    if not form.validate():
        return order_page(order, form), 422
    try:
        actions.cancel(order, because=form.because.data or "", by=who(), at=now())
    except Refused as why:
        return order_page(order, form.refused(why)), why.status
    flash("The order is cancelled. Nothing more of it will be delivered.")
    return _back(order)

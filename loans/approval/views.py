"""Pages of the authoriser: what waits, approve with a reason, send back with a reason."""

from typing import Any

from flask import flash, redirect, url_for

from core.clock import now
from core.errors import Refused
from loans import actions
from loans.blueprint import bp
from loans.clients.views import today
from loans.models import Order
from loans.orders.facts import open_lines, total_of
from loans.orders.forms import BecauseForm
from loans.orders.queries import order_by_code, orders_waiting
from loans.orders.rules import ORDER_WIDE
from loans.orders.views import order_page
from people.access import needs, who
from people.rules import May
from web.pages import page
from web.paging import page_of
from web.writes import writes


@bp.get("/orders/waiting")
@needs(May.AUTHORISE)
def waiting_orders() -> Any:
    """Orders that wait for an authoriser, the longest waiting first."""
    found = page_of(orders_waiting(viewer=who(), on=today()), size=20)
    return page(
        "loans/waiting.html",
        found=found,
        failed_of=failed_of,
        lines_of=open_lines,
        total_of=total_of,
    )


def failed_of(order: Order) -> list[str]:
    """The failed checks of an order, each said once; those of one product begin with its name."""
    said: dict[str, None] = {}
    for line in open_lines(order):
        for check in line.checks:
            if not check.passed:
                about = "" if check.kind in ORDER_WIDE else f"{line.product.name}: "
                said.setdefault(about + check.sentence)
    return list(said)


@bp.post("/orders/<code>/approve")
@needs(May.AUTHORISE)
@writes
def approve(code: str) -> Any:
    """Agree to an order, with the reason."""
    return _decide(code, actions.approve, "is approved.")


@bp.post("/orders/<code>/send-back")
@needs(May.AUTHORISE)
@writes
def send_back(code: str) -> Any:
    """Give an order back to its prescriber, with the reason."""
    return _decide(code, actions.send_back, "is back with its prescriber.")


def _decide(code: str, act: Any, outcome: str) -> Any:
    order, form = order_by_code(code, viewer=who(), on=today()), BecauseForm()
    if not form.validate():
        return order_page(order, form), 422
    try:
        act(order, because=form.because.data, by=who(), at=now())
    except Refused as why:
        return order_page(order, form.refused(why)), why.status
    flash(f"Order {order.code} {outcome}")
    return redirect(url_for("loans.waiting_orders"), 303)

"""Whose loan slip somebody may print, and what it says."""

from collections.abc import Callable
from datetime import date

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from core.clock import london_day
from core.codes import is_code
from core.db import db
from core.errors import NotAllowed, NotFound
from labels.papers import item_address, sender
from labels.queries import good_issues
from labels.slips import Slip, SlipLine
from loans.models import Loan, Order, OrderLine
from loans.orders.queries import order_by_code
from loans.rules import OrderStatus
from people.models import Staff
from people.queries import scope_of
from people.rules import May

OPENING_HOURS = "Monday to Friday, 8.30am to 5pm"

# Who else may print an order's slip, as rooms above know it: a driver for a visit of their own.
Carries = Callable[[Order, Staff, date], bool]
carriers: list[Carries] = []


def order_for_slip(code: str, *, viewer: Staff, on: date) -> Order:
    """The order whose slip a viewer may print.

    Those who may see the client; those who pick, while the order is being made ready; and whoever
    brings it. Raises NotFound alike for an unknown order and for anybody else.
    """
    try:
        return order_by_code(code, viewer=viewer, on=on)
    except NotFound:
        order = _order(code)
        if order is None or not _hands_over(order, viewer, on):
            raise
        return order


def _hands_over(order: Order, viewer: Staff, on: date) -> bool:
    if not scope_of(viewer, on).organisation_ids:
        return False
    picks = viewer.may(May.PICK) and order.status is OrderStatus.APPROVED
    return picks or any(carries(order, viewer, on) for carries in carriers)


def _order(code: str) -> Order | None:
    if not is_code(code):
        return None
    lines = selectinload(Order.lines)
    return db.session.scalar(
        select(Order)
        .where(Order.code == code)
        .options(
            joinedload(Order.client),
            lines.joinedload(OrderLine.product),
            lines.joinedload(OrderLine.item),
        )
    )


def slip_of(order: Order) -> Slip:
    """What the slip of an order says. Raises NotAllowed while nothing is set aside for it."""
    lines = [line for line in order.lines if line.cancelled_at is None and line.allocated_at]
    if not lines:
        raise NotAllowed(
            "Nothing is set aside for this order yet, so there is no slip to print. "
            "Try again when its items are allocated."
        )
    return Slip(
        sender=sender(),
        hours=opening_hours(),
        order_code=order.code,
        client_name=order.client.name,
        client_address=(*order.address.splitlines(), order.postcode),
        lines=tuple(_slip_lines(lines)),
    )


def opening_hours() -> str:
    """When somebody answers the telephone."""
    return str(current_app.config.get("SERVICE_HOURS", OPENING_HOURS))


def _slip_lines(lines: list[OrderLine]) -> list[SlipLine]:
    began = _began({line.id for line in lines})
    issues = good_issues({line.item_id for line in lines if line.item_id is not None})
    return [_slip_line(line, began.get(line.id), issues) for line in lines]


def _slip_line(line: OrderLine, began: date | None, issues: dict[int, int]) -> SlipLine:
    if line.item is None:
        return SlipLine(line.product.name, "Yours to keep", quantity=line.quantity)
    issue = issues.get(line.item.id)
    return SlipLine(
        line.product.name,
        f"On loan since {began:%-d %B %Y}" if began else "On loan from the day it is delivered",
        code=line.item.code,
        address=item_address(line.item, issue) if issue else "",
    )


def _began(line_ids: set[int]) -> dict[int, date]:
    """The day each line's loan began, for those delivered."""
    rows = db.session.execute(select(Loan.line_id, Loan.began_at).where(Loan.line_id.in_(line_ids)))
    return {line_id: london_day(began_at) for line_id, began_at in rows}

"""Where an order is: one line of steps with their dates, and what is said after placing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from equipment.rules import Status
from loans.models import Order, OrderLine, OrderMove
from loans.orders.basket import substitutes
from loans.orders.facts import open_lines
from loans.rules import OrderEvent, OrderStatus

_APPROVALS = (OrderEvent.APPROVE, OrderEvent.APPROVE_AT_ONCE)


@dataclass(frozen=True)
class Step:
    """One step of an order: what, when it happened, and a word more."""

    name: str
    at: datetime | None = None
    more: str = ""


def history_of(order: Order) -> list[OrderMove]:
    """Every change of an order's state, first to last, with who made it."""
    query = (
        select(OrderMove)
        .where(OrderMove.order_id == order.id)
        .options(joinedload(OrderMove.by))
        .order_by(OrderMove.id)
    )
    return list(db.session.scalars(query))


def steps_of(order: Order, history: Sequence[OrderMove]) -> list[Step]:
    """The way of an order from placed to delivered: what is done, and what is still to come."""
    last = {move.event: move for move in history}
    if order.status is OrderStatus.CANCELLED:
        return [Step("Placed", order.placed_at), Step("Cancelled", last[OrderEvent.CANCEL].at)]
    agreed = max((m for e, m in last.items() if e in _APPROVALS), key=lambda m: m.id, default=None)
    lines = open_lines(order)
    steps = [Step("Placed", order.placed_at)]
    if order.status is OrderStatus.SENT_BACK:
        return [*steps, Step("Sent back to the prescriber", last[OrderEvent.SEND_BACK].at)]
    steps.append(Step("Approved", agreed.at if agreed else None))
    steps.append(_of_all("Set aside", [line.allocated_at for line in lines]))
    away = [line.item is not None and line.item.status in _AWAY for line in lines]
    if any(away) and not all(line.delivered_at for line in lines):
        steps.append(Step("On the van", None, "now"))
    steps.append(_of_all("Delivered", [line.delivered_at for line in lines]))
    return steps


_AWAY = frozenset({Status.OUT_FOR_DELIVERY})


def _of_all(name: str, moments: Sequence[datetime | None]) -> Step:
    """A step that is done when every line has done it; till then it says how many have."""
    done = [moment for moment in moments if moment is not None]
    if done and len(done) == len(moments):
        return Step(name, max(done))
    return Step(name, None, f"{len(done)} of {len(moments)}" if done else "")


def said_after_placing(order: Order, was_free: Sequence[OrderLine], *, on: date) -> str:
    """What the prescriber is told when equipment shown as free was gone a moment later."""
    first = was_free[0].product
    instead = substitutes({first.id}, on=on).get(first.id, [])
    told = (
        f"Someone else has just taken the last {first.name}. Your order stands and waits for the"
        " next one."
    )
    if instead:
        told += f" {instead[0].name} could be used instead and is free now."
    return told

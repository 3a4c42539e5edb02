"""What is due: orders to bring, loans to fetch, with no visit planned for them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from core.clock import london_day
from core.db import db
from loans.models import Client, Loan, Order
from loans.queries import loans_asked_back, orders_to_deliver
from logistics.models import Visit, VisitLine
from logistics.queries import is_ready, open_visits_of
from logistics.rules import OPEN, collect_by
from people.models import Staff


@dataclass(frozen=True)
class DeliveryDue:
    """An approved order with something to bring and no visit planned for it."""

    order: Order
    due_on: date | None
    ready: int  # lines that could go now
    waiting: int  # lines for which nothing is allocated yet

    @property
    def key(self) -> str:
        """What a form names it by."""
        return self.order.code


@dataclass(frozen=True)
class CollectionDue:
    """Everything one client has been asked to give back and nobody is planned to fetch."""

    client: Client
    loans: tuple[Loan, ...]
    due_on: date

    @property
    def key(self) -> str:
        """What a form names it by."""
        return self.client.code


def deliveries_due(*, viewer: Staff, on: date) -> list[DeliveryDue]:
    """Orders that could be brought and have no open visit, overdue first."""
    orders = orders_to_deliver(viewer=viewer, on=on)
    planned = open_visits_of([order.id for order in orders])
    due = [_delivery_due(order) for order in orders if order.id not in planned]
    return sorted((d for d in due if d.ready), key=lambda d: (d.due_on or date.max, d.order.id))


def _delivery_due(order: Order) -> DeliveryDue:
    to_come = [x for x in order.lines if x.delivered_at is None and x.cancelled_at is None]
    ready = sum(is_ready(line) for line in to_come)
    return DeliveryDue(order, order.promised_on, ready, len(to_come) - ready)


def collections_due(*, viewer: Staff, on: date) -> list[CollectionDue]:
    """What clients were asked to give back and nobody is planned to fetch, overdue first."""
    loans = loans_asked_back(viewer=viewer, on=on)
    planned = _loans_planned([loan.id for loan in loans])
    by_client: dict[int, list[Loan]] = {}
    for loan in loans:
        if loan.id not in planned:
            by_client.setdefault(loan.client_id, []).append(loan)
    due = [_collection_due(of_client) for of_client in by_client.values()]
    return sorted(due, key=lambda d: (d.due_on, d.client.id))


def _collection_due(loans: list[Loan]) -> CollectionDue:
    asked = min(loan.asked_back_at for loan in loans if loan.asked_back_at is not None)
    return CollectionDue(loans[0].client, tuple(loans), collect_by(london_day(asked)))


def _loans_planned(loan_ids: Collection[int]) -> frozenset[int | None]:
    planned = (
        select(VisitLine.loan_id)
        .join(VisitLine.visit)
        .where(VisitLine.loan_id.in_(loan_ids), VisitLine.done.is_(None), Visit.status.in_(OPEN))
    )
    return frozenset(db.session.scalars(planned))

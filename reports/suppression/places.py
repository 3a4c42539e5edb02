"""Which team, practice or store a counted row is of."""

from typing import Any

from sqlalchemy import inspect, select, union

from equipment.models import ItemMove, Place, Store
from equipment.rules import StoreKind
from loans.models import Loan, Order, OrderLine
from logistics.models import Visit, VisitLine
from reports.sources import Source
from reports.suppression.kinds import PlaceKind


def places_of(source: Source, kind: PlaceKind) -> Any:
    """The places of a source's row as a lateral column `id`; none where it cannot be cut so.

    A visit is of everybody whose orders it is about. It has no store: it goes where people live.
    """
    owner = source.owner
    if inspect(owner).mapper.class_ is Loan:
        found = _store_of(owner) if kind is PlaceKind.STORE else _ordered_by(owner, kind)
        return found.correlate(owner).lateral("place")
    if owner is Visit and kind is not PlaceKind.STORE:
        return _of_visit(kind).lateral("place")
    return None


def _column(kind: PlaceKind) -> Any:
    return Order.practice_id if kind is PlaceKind.PRACTICE else Order.employer_id


def _ordered_by(loan: Any, kind: PlaceKind) -> Any:
    lines = select(_column(kind).label("id")).select_from(OrderLine)
    return lines.join(Order, Order.id == OrderLine.order_id).where(OrderLine.id == loan.line_id)


def _store_of(loan: Any) -> Any:
    """The store the item last stood in before it was lent, a van left out."""
    stood = select(Place.store_id.label("id")).select_from(ItemMove)
    stood = stood.join(Place, Place.id == ItemMove.place_id)
    stood = stood.join(Store, Store.id == Place.store_id)
    stood = stood.where(ItemMove.item_id == loan.item_id, ItemMove.at <= loan.began_at)
    return stood.where(Store.kind != StoreKind.VAN).order_by(ItemMove.id.desc()).limit(1)


def _of_visit(kind: PlaceKind) -> Any:
    brought = select(_column(kind).label("id")).where(Order.id == Visit.order_id)
    fetched = select(_column(kind)).select_from(VisitLine)
    fetched = fetched.join(Loan, Loan.id == VisitLine.loan_id)
    fetched = fetched.join(OrderLine, OrderLine.id == Loan.line_id)
    fetched = fetched.join(Order, Order.id == OrderLine.order_id)
    fetched = fetched.where(VisitLine.visit_id == Visit.id)
    return union(brought.correlate(Visit), fetched.correlate(Visit))

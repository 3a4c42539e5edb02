"""What is on the shelf, goes out and comes back, product by product, and the rows behind each.

Counted from the items' own moves and states, so it is the whole pool's and names nobody.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, select

from core.db import db
from core.errors import NotFound
from equipment.models import Item, ItemMove, Product
from equipment.queries import free_counts, issuable, prices_on
from equipment.rules import Event, Flow
from loans.shortages.queries import shortages
from reports.ahead.buying import WINDOW, Line
from reports.board import PENDING
from reports.sources import LEFT_OUT
from reports.stock import EVENTS_OF


class Part(StrEnum):
    """A figure of a product's line; each opens its rows."""

    SHELF = "shelf"
    WORKSHOP = "workshop"
    OUT = "out"
    BACK = "back"


TITLES = {
    Part.SHELF: "at the depot, ready to be issued",
    Part.WORKSHOP: "back, and not yet available again",
    Part.OUT: f"issued in the last {WINDOW} days",
    Part.BACK: f"made available again in the last {WINDOW} days",
}
_EVENTS = {Part.OUT: EVENTS_OF[Flow.ISSUED], Part.BACK: frozenset({Event.PUT_AWAY})}


def lines(at: datetime, on: date) -> list[Line]:
    """Every product that is lent and still in the catalogue, with what its shelf holds."""
    lent = and_(not_(LEFT_OUT), Product.withdrawn_on.is_(None))
    products = db.session.scalars(select(Product).where(lent).order_by(Product.name)).all()
    numbers = [product.id for product in products]
    free, prices = free_counts(numbers, on), prices_on(numbers, on)
    workshop = _counts(Item.product_id, Item.status.in_(PENDING))
    moved = {part: _moves(part, at) for part in _EVENTS}
    waiting = {one.product.id: one.quantity for one in shortages(on)}
    return [
        Line(
            code=one.code,
            name=one.name,
            group=one.group.value,
            shelf=free[one.id],
            workshop=workshop.get(one.id, 0),
            waiting=waiting.get(one.id, 0),
            out=moved[Part.OUT].get(one.id, 0),
            back=moved[Part.BACK].get(one.id, 0),
            least=one.min_stock,
            lead_days=one.lead_days,
            price=prices.get(one.id),
        )
        for one in products
    ]


def _counts(product: Any, *conditions: ColumnElement[bool]) -> dict[int, int]:
    return _by_number(select(product, func.count()).where(*conditions).group_by(product))


def _within(part: Part, at: datetime) -> tuple[ColumnElement[bool], ...]:
    """The moves of the window that a figure counts."""
    begins = at - timedelta(days=WINDOW)
    return ItemMove.event.in_(_EVENTS[part]), ItemMove.at >= begins, ItemMove.at <= at


def _moves(part: Part, at: datetime) -> dict[int, int]:
    return _by_number(
        select(Item.product_id, func.count())
        .join(ItemMove, ItemMove.item_id == Item.id)
        .where(*_within(part, at))
        .group_by(Item.product_id)
    )


def _by_number(counts: Select[*tuple[Any, ...]]) -> dict[int, int]:
    return {row[0]: row[1] for row in db.session.execute(counts)}


def product_of(code: str) -> Product:
    """The product of this code. Raises NotFound."""
    product = db.session.scalar(select(Product).where(Product.code == code.upper()))
    if product is None:
        raise NotFound("There is no such product in the catalogue.")
    return product


def read_part(text: str) -> Part:
    """The figure an address asks for. Raises NotFound."""
    try:
        return Part(text)
    except ValueError:
        raise NotFound(
            "There is no such list. The page of what not to buy opens them all."
        ) from None


def rows(product: Product, part: Part, at: datetime, on: date) -> Select[*tuple[Any, ...]]:
    """The items or moves a figure of a product counts: codes and days, never a name."""
    shown = (Item.code.label("item"), Product.name.label("product"), Product.group.label("group"))
    of_product = Item.product_id == product.id
    if part in _EVENTS:
        return (
            select(*shown, ItemMove.at.label("at"), ItemMove.value.label("pence"))
            .select_from(ItemMove)
            .join(Item, Item.id == ItemMove.item_id)
            .join(Product, Product.id == Item.product_id)
            .where(of_product, *_within(part, at))
            .order_by(ItemMove.at.desc(), ItemMove.id.desc())
        )
    stands = issuable(on) if part is Part.SHELF else Item.status.in_(PENDING)
    return (
        select(*shown, Item.since.label("at"), Item.paid.label("pence"))
        .select_from(Item)
        .join(Product, Product.id == Item.product_id)
        .where(of_product, stands)
        .order_by(Item.since, Item.id)
    )

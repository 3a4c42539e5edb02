"""What the catalogue may hold only once, checked so that a person gets a sentence.

The database has a constraint for each; these are for the eyes.
"""

from datetime import date
from typing import Any

from sqlalchemy import or_, select

from core.db import db
from core.errors import Invalid, NotAllowed
from equipment.models import Product, ProductPrice, ProductRelation
from equipment.queries import good_on
from equipment.rules import Relation

_OPPOSITE = {Relation.COMPATIBLE: Relation.NEVER_WITH, Relation.NEVER_WITH: Relation.COMPATIBLE}


def refuse_double(column: Any, value: str | None, sentence: str, but: int | None = None) -> None:
    """Refuse a value that another row of the table has, beside its field."""
    if value is None:
        return
    owner = column.class_.id
    there = select(owner).where(column == value)
    if but is not None:
        there = there.where(owner != but)
    if db.session.scalar(there.limit(1)) is not None:
        raise Invalid(sentence, field=column.key)


def refuse_related(product: Product, other: Product, relation: Relation) -> None:
    """Refuse a relation that is there already, whichever was named first, or its opposite."""
    both = {product.id, other.id}
    there = db.session.scalars(
        select(ProductRelation).where(
            ProductRelation.product_id.in_(both), ProductRelation.other_id.in_(both)
        )
    ).all()
    if any(_stands_against(row, product, relation) for row in there):
        raise NotAllowed(
            f"{product.name} and {other.name} are already related. Remove that first.",
            field="other",
        )


def _stands_against(row: ProductRelation, product: Product, relation: Relation) -> bool:
    """A substitute is one way; the other two hold both ways and exclude each other."""
    if row.relation is _OPPOSITE.get(relation):
        return True
    both_ways = relation in _OPPOSITE
    return row.relation is relation and (both_ways or row.product_id == product.id)


def make_room(product: Product, from_on: date) -> date | None:
    """End the price that holds on a day, so that another may begin; the day that one must end."""
    prices = db.session.scalars(
        select(ProductPrice)
        .where(ProductPrice.product_id == product.id)
        .where(or_(good_on(from_on), ProductPrice.from_on > from_on))
        .order_by(ProductPrice.from_on)
        .with_for_update()
    ).all()
    if any(price.from_on == from_on for price in prices):
        raise Invalid("There is already a price from that day.", field="from_on")
    for price in prices:
        if price.from_on < from_on:
            price.to_on = from_on
    db.session.flush()
    return next((price.from_on for price in prices if price.from_on > from_on), None)

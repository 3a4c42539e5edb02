"""How products stand to one another."""

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from core.db import db
from equipment.models import Product, ProductRelation
from equipment.rules import Relation


def relations_of(product: Product) -> dict[Relation, list[Product]]:
    """What goes with a product, what never does and what may stand in for it.

    Compatible and never-with hold both ways, whichever of the two was named first.
    """
    rows = db.session.scalars(
        select(ProductRelation)
        .where(
            or_(ProductRelation.product_id == product.id, ProductRelation.other_id == product.id)
        )
        .options(joinedload(ProductRelation.product), joinedload(ProductRelation.other))
    ).all()
    related: dict[Relation, list[Product]] = {relation: [] for relation in Relation}
    for row in rows:
        if row.relation is Relation.SUBSTITUTE:
            if row.other_id == product.id:
                related[row.relation].append(row.product)
        else:
            related[row.relation].append(row.other if row.product_id == product.id else row.product)
    return {relation: sorted(some, key=lambda one: one.name) for relation, some in related.items()}

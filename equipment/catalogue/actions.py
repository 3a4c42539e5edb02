"""What changes a product after it has come into the catalogue, and a store after it was added."""

from datetime import datetime
from typing import Any

from sqlalchemy import update

from core.clock import london_day
from core.db import add, db
from core.errors import Invalid, NotAllowed
from equipment.checks import check_product
from equipment.doubles import refuse_double
from equipment.models import Item, Place, Product, ProductPart, ProductRelation, Store
from equipment.queries import consumable_stock
from equipment.rules import Relation, Side, TestKind, Tracking
from people.models import Staff

_DUE = {
    TestKind.LOLER: Item.loler_due_on,
    TestKind.PAT: Item.pat_due_on,
    TestKind.SERVICE: Item.service_due_on,
}


def change_product(product: Product, *, by: Staff, at: datetime, **fields: Any) -> Product:
    """Change a line of the catalogue. A test it did not need before is due at once."""
    fields = check_product({"tracking": product.tracking, **fields})
    _keep_tracking(product, fields["tracking"])
    _keep_out_of_stock(product, bool(fields.get("adaptation", product.adaptation)))
    refuse_double(
        Product.name, fields["name"], "There is already a product of this name.", product.id
    )
    refuse_double(
        Product.gtin, fields["gtin"], "There is already a product with this GTIN.", product.id
    )
    before = product.test_plan
    for name, value in fields.items():
        setattr(product, name, value)
    db.session.flush()
    for kind in product.test_plan.keys() - before.keys():
        _make_due(product, kind, at)
    return product


def _keep_tracking(product: Product, tracking: Tracking) -> None:
    """Refuse to turn things into a quantity or the other way round once there are any."""
    if (tracking is Tracking.CONSUMABLE) is (product.tracking is Tracking.CONSUMABLE):
        return
    there = db.session.query(Item.id).filter_by(product_id=product.id).first()
    if there is not None or consumable_stock(product.id):
        raise Invalid(
            "There is stock of this product already, so the way it is followed stays.",
            field="tracking",
        )


def _keep_out_of_stock(product: Product, adaptation: bool) -> None:
    """Refuse to call work on a home what stands in a store."""
    if adaptation and not product.adaptation and consumable_stock(product.id):
        raise Invalid("There is stock of this product, so it is no adaptation.", field="adaptation")


def _make_due(product: Product, kind: TestKind, at: datetime) -> None:
    column = _DUE[kind]
    db.session.execute(
        update(Item)
        .where(Item.product_id == product.id, column.is_(None))
        .values({column: london_day(at), Item.version: Item.version + 1})
    )


def unrelate(
    product: Product, other: Product, relation: Relation, *, by: Staff, at: datetime
) -> None:
    """Take back what was said of two products, whichever of them was named first."""
    ways = [(product.id, other.id), (other.id, product.id)]
    if relation is Relation.SUBSTITUTE:
        ways = ways[:1]
    rows = [db.session.get(ProductRelation, (one, two, relation)) for one, two in ways]
    there = [row for row in rows if row is not None]
    if not there:
        raise NotAllowed(f"{product.name} and {other.name} are not related like this.")
    for row in there:
        db.session.delete(row)
    db.session.flush()


def set_part(
    product: Product, name: str, quantity: int, *, by: Staff, at: datetime
) -> ProductPart | None:
    """Say how many of a part belong to a product; nought takes the part away."""
    name = " ".join(name.split())
    if not name:
        raise Invalid("Give the part a name.", field="name")
    if not 0 <= quantity <= 999:
        raise Invalid("Between 0 and 999 of a part belong to a product.", field="quantity")
    part = db.session.get(ProductPart, (product.id, name))
    if quantity == 0:
        if part is None:
            raise Invalid(f"“{name}” is no part of {product.name}.", field="name")
        db.session.delete(part)
        db.session.flush()
        return None
    if part is None:
        return add(ProductPart(product=product, name=name, quantity=quantity))
    part.quantity = quantity
    return part


def add_place(store: Store, name: str, side: Side, *, by: Staff, at: datetime) -> Place:
    """Add a shelf or bay to a store, on one side for good."""
    name = " ".join(name.split())
    if not name:
        raise Invalid("Give the place a name.", field="name")
    if any(place.name.casefold() == name.casefold() for place in store.places):
        raise Invalid(f"{store.name} already has a place of this name.", field="name")
    return add(Place(store=store, name=name, side=side))

"""What is where: the stock of a product and of a store, and what is short."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager, joinedload

from core.codes import new_digits
from core.db import db
from core.errors import Invalid, NotFound
from equipment.checks import GLN_LENGTH, gs1_check_digit
from equipment.models import ConsumableMove, Item, Place, Product, ProductPart, Store
from equipment.queries import free_counts
from equipment.rules import (
    DIRTY,
    STANDS_SOMEWHERE,
    Side,
    Status,
    StoreKind,
    Tracking,
)

HEADS = ["Code", "Product", "Clean side", "Dirty side", "Free at depot", "Least", "Most"]


@dataclass
class Shelf:
    """What a store has of one product."""

    product: Product
    counts: dict[Status, int] = field(default_factory=dict)
    quantity: int = 0  # of a consumable
    free: int = 0

    @property
    def clean(self) -> int:
        """How many stand on the clean side, or how many of a consumable there are."""
        return self.quantity + self._sum(STANDS_SOMEWHERE - DIRTY)

    @property
    def dirty(self) -> int:
        """How many stand on the dirty side."""
        return self._sum(DIRTY)

    @property
    def available(self) -> int:
        """How many could be issued, but for a test that is overdue."""
        return self._sum(frozenset({Status.AVAILABLE}))

    @property
    def reserved(self) -> int:
        """How many wait here for their client."""
        return self._sum(frozenset({Status.ALLOCATED, Status.PICKED}))

    @property
    def in_workshop(self) -> int:
        """How many are decontaminated and not yet put away."""
        return self.clean - self.quantity - self.available - self.reserved

    @property
    def short(self) -> int:
        """How many are missing to the least there should be."""
        return max(0, self.product.min_stock - self.free)

    @property
    def to_order(self) -> int:
        """How many would fill it to the most there should be, where it is short."""
        return self.product.max_stock - self.free if self.short else 0

    @property
    def row(self) -> tuple[str | int, ...]:
        """The same as a row of a file."""
        one = self.product
        return (
            *(one.code, one.name, self.clean, self.dirty, self.free),
            *(one.min_stock, one.max_stock),
        )

    def _sum(self, statuses: frozenset[Status]) -> int:
        return sum(count for status, count in self.counts.items() if status in statuses)


def shelves_of(store: Store, on: date) -> list[Shelf]:
    """What a store has, product by product; a depot also what it should have and has not."""
    items = _items_by_state(store)
    quantities = _quantities(store)
    wanted: ColumnElement[bool] = Product.id.in_({*items, *quantities})
    if is_filled_up(store):
        wanted |= (Product.min_stock > 0) & Product.withdrawn_on.is_(None)
    products = db.session.scalars(select(Product).where(wanted).order_by(Product.name)).all()
    free = free_counts([product.id for product in products], on)
    return [
        Shelf(one, items.get(one.id, {}), quantities.get(one.id, 0), free[one.id])
        for one in products
    ]


def is_filled_up(store: Store) -> bool:
    """Whether the least and the most of the catalogue are meant for this store: the depot."""
    return store.kind is StoreKind.DEPOT


def _items_by_state(store: Store) -> dict[int, dict[Status, int]]:
    rows = db.session.execute(
        select(Item.product_id, Item.status, func.count())
        .join(Place, Place.id == Item.place_id)
        .where(Place.store_id == store.id)
        .group_by(Item.product_id, Item.status)
    )
    counts: dict[int, dict[Status, int]] = {}
    for product_id, status, count in rows:
        counts.setdefault(product_id, {})[status] = count
    return counts


def _quantities(store: Store) -> dict[int, int]:
    total = func.sum(ConsumableMove.quantity)
    rows = db.session.execute(
        select(ConsumableMove.product_id, total)
        .where(ConsumableMove.store_id == store.id)
        .group_by(ConsumableMove.product_id)
        .having(total != 0)
    )
    return {product_id: int(quantity) for product_id, quantity in rows}


def counts_of(product: Product) -> dict[Status, int]:
    """How many items of a product stand in each state, in the order of their life."""
    rows = db.session.execute(
        select(Item.status, func.count()).where(Item.product_id == product.id).group_by(Item.status)
    )
    counts = {row[0]: row[1] for row in rows}
    return {status: counts[status] for status in Status if status in counts}


def quantities_of(product: Product) -> Sequence[tuple[Store, int]]:
    """How many of a consumable each store has."""
    if product.tracking is not Tracking.CONSUMABLE:
        return []
    total = func.sum(ConsumableMove.quantity)
    rows = db.session.execute(
        select(Store, total)
        .join(ConsumableMove, ConsumableMove.store_id == Store.id)
        .where(ConsumableMove.product_id == product.id)
        .group_by(Store.id)
        .order_by(Store.name)
    )
    return [(store, int(quantity)) for store, quantity in rows]


def parts_of(product: Product) -> Sequence[ProductPart]:
    """A kit's contents, or the spare parts of a product."""
    return db.session.scalars(
        select(ProductPart).where(ProductPart.product_id == product.id).order_by(ProductPart.name)
    ).all()


def stores() -> Sequence[Store]:
    """Every store: the depot first, then by kind and name."""
    return db.session.scalars(
        select(Store)
        .options(joinedload(Store.organisation))
        .order_by(Store.kind != StoreKind.DEPOT, Store.kind, Store.name)
    ).all()


def sides_of_stores() -> Mapping[tuple[int, Side], int]:
    """How many items stand on each side of each store."""
    rows = db.session.execute(
        select(Place.store_id, Place.side, func.count())
        .join(Item, Item.place_id == Place.id)
        .group_by(Place.store_id, Place.side)
    )
    return {(store_id, side): count for store_id, side, count in rows}


def places(side: Side) -> Sequence[Place]:
    """Every place of a side, the depot's first."""
    return db.session.scalars(
        select(Place)
        .join(Place.store)
        .options(joinedload(Place.store))
        .where(Place.side == side)
        .order_by(Store.kind != StoreKind.DEPOT, Store.name, Place.name)
    ).all()


UNKNOWN_PLACE = "We have no store or place with this label. Print its label anew."


def store_by_gln(gln: str) -> Store:
    """The store with this GS1 number. Raises NotFound."""
    found = db.session.scalar(select(Store).where(Store.gln == gln))
    if found is None:
        raise NotFound(UNKNOWN_PLACE, field="scanned")
    return found


def place_in(gln: str, code: str) -> Place:
    """The place of this code in the store with this GS1 number. Raises NotFound."""
    found = db.session.scalar(
        select(Place)
        .join(Place.store)
        .options(contains_eager(Place.store))
        .where(Store.gln == gln, Place.code == code)
    )
    if found is None:
        raise NotFound(UNKNOWN_PLACE, field="scanned")
    return found


def free_gln(prefix: str) -> str:
    """A GLN under our GS1 company prefix that no store has, drawn.

    Raises Invalid where all that the prefix leaves room for are taken.
    """
    room = GLN_LENGTH - 1 - len(prefix)
    taken = set(db.session.scalars(select(Store.gln).where(Store.gln.startswith(prefix))))
    if room < 1 or len(taken) >= 10**room:
        raise Invalid(
            "Our GS1 prefix has no number left for it. Give the store's GLN.", field="gln"
        )
    while True:
        body = prefix + new_digits(room)
        if (gln := f"{body}{gs1_check_digit(body)}") not in taken:
            return gln

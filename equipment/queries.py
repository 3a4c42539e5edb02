"""What the rooms above ask of the catalogue, the items and the stock."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    bindparam,
    func,
    inspect,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import joinedload, selectinload

from core import kept
from core.clock import in_force
from core.codes import is_code
from core.db import db, held
from core.errors import Invalid, NotAllowed, NotFound
from core.money import Pence
from equipment.models import (
    ConsumableMove,
    Item,
    Place,
    Product,
    ProductPrice,
    Store,
)
from equipment.rules import Group, Side, Status, StoreKind, Tracking

LONGEST_SEARCH = 100
T = TypeVar("T")


def tidy(text: str) -> str:
    """A search as the database can take it: no stray signs, no longer than anybody would type."""
    return " ".join(text.replace("\x00", "").split())[:LONGEST_SEARCH]


def read_address(text: str) -> str | None:
    """The code in an address, in either case; none where it cannot be one of ours."""
    code = text.strip().upper()
    return code if is_code(code) else None


# Items with what every page and every move of one needs, in one query.
_ITEMS = select(Item).options(
    joinedload(Item.product), joinedload(Item.place).joinedload(Place.store)
)
# Asked with every scan, so they are put together once. A code never changes, so nothing need be
# written before it is looked for.
_OF_CODE = _ITEMS.where(Item.code == bindparam("code"))
_BY_CODE = _OF_CODE.execution_options(autoflush=False)


def _held(items: Select[Any]) -> Select[Any]:
    """The same, as they are now and so that nobody else changes them."""
    return items.with_for_update(of=Item).execution_options(populate_existing=True)


_LOCKED = _held(_OF_CODE)


def item_by_code(code: str, *, locked: bool = False) -> Item:
    """The item with this code, with its product and where it stands. Raises NotFound.

    `locked`: as it is now, and nobody else can change it before the transaction ends.
    """
    found = db.session.scalar(_LOCKED if locked else _BY_CODE, {"code": read_address(code)})
    if found is None:
        raise NotFound(
            f"There is no item with the code “{code[:20]}”. "
            "Look again at the eight characters under the square."
        )
    return found


def item_by_giai(giai: str) -> Item:
    """The item with this GS1 asset number. Raises NotFound."""
    found = db.session.scalar(_ITEMS.where(Item.giai == giai.replace("\x00", "")))
    if found is None:
        raise NotFound("There is no item with this number in the pool.")
    return found


def item_of_maker(gtin: str, serial: str, *, locked: bool = False) -> Item | None:
    """The item that its maker marked with this GTIN and serial number, if we have it."""
    named = _ITEMS.join(Item.product).where(
        Product.gtin == gtin, func.upper(Item.serial) == serial.upper()
    )
    found = db.session.scalars(_held(named) if locked else named).all()
    return found[0] if len(found) == 1 else None


def items_in(
    *statuses: Status, store: Store | None = None, product: Product | None = None, limit: int = 500
) -> Sequence[Item]:
    """Items in any of these states, the one that came into it first at the top."""
    wanted = _ITEMS.where(Item.status.in_(statuses))
    if store is not None:
        wanted = wanted.where(Item.place_id.in_(_places_of(store)))
    if product is not None:
        wanted = wanted.where(Item.product_id == product.id)
    return db.session.scalars(wanted.order_by(Item.since, Item.id).limit(limit)).all()


def _places_of(store: Store) -> Select[int]:
    return select(Place.id).where(Place.store_id == store.id)


def product_by_code(code: str) -> Product:
    """The line of the catalogue with this code, with its prices. Raises NotFound."""
    found = db.session.scalar(
        select(Product)
        .where(Product.code == read_address(code))
        .options(selectinload(Product.prices))
    )
    if found is None:
        raise NotFound(f"There is no product with the code “{code[:20]}” in the catalogue.")
    return found


def price_on(product_id: int, on: date) -> Pence:
    """What a product costs on a day. Raises Invalid where it had no price then."""
    for pence, from_on, to_on in _prices_of(product_id):
        if in_force(from_on, to_on, on):
            return pence
    raise Invalid("This product has no price on that day. Set one in the catalogue first.")


def _prices_of(product_id: int) -> Sequence[tuple[Pence, date, date | None]]:
    """What a product has cost and will cost: pence, from a day, to before a day."""
    asked = {"product_id": product_id}
    return kept.standing(
        ("prices", product_id),
        lambda: [(row.pence, row.from_on, row.to_on) for row in db.session.execute(_PRICES, asked)],
    )


def prices_on(product_ids: Collection[int], on: date) -> dict[int, Pence]:
    """What each of these products costs on a day; those without a price are left out."""
    rows = db.session.execute(
        select(ProductPrice.product_id, ProductPrice.pence).where(
            ProductPrice.product_id.in_(product_ids), good_on(on)
        )
    )
    return {row[0]: row[1] for row in rows}


def good_on(on: date | Any) -> ColumnElement[bool]:
    """That a price row holds on a day."""
    return (ProductPrice.from_on <= on) & (ProductPrice.to_on.is_(None) | (ProductPrice.to_on > on))


# Asked with every line of an order, so it is put together once.
_PRICES = (
    select(ProductPrice.pence, ProductPrice.from_on, ProductPrice.to_on)
    .where(ProductPrice.product_id == bindparam("product_id"))
    .execution_options(autoflush=False)
)


def products_matching(
    text: str = "",
    group: Group | None = None,
    tracking: Tracking | None = None,
    *,
    withdrawn: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[Product]:
    """Products of the catalogue by a word of their name, their code or GTIN, likest first."""
    wanted = catalogue_lines(text, group, tracking, withdrawn=withdrawn)
    wanted = wanted.order_by(*likest(text), Product.name).limit(limit).offset(offset)
    return db.session.scalars(wanted).all()


def catalogue_lines(
    text: str = "",
    group: Group | None = None,
    tracking: Tracking | None = None,
    *,
    withdrawn: bool = False,
) -> Select[Product]:
    """The products a search finds, in no order."""
    wanted = select(Product)
    words = tidy(text)
    if words:
        wanted = wanted.where(_named_like(words))
    if group is not None:
        wanted = wanted.where(Product.group == group)
    if tracking is not None:
        wanted = wanted.where(Product.tracking == tracking)
    if not withdrawn:
        wanted = wanted.where(Product.withdrawn_on.is_(None))
    return wanted


def likest(text: str) -> list[ColumnElement[Any]]:
    """The order that puts what is most like a search first; none where nothing is searched."""
    words = tidy(text)
    return [func.word_similarity(words, Product.name).desc()] if words else []


def _named_like(words: str) -> ColumnElement[bool]:
    """By trigrams, so that a slip of the finger still finds it."""
    return or_(
        Product.name.icontains(words, autoescape=True),
        literal(words).op("<%", is_comparison=True)(Product.name),
        Product.code == words.upper(),
        Product.gtin == words.zfill(14),
    )


def tests_good(on: date | Any) -> ColumnElement[bool]:
    """That no test of an item has run out by a day."""
    return (
        (Item.loler_due_on.is_(None) | (Item.loler_due_on >= on))
        & (Item.pat_due_on.is_(None) | (Item.pat_due_on >= on))
        & (Item.service_due_on.is_(None) | (Item.service_due_on >= on))
    )


def issuable(on: date | Any) -> ColumnElement[bool]:
    """That an item stands at the depot and every gate to a client is open."""
    at_depot = select(Place.id).join(Store).where(Store.kind == StoreKind.DEPOT)
    return (
        (Item.status == Status.AVAILABLE)
        & Item.place_id.in_(at_depot)
        & ~Item.needs_repair
        & tests_good(on)
    )


def free_counts(product_ids: Collection[int], on: date | None = None) -> dict[int, int]:
    """How many of each of these products could be issued from the depot; nought is said too."""
    items = (
        select(Item.product_id, func.count().label("free"))
        .where(Item.product_id.in_(product_ids), issuable(on or func.current_date()))
        .group_by(Item.product_id)
    )
    consumables = (
        select(ConsumableMove.product_id, func.sum(ConsumableMove.quantity).label("free"))
        .join(Store)
        .where(ConsumableMove.product_id.in_(product_ids), Store.kind == StoreKind.DEPOT)
        .group_by(ConsumableMove.product_id)
    )
    counts = dict.fromkeys(product_ids, 0)
    counts.update(
        {row[0]: int(row[1]) for row in db.session.execute(union_all(items, consumables))}
    )
    return counts


def free_item_of(product_id: int, on: date) -> Item | None:
    """The item to issue next, locked for whoever asked; none where there is none."""
    return next(iter(free_items_of(product_id, on, 1)), None)


def free_items_of(product_id: int, on: date, count: int) -> Sequence[Item]:
    """The items to issue next, up to so many, locked for whoever asked.

    Recycled before new, longest on the shelf first. Two who ask at once get different items, or
    one of them none.
    """
    asked = {"product_id": product_id, "on": on, "count": count}
    return db.session.scalars(_FREE, asked).all()


# Asked for every product of an order, so it is put together once.
_FREE = (
    select(Item)
    .where(Item.product_id == bindparam("product_id"), issuable(bindparam("on", type_=Date)))
    .order_by(Item.recycled.desc(), Item.since, Item.id)
    .limit(bindparam("count", type_=Integer))
    .with_for_update(skip_locked=True)
    .execution_options(populate_existing=True)
)


def depot() -> Store:
    """The depot. Raises NotAllowed where none has been added yet."""
    found = _kept(Store, "depot", _first(select(Store).where(Store.kind == StoreKind.DEPOT)))
    if found is None:
        raise NotAllowed("There is no depot yet. Add one under Stores first.")
    return found


_DEPOT_PLACES = {
    side: select(Place)
    .join(Store)
    .where(Store.kind == StoreKind.DEPOT, Place.side == side)
    .order_by(Store.id, Place.name)
    .limit(1)
    .execution_options(autoflush=False)
    for side in Side
}


def depot_place(side: Side) -> Place:
    """The depot's place for this side, in one query. Raises NotAllowed where there is no depot."""
    found = _kept(Place, side, _DEPOT_PLACES[side])
    return found or place_for(depot(), side)


def place_for(store: Store, side: Side) -> Place:
    """The store's place for this side: the first by name where there are several."""
    wanted = select(Place).where(Place.store_id == store.id, Place.side == side)
    found = _kept(Place, (store.id, side), _first(wanted.order_by(Place.name)))
    if found is None:
        raise NotAllowed(f"{store.name} has no {side} place. Add one to the store first.")
    return found


def _first(wanted: Select[Any]) -> Select[Any]:
    return wanted.limit(1).execution_options(autoflush=False)


def _kept(model: type[T], key: Any, wanted: Select[Any]) -> T | None:
    """The first row of a query, as it was read before: stores and their places seldom change."""
    columns = kept.standing((model, key), lambda: _columns(db.session.scalar(wanted)))
    return None if columns is None else held(model, columns)


def _columns(row: Any) -> dict[str, Any] | None:
    if row is None:
        return None
    return {column.key: getattr(row, column.key) for column in inspect(row).mapper.column_attrs}


def store_by_code(code: str) -> Store:
    """The store with this code. Raises NotFound."""
    found = db.session.scalar(
        select(Store).where(Store.code == read_address(code)).options(selectinload(Store.places))
    )
    if found is None:
        raise NotFound(f"There is no store with the code “{code[:20]}”.")
    return found


def consumable_stock(product_id: int, store: Store | None = None) -> int:
    """How many of a consumable there are, in one store or in all: the sum of its moves."""
    total = select(func.coalesce(func.sum(ConsumableMove.quantity), 0)).where(
        ConsumableMove.product_id == product_id
    )
    if store is not None:
        total = total.where(ConsumableMove.store_id == store.id)
    return int(db.session.scalar(total) or 0)


kept.stamped(ProductPrice, Place, Store)

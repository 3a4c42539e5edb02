"""What people do: keep the catalogue and stores, take goods in, move items through their life."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from core.clock import london_day, months_later
from core.codes import new_code
from core.db import add, change, db, write
from core.errors import Invalid, NotAllowed
from core.money import Pence
from core.status import step
from core.together import change_all
from equipment.checks import MOST_AT_ONCE, check_price, check_product, read_gln, read_serials
from equipment.doubles import make_room, refuse_double, refuse_related
from equipment.gates import why_not
from equipment.goods_in.newcomers import new_items
from equipment.models import (
    ConsumableMove,
    Item,
    ItemTest,
    Place,
    Product,
    ProductPrice,
    ProductRelation,
    Store,
)
from equipment.queries import consumable_stock, depot_place, place_for, price_on
from equipment.rules import (
    DIRTY,
    IN_STOCK,
    LIFE,
    ON_THE_ROAD,
    Event,
    Relation,
    Side,
    Status,
    StoreKind,
    TestKind,
    Tracking,
    side_of,
)
from equipment.stores.queries import free_gln
from people.models import Organisation, Staff

_DUE = {
    TestKind.LOLER: "loler_due_on",
    TestKind.PAT: "pat_due_on",
    TestKind.SERVICE: "service_due_on",
}


# The life of an item


def move_item(
    item: Item,
    *events: Event,
    by: Staff,
    at: datetime,
    place: Place | None = None,
    because: str | None = None,
) -> None:
    """Carry an item through an event, or several at once: the one way it changes state.

    Where no place is given it stays where it is, or goes to its store's place of the right side,
    or to the depot's. Every event leaves its own row. Raises NotAllowed with the sentence of the
    gate that is shut.
    """
    moved = Moved(item)
    rows = [_step(moved, event, by, at, place, because) for event in events]
    change(item, *rows, **moved.changes)


def move_items(
    items: Iterable[tuple[Item, str | None]], event: Event, *, by: Staff, at: datetime
) -> None:
    """Carry several items through the same event, each with why: in one statement.

    Raises NotAllowed with the sentence of the first gate that is shut.
    """
    moved = [(Moved(item), because) for item, because in items]
    rows = [_step(one, event, by, at, None, because) for one, because in moved]
    change_all([(one.item, one.changes) for one, _ in moved], *rows)


class Moved:
    """An item under way: what is set on it is seen at once, and written when it has arrived."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.changes: dict[str, Any] = {}

    def set(self, **values: Any) -> None:
        """Set columns, as if they had been read so: the flush has nothing left to do."""
        for name, value in values.items():
            set_committed_value(self.item, name, value)
        self.changes |= values

    def stand(self, place: Place | None) -> int | None:
        """Put it somewhere, or nowhere; the place's number."""
        number = None if place is None else place.id
        self.set(place_id=number)
        set_committed_value(self.item, "place", place)
        return number


def _step(
    moved: Moved, event: Event, by: Staff, at: datetime, place: Place | None, because: str | None
) -> dict[str, Any]:
    """Carry an item through one event; the row that says so."""
    item = moved.item
    was, became = item.status, LIFE.after(item.status, event)
    shut = why_not(item, event, london_day(at), because)
    if shut is not None:
        raise NotAllowed(shut)
    if event is Event.MOVE and place is None:
        raise Invalid("Choose the place to move it to.", field="place")
    row = step(
        item,
        event,
        by=by,
        at=at,
        place_id=_stand(moved, became, place),
        value=item.paid,
        recycled=item.recycled,
        because=because,
    )
    moved.set(status=became)
    if became is not was:
        moved.set(since=at)
    _mark(moved, event, became, because)
    return row


def _stand(moved: Moved, became: Status, place: Place | None) -> int | None:
    """Put the item where its new state stands, never on the wrong side; the place's number."""
    item, side = moved.item, side_of(became)
    if became not in IN_STOCK or (place is None and became in ON_THE_ROAD):
        return moved.stand(None)
    if place is None:
        if item.place_id is not None and side is side_of(item.status):
            return item.place_id
        place = place_for(item.place.store, side) if item.place else depot_place(side)
    if place.side is not side:
        raise NotAllowed(
            f"{place.name} at {place.store.name} is on the {place.side} side and "
            f"{item.code} belongs on the {side} side. Choose another place.",
            field="place",
        )
    return moved.stand(place)


def _mark(moved: Moved, event: Event, became: Status, because: str | None) -> None:
    """What an event leaves on the item besides its state."""
    item = moved.item
    if event is Event.DELIVER:
        moved.set(times_lent=item.times_lent + 1)
    elif event is Event.PUT_AWAY:
        moved.set(recycled=item.times_lent > 0)
    elif event is Event.REPAIR:
        moved.set(needs_repair=False)
    elif event is Event.FAIL_TEST:
        moved.set(needs_repair=True)
    reason = because if event is Event.HOLD else item.hold_reason  # moved, it stays held for it
    moved.set(hold_reason=reason if became is Status.ON_HOLD else None)
    if event is Event.DELIVER or became in DIRTY:
        moved.set(needs_cleaning=True)


def record_test(
    item: Item, kind: TestKind, passed: bool, *, by: Staff, at: datetime, note: str = ""
) -> None:
    """Write down a test. One that failed has run out and leaves a repair to be done."""
    months = item.product.test_plan.get(kind)
    if months is None:
        raise NotAllowed(f"{item.product.name} needs no {kind} test.")
    on = london_day(at)
    due_on = months_later(on, months) if passed else None
    setattr(item, _DUE[kind], due_on or on - timedelta(days=1))
    if not passed:
        item.needs_repair = True
    result = {"kind": kind, "passed": passed, "due_on": due_on, "note": note}
    write(ItemTest, {"item_id": item.id, "at": at, "by_id": by.id, **result})


def record_clean(item: Item) -> None:
    """Let an item through the gate to the clean side: its decontamination has been recorded."""
    item.needs_cleaning = False


# Goods in


def receive_goods(
    product: Product,
    quantity: int,
    *,
    place: Place,
    paid: Pence | None = None,
    serials: Sequence[str] = (),
    because: str | None = None,
    by: Staff,
    at: datetime,
) -> list[Item]:
    """Take new goods in: items, tested at acquisition and available; or a consumable's quantity.

    `because` names the batch they came in; one is drawn where none is given. `paid` is for one.
    """
    if not 1 <= quantity <= MOST_AT_ONCE:
        raise Invalid(f"Take in between 1 and {MOST_AT_ONCE} at once.", field="quantity")
    if product.adaptation:
        raise NotAllowed(f"{product.name} is work on a home: none of it is taken into stock.")
    if place.side is not Side.CLEAN:
        raise NotAllowed("New goods stand on the clean side. Choose another place.", field="place")
    each = price_on(product.id, london_day(at)) if paid is None else paid
    check_price(each, "paid")
    because = because or new_code()
    if product.tracking is Tracking.CONSUMABLE:
        _book(product, place.store, quantity, each, because=because, by=by, at=at)
        db.session.flush()
        return []
    items = new_items(product, read_serials(serials, quantity), quantity, paid=each, at=at)
    db.session.add_all(items)
    db.session.flush()
    for item in items:
        for kind in product.test_plan:
            record_test(item, kind, True, by=by, at=at, note="At acquisition")
        move_item(item, Event.RECEIVE, by=by, at=at, place=place, because=because)
    db.session.flush()
    return items


def move_consumable(
    product: Product, store: Store, quantity: int, *, because: str, by: Staff, at: datetime
) -> ConsumableMove:
    """Book a quantity of a consumable into a store, or (negative) out of it, never below nought."""
    if product.tracking is not Tracking.CONSUMABLE:
        raise NotAllowed(f"{product.name} is followed one by one, not by quantity.")
    if quantity < 0:
        # Whoever takes out of the same product waits, so that two cannot both take the last.
        locked = select(Product.id).where(Product.id == product.id)
        db.session.execute(locked.with_for_update(key_share=True))
        there = consumable_stock(product.id, store)
        if there + quantity < 0:
            raise NotAllowed(f"{store.name} has {there} of {product.name}, not {-quantity}.")
    each = price_on(product.id, london_day(at))
    return _book(product, store, quantity, each, because=because, by=by, at=at)


def _book(
    product: Product,
    store: Store,
    quantity: int,
    each: Pence,
    *,
    because: str,
    by: Staff,
    at: datetime,
) -> ConsumableMove:
    row = ConsumableMove(
        product=product,
        store=store,
        quantity=quantity,
        value=Pence(quantity * each),
        at=at,
        by_id=by.id,
        because=because,
    )
    db.session.add(row)
    return row


# Catalogue and stores


def add_product(*, price: Pence, from_on: date, by: Staff, at: datetime, **fields: Any) -> Product:
    """Put a product into the catalogue with its first price."""
    fields = check_product(fields)
    check_price(price)
    refuse_double(Product.name, fields["name"], "There is already a product of this name.")
    refuse_double(Product.gtin, fields["gtin"], "There is already a product with this GTIN.")
    product = Product(**fields)
    product.prices.append(ProductPrice(from_on=from_on, pence=price))
    return add(product)


def set_price(
    product: Product, pence: Pence, *, from_on: date, by: Staff, at: datetime
) -> ProductPrice:
    """Give a product a new price from a day on; the one that held until then ends there."""
    check_price(pence)
    if from_on < london_day(at):
        raise Invalid("A price begins today or later: what was, stays.", field="from_on")
    until = make_room(product, from_on)
    return add(ProductPrice(product=product, from_on=from_on, to_on=until, pence=pence))


def relate(
    product: Product, other: Product, relation: Relation, *, by: Staff, at: datetime
) -> ProductRelation:
    """Say how one product stands to another: goes with, never with, or may stand in for it."""
    if product is other:
        raise Invalid("A product is not related to itself.", field="other")
    refuse_related(product, other, relation)
    return add(ProductRelation(product=product, other=other, relation=relation))


def add_store(
    *,
    name: str,
    kind: StoreKind,
    organisation: Organisation | None = None,
    gln: str | None = None,
    by: Staff,
    at: datetime,
) -> Store:
    """Add a store with a clean and a dirty place, which never share anything.

    Its GLN is its own where it has one, else one of ours.
    """
    name = " ".join(name.split())
    if not name:
        raise Invalid("Give the store a name.", field="name")
    gln = read_gln(gln) if gln else free_gln(current_app.config["GS1_COMPANY_PREFIX"])
    refuse_double(Store.name, name, "There is already a store of this name.")
    refuse_double(Store.gln, gln, "There is already a store with this GLN.")
    places = [Place(name=f"{side.value.capitalize()} side", side=side) for side in Side]
    return add(Store(name=name, kind=kind, organisation=organisation, gln=gln, places=places))

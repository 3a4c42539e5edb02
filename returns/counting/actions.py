"""Begin a count, scan and type what is there, close it, have it counted again, give it up."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Integer, literal, select
from sqlalchemy.dialects.postgresql import insert

from core.clock import london_day
from core.db import add, db
from core.errors import Invalid, NotAllowed
from core.status import move, words
from equipment.models import Item, Place, Product, Store
from equipment.rules import Group, Tracking
from people.models import Staff
from returns.counting.models import CountLine, CountScan, StockCount
from returns.counting.queries import (
    booked_consumables,
    costs_on,
    counters_of,
    hold_still,
    lines_named,
    not_counted_yet,
    open_count_of,
    scan_of,
    standing_here,
)
from returns.counting.rules import COUNTING, CountEvent, CountStatus

MOST_OF_ONE = 99_999


def begin(
    store: Store,
    *,
    place: Place | None = None,
    group: Group | None = None,
    by: Staff,
    at: datetime,
) -> StockCount:
    """Begin to count a store, one of its places or one product group there.

    What the books say is noted now and shown to nobody who counts.
    """
    if place is not None and place.store_id != store.id:
        raise Invalid(f"{place.name} is not a place of {store.name}.", field="place")
    if place is not None and group is not None:
        raise Invalid("Choose a place or a group, not both.", field="group")
    there = open_count_of(store)
    if there is not None:
        raise NotAllowed(
            f"{store.name} is being counted already: count {there.code} is {words(there.status)}. "
            "Go on with that one.",
            field="store",
        )
    count = StockCount(store=store, place=place, group=group, status=CountStatus.BEGUN)
    count.begun_at, count.begun_by, count.round = at, by, 1
    add(count)
    _note_the_books(count, at)
    return count


def _note_the_books(count: StockCount, at: datetime) -> None:
    items = (
        select(literal(count.id), Item.id, literal(1, Integer), Item.paid, literal(1, Integer))
        .join(Item.product)
        .where(standing_here(count))
    )
    columns = ["count_id", "item_id", "expected", "each", "round"]
    db.session.execute(insert(CountLine).from_select(columns, items))
    consumables = booked_consumables(count)
    each = costs_on([product for product, _ in consumables], london_day(at))
    for product, quantity in consumables:
        facts = {"count_id": count.id, "product_id": product.id, "round": 1}
        db.session.add(CountLine(**facts, expected=quantity, each=each[product.id]))
    db.session.flush()


@dataclass(frozen=True)
class Counted:
    """What a scan did: the item, whether it had been counted before, and by whom and when."""

    item: Item
    again: bool
    by_name: str
    at: datetime


def count_scan(count: StockCount, item: Item, *, by: Staff, at: datetime) -> Counted:
    """Count an item that is here; scanned again, it counts once.

    Whatever the books say of it, the answer is the same: that is shown when the count is closed.
    `at` is when it was scanned, which may be a while ago where there was no signal.
    """
    _may_count(count, by=by, at=at)
    if count.group is not None and item.product.group is not count.group:
        raise NotAllowed(
            f"This is {item.product.name}, of {item.product.group}. Only {count.group} is counted "
            "now, so leave it where it is.",
            field="scanned",
        )
    line_id = _line_of(count, item)
    row = {"line_id": line_id, "item_id": item.id, "round": count.round, "quantity": 1}
    made = db.session.scalar(
        insert(CountScan)
        .values(**row, at=at, by_id=by.id)
        .on_conflict_do_nothing()
        .returning(CountScan.id)
    )
    if made is not None:
        return Counted(item, False, by.name, at)
    name, before = scan_of(count, item) or (by.name, at)
    return Counted(item, True, name, before)


def _line_of(count: StockCount, item: Item) -> int:
    """The item's line in this count; a new one where the books did not have it here."""
    if count.round == 1:
        facts = {"count_id": count.id, "item_id": item.id, "expected": 0, "round": 1}
        db.session.execute(
            insert(CountLine).values(**facts, each=item.paid).on_conflict_do_nothing()
        )
    found = db.session.scalar(
        select(CountLine.id).where(
            CountLine.count_id == count.id,
            CountLine.item_id == item.id,
            CountLine.round == count.round,
        )
    )
    if found is None:
        raise NotAllowed(
            f"{item.code} is not among what is counted again, so its first count stands.",
            field="scanned",
        )
    return found


def _may_count(count: StockCount, *, by: Staff, at: datetime) -> None:
    """Have the count as it is now, with nobody able to close it before this is done."""
    hold_still(count, shared=True)
    if count.status not in COUNTING:
        raise NotAllowed(
            f"Count {count.code} is {words(count.status)}, so nothing more is counted in it.",
            field="scanned",
        )
    if at < count.begun_at:
        raise NotAllowed("This was scanned before the count began. Scan it again.", field="scanned")
    if count.round > 1 and by.id in counters_of(count, before=count.round):
        raise NotAllowed(
            "You counted here before. Somebody else has to count what differs again.",
            field="scanned",
        )


def count_together(
    count: StockCount, items: Sequence[Item], *, by: Staff, at: datetime
) -> list[Counted]:
    """Count many items that were scanned one after another: all of them or, refused, none."""
    return [count_scan(count, item, by=by, at=at) for item in items]


def count_quantity(
    count: StockCount, product: Product, quantity: int, *, by: Staff, at: datetime
) -> None:
    """Write down how many of a consumable are here; a person's later number stands for theirs.

    What several people count adds up, as they stand before different shelves.
    """
    _may_count(count, by=by, at=at)
    if product.tracking is not Tracking.CONSUMABLE or product.adaptation:
        raise NotAllowed(f"{product.name} is followed one by one. Scan the labels instead.")
    if not 0 <= quantity <= MOST_OF_ONE:
        raise Invalid(f"Write a number between 0 and {MOST_OF_ONE:,}.")
    line = _quantity_line(count, product, london_day(at))
    scan = CountScan(line_id=line.id, round=count.round, quantity=quantity, at=at, by_id=by.id)
    add(scan)


def _quantity_line(count: StockCount, product: Product, on: date) -> CountLine:
    found = db.session.scalar(
        select(CountLine).where(CountLine.count_id == count.id, CountLine.product_id == product.id)
    )
    if found is not None and found.round == count.round:
        return found
    if found is not None or count.round > 1 or count.place_id is not None:
        raise NotAllowed(f"{product.name} is not among what is counted now.")
    if count.group is not None and product.group is not count.group:
        raise NotAllowed(f"{product.name} is of {product.group}; {count.group} is counted now.")
    each = costs_on([product], on)[product.id]
    facts = {"count_id": count.id, "product_id": product.id, "expected": 0, "round": 1}
    return add(CountLine(**facts, each=each))


def close(count: StockCount, *, by: Staff, at: datetime) -> StockCount:
    """Say that everything was counted: from now on nothing is, and what differs can be seen."""
    hold_still(count)
    count.MOVES.after(count.status, CountEvent.CLOSE)
    left = not_counted_yet(count)
    if left:
        raise NotAllowed(
            f"Not counted yet: {', '.join(left)}. Write how many there are, 0 where there are none."
        )
    return _move(count, CountEvent.CLOSE, None, by=by, at=at)


def recount(count: StockCount, names: Collection[str], *, by: Staff, at: datetime) -> StockCount:
    """Have some lines counted again, by somebody who has not counted here yet.

    `names` are the codes of items and of consumables.
    """
    hold_still(count)
    count.MOVES.after(count.status, CountEvent.RECOUNT)
    lines = lines_named(count, names)
    if not lines:
        raise Invalid("Tick at least one line to be counted again.", field="lines")
    count.round += 1
    for line in lines:
        line.round = count.round
    return _move(count, CountEvent.RECOUNT, None, by=by, at=at)


def give_up(count: StockCount, *, because: str, by: Staff, at: datetime) -> StockCount:
    """End a count of which nothing is posted, ever."""
    hold_still(count)
    if not because.strip():
        raise Invalid("Say why the count is given up.", field="because")
    return _move(count, CountEvent.GIVE_UP, because.strip(), by=by, at=at)


def _move(
    count: StockCount, event: CountEvent, because: str | None, *, by: Staff, at: datetime
) -> StockCount:
    move(count, event, because=because, by=by, at=at)
    db.session.flush()
    return count

"""Counts: which there are, what has been counted, and which store is to be counted next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload

from core.clock import london_day
from core.db import db
from core.errors import NotFound
from core.money import Pence
from equipment.models import ConsumableMove, Item, Place, Product, Store
from equipment.queries import prices_on, read_address
from equipment.rules import STANDS_SOMEWHERE, Tracking
from equipment.stores.queries import stores
from people.models import Staff
from returns.counting.models import CountLine, CountMove, CountScan, StockCount
from returns.counting.rules import COUNTING, ENDED, CountStatus, accuracy, due_on

_WHOLE = (
    joinedload(StockCount.store),
    joinedload(StockCount.place),
    joinedload(StockCount.begun_by),
)


def count_by_code(code: str) -> StockCount:
    """The count with this code. Raises NotFound."""
    found = db.session.scalar(
        select(StockCount).where(StockCount.code == read_address(code)).options(*_WHOLE)
    )
    if found is None:
        raise NotFound("There is no count with this code. Look at the list of counts.")
    return found


def open_count_of(store: Store) -> StockCount | None:
    """The count of a store that has not ended; there is never more than one."""
    return db.session.scalar(
        select(StockCount).where(StockCount.store_id == store.id, StockCount.status.not_in(ENDED))
    )


def hold_still(count: StockCount, *, shared: bool = False) -> None:
    """Have a count as it is now, with nobody able to change its state before this is done.

    `shared`: others may count in it meanwhile.
    """
    db.session.scalars(
        select(StockCount)
        .where(StockCount.id == count.id)
        .with_for_update(read=shared, of=StockCount)
        .execution_options(populate_existing=True)
    ).one()


def counts_open(*, scanned: bool = False) -> Sequence[StockCount]:
    """The counts that have not ended, the oldest first; `scanned`: those being counted now."""
    wanted = StockCount.status.in_(COUNTING) if scanned else StockCount.status.not_in(ENDED)
    return db.session.scalars(
        select(StockCount).where(wanted).options(*_WHOLE).order_by(StockCount.begun_at)
    ).all()


def counts_ended() -> Select[StockCount]:
    """The selection of counts that have ended, the latest first, to be paged."""
    ended = select(StockCount).where(StockCount.status.in_(ENDED)).options(*_WHOLE)
    return ended.order_by(StockCount.begun_at.desc(), StockCount.id.desc())


def standing_here(count: StockCount) -> ColumnElement[bool]:
    """That the books say an item stands in what is counted; asks for its product to be joined."""
    here = Item.status.in_(STANDS_SOMEWHERE) & _placed(count)
    return here if count.group is None else here & (Product.group == count.group)


def _placed(count: StockCount) -> ColumnElement[bool]:
    if count.place_id is not None:
        return Item.place_id == count.place_id
    return Item.place_id.in_(select(Place.id).where(Place.store_id == count.store_id))


def booked_consumables(count: StockCount) -> list[tuple[Product, int]]:
    """The consumables this store has or ever had, and how many the books say there are now."""
    if count.place_id is not None:  # consumables are kept by store, not by place
        return []
    total = func.sum(ConsumableMove.quantity)
    wanted = _consumables(count).join(ConsumableMove, ConsumableMove.product_id == Product.id)
    rows = db.session.execute(
        wanted.add_columns(total)
        .where(ConsumableMove.store_id == count.store_id)
        .group_by(Product.id)
    )
    return [(product, int(quantity)) for product, quantity in rows]


def _consumables(count: StockCount) -> Select[Product]:
    wanted = select(Product).where(
        Product.tracking == Tracking.CONSUMABLE, Product.adaptation.is_(False)
    )
    return wanted if count.group is None else wanted.where(Product.group == count.group)


def other_consumables(count: StockCount) -> Sequence[Product]:
    """The consumables that may be counted here although this store never had any of them."""
    if count.place_id is not None or count.status is not CountStatus.BEGUN:
        return []
    listed = select(CountLine.product_id).where(
        CountLine.count_id == count.id, CountLine.product_id.is_not(None)
    )
    return db.session.scalars(
        _consumables(count)
        .where(Product.id.not_in(listed), Product.withdrawn_on.is_(None))
        .order_by(Product.name)
    ).all()


def costs_on(products: Collection[Product], on: date) -> dict[int, Pence]:
    """What one of each of these consumables is worth on a day; nothing where it has no price."""
    known = prices_on([product.id for product in products], on)
    return {product.id: known.get(product.id, Pence(0)) for product in products}


# What has been counted. Nothing here says what the books say.


def quantity_lines(count: StockCount) -> Sequence[CountLine]:
    """The consumables to be counted in this round, by name."""
    return db.session.scalars(
        select(CountLine)
        .join(CountLine.product)
        .where(CountLine.count_id == count.id, CountLine.round == count.round)
        .options(joinedload(CountLine.product))
        .order_by(Product.name)
    ).all()


def lines_to_look_for(count: StockCount) -> Sequence[CountLine]:
    """The items to be counted again in this round; none in the first, when everything is."""
    if count.round == 1:
        return []
    return db.session.scalars(
        select(CountLine)
        .join(CountLine.item)
        .where(CountLine.count_id == count.id, CountLine.round == count.round)
        .options(joinedload(CountLine.item).joinedload(Item.product))
        .order_by(Item.code)
    ).all()


def lines_named(count: StockCount, names: Collection[str]) -> Sequence[CountLine]:
    """The lines of a count by the codes of their items and consumables."""
    return db.session.scalars(
        select(CountLine)
        .outerjoin(CountLine.item)
        .outerjoin(CountLine.product)
        .where(CountLine.count_id == count.id, or_(Item.code.in_(names), Product.code.in_(names)))
    ).all()


def typed_by(count: StockCount, *, viewer: Staff) -> dict[int, int]:
    """What a person typed last in this round, by line: their own numbers only."""
    rows = db.session.execute(
        select(CountScan.line_id, CountScan.quantity)
        .join(CountScan.line)
        .where(
            CountLine.count_id == count.id,
            CountScan.round == count.round,
            CountScan.by_id == viewer.id,
            CountScan.item_id.is_(None),
        )
        .order_by(CountScan.id)
    )
    return {line_id: quantity for line_id, quantity in rows}  # noqa: C416 - a Row is no pair to mypy


def not_counted_yet(count: StockCount) -> list[str]:
    """The consumables of this round for which nobody has typed anything."""
    typed = select(CountScan.id).where(
        CountScan.line_id == CountLine.id, CountScan.round == CountLine.round
    )
    asked = (
        select(Product.name)
        .join(CountLine, CountLine.product_id == Product.id)
        .where(CountLine.count_id == count.id, CountLine.round == count.round, ~typed.exists())
        .order_by(Product.name)
    )
    return list(db.session.scalars(asked))


def scans_of(
    count: StockCount, *, viewer: Staff, limit: int = 20
) -> tuple[Sequence[CountScan], int, int]:
    """A person's last scans of items in this round, how many they made, and how many all did."""
    of_round = and_(
        CountLine.count_id == count.id,
        CountScan.round == count.round,
        CountScan.item_id.is_not(None),
    )
    mine, everybodys = db.session.execute(
        select(func.count().filter(CountScan.by_id == viewer.id), func.count())
        .select_from(CountScan)
        .join(CountScan.line)
        .where(of_round)
    ).one()
    latest = db.session.scalars(
        select(CountScan)
        .join(CountScan.line)
        .where(of_round, CountScan.by_id == viewer.id)
        .options(joinedload(CountScan.item).joinedload(Item.product))
        .order_by(CountScan.id.desc())
        .limit(limit)
    ).all()
    return latest, mine, everybodys


def counters_of(count: StockCount, *, before: int | None = None) -> dict[int, str]:
    """Who counted anything, by their number; `before`: in the rounds before this one."""
    asked = (
        select(Staff.id, Staff.name)
        .join(CountScan, CountScan.by_id == Staff.id)
        .join(CountScan.line)
        .where(CountLine.count_id == count.id, CountScan.round < before if before else true())
        .distinct()
        .order_by(Staff.name)
    )
    return {number: name for number, name in db.session.execute(asked)}  # noqa: C416 - as above


def history_of(count: StockCount) -> Sequence[CountMove]:
    """What became of a count, in order."""
    return db.session.scalars(
        select(CountMove)
        .where(CountMove.count_id == count.id)
        .options(joinedload(CountMove.by))
        .order_by(CountMove.id)
    ).all()


# What to count next


@dataclass(frozen=True)
class Due:
    """A store in the plan: what stands there, when it was last counted whole and how well."""

    store: Store
    items: int
    value: Pence
    last: StockCount | None
    open: StockCount | None
    due: date | None  # none: it never was counted, so it is due now

    @property
    def accuracy(self) -> str:
        """How well the books agreed with the shelf at the last whole count."""
        last = self.last
        return accuracy(last.expected_pence or 0, last.off_pence or 0) if last else ""


def plan() -> list[Due]:
    """Every store, the one that is due first at the top; the dearer first of those alike."""
    stock, last = _stock_by_store(), _last_counts()
    under_way = {count.store_id: count for count in counts_open()}
    rows = []
    for store in stores():
        count = last.get(store.id)
        counted_on = london_day(count.approved_at) if count and count.approved_at else None
        due, (items, value) = due_on(store.kind, counted_on), stock.get(store.id, (0, Pence(0)))
        rows.append(Due(store, items, value, count, under_way.get(store.id), due))
    return sorted(rows, key=lambda row: (row.due or date.min, -row.value, row.store.name))


def _stock_by_store() -> dict[int, tuple[int, Pence]]:
    rows = db.session.execute(
        select(Place.store_id, func.count(), func.sum(Item.paid))
        .join(Item, Item.place_id == Place.id)
        .where(Item.status.in_(STANDS_SOMEWHERE))
        .group_by(Place.store_id)
    )
    return {store_id: (count, Pence(int(value))) for store_id, count, value in rows}


def _last_counts() -> dict[int, StockCount]:
    """The last approved count of each store that was of all of it."""
    found = db.session.scalars(
        select(StockCount)
        .ext(distinct_on(StockCount.store_id))
        .where(
            StockCount.approved_at.is_not(None),
            StockCount.place_id.is_(None),
            StockCount.group.is_(None),
        )
        .order_by(StockCount.store_id, StockCount.approved_at.desc())
    )
    return {count.store_id: count for count in found}


def scan_of(count: StockCount, item: Item) -> tuple[str, datetime] | None:
    """Who counted an item in this round, and when; none where nobody has."""
    found = db.session.execute(
        select(Staff.name, CountScan.at)
        .join(CountScan, CountScan.by_id == Staff.id)
        .join(CountScan.line)
        .where(
            CountLine.count_id == count.id,
            CountScan.item_id == item.id,
            CountScan.round == count.round,
        )
    ).first()
    return None if found is None else (found[0], found[1])

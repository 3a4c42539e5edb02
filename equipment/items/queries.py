"""Lists of items by what is asked of them, and the whole story of one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from core.db import db
from equipment.models import Item, ItemMove, ItemTest, Place, Product, Store
from equipment.queries import tidy
from equipment.rules import IN_STOCK, WITH_CLIENT, Event, Status

MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Wanted:
    """What a list of items is asked for; nothing where it does not matter."""

    text: str = ""
    statuses: tuple[Status, ...] = ()
    product: Product | None = None
    store: Store | None = None
    batch: str = ""

    def asked(self) -> dict[str, Any]:
        """The same as an address asks for it."""
        return {
            "text": self.text or None,
            "status": [status.value for status in self.statuses],
            "product": self.product.code if self.product else None,
            "store": self.store.code if self.store else None,
            "batch": self.batch or None,
        }


def items_wanted(wanted: Wanted) -> Select[Item]:
    """The items that fit, with their products and places, in no order."""
    found = (
        select(Item)
        .join(Item.product)
        .outerjoin(Item.place)
        .outerjoin(Place.store)
        .options(
            contains_eager(Item.product),
            contains_eager(Item.place).contains_eager(Place.store),
        )
    )
    return found.where(*_conditions(wanted))


def count_wanted(wanted: Wanted) -> int:
    """How many items fit."""
    return db.session.scalar(select(func.count(Item.id)).where(*_conditions(wanted))) or 0


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if tidy(wanted.text):
        conditions.append(_named(tidy(wanted.text)))
    if wanted.statuses:
        conditions.append(Item.status.in_(wanted.statuses))
    if wanted.product is not None:
        conditions.append(Item.product_id == wanted.product.id)
    if wanted.store is not None:
        there = select(Place.id).where(Place.store_id == wanted.store.id)
        conditions.append(Item.place_id.in_(there))
    if wanted.batch:
        received = select(ItemMove.item_id).where(
            ItemMove.because == tidy(wanted.batch), ItemMove.event == Event.RECEIVE
        )
        conditions.append(Item.id.in_(received))
    return conditions


def _named(words: str) -> ColumnElement[bool]:
    """By our code, by GS1 number, or by how its serial number begins."""
    one = words.upper()
    begins = func.upper(Item.serial).startswith(one, autoescape=True)
    return or_(Item.code == one, Item.giai == one, begins)


HEADS = ["Code", "GS1 number", "Product", "Serial", "State", "Since", "Place", "Paid", "Lent"]
DUE_HEADS = ["Code", "Product", "State", "Place", "LOLER due", "PAT due", "Service due"]
SORTS = {"since": Item.since, "code": Item.code, "product": Product.name, "lent": Item.times_lent}


def where(item: Item) -> str:
    """Where an item stands, in words."""
    return f"{item.place.store.name}, {item.place.name}" if item.place else ""


def rows_wanted(wanted: Wanted, limit: int) -> Iterator[tuple[Any, ...]]:
    """The items that fit as rows of a file, longest in their state first."""
    for item in db.session.scalars(items_wanted(wanted).order_by(Item.since, Item.id).limit(limit)):
        paid = f"{item.paid // 100}.{item.paid % 100:02d}"
        yield (
            *(item.code, item.giai, item.product.name, item.serial, item.status),
            *(item.since, where(item), paid, item.times_lent),
        )


def rows_due(by_day: date, limit: int) -> Iterator[tuple[Any, ...]]:
    """Items with a test that runs out by a day, as rows of a file."""
    for item in db.session.scalars(tests_due(by_day).limit(limit)):
        yield (
            *(item.code, item.product.name, item.status, where(item)),
            *(item.loler_due_on, item.pat_due_on, item.service_due_on),
        )


def history_of(item: Item) -> Sequence[ItemMove]:
    """Everything that happened to an item, the latest first: what, from, to, who, when, where."""
    return db.session.scalars(
        select(ItemMove)
        .where(ItemMove.item_id == item.id)
        .options(joinedload(ItemMove.by), joinedload(ItemMove.place).joinedload(Place.store))
        .order_by(ItemMove.id.desc())
    ).all()


def tests_of(item: Item) -> Sequence[ItemTest]:
    """Every test of an item, the latest first."""
    return db.session.scalars(
        select(ItemTest)
        .where(ItemTest.item_id == item.id)
        .options(joinedload(ItemTest.by))
        .order_by(ItemTest.id.desc())
    ).all()


def first_due() -> ColumnElement[date | None]:
    """The day the first of an item's tests runs out."""
    return func.least(Item.loler_due_on, Item.pat_due_on, Item.service_due_on)


def tests_due(by_day: date) -> Select[Item]:
    """Items, those with clients among them, of which a test runs out by a day; soonest first."""
    return (
        items_wanted(Wanted())
        .where(first_due() <= by_day, Item.status.in_(IN_STOCK | WITH_CLIENT))
        .order_by(first_due(), Item.id)
    )


def count_overdue(on: date) -> int:
    """How many items, in stock or with clients, have a test that has run out."""
    overdue = select(func.count(Item.id)).where(
        first_due() < on, Item.status.in_(IN_STOCK | WITH_CLIENT)
    )
    return db.session.scalar(overdue) or 0

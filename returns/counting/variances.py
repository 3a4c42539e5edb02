"""What differs between the books and the shelf, judged by what moved since it was looked at.

An item that was not seen is missing only if nobody has had it in hand since the count began; one
that was seen and is not booked here is a surplus only if nobody has had it in hand since. So what
is picked, received or put away during a count is never a variance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Row, Select, case, exists, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import contains_eager, joinedload

from core.db import db
from core.errors import Forbidden
from core.money import Pence
from equipment.items.queries import where
from equipment.models import ConsumableMove, Item, ItemMove, Place, Product
from equipment.rules import Status, side_of
from people.models import Staff
from people.rules import May
from returns.counting.models import CountLine, CountScan, StockCount
from returns.counting.queries import costs_on, standing_here
from returns.counting.rules import (
    BY_HAND,
    COUNTING,
    CountStatus,
    Verdict,
    booked,
    surplus_of,
    what_follows,
)


@dataclass(frozen=True)
class Variance:
    """A line that differs: what the books said, what was counted, what one is worth."""

    line: CountLine
    product: Product
    verdict: Verdict
    off: int  # more is positive
    each: Pence
    booked: str
    counted: int
    item: Item | None = None

    @property
    def name(self) -> str:
        """The code of the item or of the consumable."""
        return self.product.code if self.item is None else self.item.code

    @property
    def value(self) -> Pence:
        """What the difference is worth at cost, signed like it."""
        return Pence(self.off * self.each)

    @property
    def expected(self) -> int:
        """How many the books said there were when it was counted."""
        return self.counted - self.off

    @property
    def follows(self) -> str:
        """What approval does about it, or what has to be done before."""
        return what_follows(self.verdict, self.item.status if self.item else None)

    @property
    def shown(self) -> str:
        """The difference as it is shown: whoever approves sends it back."""
        return f"{self.verdict.value} ({self.off:+})" if self.item is None else self.verdict.value


def variances_for(count: StockCount, *, viewer: Staff, on: date) -> list[Variance]:
    """The variances of a count, as far as the viewer may know of them.

    Nobody while it is counted; then whoever approves; everybody who counts once it is approved.
    """
    if count.status in COUNTING:
        raise Forbidden(
            "This is a blind count: what differs is shown when it has been counted, "
            "and only to whoever approves it."
        )
    if count.status is not CountStatus.APPROVED and not viewer.may(May.APPROVE_COUNTS):
        raise Forbidden(
            "What differs is shown to whoever approves the count, and to you once it is approved."
        )
    return kept_variances(count) if count.approved_at else variances(count, on=on)


def variances(count: StockCount, *, on: date) -> list[Variance]:
    """Everything that differs now, items by code and then consumables by name."""
    return [*_items(count), *_quantities(count, on)]


def _items(count: StockCount) -> list[Variance]:
    here, seen = standing_here(count), CountScan.id.is_not(None)
    handled = exists().where(
        ItemMove.item_id == Item.id,
        ItemMove.event.in_(BY_HAND),
        ItemMove.at > func.coalesce(CountScan.at, count.begun_at),
    )
    amiss = case((seen, ~here), else_=here & (CountLine.expected == 1))
    asked = _item_lines(count).where(amiss, ~handled)
    return [_item_variance(count, line, seen) for line, seen in db.session.execute(asked)]


def _item_lines(count: StockCount) -> Select[CountLine, bool]:
    of_its_round: ColumnElement[bool] = (CountScan.line_id == CountLine.id) & (
        CountScan.round == CountLine.round
    )
    eager = contains_eager(CountLine.item)
    return (
        select(CountLine, CountScan.id.is_not(None))
        .join(CountLine.item)
        .join(Item.product)
        .outerjoin(CountScan, of_its_round)
        .options(
            eager.contains_eager(Item.product),
            eager.joinedload(Item.place).joinedload(Place.store),
        )
        .where(CountLine.count_id == count.id)
        .order_by(Item.code)
        .execution_options(populate_existing=True)
    )


def _item_variance(count: StockCount, line: CountLine, seen: bool) -> Variance:
    item = line.item
    assert item is not None  # noqa: S101 - joined
    verdict = _surplus(count, item) if seen else Verdict.MISSING
    said = booked(item.status, where(item))
    off = 1 if seen else -1
    return Variance(line, item.product, verdict, off, line.each, said, int(seen), item)


def _surplus(count: StockCount, item: Item) -> Verdict:
    verdict, place = surplus_of(item.status), count.place
    if verdict is not Verdict.ELSEWHERE or place is None or item.place is None:
        return verdict
    here = item.place.store_id == count.store_id
    return Verdict.WRONG_SIDE if here and side_of(item.status) is not place.side else verdict


def _quantities(count: StockCount, on: date) -> list[Variance]:
    """Each consumable's count against the books at the moment it was last counted."""
    rows = [row for row in _counted_quantities(count) if row.counted != row.booked]
    each = costs_on([row.CountLine.product for row in rows], on)
    return [
        Variance(
            row.CountLine,
            row.CountLine.product,
            Verdict.OVER if row.counted > row.booked else Verdict.UNDER,
            int(row.counted - row.booked),
            each[row.CountLine.product_id],
            f"{row.booked}",
            int(row.counted),
        )
        for row in rows
    ]


def _counted_quantities(count: StockCount) -> Sequence[Row[tuple[CountLine, int, int]]]:
    """Every consumable counted in its round: the sum of what each person typed last, and the books.

    Several people may count different shelves of one store, so their numbers add up.
    """
    latest = (
        select(CountScan.line_id, CountScan.quantity, CountScan.at)
        .join(CountScan.line)
        .ext(distinct_on(CountScan.line_id, CountScan.by_id))
        .where(CountLine.count_id == count.id, CountScan.round == CountLine.round)
        .where(CountScan.item_id.is_(None))
        .order_by(CountScan.line_id, CountScan.by_id, CountScan.id.desc())
        .subquery()
    )
    counted = (
        select(
            latest.c.line_id,
            func.sum(latest.c.quantity).label("counted"),
            func.max(latest.c.at).label("at"),
        )
        .group_by(latest.c.line_id)
        .subquery()
    )
    in_books = (
        select(func.coalesce(func.sum(ConsumableMove.quantity), 0))
        .where(
            ConsumableMove.product_id == CountLine.product_id,
            ConsumableMove.store_id == count.store_id,
            ConsumableMove.at <= counted.c.at,
        )
        .correlate(CountLine, counted)
        .scalar_subquery()
    )
    return db.session.execute(
        select(CountLine, counted.c.counted, in_books.label("booked"))
        .join(counted, counted.c.line_id == CountLine.id)
        .join(CountLine.product)
        .options(contains_eager(CountLine.product))
        .order_by(Product.name)
    ).all()


def kept_variances(count: StockCount) -> list[Variance]:
    """What differed when a count was approved, as it was then."""
    lines = db.session.scalars(
        select(CountLine)
        .outerjoin(CountLine.item)
        .where(CountLine.count_id == count.id, CountLine.verdict.is_not(None))
        .options(
            joinedload(CountLine.product),
            contains_eager(CountLine.item).joinedload(Item.product),
        )
        .order_by(Item.code.nulls_last(), CountLine.id)
    )
    return [_kept(line) for line in lines]


def _kept(line: CountLine) -> Variance:
    product = line.product or (line.item.product if line.item else None)
    assert product is not None and line.verdict is not None and line.off is not None  # noqa: S101, PT018
    said = line.booked or ""
    counted = max(line.off, 0) if line.item else int(said) + line.off
    return Variance(line, product, line.verdict, line.off, line.each, said, counted, line.item)


HEADS = [
    *("Code", "Product", "What", "Booked", "Counted", "Difference"),
    *("Value at cost", "The books say", "What follows"),
]


def rows_of(found: Sequence[Variance]) -> list[tuple[object, ...]]:
    """Variances as rows of a file, the value in pounds."""
    return [
        (
            *(one.name, one.product.name, one.verdict.value, one.expected, one.counted, one.off),
            *(_pounds(one.value), one.booked if one.item else "", one.follows),
        )
        for one in found
    ]


def _pounds(pence: Pence) -> str:
    sign = "-" if pence < 0 else ""
    return f"{sign}{abs(pence) // 100}.{abs(pence) % 100:02d}"


BLOCKED = frozenset({Verdict.TO_CLEAR})
NOTHING_TO_POST = frozenset({Verdict.OUT_OF_BOOKS, Verdict.WRONG_SIDE})
SET_ASIDE = frozenset({Status.ALLOCATED, Status.PICKED})

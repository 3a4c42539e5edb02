"""What the page of an open order shows: its products with their checks, and the catalogue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.clock import london_day
from core.db import db
from core.money import Pence
from equipment.models import Product, ProductRelation
from equipment.queries import free_counts, prices_on, products_matching
from equipment.rules import Relation
from loans.models import Order, OrderLine
from loans.orders.facts import checked, open_lines
from loans.orders.rules import ORDER_WIDE, Answer, promised_on
from loans.rules import Speed

FOUND = 20


@dataclass(frozen=True)
class Pile:
    """One product of a basket: how many, what it costs, what the checks say, when it can come."""

    product: Product
    count: int
    cost: Pence
    answers: Sequence[Answer]
    free: int
    earliest: date

    @property
    def enough(self) -> bool:
        """Whether none of it waits for stock: work on a home never does."""
        return self.product.adaptation or self.free >= self.count

    @property
    def failed(self) -> list[Answer]:
        """The checks of this product that stop it from being approved at once."""
        return [one for one in self.answers if not one.passed]


@dataclass(frozen=True)
class Offer:
    """One product of the catalogue as somebody ordering sees it."""

    product: Product
    price: Pence
    free: int
    earliest: date


@dataclass(frozen=True)
class Basket:
    """An open order: its piles, and what is said of the whole of it."""

    piles: Sequence[Pile]
    whole: Sequence[Answer]  # checks of the whole order, such as the money limit

    @property
    def ready(self) -> bool:
        """Whether it would be approved at once if it were placed now."""
        return all(one.passed for one in self.whole) and not any(p.failed for p in self.piles)

    @property
    def shown_free(self) -> str:
        """The codes of products of which there are enough, for the form that places the order."""
        return " ".join(pile.product.code for pile in self.piles if pile.enough)


def basket_of(order: Order, *, at: datetime) -> Basket:
    """An order's products with every check as it stands at this moment."""
    lines, answers = open_lines(order), checked(order, on=london_day(at))
    free = free_counts({line.product_id for line in lines}, london_day(at))
    piles: dict[int, list[OrderLine]] = {}
    for line in lines:
        piles.setdefault(line.product_id, []).append(line)
    whole = [one for one in answers[lines[0].id] if one.kind in ORDER_WIDE] if lines else []
    return Basket(
        [
            _pile(some, answers[some[0].id], free.get(number, 0), order.speed, at)
            for number, some in piles.items()
        ],
        whole,
    )


def _pile(
    lines: list[OrderLine], answers: list[Answer], free: int, speed: Speed, at: datetime
) -> Pile:
    product, count = lines[0].product, sum(line.quantity for line in lines)
    return Pile(
        product=product,
        count=count,
        cost=Pence(sum(line.price * line.quantity for line in lines)),
        answers=[one for one in answers if one.kind not in ORDER_WIDE],
        free=free,
        earliest=earliest(product, product.adaptation or free >= count, speed, at),
    )


def earliest(product: Product, free: bool, speed: Speed, at: datetime) -> date:
    """When a product could come: by its speed from stock, else after its maker's lead time."""
    if free:
        return promised_on(speed, at)
    return promised_on(speed, at + timedelta(days=product.lead_days))


def offers(text: str, speed: Speed, *, at: datetime) -> list[Offer]:
    """Products of the catalogue that fit what was typed, with price, free stock and date."""
    if not text.strip():
        return []
    products, on = products_matching(text, limit=FOUND), london_day(at)
    numbers = [product.id for product in products]
    prices, free = prices_on(numbers, on), free_counts(numbers, on)
    return [
        _offer(one, prices[one.id], free.get(one.id, 0), speed, at)
        for one in products
        if one.id in prices
    ]


def _offer(product: Product, price: Pence, free: int, speed: Speed, at: datetime) -> Offer:
    return Offer(product, price, free, earliest(product, product.adaptation or free > 0, speed, at))


def substitutes(product_ids: Iterable[int], *, on: date) -> dict[int, list[Product]]:
    """For each of these products, those that may stand in for it and are free now."""
    wanted = set(product_ids)
    if not wanted:
        return {}
    rows = db.session.scalars(
        select(ProductRelation)
        .where(
            ProductRelation.other_id.in_(wanted), ProductRelation.relation == Relation.SUBSTITUTE
        )
        .options(joinedload(ProductRelation.product))
    ).all()
    free = free_counts({row.product_id for row in rows}, on) if rows else {}
    standing: dict[int, list[Product]] = {}
    for row in rows:
        if free.get(row.product_id, 0) > 0:
            standing.setdefault(row.other_id, []).append(row.product)
    return standing

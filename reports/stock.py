"""The stock identity: what we had, what came and what went, and what we have, from the moves alone.

Opening and closing are read from each item's last move before the moment by which it came into our
hands or left them, the terms between from the moves of the period: two ways to the same number,
to the item and the penny.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import LateralFromClause, Subquery

from core.clock import start_of
from core.db import db
from core.money import Pence
from equipment.models import CROSSING, Item, ItemMove, Product
from equipment.rules import GONE, IN_STOCK, LIFE, Event, Flow, Status, flow_of
from reports.periods import Period
from reports.rules import Tally
from reports.settled import queries as settled
from returns.counting.models import StockCount

INFLOWS = (Flow.PURCHASED, Flow.RETURNED, Flow.FOUND)
OUTFLOWS = (Flow.ISSUED, Flow.SCRAPPED, Flow.STRIPPED, Flow.LOST, Flow.HANDED_BACK)
COUNTED = (Flow.FOUND, Flow.LOST)  # the terms a count of a store may book
MOST_NAMED = 20
NO_TERM = "There is no such term. The board's page lists them all."

# As the indexes have it: a move that came into our hands or left them.
crosses: ColumnElement[bool] = literal_column(CROSSING, Boolean)
_is_in = ItemMove.became.in_(IN_STOCK)
_sign = case((_is_in, 1), else_=-1)
EVENTS_OF = {
    flow: frozenset(
        event for (was, event), became in LIFE.table.items() if flow_of(was, event, became) is flow
    )
    for flow in Flow
}


@dataclass(frozen=True)
class Identity:
    """The stock identity of a period, and the items it does not hold for."""

    opening: Tally
    flows: dict[Flow, Tally]
    closing: Tally
    faults: tuple[str, ...]  # codes of items whose moves do not add up
    counted: dict[Flow, Tally]  # of the terms, what counts of stores put right

    @property
    def computed(self) -> Tally:
        """The closing stock the opening and the terms between come to."""
        come = [self.flows[flow] for flow in INFLOWS]
        gone = [self.flows[flow] for flow in OUTFLOWS]
        return Tally(
            self.opening.count + sum(t.count for t in come) - sum(t.count for t in gone),
            Pence(self.opening.pence + sum(t.pence for t in come) - sum(t.pence for t in gone)),
        )

    @property
    def holds(self) -> bool:
        """Whether it holds to the item and the penny, for every single item."""
        return self.computed == self.closing and not self.faults


def identity(period: Period) -> Identity:
    """The stock identity of a period by count and value, with the items it fails for."""
    opening, closing, faults = _before_and_after(period)
    flows, counted = _flows(period)
    return Identity(opening, flows, closing, faults, counted)


def _stood(before: datetime, name: str) -> LateralFromClause:
    """What an item was to the identity before a moment: whether in our hands, and its worth.

    Told by the last move that came or left, which an index finds at once.
    """
    return (
        select(
            case((_is_in, 1), else_=0).label("held"),
            case((_is_in, ItemMove.value), else_=0).label("pence"),
        )
        .where(ItemMove.item_id == Item.id, ItemMove.at < before, crosses)
        .correlate(Item)
        .order_by(ItemMove.at.desc(), ItemMove.id.desc())
        .limit(1)
        .lateral(name)
    )


def _within(begins: datetime, ends: datetime) -> ColumnElement[bool]:
    return and_(ItemMove.at >= begins, ItemMove.at < ends)


def _flows(period: Period) -> tuple[dict[Flow, Tally], dict[Flow, Tally]]:
    """Every term of the identity, from the moves of the period that came into stock or left it.

    Then, of each term, what approved counts of stores booked.
    """
    of_counts = _of_counts()
    found = db.session.execute(
        select(ItemMove.event, of_counts, func.count(), func.sum(ItemMove.value))
        .where(_within(period.begins, period.ends), crosses)
        .group_by(ItemMove.event, of_counts)
    ).all()
    rows = [(event, by_count, Tally(n, Pence(int(pence)))) for event, by_count, n, pence in found]
    return (
        {flow: _summed(rows, flow, only_counts=False) for flow in Flow},
        {flow: _summed(rows, flow, only_counts=True) for flow in COUNTED},
    )


def _of_counts() -> ColumnElement[bool]:
    return ItemMove.because.in_(select(StockCount.code))


def _summed(
    rows: Sequence[tuple[Event, bool | None, Tally]], flow: Flow, *, only_counts: bool
) -> Tally:
    wanted = (
        tally
        for event, by_count, tally in rows
        if event in EVENTS_OF[flow] and (by_count or not only_counts)
    )
    return sum(wanted, Tally())


Stood = tuple[Tally, Tally, tuple[str, ...]]  # before, after, and the items that do not add up


def _before_and_after(period: Period) -> Stood:
    """What was in our hands before and after a period, and the items that do not add up.

    The settled months among them are looked at once; of those after, only what moved in them: what
    did not stood after as it stood before.
    """
    state, last = settled.settled(), period.ends
    turn = min(start_of(state.until), last) if state else period.begins
    if state is None or turn <= period.begins:
        return _stood_at(_walked(period.begins, last))
    over = _walked(period.begins, turn)
    opening, closing, faults = settled.once(state.changes, over, lambda: _stood_at(over))
    if turn == last:
        return opening, closing, faults
    was, became, more = _stood_at(_walked(turn, last, only_moved=True))
    after = Tally(
        closing.count + became.count - was.count, Pence(closing.pence + became.pence - was.pence)
    )
    return opening, after, tuple(sorted({*faults, *more})[:MOST_NAMED])


def _stood_at(walked: Select[Any]) -> Stood:
    *totals, codes = db.session.execute(walked).one()
    count, pence, count_after, pence_after = (int(total or 0) for total in totals)
    faults = tuple(sorted(codes or ())[:MOST_NAMED])
    return Tally(count, Pence(pence)), Tally(count_after, Pence(pence_after)), faults


def _walked(begins: datetime, ends: datetime, *, only_moved: bool = False) -> Select[Any]:
    """Every item before and after a time, summed, and those whose moves between do not fit.

    What had left the circle before and did not move in it was in nobody's hands at either moment,
    so that the cost is that of the time and not of all history; that such items have indeed left
    is what `differing_items` proves.
    """
    before, after = _stood(begins, "before"), _stood(ends, "after")
    moved = _moved(begins, ends)
    amiss = [
        func.coalesce(before.c[name], 0) + func.coalesce(moved.c[name], 0)
        != func.coalesce(after.c[name], 0)
        for name in ("held", "pence")
    ]
    sums = [func.sum(last.c[name]) for last in (before, after) for name in ("held", "pence")]
    walked = (
        select(*sums, func.array_agg(Item.code).filter(or_(*amiss)))
        .select_from(Item)
        .join(moved, moved.c.item_id == Item.id, isouter=not only_moved)
        .outerjoin(before, true())
        .outerjoin(after, true())
    )
    if only_moved:
        return walked
    return walked.where(or_(~_gone_before(begins), moved.c.item_id.is_not(None)))


def _gone_before(moment: datetime) -> ColumnElement[bool]:
    return and_(Item.status.in_(GONE), Item.since < moment)


def _moved(begins: datetime, ends: datetime) -> Subquery:
    """What came and went of each item in a time, in one number each for count and value."""
    return (
        select(
            ItemMove.item_id.label("item_id"),
            func.sum(_sign).label("held"),
            func.sum(_sign * ItemMove.value).label("pence"),
        )
        .where(_within(begins, ends), crosses)
        .group_by(ItemMove.item_id)
        .subquery()
    )


def differing_items(at: datetime) -> tuple[str, ...]:
    """The items that their last move and the item itself describe differently, today.

    Every item is looked at: one that has left the circle must have a move that says so, of the
    very moment; what is still in it is compared with its last move.
    """
    found = sorted((number, code) for number, code in [*_differing_here(at), *_differing_gone()])
    return tuple(code for _, code in found[:MOST_NAMED])


def _differing_here(at: datetime) -> Sequence[Row[int, str]]:
    """The items still in the circle whose own moves, walked backwards, begin with another state."""
    last = (
        select(ItemMove.became, ItemMove.value)
        # `coalesce` hides the moment from the index on `at`, which would be read for every item.
        .where(ItemMove.item_id == Item.id, func.coalesce(ItemMove.at) < at)
        .correlate(Item)
        .order_by(ItemMove.id.desc())
        .limit(1)
        .lateral("last")
    )
    unlike = func.coalesce(last.c.became, Status.ORDERED) != Item.status
    unpaid = and_(last.c.became.in_(IN_STOCK), last.c.value != Item.paid)
    asked = select(Item.id, Item.code).outerjoin(last, true()).where(Item.status.not_in(GONE))
    named = asked.where(or_(unlike, unpaid)).order_by(Item.id).limit(MOST_NAMED)
    return db.session.execute(named).all()


def _differing_gone() -> Sequence[Row[int, str]]:
    """The items that are said to have left the circle, and no move of that moment says so."""
    left = exists().where(
        ItemMove.item_id == Item.id,
        ItemMove.became == Item.status,
        ItemMove.at == Item.since,
        ItemMove.became.in_(GONE),
    )
    asked = select(Item.id, Item.code).where(Item.status.in_(GONE), ~left)
    return db.session.execute(asked.order_by(Item.id).limit(MOST_NAMED)).all()


def flow_rows(period: Period, flow: Flow, *, only_counts: bool = False) -> Select[*tuple[Any, ...]]:
    """The moves a term of the identity counts, newest first; maybe those that counts booked."""
    found = (
        select(
            Item.code.label("item"),
            Product.name.label("product"),
            Product.group.label("group"),
            ItemMove.at.label("at"),
            ItemMove.value.label("pence"),
        )
        .join(Item, Item.id == ItemMove.item_id)
        .join(Product, Product.id == Item.product_id)
        .where(_within(period.begins, period.ends), crosses, ItemMove.event.in_(EVENTS_OF[flow]))
        .order_by(ItemMove.at.desc(), ItemMove.id.desc())
    )
    return found.where(_of_counts()) if only_counts else found


def stock_rows(at: datetime) -> Select[*tuple[Any, ...]]:
    """The items that were in our hands at a moment, longest in that state first."""
    move = aliased(ItemMove)
    last = (
        select(move)
        .where(move.item_id == Item.id, func.coalesce(move.at) < at)
        .correlate(Item)
        .order_by(move.id.desc())
        .limit(1)
        .lateral("last")
    )
    return (
        select(
            Item.code.label("item"),
            Product.name.label("product"),
            Product.group.label("group"),
            last.c.at.label("at"),
            last.c.value.label("pence"),
        )
        .select_from(Item)
        .join(last, true())
        .join(Product, Product.id == Item.product_id)
        .where(last.c.became.in_(IN_STOCK))
        .order_by(last.c.at, Item.id)
    )

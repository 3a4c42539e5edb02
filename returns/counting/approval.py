"""Approve a count: by somebody who did not count, what differs is posted, and nothing before."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select

from core.clock import london_day
from core.db import db
from core.errors import Forbidden, NotAllowed
from core.money import Pence
from core.status import move
from core.together import Locks
from equipment.actions import move_consumable, move_item
from equipment.models import Item, Place
from equipment.queries import place_for
from equipment.rules import Event, side_of
from loans.actions import allocate_waiting, let_go
from people.models import Staff
from returns.actions import take_in_found
from returns.counting.models import CountLine, StockCount
from returns.counting.queries import counters_of, hold_still
from returns.counting.rules import CountEvent, Verdict, changes
from returns.counting.variances import BLOCKED, SET_ASIDE, Variance, variances

# What may leave an order waiting, or bring what one waits for.
_FREES = (Verdict.MISSING, Verdict.ELSEWHERE)


def approve(
    count: StockCount, *, shown: Mapping[str, str], by: Staff, at: datetime
) -> list[Variance]:
    """Post what a count found: each difference once, because of the count; then book = seen.

    `shown` is what the approver was shown, by name. Raises NotAllowed where they counted
    themselves, where anything has changed since it was shown, and where something has to be cleared
    up first; each says which.
    """
    hold_still(count)
    count.MOVES.after(count.status, CountEvent.APPROVE)
    if by.id in counters_of(count):
        raise Forbidden("You counted here yourself. Somebody else has to approve what was found.")
    found = _held_still(count, at)
    _refuse_changed(shown, {one.name: one.shown for one in found})
    _refuse_uncleared(found)
    for one in found:
        _post(count, one, by=by, at=at)
    for product_id in sorted({one.product.id for one in found if one.verdict in _FREES}):
        allocate_waiting(product_id, by=by, at=at)
    _keep(count, found, at)
    move(count, CountEvent.APPROVE, because=None, by=by, at=at)
    db.session.flush()
    return found


_ITEMS = Locks(Item)


def _held_still(count: StockCount, at: datetime) -> list[Variance]:
    """What differs, with its items locked as they are now."""
    on = london_day(at)
    item_ids = [one.item.id for one in variances(count, on=on) if one.item is not None]
    _ITEMS.hold(set(item_ids))
    return variances(count, on=on)


def _refuse_changed(shown: Mapping[str, str], now: Mapping[str, str]) -> None:
    changed = changes(shown, now)
    if changed:
        told = "; ".join(one.sentence for one in changed[:10])
        more = f"; and {len(changed) - 10} more" if len(changed) > 10 else ""
        raise NotAllowed(
            f"This has changed since you looked: {told}{more}. Nothing was posted. Look again."
        )


def _refuse_uncleared(found: Sequence[Variance]) -> None:
    blocked = [one for one in found if one.verdict in BLOCKED]
    if blocked:
        told = " ".join(f"{one.name} is {one.booked}. {one.follows}" for one in blocked[:10])
        raise NotAllowed(
            f"Some of what was seen has to be cleared up first. {told} "
            "Or have it counted again. Nothing was posted."
        )


def _post(count: StockCount, one: Variance, *, by: Staff, at: datetime) -> None:
    item, because = one.item, count.code
    if item is None:
        posted = move_consumable(one.product, count.store, one.off, because=because, by=by, at=at)
        one.line.each = Pence(posted.value // posted.quantity)
    elif one.verdict is Verdict.MISSING:
        if item.status in SET_ASIDE:
            let_go(item, by=by, at=at)
        move_item(item, Event.LOSE, because=because, by=by, at=at)
    elif one.verdict is Verdict.FOUND:
        place = _place(count, Event.FIND, item)
        take_in_found(item, place=place, because=because, by=by, at=at)
    elif one.verdict is Verdict.ELSEWHERE:
        place = _place(count, Event.MOVE, item)
        move_item(item, Event.MOVE, place=place, because=because, by=by, at=at)


def _place(count: StockCount, event: Event, item: Item) -> Place:
    """Where it is put: the place that was counted, or the store's place of the side it needs."""
    side = side_of(item.MOVES.after(item.status, event))
    if count.place is not None and count.place.side is side:
        return count.place
    return place_for(count.store, side)


def _keep(count: StockCount, found: Sequence[Variance], at: datetime) -> None:
    """Write down what differed, and what it came to beside all that was booked here."""
    for one in found:
        one.line.verdict, one.line.off, one.line.booked = one.verdict, one.off, one.booked
    total = func.coalesce(func.sum(CountLine.expected * CountLine.each), 0)
    expected = db.session.scalar(select(total).where(CountLine.count_id == count.id))
    count.approved_at = at
    count.expected_pence = Pence(int(expected or 0))
    count.off_pence = Pence(sum(abs(one.off) * one.line.each for one in found))

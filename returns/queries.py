"""Returns, the lanes of the workshop and what waits in them. Nothing here names a client."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import joinedload, lazyload
from sqlalchemy.orm.attributes import set_committed_value

from core.db import db
from equipment.models import Item, ItemTest, Place
from equipment.queries import depot_place
from equipment.rules import Side, Status
from loans.models import Loan
from returns.models import Decontamination, Inspection, Repair, Return
from returns.rules import LATE_AFTER_DAYS, Lane


@dataclass(frozen=True)
class LaneCount:
    """How much waits in a lane, since when, and how much of it is late."""

    lane: Lane
    waiting: int
    late: int
    oldest: datetime | None


def in_lane(lane: Lane) -> ColumnElement[bool]:
    """The condition that an item stands in a lane."""
    broken = and_(Item.status == Status.DECONTAMINATED, Item.needs_repair)
    sound = and_(Item.status == Status.DECONTAMINATED, ~Item.needs_repair)
    return {
        Lane.INSPECT: Item.status == Status.QUARANTINE,
        Lane.CLEAN: Item.status == Status.INSPECTED,
        Lane.REPAIR: broken,
        Lane.TEST: or_(sound, Item.status == Status.REPAIRED),
        Lane.PUT_AWAY: Item.status == Status.TESTED,
    }[lane]


def late_before(lane: Lane, at: datetime) -> datetime:
    """Whatever came into the lane before this moment is late at another."""
    return at - timedelta(days=LATE_AFTER_DAYS[lane])


def lanes(*, at: datetime) -> list[LaneCount]:
    """Every lane of the workshop in the order of the work, in one statement."""
    figures = [
        figure
        for lane in Lane
        for figure in (
            func.count().filter(in_lane(lane)),
            func.count().filter(in_lane(lane), Item.since < late_before(lane, at)),
            func.min(Item.since).filter(in_lane(lane)),
        )
    ]
    row = list(db.session.execute(select(*figures).where(_in_workshop())).one())
    return [LaneCount(lane, *row[3 * n : 3 * n + 3]) for n, lane in enumerate(Lane)]


def _in_workshop() -> ColumnElement[bool]:
    return or_(*(in_lane(lane) for lane in Lane))


def items_waiting(lane: Lane, *, late: bool = False, at: datetime) -> Select[Item]:
    """The selection of what waits in a lane, oldest first, to be paged."""
    waiting = select(Item).where(in_lane(lane))
    if late:
        waiting = waiting.where(Item.since < late_before(lane, at))
    whole = joinedload(Item.product), joinedload(Item.place)
    return waiting.options(*whole).order_by(Item.since, Item.id)


def open_return(item: Item) -> Return | None:
    """The return of an item that is not decided yet."""
    return db.session.scalar(_returns_of(item).where(Return.decided_at.is_(None)))


_AT_THE_BENCH = (
    select(Item, Return)
    .outerjoin(Return, and_(Return.item_id == Item.id, Return.decided_at.is_(None)))
    .where(Item.id == bindparam("item_id"))
    .with_for_update(of=Item)
    .execution_options(populate_existing=True)
)
_WITH_ITS_LOAN = _AT_THE_BENCH.options(joinedload(Return.loan).joinedload(Loan.shares))


def at_the_bench(item: Item, *, with_loan: bool = True) -> tuple[Item, Return | None]:
    """An item as it is now and its open return with the loan it came from, in one statement.

    Nobody else can move the item until we are done.
    """
    product = item.product  # never another, so it need not be read again
    asked = _WITH_ITS_LOAN if with_loan else _AT_THE_BENCH
    found, arrival = db.session.execute(asked, {"item_id": item.id}).unique().one()
    set_committed_value(found, "product", product)
    return found, arrival


def last_return(item: Item) -> Return | None:
    """The latest return of an item, decided or not."""
    return db.session.scalar(_returns_of(item).order_by(Return.id.desc()).limit(1))


def _returns_of(item: Item) -> Select[Return]:
    whole = joinedload(Return.loan), joinedload(Return.received_by)
    return select(Return).where(Return.item_id == item.id).options(*whole)


# Asked with every scan, so they are put together once.
_OUT = (
    select(Loan)
    .where(Loan.item_id == bindparam("item_id"), Loan.ended_at.is_(None))
    .options(joinedload(Loan.shares))
    .execution_options(autoflush=False)
)


def loan_out_of(item: Item) -> Loan | None:
    """The loan an item is out on, with its shares."""
    return db.session.scalars(_OUT, {"item_id": item.id}).unique().one_or_none()


_LAST = (
    select(Loan, Return.id)
    .outerjoin(Return, Return.loan_id == Loan.id)
    .where(Loan.item_id == bindparam("item_id"), Loan.ended_at.is_not(None))
    .options(lazyload(Loan.shares))
    .order_by(Loan.ended_at.desc())
    .limit(1)
)


def last_loan_of(item: Item) -> Loan | None:
    """The loan that ended last, where the item has not been booked in from it yet."""
    last = db.session.execute(_LAST, {"item_id": item.id}).one_or_none()
    if last is None:
        return None
    loan, booked_in = last
    return None if loan.lost or booked_in is not None else loan


@dataclass(frozen=True)
class Told:
    """One thing that was done for a return, as its page tells it."""

    at: datetime
    by: str
    what: str
    note: str


def story_of(arrival: Return) -> list[Told]:
    """What has been done for a return since it arrived, in order."""
    seen = _records(Inspection, arrival)
    cleaned = _records(Decontamination, arrival)
    mended = _records(Repair, arrival)
    story = [Told(arrival.received_at, arrival.received_by.name, "Booked in", "")]
    story += [Told(x.at, x.by.name, f"Inspected: {x.condition}", x.note) for x in seen]
    story += [Told(x.at, x.by.name, f"Cleaned: {x.method}", "") for x in cleaned]
    story += [Told(x.at, x.by.name, "Repaired", x.work) for x in mended]
    story += [
        Told(x.at, x.by.name, f"{x.kind} test {'passed' if x.passed else 'failed'}", x.note)
        for x in _tests_since(arrival)
    ]
    return sorted(story, key=lambda told: told.at)


R = TypeVar("R", Inspection, Decontamination, Repair)


def _records(table: type[R], arrival: Return) -> Sequence[R]:
    of_return = select(table).where(table.return_id == arrival.id)
    return db.session.scalars(of_return.options(joinedload(table.by)).order_by(table.id)).all()


def _tests_since(arrival: Return) -> Sequence[ItemTest]:
    until = arrival.decided_at
    tests = select(ItemTest).where(
        ItemTest.item_id == arrival.item_id, ItemTest.at >= arrival.received_at
    )
    if until is not None:
        tests = tests.where(ItemTest.at <= until)
    return db.session.scalars(tests.options(joinedload(ItemTest.by)).order_by(ItemTest.id)).all()


def dirty_place() -> Place:
    """Where what comes back is put down: the dirty side of the depot."""
    return depot_place(Side.DIRTY)


def clean_place() -> Place:
    """Where what is reusable is put away: the clean side of the depot."""
    return depot_place(Side.CLEAN)

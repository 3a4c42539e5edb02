"""Visits, what is due and what is to be picked, within what the viewer may see."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    and_,
    any_,
    bindparam,
    case,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import joinedload, selectinload

from core.codes import read_code
from core.db import db
from core.errors import NotFound, Refused
from equipment.models import Item
from labels.lent import carriers
from loans.models import Loan, Order, OrderLine
from logistics.models import Visit, VisitLine
from logistics.rules import OPEN, VisitStatus
from people.models import Staff
from people.queries import scope_of
from people.rules import May, Role

NO_VISIT = "There is no visit with this code for you. Look at your list of visits."


def _of_viewer(viewer: Staff, on: date) -> Select[Visit]:
    """The visits this person may know of: a scheduler's are all, a driver's are their own."""
    visits = select(Visit)
    if not scope_of(viewer, on).organisation_ids:
        return visits.where(false())
    if viewer.may(May.PLAN_VISITS):
        return visits
    if viewer.may(May.DO_VISITS):
        return visits.where(Visit.driver_id == viewer.id)
    return visits.where(false())


def to_come() -> ColumnElement[bool]:
    """The condition on Visit that somebody still has to go, or is on the way.

    A planned visit of which nothing is left to do, because its order was cancelled, is nobody's
    errand any more.
    """
    wanted = exists().where(
        OrderLine.id == VisitLine.order_line_id,
        OrderLine.cancelled_at.is_(None),
        OrderLine.delivered_at.is_(None),
    )
    left = exists().where(
        VisitLine.visit_id == Visit.id,
        VisitLine.done.is_(None),
        or_(VisitLine.loan_id.is_not(None), wanted),
    )
    under_way = Visit.status == VisitStatus.OUT
    return or_(under_way, and_(Visit.status == VisitStatus.PLANNED, left))


def _whole(visits: Select[Visit]) -> Select[Visit]:
    """The same visits with all that a page says of them, in a constant number of statements."""
    lines = selectinload(Visit.lines)
    return visits.options(
        joinedload(Visit.client),
        joinedload(Visit.driver),
        joinedload(Visit.order),
        lines.joinedload(VisitLine.order_line).joinedload(OrderLine.product),
        lines.joinedload(VisitLine.order_line).joinedload(OrderLine.item).joinedload(Item.product),
        lines.joinedload(VisitLine.loan).joinedload(Loan.item).joinedload(Item.product),
    )


def visit_by_code(code: str, *, viewer: Staff, on: date) -> Visit:
    """The visit of this code, if the viewer may know of it. Raises NotFound otherwise."""
    try:
        tidy = read_code(code)
    except Refused:
        raise NotFound(NO_VISIT) from None
    visit = db.session.scalar(_whole(_of_viewer(viewer, on)).where(Visit.code == tidy))
    if visit is None:
        raise NotFound(NO_VISIT)
    return visit


def visits_of_day(day: date, *, viewer: Staff, on: date) -> Sequence[Visit]:
    """The visits of a day, by driver (those without one first), in the order they were planned."""
    visits = _whole(_of_viewer(viewer, on)).where(Visit.due_on == day)
    return db.session.scalars(visits.order_by(Visit.driver_id.nulls_first(), Visit.id)).all()


def my_visits(*, viewer: Staff, on: date) -> Sequence[Visit]:
    """Somebody's own stops of a day: what is out first, then what is planned, then what is over."""
    visits = _whole(_of_viewer(viewer, on)).where(Visit.driver_id == viewer.id, Visit.due_on == on)
    order = case({"out": 0, "planned": 1}, value=Visit.status, else_=2)
    return db.session.scalars(visits.order_by(order, Visit.id)).all()


def left_over(*, viewer: Staff, on: date) -> Sequence[Visit]:
    """Visits of earlier days that nobody has finished, oldest first."""
    visits = _whole(_of_viewer(viewer, on)).where(Visit.due_on < on, to_come())
    return db.session.scalars(visits.order_by(Visit.due_on, Visit.id).limit(100)).all()


def busy_days(*, viewer: Staff, on: date) -> Sequence[tuple[date, int]]:
    """Days from this one on that have visits still open, with how many."""
    of_viewer = _of_viewer(viewer, on).where(Visit.due_on >= on, to_come()).subquery()
    days = (
        select(of_viewer.c.due_on, func.count())
        .group_by(of_viewer.c.due_on)
        .order_by(of_viewer.c.due_on)
        .limit(31)
    )
    return [(day, count) for day, count in db.session.execute(days)]


def open_visit_of_order(order_id: int) -> Visit | None:
    """The visit planned or under way for an order."""
    return db.session.scalar(_OPEN_OF_ORDER, {"order_id": order_id})


def open_visit_of_loan(loan_id: int) -> Visit | None:
    """The visit planned or under way to fetch a loan."""
    return open_visits_of_loans([loan_id]).get(loan_id)


def open_visits_of_loans(loans: Collection[int]) -> dict[int, Visit]:
    """Loan number → the visit planned or under way to fetch it, for those that have one."""
    open_ones = db.session.execute(_OPEN_OF_LOANS, {"loans": list(loans)})
    return {loan: visit for loan, visit in open_ones if loan is not None}


# Asked with every visit that is planned, so they are put together once.
_OPEN_OF_ORDER = select(Visit).where(
    Visit.order_id == bindparam("order_id"), Visit.status.in_(sorted(OPEN))
)
_OPEN_OF_LOANS = (
    select(VisitLine.loan_id, Visit)
    .join(Visit.lines)
    .where(
        VisitLine.loan_id == any_(bindparam("loans", type_=ARRAY(BigInteger))),
        VisitLine.done.is_(None),
        Visit.status.in_(sorted(OPEN)),
    )
)


def open_visits_of(orders: Collection[int]) -> dict[int, Visit]:
    """Order number → its open visit, for those that have one."""
    visits = select(Visit).where(Visit.order_id.in_(orders), Visit.status.in_(OPEN))
    return {visit.order_id: visit for visit in db.session.scalars(visits) if visit.order_id}


def brings(order: Order, viewer: Staff, on: date) -> bool:
    """Whether a visit that the viewer may know of brings this order: then its slip is theirs."""
    visit = _of_viewer(viewer, on).where(Visit.order_id == order.id).limit(1)
    return db.session.scalar(visit) is not None


carriers.append(brings)


def is_ready(line: OrderLine) -> bool:
    """Whether this line could be brought now: it is set aside and nobody has brought it."""
    over = line.delivered_at is not None or line.cancelled_at is not None
    return line.allocated_at is not None and not over


def drivers(*, viewer: Staff) -> Sequence[Staff]:
    """Whom the viewer may give a visit to, by name: everybody who drives, for who plans."""
    driving = select(Staff).where(Staff.role == Role.DRIVER, Staff.active)
    if not viewer.may(May.PLAN_VISITS):
        driving = driving.where(false())
    return db.session.scalars(driving.order_by(Staff.name, Staff.id)).all()

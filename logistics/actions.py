"""Planning visits, picking for them, carrying them out, and what becomes of one that fails."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from core.clock import london_day
from core.codes import new_code
from core.db import change, db, put
from core.errors import Invalid, NotAllowed
from core.status import move, words
from core.together import Locks, put_all
from equipment.actions import move_items
from equipment.models import Item
from equipment.rules import Event, Status
from loans import actions as lending
from loans.models import Client, Loan, Order
from loans.rules import OrderStatus
from logistics.models import Visit, VisitLine
from logistics.picking import pick as pick
from logistics.picking import pick_scanned as pick_scanned
from logistics.queries import (
    is_ready,
    open_visit_of_loan,
    open_visit_of_order,
    open_visits_of_loans,
)
from logistics.rules import FailReason, VisitEvent, VisitKind, VisitStatus, spoken
from logistics.stops import fell_away
from people.models import Staff
from people.rules import May


def plan_delivery(
    order: Order, *, due_on: date, driver: Staff | None, by: Staff, at: datetime
) -> Visit:
    """Plan a visit that brings everything of an order that is set aside for it."""
    _check_plan(due_on, driver, at)
    if order.status is not OrderStatus.APPROVED:
        raise NotAllowed(
            f"Order {order.code} is {words(order.status)}, so nothing is to be brought."
        )
    planned = open_visit_of_order(order.id)
    if planned is not None:
        raise NotAllowed(f"Order {order.code} already has visit {planned.code}. Change that one.")
    ready = [line.id for line in order.lines if is_ready(line)]
    if not ready:
        raise NotAllowed(f"Nothing is set aside for order {order.code} yet. Plan it when stock is.")
    db.session.flush()
    visit = _planned(VisitKind.DELIVERY, order.client, due_on, driver, order_id=order.id)
    return _with_lines(visit, "order_line_id", ready)


def plan_collection(
    client: Client,
    loans: Sequence[Loan],
    *,
    due_on: date,
    driver: Staff | None,
    by: Staff,
    at: datetime,
) -> Visit:
    """Plan a visit that fetches these loans of one client."""
    _check_plan(due_on, driver, at)
    if not loans:
        raise Invalid("Choose at least one thing to collect.")
    planned = open_visits_of_loans([loan.id for loan in loans])
    for loan in loans:
        _check_to_fetch(client, loan, planned.get(loan.id))
    items = _ITEMS.hold({loan.item_id for loan in loans})
    visit = _planned(VisitKind.COLLECTION, client, due_on, driver)
    _with_lines(visit, "loan_id", [loan.id for loan in loans])
    move_items([(item, visit.code) for item in items], Event.BOOK_COLLECTION, by=by, at=at)
    return visit


def _check_plan(due_on: date, driver: Staff | None, at: datetime) -> None:
    if due_on < london_day(at):
        raise Invalid("That day has passed. Choose today or a later day.", field="due_on")
    if driver is not None and not driver.may(May.DO_VISITS):
        raise Invalid(f"{driver.name} does not carry out visits. Choose a driver.", field="driver")


def _check_to_fetch(client: Client, loan: Loan, planned: Visit | None) -> None:
    if loan.client_id != client.id or loan.ended_at is not None:
        raise NotAllowed(f"{loan.item.code} is not with this client any more. Look again.")
    if loan.asked_back_at is None:
        raise NotAllowed(f"{loan.item.code} was not asked back. Ask for it first, then plan.")
    if planned is not None:
        raise NotAllowed(f"{loan.item.code} is already on visit {planned.code}.")


def _planned(
    kind: VisitKind,
    client: Client,
    due_on: date,
    driver: Staff | None,
    order_id: int | None = None,
) -> Visit:
    """The new visit, to where the client lives now."""
    return put(
        Visit(
            code=new_code(),
            kind=kind,
            status=VisitStatus.PLANNED,
            client_id=client.id,
            order_id=order_id,
            address=client.address,
            postcode=client.postcode,
            due_on=due_on,
            driver_id=None if driver is None else driver.id,
        )
    )


def _with_lines(visit: Visit, of: str, numbers: Collection[int]) -> Visit:
    """The new visit with a line for each of these loans or lines of its order."""
    lines = [VisitLine(visit_id=visit.id, **{of: number}) for number in numbers]
    put_all(lines, known_by=of)
    set_committed_value(visit, "lines", lines)
    return visit


def rearrange(visit: Visit, *, due_on: date, driver: Staff | None, by: Staff, at: datetime) -> None:
    """Move a planned visit to another day or driver."""
    _check_plan(due_on, driver, at)
    if visit.status is not VisitStatus.PLANNED:
        raise NotAllowed(f"Visit {visit.code} is {words(visit.status)}, so it cannot be moved.")
    if not _to_do(visit):
        raise NotAllowed(f"Nothing is left to do on visit {visit.code}, so it need not be moved.")
    visit.due_on, visit.driver = due_on, driver
    db.session.flush()


def set_out(visit: Visit, *, by: Staff, at: datetime) -> None:
    """Leave for a visit; what it brings is loaded."""
    items = _hold_still(visit)
    lines = _to_do(visit)
    if not lines:
        raise NotAllowed(f"Nothing is left to do on visit {visit.code}. Cancel it.")
    move(visit, VisitEvent.SET_OUT, by=by, at=at)
    if visit.kind is VisitKind.DELIVERY:
        _refuse_waiting(lines)
        unpicked = [item.code for item in items.values() if item.status not in _READY]
        if unpicked:
            raise NotAllowed(f"Not picked yet: {spoken(unpicked)}. Pick first, then set out.")
        _move_all(visit, lines, _still(items, Status.PICKED), Event.LOAD, by=by, at=at)
    db.session.flush()


def _refuse_waiting(lines: Sequence[VisitLine]) -> None:
    """What was set aside and then could not be found waits for another of its kind."""
    wanted = [line.order_line for line in lines if line.order_line is not None]
    waiting = [one.product.name for one in wanted if one.allocated_at is None]
    if waiting:
        raise NotAllowed(
            f"Nothing is set aside any more for: {spoken(waiting)}. "
            "Wait until there is another, or cancel the visit and plan it again."
        )


def finish(
    visit: Visit,
    *,
    done: Collection[int],
    received_by: str,
    unsigned_because: str,
    instructions_given: bool,
    note: str,
    by: Staff,
    at: datetime,
) -> None:
    """Finish a visit with its proof: what was done changes hands, the rest goes back with us.

    `done` holds the numbers of the visit's lines that were done. Loans begin or end here.
    """
    items = _hold_still(visit)
    _check_out(visit)
    lines = _to_do(visit)
    _check_finish(lines, done, received_by, unsigned_because)
    for line in lines:
        line.done = line.id in done
    _move_all(visit, [x for x in lines if not x.done], items, _UNDONE[visit.kind], by=by, at=at)
    visit.received_by, visit.unsigned_because = received_by.strip(), unsigned_because.strip()
    visit.instructions_given, visit.note = instructions_given, note.strip()
    _close(visit, by=by, at=at)
    _hand_over(visit, [line for line in lines if line.done], items, by=by, at=at)


def fail(visit: Visit, *, reason: FailReason, note: str, by: Staff, at: datetime) -> None:
    """Record that a visit could not be done: what was to be brought is picked for another visit,
    what was to be fetched stays asked back."""
    items = _hold_still(visit)
    _check_out(visit)
    lines = _to_do(visit)
    for line in lines:
        line.done = False
    _move_all(visit, lines, items, _UNDONE[visit.kind], by=by, at=at)
    visit.fail_reason, visit.note, visit.finished_at = reason, note.strip(), at
    move(visit, VisitEvent.FAIL, by=by, at=at, because=reason.value)
    db.session.flush()


def cancel(visit: Visit, *, because: str = "", by: Staff, at: datetime) -> None:
    """Take back a planned visit; its order or loans can be planned again."""
    items = _hold_still(visit)
    lines = _to_do(visit)
    move(visit, VisitEvent.CANCEL, by=by, at=at, because=because.strip() or None)
    if visit.kind is VisitKind.DELIVERY:
        items = _still(items, Status.OUT_FOR_DELIVERY)  # whatever was loaded early
    _move_all(visit, lines, items, _UNDONE[visit.kind], by=by, at=at)
    db.session.flush()


def tick_off(loan: Loan, *, by: Staff, at: datetime) -> Visit | None:
    """Strike a loan off the visit that was to fetch it, because it came back another way.

    The visit is done when nothing is left on it. Returns the visit, if there was one.
    """
    visit = open_visit_of_loan(loan.id)
    if visit is None:
        return None
    _lock(visit)
    for line in visit.lines:
        if line.loan_id == loan.id:
            line.done = True
    if _to_do(visit):
        change(visit)  # whoever has read its lines must read them again
    else:
        visit.note = visit.note or "Brought back before anybody called."
        _close(visit, by=by, at=at)
    db.session.flush()
    return visit


# Off its shelf, or on the van already: somebody may set out with it.
_READY = frozenset({Status.PICKED, Status.OUT_FOR_DELIVERY})


def _still(items: dict[int, Item], status: Status) -> dict[int, Item]:
    """Those of the items that are in this state."""
    return {number: item for number, item in items.items() if item.status is status}


# What happens to an item whose line was not done.
_UNDONE = {
    VisitKind.DELIVERY: Event.BRING_BACK,
    VisitKind.COLLECTION: Event.CANCEL_COLLECTION,
}


def _hold_still(visit: Visit) -> dict[int, Item]:
    """The items still to be done, by number, with them and then the visit locked as they are now.

    Items first and in order of number, as a scan at the depot does, so that nobody waits in a ring.
    """
    wanted = [number for line in _to_do(visit) if (number := _item_id(line)) is not None]
    items = {item.id: item for item in _ITEMS.hold(set(wanted))}
    _lock(visit)
    return items


# A line of a visit changes only together with its visit.
_VISIT, _ITEMS = Locks(Visit, selectinload(Visit.lines)), Locks(Item)


def _lock(visit: Visit) -> None:
    """Have a visit and its lines as they are now, with nobody else able to change them."""
    _VISIT.hold({visit.id})


def _item_id(line: VisitLine) -> int | None:
    if line.loan is not None:
        return line.loan.item_id
    return line.order_line.item_id if line.order_line is not None else None


def _to_do(visit: Visit) -> list[VisitLine]:
    """The lines still to be done: not ticked off, not cancelled with their order, not yet back."""
    return [line for line in visit.lines if line.done is None and not fell_away(line)]


def _check_out(visit: Visit) -> None:
    if visit.status is not VisitStatus.OUT:
        raise NotAllowed(
            f"Visit {visit.code} is {words(visit.status)}. Only a visit you have set out on "
            "can be finished."
        )


def _check_finish(
    lines: Sequence[VisitLine], done: Collection[int], received_by: str, unsigned_because: str
) -> None:
    if set(done) - {line.id for line in lines}:
        raise Invalid("Something ticked is not on this visit any more. Look again.", field="done")
    if not done:
        raise Invalid(
            "Tick what was done. If nothing was, record that the visit failed and why.",
            field="done",
        )
    if not received_by.strip() and not unsigned_because.strip():
        raise Invalid(
            "Write the name of who was there, or why nobody could sign.", field="received_by"
        )


def _hand_over(
    visit: Visit, lines: Sequence[VisitLine], items: dict[int, Item], *, by: Staff, at: datetime
) -> None:
    """Let what was done change hands: loans begin or end, consumables are issued."""
    fetched = [line.loan for line in lines if line.loan is not None]
    collected = [(items[loan.item_id], visit.code) for loan in fetched]
    move_items(collected, Event.COLLECT, by=by, at=at)
    brought = [line.order_line for line in lines if line.order_line is not None]
    if fetched:
        lending.end_together(fetched, by=by, at=at)
    if brought:
        lending.hand_over(brought, by=by, at=at)


def _move_all(
    visit: Visit,
    lines: Sequence[VisitLine],
    items: dict[int, Item],
    event: Event,
    *,
    by: Staff,
    at: datetime,
) -> None:
    numbers = [_item_id(line) for line in lines]
    moved = [(items[number], visit.code) for number in numbers if number in items]
    move_items(moved, event, by=by, at=at)


def _close(visit: Visit, *, by: Staff, at: datetime) -> None:
    """End a visit as done, or as done in part where something on it was not."""
    whole = all(line.done or line.done is None for line in visit.lines)
    visit.finished_at = at
    move(visit, VisitEvent.FINISH if whole else VisitEvent.FINISH_IN_PART, by=by, at=at)

"""Booking items back in, and the workshop's gates from quarantine to the shelf or the scrap."""

from collections.abc import Mapping
from datetime import datetime

from core.codes import new_code
from core.db import add, change, db, put, write
from core.errors import Invalid, NotAllowed
from core.status import words
from equipment.actions import move_item, record_clean, record_test
from equipment.models import Item, Place
from equipment.rules import WITH_CLIENT, Cleaning, Event, Side, Status, TestKind
from funding.rules import EntryKind
from labels.queries import item_scanned
from loans import actions as lending
from loans.models import Loan
from logistics.actions import tick_off
from people.models import Staff
from returns.charges import charge_activity, credit
from returns.models import Decontamination, Inspection, Repair, Return
from returns.queries import (
    at_the_bench,
    clean_place,
    dirty_place,
    last_loan_of,
    last_return,
    loan_out_of,
    open_return,
)
from returns.rules import IN_WORKSHOP, Condition, Decision, ScrapReason, this, when

BROKEN = frozenset({Condition.DAMAGED, Condition.BEYOND_REPAIR})


# The hot path of the product. It was 24 statements and four flushes; measured, and cut to what is
# below: the item is locked by the very statement that finds it, its product with it; the loan comes
# with its shares; the dirty place is one statement; both moves of the item and its new state are
# another; and nothing is left for a flush. The ledger comes last, because whoever shares its
# remainder waits from there to the commit.
def receive(scanned: str, *, by: Staff, at: datetime) -> Return:
    """Book whatever was scanned back in."""
    return take_in(item_scanned(scanned, locked=True), by=by, at=at)


def take_in(item: Item, *, by: Staff, at: datetime) -> Return:
    """Book an item back in: its loan ends, its visit is ticked off, the workshop takes over.

    Nobody else may change the item meanwhile: it was found `locked`.
    """
    if item.status in (Status.LOST, Status.WRITTEN_OFF):
        return take_in_found(item, by=by, at=at)
    if item.status in WITH_CLIENT:
        return _bring_in(item, by=by, at=at)
    if item.status is Status.COLLECTED:
        return _arrive(item, last_loan_of(item), Event.BOOK_IN, by=by, at=at)
    raise NotAllowed(_why_not(item, at), field="scanned")


def _bring_in(item: Item, *, by: Staff, at: datetime) -> Return:
    """Take in what nobody collected: brought by a driver who did not tick it, or dropped off."""
    loan, place = loan_out_of(item), dirty_place()
    booked = item.status is Status.COLLECTION_BOOKED
    arrival = _return_of(item, loan, by=by, at=at)
    ways = Event.COLLECT, Event.BOOK_IN
    move_item(item, *ways, by=by, at=at, place=place, because=arrival.code)
    put(arrival)
    if loan is not None:
        if booked:
            tick_off(loan, by=by, at=at)
        lending.end(loan, by=by, at=at)
    return arrival


def take_in_found(
    item: Item, *, place: Place | None = None, because: str = "", by: Staff, at: datetime
) -> Return:
    """Take in what was given up: it goes through the whole workshop again.

    To the depot, or where a count found it; `because` then names the count.
    """
    arrival = open_return(item) or _return_of(item, last_loan_of(item), by=by, at=at)
    because, place = because or arrival.code, place or dirty_place()
    move_item(item, Event.FIND, by=by, at=at, place=place, because=because)
    return add(arrival)  # or the one it had when it was lost


def _arrive(item: Item, loan: Loan | None, event: Event, *, by: Staff, at: datetime) -> Return:
    arrival = _return_of(item, loan, by=by, at=at)
    move_item(item, event, by=by, at=at, place=dirty_place(), because=arrival.code)
    return put(arrival)


def _return_of(item: Item, loan: Loan | None, *, by: Staff, at: datetime) -> Return:
    return Return(
        code=new_code(),
        item_id=item.id,
        loan_id=None if loan is None else loan.id,
        received_at=at,
        received_by_id=by.id,
    )


def _why_not(item: Item, at: datetime) -> str:
    """Why an item cannot be booked in, and what to do with it."""
    name = this(item.product.name)
    if item.status in IN_WORKSHOP:
        arrival = last_return(item)
        if arrival is None:
            return f"{name} is already in the workshop."
        back = when(arrival.received_at, at)
        return f"{name} is already back. It was booked in {back} by {arrival.received_by.name}."
    if item.status is Status.ON_HOLD:
        return f"{name} is on hold: {item.hold_reason}. Leave it where held things stand."
    if item.status in (Status.ALLOCATED, Status.PICKED, Status.OUT_FOR_DELIVERY):
        return f"{name} is {words(item.status)}, so it was not lent. Take it to the van's bay."
    if item.status is Status.AVAILABLE:
        return f"{name} is not lent to anybody: it stands on the shelf as available."
    return f"{name} is {words(item.status)} and should not be here. Show it to the workshop."


def inspect(item: Item, *, condition: Condition, note: str, by: Staff, at: datetime) -> Return:
    """Say what a returned item looks like; what is broken must be repaired before its test."""
    item, begun = at_the_bench(item, with_loan=False)
    if begun is None:  # it came off hold, so nobody has booked it in
        _check_workshop(item)
    arrival = begun or _return_of(item, None, by=by, at=at)
    move_item(item, Event.INSPECT, by=by, at=at, because=arrival.code)
    _note_repair(item, condition in BROKEN)
    if begun is None:
        db.session.add(arrival)
    db.session.flush()
    seen = {"return_id": arrival.id, "at": at, "by_id": by.id}
    write(Inspection, {**seen, "condition": condition, "note": note.strip()})
    return arrival


def _note_repair(item: Item, needed: bool) -> None:
    """Note whether an item must be repaired; one of which that is known is not written again."""
    if item.needs_repair is not needed:
        item.needs_repair = needed


def clean(item: Item, *, method: Cleaning, by: Staff, at: datetime) -> Return:
    """Record an item's decontamination, without which nothing is lent again."""
    item, arrival = _open(item)
    if item.product.single_patient and arrival.loan is not None:
        raise NotAllowed(f"{this(item.product.name)} is for one person only. Scrap it.")
    record_clean(item)
    move_item(item, Event.CLEAN, by=by, at=at, because=arrival.code)
    write(Decontamination, {"return_id": arrival.id, "at": at, "by_id": by.id, "method": method})
    charge_activity(arrival, EntryKind.CLEANING, by=by, at=at)
    db.session.flush()
    return arrival


def repair(item: Item, *, work: str, by: Staff, at: datetime) -> Return:
    """Record what was mended."""
    item, arrival = _open(item)
    if not work.strip():
        raise Invalid("Write what was mended.", field="work")
    move_item(item, Event.REPAIR, by=by, at=at, because=arrival.code)
    done = {"return_id": arrival.id, "at": at, "by_id": by.id, "work": work.strip()}
    write(Repair, done)
    charge_activity(arrival, EntryKind.REPAIR, by=by, at=at)
    db.session.flush()
    return arrival


def test(
    item: Item,
    *,
    passed: bool | Mapping[TestKind, bool],
    note: str,
    by: Staff,
    at: datetime,
) -> Return:
    """Record every test of the product's plan; one that fails sends the item to repair."""
    item, arrival = _open(item)
    results = _results(item, passed)
    for kind, good in results.items():
        record_test(item, kind, good, by=by, at=at, note=note.strip())
    whole = all(results.values()) if results else passed is True
    event = Event.TEST if whole else Event.FAIL_TEST
    move_item(item, event, by=by, at=at, because=arrival.code)
    _note_repair(item, not whole)
    if results:
        charge_activity(arrival, EntryKind.TEST, by=by, at=at)
    db.session.flush()
    return arrival


test.__test__ = False  # type: ignore[attr-defined]  # not one of pytest's


def _results(item: Item, passed: bool | Mapping[TestKind, bool]) -> dict[TestKind, bool]:
    """The result of every test of the plan. Raises Invalid where one is missing."""
    plan = item.product.test_plan
    if isinstance(passed, bool):
        return dict.fromkeys(plan, passed)
    missing = [kind.value for kind in plan if kind not in passed]
    if missing:
        raise Invalid(f"Say whether it passed: {', '.join(missing)}.", field="passed")
    return {kind: passed[kind] for kind in plan}


def put_away(item: Item, *, place: Place | None = None, by: Staff, at: datetime) -> Return:
    """Put an item on the clean side: it is reusable, is credited, and may be lent again."""
    item, arrival = _open(item)
    place = place or clean_place()
    if place.side is not Side.CLEAN:
        raise Invalid(f"{place.name} is on the dirty side. Choose a clean place.", field="place")
    move_item(item, Event.PUT_AWAY, by=by, at=at, place=place, because=arrival.code)
    _decide(arrival, Decision.REUSABLE, at)
    lending.allocate_waiting(item.product_id, by=by, at=at)
    credit(arrival, by=by, at=at)
    db.session.flush()
    return arrival


def scrap(item: Item, *, reason: ScrapReason, note: str, by: Staff, at: datetime) -> None:
    """Take an item out of the circle for good."""
    _take_out(item, Event.SCRAP, Decision.SCRAPPED, reason, note, by=by, at=at)


def strip(item: Item, *, reason: ScrapReason, note: str, by: Staff, at: datetime) -> None:
    """Take an item apart for its parts."""
    _take_out(item, Event.STRIP, Decision.STRIPPED, reason, note, by=by, at=at)


def hand_back(item: Item, *, note: str, by: Staff, at: datetime) -> None:
    """Give an item that is not the pool's back to its owner."""
    item, arrival = at_the_bench(item, with_loan=False)
    if item.owner_id is None:
        raise NotAllowed(f"{this(item.product.name)} is the pool's own: it has no other owner.")
    move_item(item, Event.HAND_TO_OWNER, by=by, at=at, because=note.strip() or None)
    _decide(arrival, Decision.HANDED_BACK, at)
    db.session.flush()


def _take_out(
    item: Item,
    event: Event,
    decision: Decision,
    reason: ScrapReason,
    note: str,
    *,
    by: Staff,
    at: datetime,
) -> None:
    item, arrival = at_the_bench(item, with_loan=False)
    because = f"{reason.value}: {note.strip()}" if note.strip() else reason.value
    move_item(item, event, by=by, at=at, because=because)
    _decide(arrival, decision, at)
    db.session.flush()


def _decide(arrival: Return | None, decision: Decision, at: datetime) -> None:
    if arrival is not None:
        change(arrival, decision=decision, decided_at=at)


def _open(item: Item) -> tuple[Item, Return]:
    """An item at the bench and its return. Raises NotAllowed where there is none."""
    item, arrival = at_the_bench(item)
    _check_workshop(item)
    if arrival is None:
        raise NotAllowed(f"{this(item.product.name)} has to be inspected first.")
    return item, arrival


def _check_workshop(item: Item) -> None:
    if item.status not in IN_WORKSHOP:
        raise NotAllowed(
            f"{this(item.product.name)} is {words(item.status)}, not in the workshop. "
            "Book it in first."
        )

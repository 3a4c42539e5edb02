"""Taking requests up, planning what they ask for, and laying them down."""

from collections.abc import Sequence
from datetime import date, datetime

from core.db import db
from core.errors import Forbidden, Invalid, NotAllowed
from core.status import move
from equipment.items.actions import act
from equipment.rules import Event
from loans import actions as lending
from loans.models import Loan
from loans.rules import BackReason
from logistics.actions import plan_collection
from logistics.models import Visit
from logistics.requests.models import Request
from logistics.requests.queries import can_hold, deals_with, loan_to_ask_back_of
from logistics.requests.rules import WAITING, RequestEvent, RequestStatus
from people.models import Staff


def take_up(request: Request, *, by: Staff, at: datetime) -> None:
    """Say that one deals with a request, so that nobody else rings the same family."""
    _go(request, RequestEvent.TAKE_UP, by=by, at=at)


def put_back(request: Request, *, by: Staff, at: datetime) -> None:
    """Put a request back into the queue for somebody else."""
    _go(request, RequestEvent.PUT_BACK, by=by, at=at)


def finish(request: Request, *, because: str, by: Staff, at: datetime) -> None:
    """Say that a request is dealt with, and how. Raises Invalid without a word on it."""
    if not because.strip():
        raise Invalid("Say what was done, so that the next person knows.", field="because")
    _go(request, RequestEvent.FINISH, because=because.strip(), by=by, at=at)


def set_aside(request: Request, *, because: str, by: Staff, at: datetime) -> None:
    """Lay a request aside with a reason: nobody to reach, a mistake, not ours."""
    if not because.strip():
        raise Invalid("Say why nothing is done about it.", field="because")
    _go(request, RequestEvent.SET_ASIDE, because=because.strip(), by=by, at=at)


def plan(
    request: Request,
    loans: Sequence[Loan],
    *,
    reason: BackReason,
    died_on: date | None,
    due_on: date,
    driver: Staff | None,
    by: Staff,
    at: datetime,
) -> Visit:
    """Plan the collection a request asks for: whatever was not yet asked back is asked back.

    After a death that nobody has recorded yet, the day the family named is recorded first, so that
    nobody writes to the person. All of it or nothing. Raises NotAllowed and Invalid.
    """
    _check_taken_up(request)
    if not loans:
        raise Invalid("Tick what is to be collected.", field="loans")
    with db.session.begin_nested():  # a refusal half way leaves the page as it was
        client = loans[0].client
        if reason is BackReason.DIED and client.died_on is None:
            lending.record_death(client, _day_of_death(died_on), by=by, at=at)
        for loan in loans:
            if loan.asked_back_at is None:
                lending.ask_back(loan, reason, by=by, at=at)
        visit = plan_collection(client, loans, due_on=due_on, driver=driver, by=by, at=at)
        _go(request, RequestEvent.FINISH, because=f"Visit {visit.code}", by=by, at=at)
    return visit


def _day_of_death(died_on: date | None) -> date:
    if died_on is None:
        raise Invalid(
            "Ask the family for the day, or give the day on which they told us.", field="died_on"
        )
    return died_on


def stop(request: Request, *, by: Staff, at: datetime) -> str:
    """Stop an item that somebody says is faulty; says in a sentence what was done.

    In our hands it is held; with a client it is asked back as faulty, to be planned with the other
    collections. Raises NotAllowed where neither is possible, or it is done already.
    """
    _check_taken_up(request)
    item = request.item
    if can_hold(item):
        act(item, Event.HOLD, because=f"Reported faulty, request {request.code}", by=by, at=at)
        done = "It is on hold."
    else:
        loan = loan_to_ask_back_of(item)
        if loan is None:
            raise NotAllowed(f"{item.code} cannot be stopped from here now. Ring the store.")
        lending.ask_back(loan, BackReason.FAULTY, by=by, at=at)
        done = "It is asked back as faulty and waits for its collection."
    _go(request, RequestEvent.FINISH, because=done, by=by, at=at)
    return done


def _check_taken_up(request: Request) -> None:
    if request.status is not RequestStatus.TAKEN_UP:
        raise NotAllowed("Take this request up first. Somebody else may have dealt with it.")


def _go(
    request: Request, event: RequestEvent, *, because: str | None = None, by: Staff, at: datetime
) -> None:
    """Carry a request through an event; from then on it is over, or it waits again."""
    if not deals_with(by, request.kind):
        raise Forbidden("Requests of this kind are not yours to deal with.")
    move(request, event, by=by, at=at, because=because)
    request.over_at = None if request.status in WAITING else at
    db.session.flush()

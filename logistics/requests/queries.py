"""Requests that wait and one by its code, within what the viewer deals with."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, false, select
from sqlalchemy.orm import joinedload, selectinload

from core.codes import read_code
from core.db import db
from core.errors import NotFound, Refused
from equipment.models import Item
from equipment.rules import WITH_CLIENT, Event, offered_here
from loans.models import Loan
from loans.queries import open_loan_of
from logistics.requests.models import Request, RequestMove
from logistics.requests.rules import DEALS, READS, WAITING, RequestKind
from people.models import Staff
from people.queries import scope_of

NO_REQUEST = "There is no request with this code for you. Look at the list of requests."
LATEST = 20


def _of_viewer(viewer: Staff, on: date) -> Select[Request]:
    """The requests this person may read: a scheduler's are all, the workshop's are faults."""
    requests = select(Request)
    if not scope_of(viewer, on).organisation_ids:
        return requests.where(false())
    kinds = {kind for may, read in READS.items() if viewer.may(may) for kind in read}
    return requests.where(Request.kind.in_(kinds))


def waiting(
    viewer: Staff, on: date, *, kinds: Sequence[RequestKind] | None = None
) -> Select[Request]:
    """Requests that nobody has dealt with, the oldest first; of some kinds, if they are named."""
    requests = _of_viewer(viewer, on).where(Request.status.in_(WAITING))
    if kinds is not None:
        requests = requests.where(Request.kind.in_(kinds))
    return requests.order_by(Request.asked_at, Request.id)


def requests_waiting(*, viewer: Staff, on: date) -> Sequence[Request]:
    """The queue, the oldest first."""
    return db.session.scalars(_with_item(waiting(viewer, on)).limit(200)).all()


def requests_over(*, viewer: Staff, on: date) -> Sequence[Request]:
    """The latest that were dealt with."""
    over = _of_viewer(viewer, on).where(Request.status.not_in(WAITING))
    return db.session.scalars(
        _with_item(over).order_by(Request.over_at.desc(), Request.id.desc()).limit(LATEST)
    ).all()


def _with_item(requests: Select[Request]) -> Select[Request]:
    return requests.options(joinedload(Request.item).joinedload(Item.product))


def request_by_code(code: str, *, viewer: Staff, on: date) -> Request:
    """The request of this code with its history, if it is theirs to read. Raises NotFound."""
    try:
        tidy = read_code(code)
    except Refused:
        raise NotFound(NO_REQUEST) from None
    history = selectinload(Request.history).joinedload(RequestMove.by)
    asked = _with_item(_of_viewer(viewer, on)).where(Request.code == tidy).options(history)
    request = db.session.scalar(asked)
    if request is None:
        raise NotFound(NO_REQUEST)
    return request


def deals_with(viewer: Staff, kind: RequestKind) -> bool:
    """Whether requests of a kind are this person's to take up, not only to read."""
    return viewer.may(DEALS[kind])


def can_hold(item: Item) -> bool:
    """Whether an item is in our hands and can be held."""
    return Event.HOLD in offered_here(item.status)


def loan_to_ask_back_of(item: Item) -> Loan | None:
    """The loan to ask back of an item that is with a client; none where that was done already."""
    loan = open_loan_of(item) if item.status in WITH_CLIENT else None
    return loan if loan is not None and loan.asked_back_at is None else None

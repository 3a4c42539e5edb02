"""A request's life, who deals with which kind, and how often the public may ask."""

from datetime import timedelta
from enum import StrEnum

from core.status import Moves
from loans.rules import BackReason
from people.rules import May


class RequestKind(StrEnum):
    """What somebody without an account asks by an item's label."""

    COLLECTION = "collection"
    FAULT = "fault"
    FOUND = "found"


class RequestStatus(StrEnum):
    """Where a request stands."""

    NEW = "new"
    TAKEN_UP = "taken_up"
    DONE = "done"
    SET_ASIDE = "set_aside"


class RequestEvent(StrEnum):
    """What happens to a request."""

    TAKE_UP = "take_up"
    PUT_BACK = "put_back"
    FINISH = "finish"
    SET_ASIDE = "set_aside"


_S, _E = RequestStatus, RequestEvent
REQUEST_LIFE: Moves[RequestStatus, RequestEvent] = Moves(
    {
        (_S.NEW, _E.TAKE_UP): _S.TAKEN_UP,
        (_S.NEW, _E.SET_ASIDE): _S.SET_ASIDE,
        (_S.TAKEN_UP, _E.FINISH): _S.DONE,
        (_S.TAKEN_UP, _E.SET_ASIDE): _S.SET_ASIDE,
        (_S.TAKEN_UP, _E.PUT_BACK): _S.NEW,
    }
)
# Somebody still has to deal with it: an item has at most one of each kind.
WAITING = frozenset({_S.NEW, _S.TAKEN_UP})

# Whoever plans visits reads every kind, so that somebody can ring; the workshop reads of faults.
READS: dict[May, frozenset[RequestKind]] = {
    May.PLAN_VISITS: frozenset(RequestKind),
    May.WORKSHOP: frozenset({RequestKind.FAULT}),
}
DEALS: dict[RequestKind, May] = {
    RequestKind.COLLECTION: May.PLAN_VISITS,
    RequestKind.FOUND: May.PLAN_VISITS,
    RequestKind.FAULT: May.WORKSHOP,
}

# What the public may give as a reason: what only staff can know is not offered.
PUBLIC_REASONS = (
    BackReason.NOT_NEEDED,
    BackReason.DIED,
    BackReason.MOVED,
    BackReason.CARE_HOME,
    BackReason.UNSUITABLE,
)

LONGEST_WORDS = 1_000
MOST_WORDS = 4_000  # in one request, whatever was said again
MOST_BYTES = 32_000  # of a form: the longest words in the longest letters, and the rest
# Whole hospitals and telephone networks stand behind one address.
MOST_OF_AN_ORIGIN, MOST_OF_AN_ITEM = 30, 8
WINDOW = timedelta(hours=1)
DAY = timedelta(days=1)
KEPT_FOR = timedelta(days=30)  # a name and a number, after the request is dealt with


def added(before: str, more: str) -> str:
    """The words of a request with what was said again, once, as far as there is room."""
    if not more or more in before.split("\n\n"):
        return before
    both = f"{before}\n\n{more}" if before else more
    return both if len(both) <= MOST_WORDS else before

"""A visit's life, why one fails, and by when equipment is fetched."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from core.clock import add_working_days
from core.status import Moves
from loans.rules import COLLECTION_WORKING_DAYS


class VisitKind(StrEnum):
    """What a visit is for."""

    DELIVERY = "delivery"
    COLLECTION = "collection"


class VisitStatus(StrEnum):
    """Where a visit stands."""

    PLANNED = "planned"
    OUT = "out"
    DONE = "done"
    PART_DONE = "part_done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class VisitEvent(StrEnum):
    """What happens to a visit."""

    SET_OUT = "set_out"
    FINISH = "finish"
    FINISH_IN_PART = "finish_in_part"
    FAIL = "fail"
    CANCEL = "cancel"


class FailReason(StrEnum):
    """Why a visit failed."""

    NO_ACCESS = "no access"
    REFUSED = "refused"
    DOES_NOT_FIT = "does not fit"
    WRONG_ITEM = "wrong item"
    IN_HOSPITAL = "in hospital"
    DIED = "died"


_S, _E = VisitStatus, VisitEvent
VISIT_LIFE: Moves[VisitStatus, VisitEvent] = Moves(
    {
        (_S.PLANNED, _E.SET_OUT): _S.OUT,
        (_S.OUT, _E.FINISH): _S.DONE,
        (_S.OUT, _E.FINISH_IN_PART): _S.PART_DONE,
        (_S.OUT, _E.FAIL): _S.FAILED,
        (_S.PLANNED, _E.FINISH): _S.DONE,  # ticked off at the depot: brought in by somebody else
        (_S.PLANNED, _E.CANCEL): _S.CANCELLED,
    }
)

# Still to come or on its way: an order or a loan is on at most one of these.
OPEN = frozenset({_S.PLANNED, _S.OUT})


def collect_by(asked_on: date) -> date:
    """The day promised for a collection asked for on a day: five working days after."""
    return add_working_days(asked_on, COLLECTION_WORKING_DAYS)


def spoken(codes: Sequence[str]) -> str:
    """Codes as a sentence lists them: "A, B and C"."""
    return " and ".join([", ".join(codes[:-1]), codes[-1]] if len(codes) > 1 else codes)

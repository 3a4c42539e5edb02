"""Orders and their life, delivery speeds, the checks of an order, why equipment comes back."""

from enum import StrEnum

from core.money import Pence
from core.status import Moves


class Speed(StrEnum):
    """How fast a delivery is wanted."""

    FOUR_HOURS = "4 hours"
    SAME_DAY = "same day"
    NEXT_DAY = "next working day"
    THREE_DAYS = "3 working days"
    FIVE_DAYS = "5 working days"
    SEVEN_DAYS = "7 working days"
    SPECIAL = "20 working days (special)"


WORKING_DAYS: dict[Speed, int] = {
    Speed.FOUR_HOURS: 0,
    Speed.SAME_DAY: 0,
    Speed.NEXT_DAY: 1,
    Speed.THREE_DAYS: 3,
    Speed.FIVE_DAYS: 5,
    Speed.SEVEN_DAYS: 7,
    Speed.SPECIAL: 20,
}
COLLECTION_WORKING_DAYS = 5
# By regulation an adaptation of this cost or less is minor, and free of charge to the person.
MINOR_ADAPTATION = Pence(1_000_00)


class Need(StrEnum):
    """Why the client needs it."""

    DISCHARGE = "hospital discharge"
    PREVENT_ADMISSION = "prevent an admission"
    END_OF_LIFE = "end of life"
    SKIN_INTEGRITY = "skin integrity"
    FALLS = "falls prevention"
    INDEPENDENCE = "stay independent at home"
    CONTINUING_CARE = "continuing healthcare"
    EDUCATION = "education"


class OrderStatus(StrEnum):
    """Where an order stands."""

    DRAFT = "draft"
    WAITING = "waiting_for_approval"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class OrderEvent(StrEnum):
    """What happens to an order."""

    APPROVE_AT_ONCE = "approve_at_once"
    REFER = "refer"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    COMPLETE = "complete"
    CANCEL = "cancel"


_S, _E = OrderStatus, OrderEvent
ORDER_LIFE: Moves[OrderStatus, OrderEvent] = Moves(
    {
        (_S.DRAFT, _E.APPROVE_AT_ONCE): _S.APPROVED,
        (_S.DRAFT, _E.REFER): _S.WAITING,
        (_S.SENT_BACK, _E.APPROVE_AT_ONCE): _S.APPROVED,
        (_S.SENT_BACK, _E.REFER): _S.WAITING,
        (_S.WAITING, _E.APPROVE): _S.APPROVED,
        (_S.WAITING, _E.SEND_BACK): _S.SENT_BACK,
        (_S.APPROVED, _E.COMPLETE): _S.DELIVERED,
        (_S.DRAFT, _E.CANCEL): _S.CANCELLED,
        (_S.WAITING, _E.CANCEL): _S.CANCELLED,
        (_S.SENT_BACK, _E.CANCEL): _S.CANCELLED,
        (_S.APPROVED, _E.CANCEL): _S.CANCELLED,
    }
)


class CheckKind(StrEnum):
    """The checks of an order, all automatic and all explained."""

    RIGHT = "right to order"
    LIMIT = "money limit"
    WEIGHT = "safe working load"
    DUPLICATE = "already has one"
    COMPATIBLE = "goes with what is there"
    ASSESSMENT = "assessment attached"
    AREA = "inside the partners' area"


class BackReason(StrEnum):
    """Why equipment comes back."""

    NOT_NEEDED = "no longer needed"
    DIED = "died"
    MOVED = "moved"
    CARE_HOME = "into care home"
    REPLACED = "replaced"
    UNSUITABLE = "unsuitable"
    RECALL = "recall"
    DUPLICATE = "duplicate"
    FAULTY = "faulty"

"""The life of a dispute, and whose move each event is. No database here."""

from enum import StrEnum

from core.status import Moves


class DisputeStatus(StrEnum):
    """Where a dispute stands."""

    RAISED = "raised"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    SETTLED = "settled"


class DisputeEvent(StrEnum):
    """What happens to a dispute."""

    ANSWER = "answer"  # whoever keeps the agreement says why it was charged
    REPLY = "reply"  # the partner is not content with the answer
    ACCEPT = "accept"  # the partner takes the answer, and the charge stands
    WITHDRAW = "withdraw"  # the partner takes the dispute back
    SETTLE = "settle"  # the entry is taken back


_S, _E = DisputeStatus, DisputeEvent
DISPUTE_LIFE: Moves[DisputeStatus, DisputeEvent] = Moves(
    {
        (_S.RAISED, _E.ANSWER): _S.ANSWERED,
        (_S.RAISED, _E.SETTLE): _S.SETTLED,
        (_S.RAISED, _E.WITHDRAW): _S.WITHDRAWN,
        (_S.ANSWERED, _E.REPLY): _S.RAISED,
        (_S.ANSWERED, _E.ACCEPT): _S.ACCEPTED,
        (_S.ANSWERED, _E.SETTLE): _S.SETTLED,
        (_S.ANSWERED, _E.WITHDRAW): _S.WITHDRAWN,
    }
)
OPEN = (DisputeStatus.RAISED, DisputeStatus.ANSWERED)
THE_PARTNERS = (DisputeEvent.REPLY, DisputeEvent.ACCEPT, DisputeEvent.WITHDRAW)
THE_KEEPERS = (DisputeEvent.ANSWER, DisputeEvent.SETTLE)

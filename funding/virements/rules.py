"""The life of a virement, and the lines it moves budget between. No database here."""

from dataclasses import dataclass
from enum import StrEnum

from core.money import Pence
from core.status import Moves


class VirementStatus(StrEnum):
    """Where a virement stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class VirementEvent(StrEnum):
    """What happens to a virement."""

    APPROVE = "approve"  # a motion about it was carried
    REFUSE = "refuse"  # a motion about it was lost
    WITHDRAW = "withdraw"


_S, _E = VirementStatus, VirementEvent
VIREMENT_LIFE: Moves[VirementStatus, VirementEvent] = Moves(
    {
        (_S.PROPOSED, _E.APPROVE): _S.APPROVED,
        (_S.PROPOSED, _E.REFUSE): _S.REFUSED,
        (_S.PROPOSED, _E.WITHDRAW): _S.WITHDRAWN,
    }
)
MEANING = (
    "A virement moves what may be spent from one line of the year's budget to another, from the day"
    " the board decides. The budget of all partners together stays what it is, and so do the"
    " contributions: what is paid in, and how a year's over- or underspend is shared, is the"
    " agreement's."
)


@dataclass(frozen=True)
class BudgetLine:
    """What one partner may spend in a year on one product group, or on the rest (no group)."""

    organisation_id: int
    group: str
    agreed: Pence
    moved: Pence  # by the virements so far: less than nothing where more left than came

    @property
    def present(self) -> Pence:
        """What may be spent as things stand."""
        return Pence(self.agreed + self.moved)


def group_told(group: str) -> str:
    """A line's group as people say it."""
    return group.capitalize() if group else "The rest"

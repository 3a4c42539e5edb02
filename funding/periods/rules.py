"""The life of a month in the ledger. No database here."""

from dataclasses import dataclass
from enum import StrEnum

from core.status import Moves


class PeriodStatus(StrEnum):
    """Where a month stands."""

    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"


class PeriodEvent(StrEnum):
    """What happens to a month."""

    BEGIN = "begin_closing"
    CALL_OFF = "call_off"
    CLOSE = "close"


PERIOD_LIFE: Moves[PeriodStatus, PeriodEvent] = Moves(
    {
        (PeriodStatus.OPEN, PeriodEvent.BEGIN): PeriodStatus.CLOSING,
        (PeriodStatus.CLOSING, PeriodEvent.CALL_OFF): PeriodStatus.OPEN,
        (PeriodStatus.CLOSING, PeriodEvent.CLOSE): PeriodStatus.CLOSED,
    }
)


@dataclass(frozen=True)
class MonthCheck:
    """One thing to look at before a month is closed; what `must` hold stands in the way if not."""

    name: str
    faults: tuple[str, ...] = ()
    must: bool = True

    @property
    def kept(self) -> bool:
        """Whether nothing was found."""
        return not self.faults

    @property
    def bars(self) -> bool:
        """Whether the month cannot be closed because of it."""
        return self.must and not self.kept

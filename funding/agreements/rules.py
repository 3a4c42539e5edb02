"""What an agreement says of the end of a year: pure, no database here."""

from dataclasses import dataclass
from enum import StrEnum


class YearEnd(StrEnum):
    """How an over- or underspend at 31 March falls on the partners."""

    BY_CONTRIBUTION = "by contribution"  # in the proportion of what they put in
    CAPPED = "by contribution up to a cap"  # what lies beyond the cap falls on the lead
    LEAD = "lead absorbs"  # the lead partner bears or keeps all of it
    CARRIED = "carried forward"  # it opens the next year's fund


@dataclass(frozen=True)
class Terms:
    """Year-end terms. Percentages are whole; organisations by number; shares sum to the whole."""

    year_end: YearEnd = YearEnd.BY_CONTRIBUTION
    lead_id: int | None = None
    cap_percent: int | None = None  # of a partner's contribution
    gain_threshold_percent: int | None = None  # reissue share above which the provider gains
    gain_percent: int | None = None  # of what recycling above the threshold avoided

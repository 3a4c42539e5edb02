"""Why a loan's item may not be needed any more, and what asking for it is expected to bring.

The chances are a choice of ours and not a finding: change them here once campaigns have shown what
each reason is worth.
"""

from collections.abc import Collection
from enum import StrEnum

from core.money import Pence
from loans.rules import Need


class Reason(StrEnum):
    """What speaks for asking, the strongest first."""

    DIED = "died"
    MOVED = "moved"
    TWICE = "replaced"
    SHORT = "short-term"
    OLD = "long out"
    SILENT = "silent"


REASONS: dict[Reason, str] = {
    Reason.DIED: "The person has died and it is still out",
    Reason.MOVED: "The person has moved or gone into a care home",
    Reason.TWICE: "The same, or what takes its place, was lent to them later",
    Reason.SHORT: "It was lent for a short time only",
    Reason.OLD: "Most of its product group is back by this age",
    Reason.SILENT: "Nothing was heard since: no visit, no order, no message",
}
# Of a hundred loans with this reason alone, how many are thought to come back when asked for.
CHANCE: dict[Reason, int] = {
    Reason.DIED: 90,
    Reason.MOVED: 60,
    Reason.TWICE: 60,
    Reason.SHORT: 40,
    Reason.OLD: 30,
    Reason.SILENT: 20,
}
EACH_FURTHER, MOST = 10, 95
SHORT_NEEDS: dict[Need, int] = {  # months
    Need.DISCHARGE: 3,
    Need.PREVENT_ADMISSION: 3,
    Need.END_OF_LIFE: 6,
}
SILENT_MONTHS = 6
WHOLE = 100_00  # of a share in hundredths of a per cent
USUAL_SHARE = 90_00  # made reusable, where too few of a group were decided to say
FEWEST = 10  # loans: fewer of an area or a reason are not told to who sees no homes
FEWEST_DECIDED = 10
FORMULA = (
    "value × chance × share made reusable. The value is the catalogue price it was issued at. The "
    "chance is that of its strongest reason, with "
    f"{EACH_FURTHER} in 100 more for each further one and never above {MOST} in 100. The share is "
    "what was made reusable of its product group in the last twelve months"
)


def chance(reasons: Collection[Reason]) -> int:
    """How many of a hundred loans with all of these reasons are thought to come back if asked."""
    if not reasons:
        return 0
    strongest = max(CHANCE[reason] for reason in reasons)
    return min(MOST, strongest + EACH_FURTHER * (len(reasons) - 1))


def expected(value: int, chance: int, share: int) -> Pence:
    """What asking is expected to bring: value × chance in 100 × share in 10,000, half rounds up."""
    return Pence((value * chance * share + 500_000) // 1_000_000)


def sentence(reasons: Collection[Reason]) -> str:
    """What speaks for asking, as one sentence."""
    several = [REASONS[reason] for reason in Reason if reason in reasons]
    lowered = [f"{one[:1].lower()}{one[1:]}" for one in several]
    return "; ".join([*several[:1], *lowered[1:]]) + "." if several else ""

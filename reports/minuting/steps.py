"""The steps the board has marked, as the charts take them: a month, and why limits begin anew."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from board.models import Step
from board.queries import steps_of


def reasons_of(steps: Iterable[Step]) -> dict[date, str]:
    """Why limits begin anew, by month, as steps that stand say it."""
    return {step.month: step.reason for step in steps}


def beginnings(measure: str, asked: Collection[date] = ()) -> Mapping[date, str]:
    """In which months a measure's limits begin anew: as the board marked, and as the viewer asks.

    `measure` is its code. What the viewer asks for has no reason, and takes none away.
    """
    return dict.fromkeys(asked, "") | reasons_of(steps_of(measure))

"""What the board says of a measure's chart: a month from which it begins anew, and why."""

from datetime import date, datetime

from sqlalchemy import select

from board.models import Motion, Step
from board.rules import MotionStatus, StepEvent, StepStatus
from core.clock import last_of_month, london_day, month_of
from core.db import add, db
from core.errors import Invalid, NotAllowed
from core.status import move
from people.models import Staff


def mark_step(
    measure: str,
    *,
    month: date,
    reason: str,
    motion: Motion | None = None,
    by: Staff,
    at: datetime,
) -> Step:
    """Let a measure's limits begin anew in a month that is over, because something is known.

    `measure` is its code. Raises Invalid where the month is not over, has a step already, or the
    decision named was not carried.
    """
    if last_of_month(month) >= london_day(at):
        raise Invalid("That month is not over yet. Choose an earlier one.", field="month")
    if motion is not None and motion.status is not MotionStatus.CARRIED:
        raise Invalid("That motion was not carried.", field="motion")
    there = db.session.scalar(
        select(Step).where(
            Step.measure == measure, Step.month == month_of(month), Step.status == StepStatus.STANDS
        )
    )
    if there is not None:
        raise Invalid(
            "A step is marked in that month already. Withdraw it first if it is wrong.",
            field="month",
        )
    step = Step(measure=measure, month=month_of(month), reason=reason, motion=motion)
    step.marked_at, step.by_id = at, by.id
    return add(step)


def withdraw_step(step: Step, *, because: str, by: Staff, at: datetime) -> None:
    """Take a step back with the reason; it stays in the measure's history."""
    if step.status is not StepStatus.STANDS:
        raise NotAllowed("This step is withdrawn already. Nothing was changed.")
    move(step, StepEvent.WITHDRAW, because=because, by=by, at=at)

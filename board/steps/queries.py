"""Reads of steps: one of them, and everything ever marked of a measure."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from board.models import Motion, Step, StepMove
from board.rules import MotionStatus
from core.codes import is_code
from core.db import db
from core.errors import NotFound

NO_STEP = "There is no such step. Look for it on the measure's page."


def step_by_code(code: str) -> Step:
    """A step with what became of it. Raises NotFound."""
    found = db.session.scalar(
        select(Step)
        .where(Step.code == (code if is_code(code) else None))
        .options(
            joinedload(Step.motion),
            joinedload(Step.by),
            selectinload(Step.history).joinedload(StepMove.by),
        )
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(NO_STEP)
    return found


def steps_ever(measure: str) -> list[Step]:
    """Every step of a measure by month, those that were withdrawn too; `measure` is its code."""
    return list(
        db.session.scalars(
            select(Step)
            .where(Step.measure == measure)
            .options(
                joinedload(Step.motion),
                joinedload(Step.by),
                selectinload(Step.history).joinedload(StepMove.by),
            )
            .order_by(Step.month, Step.id)
        )
    )


def carried_motions() -> list[Motion]:
    """The decisions a step may follow from, the latest first."""
    return list(
        db.session.scalars(
            select(Motion)
            .where(Motion.status == MotionStatus.CARRIED)
            .order_by(Motion.id.desc())
            .limit(100)
        )
    )

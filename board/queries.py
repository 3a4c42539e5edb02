"""Reads of meetings, motions, actions and steps, for whoever may see the board's figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from board.models import Action, Correction, Meeting, MeetingMove, Motion, Step, Vote
from board.rules import (
    OPEN_MEETINGS,
    TOOK_PLACE,
    ActionStatus,
    MeetingStatus,
    MotionStatus,
    StepStatus,
)
from core.codes import is_code
from core.db import db
from core.errors import NotFound
from funding.purse import purse_of
from funding.queries import book_of
from people.models import Organisation, Staff
from people.queries import organisations_by_number, scope_of
from people.rules import May

NO_MEETING = "There is no such meeting. Look for it in the list of meetings."
NO_ACTION = "There is no such action. Look for it in the list of meetings."


def meetings() -> Select[Meeting]:
    """The selection of meetings, the latest first, to be paged."""
    return (
        select(Meeting)
        .options(selectinload(Meeting.motions))
        .order_by(Meeting.on.desc(), Meeting.id.desc())
    )


def meeting_by_code(code: str) -> Meeting:
    """A meeting with everything its minutes say. Raises NotFound."""
    found = db.session.scalar(
        select(Meeting)
        .where(Meeting.code == (code if is_code(code) else None))
        .options(
            selectinload(Meeting.attendances),
            selectinload(Meeting.motions).options(*whole_motion()),
            selectinload(Meeting.actions).joinedload(Action.owner),
            selectinload(Meeting.corrections).joinedload(Correction.by),
            selectinload(Meeting.history).joinedload(MeetingMove.by),
        )
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(NO_MEETING)
    return found


def whole_motion() -> Sequence[Any]:
    """How everything that a motion's page says is read along with it."""
    return (
        joinedload(Motion.proposer),
        joinedload(Motion.quotation),
        joinedload(Motion.agreement),
        joinedload(Motion.virement),
        selectinload(Motion.votes).options(joinedload(Vote.organisation), joinedload(Vote.by)),
        selectinload(Motion.actions),
    )


def last_meeting(on: date) -> Meeting | None:
    """The latest meeting that took place before a day; none where there was none."""
    return db.session.scalar(
        select(Meeting)
        .where(Meeting.on < on, Meeting.status.in_(TOOK_PLACE))
        .order_by(Meeting.on.desc())
        .limit(1)
    )


def next_meeting(on: date) -> Meeting | None:
    """The first meeting on a day or after it that has not been called off; none where none is."""
    return db.session.scalar(
        select(Meeting)
        .where(Meeting.on >= on, Meeting.status != MeetingStatus.CALLED_OFF)
        .order_by(Meeting.on)
        .limit(1)
    )


def open_meetings() -> list[Meeting]:
    """The meetings on whose agenda a motion may still be put, the soonest first."""
    asked = select(Meeting).where(Meeting.status.in_(OPEN_MEETINGS)).order_by(Meeting.on)
    return list(db.session.scalars(asked))


def open_motions() -> list[Motion]:
    """What needs a decision: the motions nobody has decided, by the day of their meeting."""
    return list(
        db.session.scalars(
            select(Motion)
            .join(Motion.meeting)
            .where(Motion.status == MotionStatus.OPEN)
            .options(joinedload(Motion.meeting), joinedload(Motion.proposer))
            .order_by(Meeting.on, Motion.id)
        )
    )


def decisions_since(day: date, until: date) -> list[Motion]:
    """The motions decided at the meetings of these days, by meeting."""
    return list(
        db.session.scalars(
            select(Motion)
            .join(Motion.meeting)
            .where(Motion.decided_at.is_not(None), Meeting.on.between(day, until))
            .options(joinedload(Motion.meeting), *whole_motion())
            .order_by(Meeting.on, Motion.id)
        )
    )


def open_actions(owner_ids: Sequence[int] | frozenset[int] | None = None) -> Select[Action]:
    """The selection of actions nobody has done yet, the first due first; all, or some owners'."""
    found = (
        select(Action)
        .where(Action.status == ActionStatus.OPEN)
        .options(joinedload(Action.owner), joinedload(Action.meeting))
        .order_by(Action.due_on, Action.id)
    )
    return found if owner_ids is None else found.where(Action.owner_id.in_(owner_ids))


def action_by_code(code: str) -> Action:
    """An action with its history. Raises NotFound."""
    found = db.session.scalar(
        select(Action)
        .where(Action.code == (code if is_code(code) else None))
        .options(selectinload(Action.history), joinedload(Action.owner), joinedload(Action.meeting))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(NO_ACTION)
    return found


def steps_of(measure: str) -> list[Step]:
    """The steps of a measure that stand, by month; `measure` is its code."""
    return list(
        db.session.scalars(
            select(Step)
            .where(Step.measure == measure, Step.status == StepStatus.STANDS)
            .options(joinedload(Step.motion), joinedload(Step.by))
            .order_by(Step.month)
        )
    )


def steps() -> Mapping[str, list[Step]]:
    """The steps of every measure that stand, by its code and then by month."""
    found: dict[str, list[Step]] = {}
    asked = select(Step).where(Step.status == StepStatus.STANDS).order_by(Step.month)
    for step in db.session.scalars(asked):
        found.setdefault(step.measure, []).append(step)
    return found


def seats(meeting: Meeting) -> dict[int, Organisation]:
    """The partners that have a vote at a meeting, by number in the order of their names.

    Who had signed for the fund on its day, or whoever stood in their place then: bodies that
    merged before it have one vote together, and one that was divided has one for each part.
    """
    return organisations_by_number(book_of(meeting.fund_id).payers(meeting.on))


def own_seats(meeting: Meeting, *, viewer: Staff, on: date) -> frozenset[int]:
    """For which partners somebody may vote: their employer, and whoever it has succeeded since."""
    if not viewer.may(May.VOTE):
        return frozenset()
    return scope_of(viewer, on).organisation_ids & seats(meeting).keys()


def may_read_figure(motion: Motion, *, viewer: Staff, on: date) -> bool:
    """Whether somebody may read the figure a motion quotes: one partner's is for it and the board.

    What was quoted of the whole pool was said before all partners.
    """
    if motion.quotation is None or motion.quotation.organisation_id is None:
        return True
    purse = purse_of(viewer, on)
    return purse.every or motion.quotation.organisation_id in purse.organisation_ids


@dataclass(frozen=True)
class Agenda:
    """What the list of meetings shows beside the meetings themselves."""

    last: Meeting | None
    next: Meeting | None
    motions: list[Motion]
    actions: list[Action]


def agenda(on: date) -> Agenda:
    """The meeting before a day and the next one, with what is to be decided and to be done."""
    return Agenda(
        last_meeting(on), next_meeting(on), open_motions(), list(db.session.scalars(open_actions()))
    )

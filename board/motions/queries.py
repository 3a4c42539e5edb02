"""Reads of motions: one of them, its votes, whom it concerns, what one partner has to vote on."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from board.models import Meeting, Motion, MotionMove, Vote
from board.queries import own_seats, whole_motion
from board.rules import Count, MeetingStatus, MotionStatus, Voice, count_of
from core.codes import is_code
from core.db import db
from core.errors import NotFound
from people.models import Staff
from people.queries import heirs_of

NO_MOTION = "There is no such motion. Look for it in the list of meetings."


def motion_by_code(code: str) -> Motion:
    """A motion with its votes and what became of it. Raises NotFound."""
    found = db.session.scalar(
        select(Motion)
        .where(Motion.code == (code if is_code(code) else None))
        .options(*whole_motion(), selectinload(Motion.history).joinedload(MotionMove.by))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(NO_MOTION)
    return found


def votes_of(motion: Motion) -> dict[int, Voice]:
    """What each partner has voted so far, by its number."""
    asked = select(Vote.organisation_id, Vote.voice).where(Vote.motion_id == motion.id)
    return {who: voice for who, voice in db.session.execute(asked)}  # noqa: C416 - typed rows


def concerned(motion: Motion) -> frozenset[int]:
    """The partners without whose vote for it a motion is lost: those whose own budgets it moves.

    A virement among one partner's own groups concerns that one; between two, both of them.
    """
    if motion.virement is None:
        return frozenset()
    moved = {motion.virement.from_organisation_id, motion.virement.to_organisation_id}
    return frozenset(heir for who in moved for heir in heirs_of(who, motion.meeting.on))


def count(motion: Motion, partners: int) -> Count:
    """How a motion's votes stand, of so many partners."""
    return count_of([one.voice for one in motion.votes], partners)


def to_vote_on(*, viewer: Staff, on: date) -> list[Motion]:
    """The motions of meetings under way that somebody's own partner has not voted on."""
    found = db.session.scalars(
        select(Motion)
        .join(Motion.meeting)
        .where(Motion.status == MotionStatus.OPEN, Meeting.status == MeetingStatus.HELD)
        .options(selectinload(Motion.votes), selectinload(Motion.meeting))
        .order_by(Motion.put_at, Motion.id)
    )
    return [
        motion
        for motion in found
        if own_seats(motion.meeting, viewer=viewer, on=on)
        - {one.organisation_id for one in motion.votes}
    ]

"""What people do with a motion: put it, vote for their partner, count the votes, take it back."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select

from board.agenda import check_open, locked
from board.models import Attendance, Meeting, Motion, Quotation, Vote
from board.motions.queries import concerned, votes_of
from board.queries import own_seats, seats
from board.rules import (
    MeetingStatus,
    MotionEvent,
    MotionStatus,
    Quoted,
    Voice,
    VotingRule,
    carried,
    is_quorum,
)
from core.clock import london_day
from core.db import add, db
from core.errors import Forbidden, Invalid, NotAllowed
from core.status import move, words
from funding.agreements.approvals.actions import approve
from funding.agreements.versions.models import AgreementVersion
from funding.agreements.versions.rules import HELD
from funding.virements.actions import approve as approve_virement
from funding.virements.actions import refuse as refuse_virement
from funding.virements.models import Virement
from funding.virements.rules import VirementStatus
from people.models import Organisation, Staff


def put_motion(
    meeting: Meeting,
    *,
    proposer: Organisation,
    title: str,
    says: str,
    quoting: Quoted | None = None,
    version: AgreementVersion | None = None,
    virement: Virement | None = None,
    by: Staff,
    at: datetime,
) -> Motion:
    """Put a motion on a meeting's agenda for a partner, with the figure it is about frozen.

    Raises NotAllowed where the minutes are agreed, Invalid where what it is about may not be put.
    """
    meeting = locked(meeting)
    check_open(meeting)
    if proposer.id not in seats(meeting):
        raise Invalid(f"{proposer.name} has no vote at this meeting.", field="proposer")
    _check_version(version)
    _check_virement(virement)
    motion = Motion(
        meeting_id=meeting.id,
        proposer=proposer,
        title=title,
        words=says,
        rule=VotingRule.EVERY_PARTNER if version else VotingRule.MAJORITY,
        put_at=at,
        agreement=version,
        revision=version.revision if version else None,
        virement=virement,
    )
    add(motion)
    if quoting is not None:
        add(Quotation(motion=motion, at=at, **asdict(quoting)))
    return motion


def _check_version(version: AgreementVersion | None) -> None:
    if version is None:
        return
    if version.status in HELD:
        raise Invalid("That version is in force already.", field="about")
    _refuse_second(Motion.version_id == version.id)


def _check_virement(virement: Virement | None) -> None:
    if virement is None:
        return
    if virement.status is not VirementStatus.PROPOSED:
        raise Invalid(f"That virement is {words(virement.status)} already.", field="about")
    _refuse_second(Motion.virement_id == virement.id)


def _refuse_second(about: object) -> None:
    there = db.session.scalar(
        select(Motion).where(about, Motion.status == MotionStatus.OPEN)  # type: ignore[arg-type]
    )
    if there is not None:
        raise Invalid(f"Motion {there.code} is about it already. Open that one.", field="about")


def _held(motion: Motion, *, alone: bool) -> Motion:
    """The motion as it stands now; whoever counts the votes waits for whoever is casting one."""
    db.session.flush()
    found = db.session.scalars(
        select(Motion)
        .where(Motion.id == motion.id)
        .with_for_update(read=not alone)
        .execution_options(populate_existing=True)
    ).one()
    if found.status is not MotionStatus.OPEN:
        raise NotAllowed(f"This motion is {words(found.status)} already. Nothing was changed.")
    return found


def vote(motion: Motion, voice: Voice, *, by: Staff, at: datetime) -> list[Vote]:
    """Vote for one's own partner, and whoever it has succeeded since; once, and for good.

    Raises Forbidden for who has no vote, NotAllowed before the meeting begins, after the votes
    are counted, and where the partner has voted.
    """
    own = own_seats(motion.meeting, viewer=by, on=london_day(at))
    if not own:
        raise Forbidden("Your organisation has no vote at this meeting.")
    motion = _held(motion, alone=False)
    if motion.meeting.status is not MeetingStatus.HELD:
        raise NotAllowed("Votes are cast from the begin of the meeting on. It has not begun yet.")
    cast = votes_of(motion)
    mine = sorted(own - cast.keys())
    if not mine:
        raise NotAllowed(f"Your organisation has voted already: {cast[min(own)].value}.")
    return [
        add(Vote(motion_id=motion.id, organisation_id=who, voice=voice, at=at, by_id=by.id))
        for who in mine
    ]


def count_votes(motion: Motion, *, by: Staff, at: datetime) -> bool:
    """Count the votes: the motion is carried, and what it approves is approved; or it is lost.

    Raises NotAllowed before the meeting begins, without a quorum, and where the version it is
    about has changed since.
    """
    with db.session.begin_nested():  # refused halfway, it stands as it did
        motion = _held(motion, alone=True)
        partners = seats(motion.meeting)
        _check_countable(motion, len(partners))
        won = carried(votes_of(motion), partners, motion.rule, concerned=concerned(motion))
        motion.decided_at = at
        move(motion, MotionEvent.CARRY if won else MotionEvent.LOSE, by=by, at=at)
        db.session.flush()
        _carry_out(motion, won, by=by, at=at)
    return won


def _check_countable(motion: Motion, partners: int) -> None:
    if motion.meeting.status is not MeetingStatus.HELD:
        raise NotAllowed("The meeting has not begun, so there are no votes to count.")
    asked = select(Attendance).where(Attendance.meeting_id == motion.meeting_id, Attendance.present)
    present = len(db.session.scalars(asked).all())
    if not is_quorum(present, partners):
        raise NotAllowed(
            f"{present} of {partners} partners are noted as present, which is no quorum: it takes "
            "more than half. Write down who came first."
        )
    if motion.agreement is not None and motion.agreement.revision != motion.revision:
        raise NotAllowed(
            "The version has been changed since this motion was put. Withdraw it and put it anew."
        )


def _carry_out(motion: Motion, won: bool, *, by: Staff, at: datetime) -> None:
    """What follows from a decision in the lower rooms, in the same transaction."""
    if motion.agreement is not None and won:
        approve(motion.agreement, decision=motion.code, by=by, at=at)
    if motion.virement is not None:
        act = approve_virement if won else refuse_virement
        act(motion.virement, decision=motion.code, by=by, at=at)


def withdraw(motion: Motion, *, by: Staff, at: datetime) -> None:
    """Take a motion back before it is decided; what it was about may be put again."""
    move(_held(motion, alone=True), MotionEvent.WITHDRAW, by=by, at=at)

"""Meetings, who came, motions and votes, figures quoted, actions, corrections, steps."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from board.guards import guard
from board.rules import (
    ACTION_LIFE,
    MEETING_LIFE,
    MOTION_LIFE,
    STEP_LIFE,
    ActionEvent,
    ActionStatus,
    MeetingEvent,
    MeetingKind,
    MeetingStatus,
    MotionEvent,
    MotionStatus,
    StepEvent,
    StepStatus,
    Voice,
    VotingRule,
)
from core.db import Coded, History, Model, Numbered, Versioned, append_only
from core.status import Moves
from funding.agreements.versions.models import AgreementVersion
from funding.models import Fund
from funding.virements.models import Virement
from people.models import Organisation, Staff


class Meeting(Coded, Versioned, Model):
    """A day on which the board meets, its agenda and its minutes. Agreed minutes never change."""

    __tablename__ = "meeting"
    MOVES: ClassVar[Moves[MeetingStatus, MeetingEvent]] = MEETING_LIFE
    HISTORY: ClassVar[type["MeetingMove"]]
    __table_args__ = (
        Index(
            "one_meeting_a_day",
            "fund_id",
            "on",
            unique=True,
            postgresql_where=text("status <> 'called_off'"),
        ),
    )
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    on: Mapped[date]
    kind: Mapped[MeetingKind]
    status: Mapped[MeetingStatus] = mapped_column(default=MeetingStatus.PLANNED)
    place: Mapped[str] = mapped_column(String(200), default="")
    notes: Mapped[str] = mapped_column(default="")  # what was said, in the minute taker's words
    fund: Mapped[Fund] = relationship()
    attendances: Mapped[list["Attendance"]] = relationship(order_by="Attendance.id")
    motions: Mapped[list["Motion"]] = relationship(
        back_populates="meeting", order_by="Motion.id", viewonly=True
    )
    actions: Mapped[list["Action"]] = relationship(order_by="Action.id", viewonly=True)
    corrections: Mapped[list["Correction"]] = relationship(order_by="Correction.id", viewonly=True)
    history: Mapped[list["MeetingMove"]] = relationship(
        order_by="MeetingMove.id", lazy="raise", viewonly=True
    )


@append_only
class MeetingMove(History, Model):
    """One change of a meeting's state. Never changed."""

    __tablename__ = "meeting_move"
    OF = "meeting"
    __table_args__ = (Index("ix_meeting_move_meeting_id", "meeting_id", "id"),)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    event: Mapped[MeetingEvent]
    was: Mapped[MeetingStatus]
    became: Mapped[MeetingStatus]
    by: Mapped[Staff] = relationship()


Meeting.HISTORY = MeetingMove


class Attendance(Numbered, Model):
    """A partner that came to a meeting, and who spoke for it; or that sent apologies."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("meeting_id", "organisation_id"),)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    present: Mapped[bool]
    names: Mapped[str] = mapped_column(String(200), default="")
    organisation: Mapped[Organisation] = relationship()


@append_only
class Correction(Numbered, Model):
    """What agreed minutes got wrong, said later. The minutes stay as they were agreed."""

    __tablename__ = "minutes_correction"
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    text: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    by: Mapped[Staff] = relationship()


class Motion(Coded, Versioned, Model):
    """What somebody proposes to the board. Once decided or withdrawn it never changes."""

    __tablename__ = "motion"
    MOVES: ClassVar[Moves[MotionStatus, MotionEvent]] = MOTION_LIFE
    HISTORY: ClassVar[type["MotionMove"]]
    __table_args__ = (
        Index("ix_motion_meeting_id", "meeting_id", "id"),
        Index(
            "one_open_motion_a_version",
            "version_id",
            unique=True,
            postgresql_where=text("status = 'open'"),
        ),
        Index(
            "one_open_motion_a_virement",
            "virement_id",
            unique=True,
            postgresql_where=text("status = 'open'"),
        ),
        CheckConstraint("(version_id is null) = (revision is null)", name="version_with_revision"),
        CheckConstraint("version_id is null or virement_id is null", name="about_one_thing"),
        CheckConstraint(
            "(decided_at is not null) = (status in ('carried', 'lost'))", name="decided_when"
        ),
    )
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    proposer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    title: Mapped[str] = mapped_column(String(200))
    words: Mapped[str]  # what is to be decided, and why
    rule: Mapped[VotingRule]
    status: Mapped[MotionStatus] = mapped_column(default=MotionStatus.OPEN)
    put_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    # A version of the agreement that is to be approved, as it stood when the motion was put.
    version_id: Mapped[int | None] = mapped_column(ForeignKey("agreement_version.id"))
    revision: Mapped[int | None]
    virement_id: Mapped[int | None] = mapped_column(ForeignKey("virement.id"))
    meeting: Mapped[Meeting] = relationship(back_populates="motions")
    proposer: Mapped[Organisation] = relationship()
    agreement: Mapped[AgreementVersion | None] = relationship()
    virement: Mapped[Virement | None] = relationship()
    quotation: Mapped["Quotation | None"] = relationship(back_populates="motion")
    votes: Mapped[list["Vote"]] = relationship(order_by="Vote.id", viewonly=True)
    actions: Mapped[list["Action"]] = relationship(order_by="Action.id", viewonly=True)
    history: Mapped[list["MotionMove"]] = relationship(
        order_by="MotionMove.id", lazy="raise", viewonly=True
    )


@append_only
class MotionMove(History, Model):
    """One change of a motion's state. Never changed."""

    __tablename__ = "motion_move"
    OF = "motion"
    __table_args__ = (Index("ix_motion_move_motion_id", "motion_id", "id"),)
    motion_id: Mapped[int] = mapped_column(ForeignKey("motion.id"))
    event: Mapped[MotionEvent]
    was: Mapped[MotionStatus]
    became: Mapped[MotionStatus]
    by: Mapped[Staff] = relationship()


Motion.HISTORY = MotionMove


@append_only
class Quotation(Numbered, Model):
    """The figure a motion is about, frozen as it was read out. Never changed."""

    __tablename__ = "quotation"
    motion_id: Mapped[int] = mapped_column(ForeignKey("motion.id"), unique=True)
    measure: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    basis: Mapped[str] = mapped_column(String(40))
    first: Mapped[date]
    last: Mapped[date]
    words: Mapped[str]
    above: Mapped[int]
    below: Mapped[int]
    written: Mapped[str] = mapped_column(String(60))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    at: Mapped[datetime]
    motion: Mapped[Motion] = relationship(back_populates="quotation")


@append_only
class Vote(Numbered, Model):
    """What one partner voted on a motion, and who said so for it. Never changed."""

    __tablename__ = "vote"
    __table_args__ = (UniqueConstraint("motion_id", "organisation_id", name="one_vote_a_partner"),)
    motion_id: Mapped[int] = mapped_column(ForeignKey("motion.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    voice: Mapped[Voice]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    organisation: Mapped[Organisation] = relationship()
    by: Mapped[Staff] = relationship()


class Action(Coded, Versioned, Model):
    """What somebody has to do because the board said so, and until when."""

    __tablename__ = "board_action"
    MOVES: ClassVar[Moves[ActionStatus, ActionEvent]] = ACTION_LIFE
    HISTORY: ClassVar[type["ActionMove"]]
    __table_args__ = (
        Index("ix_board_action_meeting_id", "meeting_id"),
        Index("ix_board_action_owner_id", "owner_id", "status"),
    )
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    motion_id: Mapped[int | None] = mapped_column(ForeignKey("motion.id"))
    what: Mapped[str] = mapped_column(String(500))
    owner_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    named: Mapped[str] = mapped_column(String(100), default="")  # who there does it
    due_on: Mapped[date]
    status: Mapped[ActionStatus] = mapped_column(default=ActionStatus.OPEN)
    meeting: Mapped[Meeting] = relationship()
    motion: Mapped[Motion | None] = relationship()
    owner: Mapped[Organisation] = relationship()
    history: Mapped[list["ActionMove"]] = relationship(
        order_by="ActionMove.id", lazy="raise", viewonly=True
    )


@append_only
class ActionMove(History, Model):
    """One change of an action's state, and what was said of it. Never changed."""

    __tablename__ = "board_action_move"
    OF = "action"
    __table_args__ = (Index("ix_board_action_move_action_id", "action_id", "id"),)
    action_id: Mapped[int] = mapped_column(ForeignKey("board_action.id"))
    event: Mapped[ActionEvent]
    was: Mapped[ActionStatus]
    became: Mapped[ActionStatus]
    said: Mapped[str]
    by: Mapped[Staff] = relationship()


Action.HISTORY = ActionMove


class Step(Coded, Versioned, Model):
    """A month from which a measure's chart begins anew, because something is known to differ."""

    __tablename__ = "measure_step"
    MOVES: ClassVar[Moves[StepStatus, StepEvent]] = STEP_LIFE
    HISTORY: ClassVar[type["StepMove"]]
    __table_args__ = (
        Index(
            "one_step_a_month",
            "measure",
            "month",
            unique=True,
            postgresql_where=text("status = 'stands'"),
        ),
        CheckConstraint("extract(day from month) = 1", name="month_by_its_first_day"),
    )
    measure: Mapped[str] = mapped_column(String(20))  # its code
    month: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    status: Mapped[StepStatus] = mapped_column(default=StepStatus.STANDS)
    motion_id: Mapped[int | None] = mapped_column(ForeignKey("motion.id"))
    marked_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    motion: Mapped[Motion | None] = relationship()
    by: Mapped[Staff] = relationship()
    history: Mapped[list["StepMove"]] = relationship(
        order_by="StepMove.id", lazy="raise", viewonly=True
    )


@append_only
class StepMove(History, Model):
    """One change of a step's state, and why. Never changed."""

    __tablename__ = "measure_step_move"
    OF = "step"
    __table_args__ = (Index("ix_measure_step_move_step_id", "step_id", "id"),)
    step_id: Mapped[int] = mapped_column(ForeignKey("measure_step.id"))
    event: Mapped[StepEvent]
    was: Mapped[StepStatus]
    became: Mapped[StepStatus]
    because: Mapped[str] = mapped_column(String(500))
    by: Mapped[Staff] = relationship()


Step.HISTORY = StepMove

for _model in (Meeting, Motion, Attendance, Action, Vote):
    guard(_model.__table__)  # type: ignore[arg-type]

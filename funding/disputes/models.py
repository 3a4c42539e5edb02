"""Disputes of lines of statements, and the immutable rows of what became of them."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Coded, History, Model, Versioned, append_only
from core.status import Moves
from funding.disputes.rules import DISPUTE_LIFE, OPEN, DisputeEvent, DisputeStatus
from funding.models import Entry
from people.models import Organisation, Staff


class Dispute(Coded, Versioned, Model):
    """A partner's objection to its part of one entry."""

    __tablename__ = "dispute"
    MOVES: ClassVar[Moves[DisputeStatus, DisputeEvent]] = DISPUTE_LIFE
    HISTORY: ClassVar[type["DisputeMove"]]
    __table_args__ = (
        Index(
            "one_dispute_a_line",
            "entry_id",
            "organisation_id",
            unique=True,
            postgresql_where=text("status <> 'withdrawn'"),
        ),
        Index("ix_dispute_organisation_id", "organisation_id", "status"),
        CheckConstraint(
            "(status = 'settled') = (reversal_id is not null)", name="settled_by_a_reversal"
        ),
        CheckConstraint("relaid_id is null or status = 'settled'", name="relaid_when_settled"),
    )
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    status: Mapped[DisputeStatus]
    because: Mapped[str]
    raised_at: Mapped[datetime]
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    reversal_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))
    relaid_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"), index=True)
    entry: Mapped[Entry] = relationship(foreign_keys=entry_id)
    organisation: Mapped[Organisation] = relationship()
    raised_by: Mapped[Staff] = relationship()
    history: Mapped[list["DisputeMove"]] = relationship(
        back_populates="dispute", order_by="DisputeMove.id", lazy="raise"
    )

    @property
    def open(self) -> bool:
        """Whether somebody still has to say something."""
        return self.status in OPEN


@append_only
class DisputeMove(History, Model):
    """One change of a dispute's state. Never changed."""

    __tablename__ = "dispute_move"
    OF = "dispute"
    __table_args__ = (Index("ix_dispute_move_dispute_id", "dispute_id", "id"),)
    dispute_id: Mapped[int] = mapped_column(ForeignKey("dispute.id"))
    event: Mapped[DisputeEvent]
    was: Mapped[DisputeStatus]
    became: Mapped[DisputeStatus]
    at: Mapped[datetime]
    because: Mapped[str]
    dispute: Mapped[Dispute] = relationship(back_populates="history")
    by: Mapped[Staff] = relationship()


Dispute.HISTORY = DisputeMove

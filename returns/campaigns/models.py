"""Campaigns, the loans each asks for, and the immutable rows of what became of them."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Coded, History, Model, Numbered, Versioned, append_only
from core.money import Pence
from core.status import Moves
from loans.models import Loan
from people.models import Staff
from returns.campaigns.rules import (
    ASK_LIFE,
    CAMPAIGN_LIFE,
    AskEvent,
    AskStatus,
    CampaignEvent,
    CampaignStatus,
    Kind,
)


class Campaign(Coded, Versioned, Model):
    """A chosen set of loans asked for together, fixed when it starts."""

    __tablename__ = "campaign"
    MOVES: ClassVar[Moves[CampaignStatus, CampaignEvent]] = CAMPAIGN_LIFE
    HISTORY: ClassVar[type["CampaignMove"]]
    __table_args__ = (
        CheckConstraint("held_out between 0 and 50", name="some_are_asked"),
        CheckConstraint("days between 7 and 365", name="counted_in_time"),
        CheckConstraint("cost >= 0", name="cost_not_negative"),
        CheckConstraint(
            "(kind = 'amnesty day') = (day is not null) and (day is not null) = (place <> '')",
            name="a_day_has_its_place",
        ),
        CheckConstraint("(status = 'ended') = (ended_at is not null)", name="ended_when"),
        Index("ix_campaign_begun_at", "begun_at"),
    )
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[Kind]
    status: Mapped[CampaignStatus]
    covers: Mapped[str]
    begun_at: Mapped[datetime]
    begun_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    days: Mapped[int]
    held_out: Mapped[int]  # per cent of its clients
    seed: Mapped[str]
    cost: Mapped[Pence]
    place: Mapped[str] = mapped_column(default="")
    day: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    begun_by: Mapped[Staff] = relationship()
    history: Mapped[list["CampaignMove"]] = relationship(
        back_populates="campaign", order_by="CampaignMove.id", lazy="raise"
    )


@append_only
class CampaignMove(History, Model):
    """One change of a campaign's state. Never changed."""

    __tablename__ = "campaign_move"
    OF = "campaign"
    __table_args__ = (Index("ix_campaign_move_campaign_id", "campaign_id", "id"),)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    event: Mapped[CampaignEvent]
    was: Mapped[CampaignStatus]
    became: Mapped[CampaignStatus]
    at: Mapped[datetime]
    campaign: Mapped[Campaign] = relationship(back_populates="history")
    by: Mapped[Staff] = relationship()


Campaign.HISTORY = CampaignMove


class CampaignLoan(Numbered, Versioned, Model):
    """A loan that a campaign asks for, or holds out to see what comes back by itself."""

    __tablename__ = "campaign_loan"
    MOVES: ClassVar[Moves[AskStatus, AskEvent]] = ASK_LIFE
    HISTORY: ClassVar[type["CampaignLoanMove"]]
    __table_args__ = (
        UniqueConstraint("campaign_id", "loan_id"),
        # Nobody is asked for one thing by two campaigns at once.
        Index(
            "uq_campaign_loan_running",
            "loan_id",
            unique=True,
            postgresql_where=text("running"),
        ),
        Index("ix_campaign_loan_to_ask", "status", postgresql_where=text("running")),
    )
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"))
    status: Mapped[AskStatus]
    running: Mapped[bool] = mapped_column(default=True)  # as long as the campaign is
    value: Mapped[Pence]  # the catalogue price it was issued at
    score: Mapped[Pence]  # what asking was expected to bring
    because: Mapped[str]  # what spoke for asking, in words
    campaign: Mapped[Campaign] = relationship()
    loan: Mapped[Loan] = relationship()
    history: Mapped[list["CampaignLoanMove"]] = relationship(
        back_populates="campaign_loan", order_by="CampaignLoanMove.id", lazy="raise"
    )


@append_only
class CampaignLoanMove(History, Model):
    """One change of what became of asking for a loan. Never changed."""

    __tablename__ = "campaign_loan_move"
    OF = "campaign_loan"
    __table_args__ = (Index("ix_campaign_loan_move_campaign_loan_id", "campaign_loan_id", "id"),)
    campaign_loan_id: Mapped[int] = mapped_column(ForeignKey("campaign_loan.id"))
    event: Mapped[AskEvent]
    was: Mapped[AskStatus]
    became: Mapped[AskStatus]
    at: Mapped[datetime]
    because: Mapped[str | None]
    campaign_loan: Mapped[CampaignLoan] = relationship(back_populates="history")
    by: Mapped[Staff] = relationship()


CampaignLoan.HISTORY = CampaignLoanMove

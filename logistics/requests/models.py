"""Requests of the public, and the rows that slow whoever sends too many."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Coded, History, Model, Numbered, Versioned, append_only
from core.status import Moves
from equipment.models import Item
from loans.rules import BackReason
from logistics.requests.rules import REQUEST_LIFE, RequestEvent, RequestKind, RequestStatus
from people.models import Staff


class Request(Coded, Versioned, Model):
    """What somebody asks about an item. Who they are is blanked some time after it is done."""

    __tablename__ = "request"
    MOVES: ClassVar[Moves[RequestStatus, RequestEvent]] = REQUEST_LIFE
    HISTORY: ClassVar[type["RequestMove"]]
    __table_args__ = (
        Index("ix_request_status_asked_at", "status", "asked_at"),
        Index("ix_request_item_id", "item_id", "asked_at"),
        Index(
            "uq_request_waiting",
            "item_id",
            "kind",
            unique=True,
            postgresql_where=text("status in ('new', 'taken_up')"),
        ),
        CheckConstraint(
            "blanked_at is null or (words = '' and name = '' and telephone = '')",
            name="blank_is_blank",
        ),
        CheckConstraint(
            "blanked_at is null or status in ('done', 'set_aside')", name="blanked_when_over"
        ),
        CheckConstraint("reason is null or kind = 'collection'", name="reasons_of_collections"),
        CheckConstraint("times > 0", name="asked_at_least_once"),
    )
    kind: Mapped[RequestKind]
    status: Mapped[RequestStatus] = mapped_column(default=RequestStatus.NEW)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    asked_at: Mapped[datetime]
    last_at: Mapped[datetime]
    times: Mapped[int] = mapped_column(default=1)
    reason: Mapped[BackReason | None]
    words: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    telephone: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(String(8))
    over_at: Mapped[datetime | None]  # when it was done or set aside
    blanked_at: Mapped[datetime | None]
    item: Mapped[Item] = relationship()
    history: Mapped[list["RequestMove"]] = relationship(
        back_populates="request", order_by="RequestMove.id", lazy="raise"
    )


@append_only
class RequestMove(History, Model):
    """One change of a request's state. Never changed."""

    __tablename__ = "request_move"
    OF = "request"
    __table_args__ = (Index("ix_request_move_request_id", "request_id", "id"),)
    request_id: Mapped[int] = mapped_column(ForeignKey("request.id"))
    event: Mapped[RequestEvent]
    was: Mapped[RequestStatus]
    became: Mapped[RequestStatus]
    at: Mapped[datetime]
    because: Mapped[str | None]
    request: Mapped[Request] = relationship(back_populates="history")
    by: Mapped[Staff] = relationship()


Request.HISTORY = RequestMove


class RequestSent(Numbered, Model):
    """That something was sent from somewhere: forgotten after a day, kept to slow floods."""

    __tablename__ = "request_sent"
    __table_args__ = (
        Index("ix_request_sent_origin", "origin", "at"),
        Index("ix_request_sent_item_id", "item_id", "at"),
    )
    origin: Mapped[str]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    at: Mapped[datetime]

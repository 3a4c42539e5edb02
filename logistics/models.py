"""Visits and their lines."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Coded, History, Model, Numbered, Versioned, append_only
from core.status import Moves
from loans.models import Client, Loan, Order, OrderLine
from logistics.rules import (
    VISIT_LIFE,
    FailReason,
    VisitEvent,
    VisitKind,
    VisitStatus,
)
from people.models import Staff


class Visit(Coded, Versioned, Model):
    """One stop at one address."""

    __tablename__ = "visit"
    MOVES: ClassVar[Moves[VisitStatus, VisitEvent]] = VISIT_LIFE
    HISTORY: ClassVar[type["VisitMove"]]
    __table_args__ = (
        CheckConstraint(
            "status not in ('done', 'part_done') or finished_at is not null", name="done_when"
        ),
        CheckConstraint(
            "(status = 'failed') = (fail_reason is not null)", name="failed_with_reason"
        ),
        CheckConstraint(
            "(kind = 'delivery') = (order_id is not null)", name="a_delivery_has_its_order"
        ),
        Index("ix_visit_due_on_status", "due_on", "status"),
        Index("ix_visit_driver_id", "driver_id", "due_on"),
        Index("ix_visit_finished_at", "finished_at"),  # the board counts a month's visits
        Index(
            "uq_visit_order_open",
            "order_id",
            unique=True,
            postgresql_where=text("status in ('planned', 'out')"),
        ),
    )
    kind: Mapped[VisitKind]
    status: Mapped[VisitStatus]
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    address: Mapped[str]
    postcode: Mapped[str] = mapped_column(String(8))
    due_on: Mapped[date]
    driver_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    finished_at: Mapped[datetime | None]
    fail_reason: Mapped[FailReason | None]
    received_by: Mapped[str] = mapped_column(default="")  # proof: the name given at the door
    unsigned_because: Mapped[str] = mapped_column(default="")
    instructions_given: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")
    client: Mapped[Client] = relationship()
    order: Mapped[Order | None] = relationship()
    driver: Mapped[Staff | None] = relationship()
    lines: Mapped[list["VisitLine"]] = relationship(back_populates="visit", order_by="VisitLine.id")
    history: Mapped[list["VisitMove"]] = relationship(
        back_populates="visit", order_by="VisitMove.id", lazy="raise"
    )


@append_only
class VisitMove(History, Model):
    """One change of a visit's state. Never changed."""

    __tablename__ = "visit_move"
    OF = "visit"
    __table_args__ = (Index("ix_visit_move_visit_id", "visit_id", "id"),)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    event: Mapped[VisitEvent]
    was: Mapped[VisitStatus]
    became: Mapped[VisitStatus]
    at: Mapped[datetime]
    because: Mapped[str | None]
    visit: Mapped[Visit] = relationship(back_populates="history")
    by: Mapped[Staff] = relationship()


Visit.HISTORY = VisitMove


class VisitLine(Numbered, Model):
    """One thing to bring or to fetch at a stop."""

    __tablename__ = "visit_line"
    __table_args__ = (
        CheckConstraint("num_nonnulls(order_line_id, loan_id) = 1", name="brings_or_fetches"),
        Index("ix_visit_line_visit_id", "visit_id"),
        Index("ix_visit_line_loan_id", "loan_id"),
        Index("ix_visit_line_order_line_id", "order_line_id"),
    )
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"))
    loan_id: Mapped[int | None] = mapped_column(ForeignKey("loan.id"))
    done: Mapped[bool | None]  # none until the visit is over
    visit: Mapped[Visit] = relationship(back_populates="lines")
    order_line: Mapped[OrderLine | None] = relationship()
    loan: Mapped[Loan | None] = relationship()

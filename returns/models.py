"""Returns, and the records without which nothing is lent again."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Coded, Model, Numbered, Versioned, append_only
from equipment.models import Item
from equipment.rules import Cleaning
from loans.models import Loan
from people.models import Staff
from returns.rules import Condition, Decision


class Return(Coded, Versioned, Model):
    """An item's arrival back, from the scan to what became of it."""

    __tablename__ = "return"
    __table_args__ = (
        CheckConstraint("(decided_at is null) = (decision is null)", name="decided_when"),
        Index("ix_return_item_id", "item_id"),
        Index("ix_return_decided_at", "decided_at"),
        Index(
            "uq_return_item_open",
            "item_id",
            unique=True,
            postgresql_where=text("decided_at is null"),
        ),
    )
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    # None where nobody had it on loan: found, or taken off hold.
    loan_id: Mapped[int | None] = mapped_column(ForeignKey("loan.id"), unique=True)
    received_at: Mapped[datetime]
    received_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    decision: Mapped[Decision | None]
    item: Mapped[Item] = relationship()
    loan: Mapped[Loan | None] = relationship()
    received_by: Mapped[Staff] = relationship()


@append_only
class Inspection(Numbered, Model):
    """What the inspector saw."""

    __tablename__ = "inspection"
    return_id: Mapped[int] = mapped_column(ForeignKey("return.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    condition: Mapped[Condition]
    note: Mapped[str] = mapped_column(default="")
    by: Mapped[Staff] = relationship()


@append_only
class Decontamination(Numbered, Model):
    """The record without which nothing goes back to the clean side."""

    __tablename__ = "decontamination"
    return_id: Mapped[int] = mapped_column(ForeignKey("return.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    method: Mapped[Cleaning]
    by: Mapped[Staff] = relationship()


@append_only
class Repair(Numbered, Model):
    """What was mended."""

    __tablename__ = "repair"
    return_id: Mapped[int] = mapped_column(ForeignKey("return.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    work: Mapped[str]
    by: Mapped[Staff] = relationship()

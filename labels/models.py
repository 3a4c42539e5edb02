"""Labels as they were printed, and the print runs they were printed in."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Coded, Model, Numbered
from equipment.models import Item
from people.models import Staff


class PrintRun(Coded, Model):
    """One batch of labels asked for once: the same sheet however often it is opened."""

    __tablename__ = "print_run"
    __table_args__ = (CheckConstraint("start between 1 and 200", name="starts_on_the_sheet"),)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    layout: Mapped[str]
    start: Mapped[int] = mapped_column(default=1)  # the first free label of the sheet
    opened_at: Mapped[datetime | None]  # when the PDF was first fetched to be printed
    by: Mapped[Staff] = relationship()
    labels: Mapped[list["Label"]] = relationship(back_populates="run", order_by="Label.id")


class Label(Numbered, Model):
    """One printed label of an item. A reprint is a new issue and may void the older ones."""

    __tablename__ = "label"
    __table_args__ = (
        UniqueConstraint("item_id", "issue"),
        CheckConstraint("(voided_at is null) = (void_reason is null)", name="void_with_reason"),
        Index("ix_label_run_id", "run_id"),
    )
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    issue: Mapped[int]
    run_id: Mapped[int] = mapped_column(ForeignKey("print_run.id"))
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]
    item: Mapped[Item] = relationship()
    run: Mapped[PrintRun] = relationship(back_populates="labels")

"""Labels as they were printed, and the print runs they were printed in."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Coded, Model, Numbered, Versioned
from equipment.models import Item
from labels.rules import VoidReason
from people.models import Staff


class PrintRun(Coded, Versioned, Model):
    """One batch of labels asked for once: the same sheet however often it is opened."""

    __tablename__ = "print_run"
    __table_args__ = (
        CheckConstraint("start between 1 and 200", name="starts_on_the_sheet"),
        CheckConstraint("(printed_at is null) = (printed_by_id is null)", name="printed_by_whom"),
        Index("ix_print_run_at", "at"),
        Index("ix_print_run_batch_id", "batch_id", postgresql_where=text("batch_id is not null")),
    )
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    layout: Mapped[str]
    start: Mapped[int] = mapped_column(default=1)  # the first free label of the sheet
    printed_at: Mapped[datetime | None]  # when somebody first said that the sheet came out
    printed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))  # the job that made it
    by: Mapped[Staff] = relationship(foreign_keys=by_id)
    printed_by: Mapped[Staff | None] = relationship(foreign_keys=printed_by_id)
    labels: Mapped[list["Label"]] = relationship(back_populates="run", order_by="Label.id")


class Label(Numbered, Versioned, Model):
    """One printed label of an item. A reprint is a new issue and may void the older ones."""

    __tablename__ = "label"
    __table_args__ = (
        UniqueConstraint("item_id", "issue"),
        CheckConstraint("issue > 0", name="issues_count_from_one"),
        CheckConstraint(
            "num_nonnulls(voided_at, voided_by_id, void_reason) in (0, 3)", name="void_with_reason"
        ),
        Index("ix_label_run_id", "run_id"),
    )
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    issue: Mapped[int]
    run_id: Mapped[int] = mapped_column(ForeignKey("print_run.id"))
    product_name: Mapped[str]  # as it was printed: a renamed product leaves the sheet as it was
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    void_reason: Mapped[VoidReason | None]
    item: Mapped[Item] = relationship()
    voided_by: Mapped[Staff | None] = relationship()
    run: Mapped[PrintRun] = relationship(back_populates="labels")

"""Jobs: who asked for what, how far it has come, and how it ended."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Coded, Model
from people.models import Staff


class Job(Coded, Model):
    """Something that is done in pieces; each piece and its progress are one transaction."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("done between 0 and total", name="no_more_than_all"),
        CheckConstraint(
            "num_nonnulls(finished_at, cancelled_at, failed_because) <= 1", name="ends_one_way"
        ),
        Index(
            "ix_job_open",
            "id",
            postgresql_where=text(
                "finished_at is null and cancelled_at is null and failed_because is null"
            ),
        ),
        Index("ix_job_by_id", "by_id"),
    )
    kind: Mapped[str]
    title: Mapped[str]
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    failed_because: Mapped[str | None]
    by: Mapped[Staff] = relationship()

    @property
    def ended(self) -> bool:
        """Whether nothing more is done for it."""
        return bool(self.finished_at or self.cancelled_at or self.failed_because)

    @property
    def state(self) -> str:
        """How it stands, in words."""
        if self.finished_at:
            return "finished"
        if self.cancelled_at:
            return "cancelled"
        if self.failed_because:
            return "stopped"
        return "under way" if self.done else "waiting"

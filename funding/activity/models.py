"""The rows of an activity file that wait to be posted."""

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model
from people.jobs.models import Job


class ActivityRow(Model):
    """One charge to be, in its place in the file."""

    __tablename__ = "activity_row"
    job_id: Mapped[int] = mapped_column(ForeignKey(Job.id), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    charge: Mapped[dict[str, Any]]  # as `funding.activity.rules.Row` is kept

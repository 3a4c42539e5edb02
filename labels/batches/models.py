"""Batches of labels: what was asked for, and in which order it is made."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model
from equipment.models import Item
from people.jobs.models import Job


class LabelBatch(Model):
    """Labels asked for at once that are made by a job, a print run for each of its pieces."""

    __tablename__ = "label_batch"
    job_id: Mapped[int] = mapped_column(ForeignKey(Job.id), primary_key=True)
    layout: Mapped[str]
    start: Mapped[int]  # the first free label of the first sheet
    again: Mapped[bool]  # whether items that have a label already get another
    job: Mapped[Job] = relationship()


class LabelWanted(Model):
    """One item of a batch, in its place in it."""

    __tablename__ = "label_wanted"
    job_id: Mapped[int] = mapped_column(ForeignKey(LabelBatch.job_id), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey(Item.id))

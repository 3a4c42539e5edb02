"""Asking for a job and calling it off. A kind of job is one function, which does a piece."""

from datetime import datetime
from typing import Protocol

from sqlalchemy import select

from core.db import add, db
from core.errors import NotAllowed
from people.jobs.models import Job
from people.models import Staff


class Piece(Protocol):
    """Does the next piece of a job and answers how much that was; nothing when none is left."""

    def __call__(self, job: Job, *, by: Staff, at: datetime) -> int:
        """Do it."""


KINDS: dict[str, Piece] = {}


def ask(kind: str, title: str, total: int, *, by: Staff, at: datetime) -> Job:
    """Ask for something to be done in pieces. It waits until somebody works on it."""
    return add(Job(kind=kind, title=title, total=total, by_id=by.id, asked_at=at))


def cancel(job: Job, *, by: Staff, at: datetime) -> None:
    """Do no more of a job. What was done stays done, and the job says how much that was."""
    job = db.session.scalars(
        select(Job)
        .where(Job.id == job.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if job.ended:
        raise NotAllowed(f"This is {job.state} already, so there is nothing to call off.")
    job.cancelled_at = at
    db.session.flush()

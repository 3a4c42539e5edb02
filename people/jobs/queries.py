"""Jobs as whoever asked for them sees them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import joinedload

from core.codes import is_code
from core.db import db
from core.errors import NotFound
from people.jobs.models import Job
from people.models import Staff
from people.rules import May


def _seen_by(viewer: Staff) -> ColumnElement[bool]:
    """One's own; every one for who sees the audit trail."""
    return true() if viewer.may(May.SEE_AUDIT) else Job.by_id == viewer.id


def jobs(*, viewer: Staff, limit: int = 100) -> Sequence[Job]:
    """The latest jobs a viewer may see."""
    asked = select(Job).where(_seen_by(viewer)).options(joinedload(Job.by))
    return db.session.scalars(asked.order_by(Job.id.desc()).limit(limit)).all()


def job_by_code(code: str, *, viewer: Staff) -> Job:
    """A job by its code. Raises NotFound, also where it is somebody else's."""
    wanted = code.upper()
    found = None
    if is_code(wanted):
        asked = select(Job).where(Job.code == wanted, _seen_by(viewer)).options(joinedload(Job.by))
        found = db.session.scalar(asked)
    if found is None:
        raise NotFound("There is no such job of yours. Look at the list of jobs.")
    return found


def open_jobs() -> list[int]:
    """The numbers of the jobs that have not ended, the oldest first."""
    ended = (Job.finished_at, Job.cancelled_at, Job.failed_because)
    asked = select(Job.id).where(*(column.is_(None) for column in ended))
    return list(db.session.scalars(asked.order_by(Job.id)))

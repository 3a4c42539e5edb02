"""The door through which jobs are worked on: piece by piece, one transaction each."""

import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from core.clock import now
from core.db import db, transaction
from core.errors import Refused, TakenByAnother
from people.audit import acting
from people.jobs.actions import KINDS
from people.jobs.models import Job
from people.jobs.queries import open_jobs

Told = Callable[[int], None]


def work_on(job_id: int, told: Told = lambda _: None) -> None:
    """Do a job until it ends, or somebody else has it; says after each piece how far it has come.

    Killed at any moment, the piece under way is undone and the next who works on it goes on there.
    """
    while True:
        try:
            done = _piece(job_id)
        except TakenByAnother:
            return
        except Refused as why:
            with transaction("job stopped"):
                stop(job_id, why)
            return
        if done is None:
            return
        told(done)


def _piece(job_id: int) -> int | None:
    """How far the job has come after its next piece; none where nothing more is done."""
    with transaction("job"):
        job: Job | None = next_piece(job_id, at=now())
        if job is None:
            return None
        acting(job.by)
        return None if job.ended else job.done


def work(*, once: bool, every: float = 1.0) -> int:
    """Work off what is asked for; for ever, unless `once`. Answers how many jobs were touched."""
    touched = 0
    while True:
        waiting = open_jobs()
        db.session.remove()
        for job_id in waiting:
            work_on(job_id)
            touched += 1
        if once:
            return touched
        time.sleep(every)


def next_piece(job_id: int, *, at: datetime) -> Job | None:
    """Do the next piece of a job, with its progress, unless somebody else is at it.

    Answers the job, or nothing where it has ended or is in other hands.
    """
    job = db.session.scalar(
        select(Job)
        .where(Job.id == job_id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if job is None or job.ended:
        return None
    did = KINDS[job.kind](job, by=job.by, at=at)
    job.done += did
    if not did:
        job.finished_at = at
    db.session.flush()
    return job


def stop(job_id: int, why: Refused) -> None:
    """Note why a job cannot go on."""
    job = db.session.get_one(Job, job_id, with_for_update=True)
    if not job.ended:
        job.failed_because = why.sentence
    db.session.flush()

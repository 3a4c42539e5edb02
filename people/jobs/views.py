"""Pages of jobs: how far each has come, and calling one off."""

from typing import Any

from flask import flash, redirect, url_for

from core.clock import now
from core.errors import NotFound, Refused
from people.access import signed_in, who
from people.blueprint import bp
from people.jobs import actions
from people.jobs.queries import job_by_code
from people.jobs.queries import jobs as latest
from web.pages import page
from web.writes import writes


@bp.get("/jobs")
@signed_in
def jobs() -> Any:
    """What somebody has asked to be done, the latest first."""
    return page("people/jobs.html", jobs=latest(viewer=who()))


@bp.get("/jobs/<code>")
@signed_in
def job(code: str) -> Any:
    """How far one job has come."""
    return page("people/job.html", job=job_by_code(code, viewer=who()))


@bp.post("/jobs/<code>/cancel")
@signed_in
@writes
def cancel_job(code: str) -> Any:
    """Call a job off; what was done stays done."""
    found = job_by_code(code, viewer=who())
    try:
        actions.cancel(found, by=who(), at=now())
    except NotFound:
        raise
    except Refused as why:
        flash(why.sentence, "important")
        return page("people/job.html", job=found), why.status
    flash("Called off. What was done until now stays.")
    return redirect(url_for("people.job", code=code), 303)

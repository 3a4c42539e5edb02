"""The page to take in a month's activity on."""

from typing import Any

from flask import redirect, url_for

from core.clock import now
from core.errors import Refused
from funding.activity import cli
from funding.activity.actions import Faults, take_in
from funding.activity.forms import ActivityForm
from funding.activity.rules import COLUMNS, KINDS
from funding.blueprint import bp
from people.access import needs, who
from people.rules import May
from web.csvs import csv_answer
from web.pages import page
from web.writes import writes

__all__ = ["cli"]
EXAMPLE = (
    "D-1001", "2026-05-04", "delivery", "21.30", "beds and rails", "joint", "falls prevention",
    "52R", "E10000024", "", "", "Bed delivered",
)  # fmt: skip


def _page(form: ActivityForm, faults: tuple[str, ...] | list[str] = ()) -> str:
    return page(
        "funding/activity.html", form=form, faults_found=faults, columns=COLUMNS, kinds=KINDS
    )


@bp.get("/activity")
@needs(May.KEEP_AGREEMENTS)
def activity() -> Any:
    """What a file of charges looks like, and the form to take one in."""
    return _page(ActivityForm())


@bp.get("/activity/example.csv")
@needs(May.KEEP_AGREEMENTS)
def activity_example() -> Any:
    """A file with the columns and one row."""
    return csv_answer("activity", COLUMNS, [EXAMPLE])


@bp.post("/activity")
@needs(May.KEEP_AGREEMENTS)
@writes
def take_in_activity() -> Any:
    """Take in a file; a job posts it."""
    form = ActivityForm()
    if not form.validate():
        return _page(form), 422
    try:
        job = take_in(form.lines, "pasted lines", by=who(), at=now())
    except Faults as why:
        return _page(form.refused(why), why.faults), why.status
    except Refused as why:
        return _page(form.refused(why)), why.status
    return redirect(url_for("people.job", code=job.code), 303)

"""Doors from a figure to the board room: they compute what is quoted, and call its actions."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, request, url_for

from board.forms import StepForm
from board.motions.actions import put_motion
from board.queries import open_meetings, seats
from board.rules import Quoted
from board.steps.actions import mark_step
from board.steps.queries import carried_motions, steps_ever
from core.clock import london_day, now
from core.errors import Invalid, Refused
from people.access import needs, who
from people.rules import May
from reports.blueprint import bp
from reports.choices import Asked, asked
from reports.measures import measure_by_code
from reports.minuting.forms import QuotingForm
from reports.minuting.quoting import quoted
from reports.rules import Measure, read_basis
from web.forms import Form
from web.pages import page
from web.writes import writes


def _asked(at: datetime) -> Asked:
    return asked(request.args, viewer=who(), on=london_day(at))


def _quoted(measure: Measure, chosen: Asked, at: datetime) -> Quoted:
    basis = read_basis(measure, request.args.get("basis", ""))
    return quoted(measure, basis, chosen, viewer=who(), at=at, on=london_day(at))


def _quoting_page(measure: Measure, told: Quoted | None, chosen: Asked, form: Form) -> str:
    return page(
        "reports/minute.html", measure=measure, quoted=told, address=chosen.address, form=form
    )


@bp.get("/board/<code>/decide")
@needs(May.MINUTE)
def new_decision(code: str) -> Any:
    """The figure as it stands, and what the board is to decide about it."""
    measure, at = measure_by_code(code), now()
    chosen, form = _asked(at), _offered(QuotingForm(formdata=None))
    try:
        told = _quoted(measure, chosen, at)
    except Refused as why:
        return _quoting_page(measure, None, chosen, form.refused(why)), why.status
    return _quoting_page(measure, told, chosen, form), chosen.status


def _offered(form: QuotingForm) -> QuotingForm:
    meetings = open_meetings()
    partners = {one.id: one for meeting in meetings for one in seats(meeting).values()}
    form.offer(partners.values())
    return form.offer_meetings(meetings)


@bp.post("/board/<code>/decide")
@needs(May.MINUTE)
@writes
def quote_figure(code: str) -> Any:
    """Put a motion about a figure, which is frozen as it stands at this moment."""
    measure, at, form = measure_by_code(code), now(), _offered(QuotingForm())
    chosen, told = _asked(at), None
    try:
        told = _quoted(measure, chosen, at)
        if not form.validate() or chosen.status != 200:
            return _quoting_page(measure, told, chosen, form), 422
        meeting = next(one for one in open_meetings() if one.code == form.meeting.data)
        proposer = next(
            (one for one in seats(meeting).values() if one.code == form.proposer.data), None
        )
        if proposer is None:
            raise Invalid("It has no vote at that meeting. Choose another.", field="proposer")
        motion = put_motion(
            meeting, proposer=proposer, title=form.title.data or "", says=form.says.data or "",
            quoting=told, by=who(), at=at,
        )  # fmt: skip
    except Refused as why:
        return _quoting_page(measure, told, chosen, form.refused(why)), why.status
    flash("The motion is on the agenda, with the figure as it stands now.")
    return redirect(url_for("board.motion", code=motion.code), 303)


def _step_page(measure: Measure, form: Form) -> str:
    return page("reports/step.html", measure=measure, form=form, steps=steps_ever(measure.code))


@bp.get("/board/<code>/steps")
@needs(May.SEE_BOARD)
def measure_steps(code: str) -> Any:
    """Every step ever marked in a measure, and a form for the next."""
    form = StepForm(formdata=None).offer(carried_motions())
    return _step_page(measure_by_code(code), form)


@bp.post("/board/<code>/steps")
@needs(May.MINUTE)
@writes
def mark_measure_step(code: str) -> Any:
    """Let a measure's limits begin anew in a month, with the reason."""
    measure, motions = measure_by_code(code), carried_motions()
    form = StepForm().offer(motions)
    if not form.validate():
        return _step_page(measure, form), 422
    try:
        if not measure.settled or form.month.month is None:
            raise Invalid(
                "Write the month, like 2026-04." if measure.settled
                else "This measure's months go on changing, so it has no chart.", field="month",
            )  # fmt: skip
        mark_step(
            measure.code, month=form.month.month, reason=form.reason.data or "", by=who(),
            at=now(), motion=next((one for one in motions if one.code == form.motion.data), None),
        )  # fmt: skip
    except Refused as why:
        return _step_page(measure, form.refused(why)), why.status
    flash("The step is marked. The chart's limits begin anew in that month.")
    return redirect(url_for("reports.measure", code=measure.code.lower()), 303)

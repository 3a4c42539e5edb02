"""Pages of visits: planning them, picking for them, and the driver's own."""

from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, url_for

from core.clock import add_working_days, london_day, now
from core.errors import NotFound, Refused
from logistics import actions
from logistics.due import collections_due, deliveries_due
from logistics.forms import CancelForm, FailForm, FinishForm, MoveForm, PlanForm, ScanForm
from logistics.models import Visit
from logistics.picks import line_set_aside, lines_to_pick
from logistics.planning import plan_all
from logistics.queries import busy_days, left_over, my_visits, visit_by_code, visits_of_day
from logistics.rules import FailReason
from logistics.stops import Stop, stop_of
from people.access import needs, who
from people.audit import look
from people.rules import May
from web.pages import page
from web.writes import looks, writes

bp = Blueprint("logistics", __name__, url_prefix="/visits", template_folder="templates")


def today() -> date:
    """The day it is in London."""
    return london_day(now())


@bp.get("/")
@needs(May.PLAN_VISITS)
def plan() -> Any:
    """What is due and not planned, overdue first."""
    return _plan_page(PlanForm.of(who(), due_on=add_working_days(today(), 1)))


def _plan_page(form: PlanForm) -> str:
    return page(
        "logistics/plan.html",
        form=form,
        deliveries=deliveries_due(viewer=who(), on=today()),
        collections=collections_due(viewer=who(), on=today()),
        left_over=left_over(viewer=who(), on=today()),
        days=busy_days(viewer=who(), on=today()),
        today=today(),
    )


@bp.post("/")
@needs(May.PLAN_VISITS)
@writes
def make_plan() -> Any:
    """Plan what was ticked for a day and a driver."""
    form = PlanForm.of(who())
    if not form.validate():
        return _plan_page(form), 422
    try:
        visits = plan_all(form.keys, **form.when_and_who(), by=who(), at=now())
    except Refused as why:
        return _plan_page(form.refused(why)), why.status
    flash(f"{len(visits)} {'visit' if len(visits) == 1 else 'visits'} planned.")
    return redirect(url_for("logistics.day", day=visits[0].due_on.isoformat()), 303)


@bp.get("/day/<day>")
@needs(May.PLAN_VISITS, May.DO_VISITS)
def day(day: str) -> Any:
    """The visits of a day, by driver."""
    try:
        chosen = date.fromisoformat(day)
    except ValueError:
        raise NotFound("There is no such day. Write it like 2026-10-03.") from None
    visits = visits_of_day(chosen, viewer=who(), on=today())
    by_driver = groupby(visits, key=lambda visit: visit.driver_id)  # as they come
    rounds = [
        [stop_of(visit, viewer=who(), on=today()) for visit in group] for _, group in by_driver
    ]
    return page("logistics/day.html", day=chosen, rounds=rounds, days=_around(chosen))


def _around(day: date) -> tuple[date, date]:
    """The day before and the day after, as far as the calendar goes."""
    first, last = date.min.toordinal(), date.max.toordinal()
    return (
        date.fromordinal(max(day.toordinal() - 1, first)),
        date.fromordinal(min(day.toordinal() + 1, last)),
    )


@bp.get("/mine")
@needs(May.DO_VISITS)
@looks
def my_visits_today() -> Any:
    """The driver's own stops of today: the next one large, the rest small."""
    stops = [
        _looked_at(stop_of(visit, viewer=who(), on=today()))
        for visit in my_visits(viewer=who(), on=today())
    ]
    older = [v for v in left_over(viewer=who(), on=today()) if v.driver_id == who().id]
    return page("logistics/mine.html", stops=stops, older=older, today=today())


def _looked_at(stop: Stop) -> Stop:
    """The stop, with the look at its client's record noted where it shows one."""
    if stop.address is not None:
        look("client", stop.visit.client.code)
    return stop


@bp.get("/picks")
@needs(May.PICK)
def picks() -> Any:
    """What is set aside for orders and still on the shelf."""
    return _picks_page(ScanForm())


def _picks_page(form: ScanForm) -> str:
    rows = lines_to_pick(viewer=who(), on=today())
    return page("logistics/picks.html", form=form, rows=rows, today=today())


@bp.post("/picks")
@needs(May.PICK)
@writes
def pick_any() -> Any:
    """Pick whatever was scanned, if it is set aside for an order."""
    form = ScanForm()
    if not form.validate():
        return _picks_page(form), 422
    try:
        item = actions.pick_scanned(form.label, by=who(), at=now())
    except Refused as why:
        return _picks_page(form.refused(why)), why.status
    flash(f"{item.code} is picked.")
    return redirect(url_for("logistics.picks"), 303)


@bp.get("/picks/<code>")
@needs(May.PICK)
def pick_one(code: str) -> Any:
    """One item to fetch from its shelf, proved by its label."""
    return page("logistics/pick.html", form=ScanForm(), line=line_set_aside(code))


@bp.post("/picks/<code>")
@needs(May.PICK)
@writes
def pick_this(code: str) -> Any:
    """Pick this one item and no other."""
    form, line = ScanForm(), line_set_aside(code)
    if not form.validate():
        return page("logistics/pick.html", form=form, line=line), 422
    try:
        item = actions.pick(line, form.label, by=who(), at=now())
    except Refused as why:
        return page("logistics/pick.html", form=form.refused(why), line=line), why.status
    flash(f"{item.code} is picked.")
    return redirect(url_for("logistics.picks"), 303)


def _found(code: str) -> Visit:
    return visit_by_code(code, viewer=who(), on=today())


def _visit_page(visit: Visit, form: FinishForm | None = None) -> str:
    stop = _looked_at(stop_of(visit, viewer=who(), on=today()))
    form = form or FinishForm.of(stop)
    return page("logistics/visit.html", stop=stop, visit=visit, form=form, today=today())


@bp.get("/<code>")
@needs(May.PLAN_VISITS, May.DO_VISITS)
@looks
def visit(code: str) -> Any:
    """One stop: what to do there, or what was done and the proof of it."""
    return _visit_page(_found(code))


@bp.post("/<code>/set-out")
@needs(May.DO_VISITS)
@writes
def set_out(code: str) -> Any:
    """Leave for a stop."""
    visit = _found(code)
    actions.set_out(visit, by=who(), at=now())
    return redirect(url_for("logistics.visit", code=visit.code), 303)


@bp.post("/<code>/finish")
@needs(May.DO_VISITS)
@writes
def finish(code: str) -> Any:
    """Finish a stop with its proof."""
    visit = _found(code)
    form = FinishForm.of(stop_of(visit, viewer=who(), on=today()))
    if not form.validate():
        return _visit_page(visit, form), 422
    try:
        actions.finish(visit, **form.facts(), by=who(), at=now())
    except Refused as why:
        return _visit_page(visit, form.refused(why)), why.status
    return redirect(url_for("logistics.visit", code=visit.code), 303)


@bp.get("/<code>/failed")
@needs(May.DO_VISITS)
def failed(code: str) -> Any:
    """Ask why a visit could not be done."""
    return _ask("logistics/failed.html", _found(code), FailForm())


@bp.post("/<code>/failed")
@needs(May.DO_VISITS)
@writes
def fail(code: str) -> Any:
    """Record why a visit could not be done."""
    visit, form = _found(code), FailForm()
    if not form.validate():
        return _ask("logistics/failed.html", visit, form), 422
    reason, note = FailReason(form.reason.data), form.note.data or ""
    try:
        actions.fail(visit, reason=reason, note=note, by=who(), at=now())
    except Refused as why:
        return _ask("logistics/failed.html", visit, form.refused(why)), why.status
    return redirect(url_for("logistics.visit", code=visit.code), 303)


@bp.get("/<code>/cancel")
@needs(May.PLAN_VISITS)
def cancelling(code: str) -> Any:
    """Ask whether a visit is to be taken back."""
    return _ask("logistics/cancel.html", _found(code), CancelForm())


@bp.post("/<code>/cancel")
@needs(May.PLAN_VISITS)
@writes
def cancel(code: str) -> Any:
    """Take a planned visit back."""
    visit, form = _found(code), CancelForm()
    if not form.validate():
        return _ask("logistics/cancel.html", visit, form), 422
    try:
        actions.cancel(visit, because=form.because.data or "", by=who(), at=now())
    except Refused as why:
        return _ask("logistics/cancel.html", visit, form.refused(why)), why.status
    flash(f"Visit {visit.code} is cancelled. What it was for can be planned again.")
    return redirect(url_for("logistics.plan"), 303)


@bp.get("/<code>/move")
@needs(May.PLAN_VISITS)
def moving(code: str) -> Any:
    """Ask for another day or driver."""
    visit = _found(code)
    chosen = visit.driver.code if visit.driver is not None else ""
    return _ask(
        "logistics/move.html", visit, MoveForm.of(who(), due_on=visit.due_on, driver=chosen)
    )


@bp.post("/<code>/move")
@needs(May.PLAN_VISITS)
@writes
def move(code: str) -> Any:
    """Move a planned visit to another day or driver."""
    visit, form = _found(code), MoveForm.of(who())
    if not form.validate():
        return _ask("logistics/move.html", visit, form), 422
    try:
        actions.rearrange(visit, **form.when_and_who(), by=who(), at=now())
    except Refused as why:
        return _ask("logistics/move.html", visit, form.refused(why)), why.status
    flash(f"Visit {visit.code} is moved.")
    return redirect(url_for("logistics.day", day=visit.due_on.isoformat()), 303)


def _ask(template: str, visit: Visit, form: Any) -> str:
    stop = stop_of(visit, viewer=who(), on=today())
    return page(template, visit=visit, stop=stop, form=form)

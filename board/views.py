"""Pages of the board room: the meetings with their minutes, and what is to be done."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for

import board.duties.views
import board.motions.views
import board.steps.views
from board import actions, queries
from board.blueprint import bp
from board.forms import AttendanceForm, CorrectionForm, MeetingForm, NotesForm
from board.minutes import minutes_of
from board.models import Meeting
from board.rules import OPEN_MEETINGS, QUORUM, MeetingKind
from core.clock import london_day, now
from core.errors import Refused
from funding.queries import the_fund
from people.access import needs, who
from people.rules import May
from web.forms import Form
from web.pages import page
from web.paging import paged
from web.writes import writes

__all__ = ["board", "bp"]


@bp.get("/meetings")
@needs(May.SEE_BOARD)
def meetings() -> Any:
    """Every meeting, the latest first; above them what waits to be decided and to be done."""
    on = london_day(now())
    return page(
        "board/meetings.html", on=on, agenda=queries.agenda(on), meetings=paged(queries.meetings())
    )


@bp.get("/meetings/new")
@needs(May.MINUTE)
def new_meeting() -> Any:
    """When the board is to meet."""
    return page("board/form.html", title="Call a meeting", form=MeetingForm(formdata=None))


@bp.post("/meetings/new")
@needs(May.MINUTE)
@writes
def call_meeting() -> Any:
    """Call a meeting."""
    form = MeetingForm()
    if not form.validate():
        return page("board/form.html", title="Call a meeting", form=form), 422
    try:
        meeting = actions.call_meeting(
            the_fund(), on=form.on.data, kind=MeetingKind(form.kind.data),  # type: ignore[arg-type]
            place=form.place.data or "", by=who(), at=now(),
        )  # fmt: skip
    except Refused as why:
        return page("board/form.html", title="Call a meeting", form=form.refused(why)), why.status
    flash("The meeting is called. Put motions on its agenda.")
    return redirect(url_for("board.meeting", code=meeting.code), 303)


@bp.get("/meetings/<code>")
@needs(May.SEE_BOARD)
def meeting(code: str) -> Any:
    """A meeting: its agenda before, its minutes after."""
    return _meeting_page(queries.meeting_by_code(code), Form(formdata=None))


def _meeting_page(meeting: Meeting, form: Form) -> str:
    on = london_day(now())
    events = meeting.MOVES.events_from(meeting.status) if who().may(May.MINUTE) else ()
    return page(
        "board/meeting.html",
        minutes=minutes_of(meeting, viewer=who(), on=on),
        meeting=meeting,
        form=form,
        on=on,
        quorum=QUORUM,
        events=[one.name for one in events],
        open=meeting.status in OPEN_MEETINGS and who().may(May.MINUTE),
    )


def _go_on(code: str, act: Callable[..., object], sentence: str) -> Any:
    """Carry a meeting through an act, or show it with why not."""
    meeting = queries.meeting_by_code(code)
    try:
        act(meeting, by=who(), at=now())
    except Refused as why:
        return _meeting_page(queries.meeting_by_code(code), Form().refused(why)), why.status
    flash(sentence)
    return redirect(url_for("board.meeting", code=code), 303)


@bp.post("/meetings/<code>/begin")
@needs(May.MINUTE)
@writes
def begin_meeting(code: str) -> Any:
    """Begin a meeting on its day."""
    return _go_on(code, actions.begin, "The meeting has begun. Write down who is there.")


@bp.post("/meetings/<code>/call-off")
@needs(May.MINUTE)
@writes
def call_off_meeting(code: str) -> Any:
    """Call a meeting off."""
    return _go_on(code, actions.call_off, "The meeting is called off.")


@bp.post("/meetings/<code>/agree")
@needs(May.MINUTE)
@writes
def agree_minutes(code: str) -> Any:
    """Let the minutes stand for good."""
    return _go_on(code, actions.agree_minutes, "The minutes are agreed and stay as they are.")


def _under(meeting: Meeting, title: str, form: Form, text: str = "") -> str:
    """A form about a meeting."""
    return page("board/form.html", title=title, form=form, text=text, meeting=meeting)


def _written(
    meeting: Meeting, title: str, form: Form, act: Callable[[], object], sentence: str
) -> Any:
    """Do what a form about a meeting asks, or show it with why not."""
    if not form.validate():
        return _under(meeting, title, form), 422
    try:
        act()
    except Refused as why:
        return _under(meeting, title, form.refused(why)), why.status
    flash(sentence)
    return redirect(url_for("board.meeting", code=meeting.code), 303)


ATTENDANCE, NOTES, CORRECTION = "Who is there", "Notes of the meeting", "Correct the minutes"


@bp.get("/meetings/<code>/attendance")
@needs(May.MINUTE)
def attendance(code: str) -> Any:
    """Who came, as it is written down so far."""
    meeting = queries.meeting_by_code(code)
    form = AttendanceForm.of(queries.seats(meeting).values(), formdata=None)
    for one in meeting.attendances:
        if one.organisation.code in form.partners:
            form[f"present_{one.organisation.code}"].data = one.present
            form[f"names_{one.organisation.code}"].data = one.names
    return _under(meeting, ATTENDANCE, form, QUORUM)


@bp.post("/meetings/<code>/attendance")
@needs(May.MINUTE)
@writes
def attend(code: str) -> Any:
    """Write down who came."""
    meeting = queries.meeting_by_code(code)
    form = AttendanceForm.of(queries.seats(meeting).values())
    return _written(
        meeting, ATTENDANCE, form,
        lambda: actions.attend(meeting, form.came, by=who(), at=now()),
        "Who came is written down.",
    )  # fmt: skip


@bp.get("/meetings/<code>/notes")
@needs(May.MINUTE)
def notes(code: str) -> Any:
    """What is noted so far."""
    meeting = queries.meeting_by_code(code)
    return _under(meeting, NOTES, NotesForm(formdata=None, data={"notes": meeting.notes}))


@bp.post("/meetings/<code>/notes")
@needs(May.MINUTE)
@writes
def write_notes(code: str) -> Any:
    """Write the notes."""
    meeting, form = queries.meeting_by_code(code), NotesForm()
    return _written(
        meeting, NOTES, form,
        lambda: actions.note(meeting, form.notes.data or "", by=who(), at=now()),
        "The notes are in the draft of the minutes.",
    )  # fmt: skip


@bp.get("/meetings/<code>/correction")
@needs(May.MINUTE)
def correction(code: str) -> Any:
    """What agreed minutes got wrong."""
    return _under(queries.meeting_by_code(code), CORRECTION, CorrectionForm(formdata=None))


@bp.post("/meetings/<code>/correction")
@needs(May.MINUTE)
@writes
def correct(code: str) -> Any:
    """Say what agreed minutes got wrong."""
    meeting, form = queries.meeting_by_code(code), CorrectionForm()
    return _written(
        meeting, CORRECTION, form,
        lambda: actions.correct(meeting, form.text.data or "", by=who(), at=now()),
        "The correction stands below the minutes.",
    )  # fmt: skip

"""Pages of motions: put one, read one, vote, count the votes."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for

from board import queries
from board.blueprint import bp
from board.forms import AgendaForm, VoteForm
from board.minutes import item_of
from board.models import Meeting, Motion
from board.motions import actions
from board.motions.about import about_choices, read_about
from board.motions.queries import concerned, motion_by_code
from board.rules import RULES_TOLD, MeetingStatus, MotionStatus, Voice
from core.clock import london_day, now
from core.errors import Refused
from people.access import needs, who
from people.queries import organisations_by_number
from people.rules import May
from web.forms import Form
from web.pages import page
from web.writes import writes

TITLE = "Put a motion"


def _form_page(meeting: Meeting, form: Form) -> str:
    return page("board/form.html", title=TITLE, form=form, meeting=meeting)


def _offered(form: AgendaForm, meeting: Meeting) -> AgendaForm:
    choices = about_choices(viewer=who(), on=london_day(now()))
    return form.offer(queries.seats(meeting).values()).offer_about(choices)


@bp.get("/meetings/<code>/motions/new")
@needs(May.MINUTE)
def new_motion(code: str) -> Any:
    """What is to be put; `about` in the address says what it approves."""
    meeting = queries.meeting_by_code(code)
    form = _offered(AgendaForm(formdata=None), meeting)
    form.about.data = request.args.get("about", "")
    return _form_page(meeting, form)


@bp.post("/meetings/<code>/motions/new")
@needs(May.MINUTE)
@writes
def put_motion(code: str) -> Any:
    """Put a motion on the agenda."""
    meeting = queries.meeting_by_code(code)
    form = _offered(AgendaForm(), meeting)
    if not form.validate():
        return _form_page(meeting, form), 422
    partners = {one.code: one for one in queries.seats(meeting).values()}
    version, virement = read_about(form.about.data, viewer=who(), on=london_day(now()))
    try:
        motion = actions.put_motion(
            meeting, proposer=partners[form.proposer.data], title=form.title.data or "",
            says=form.says.data or "", version=version, virement=virement, by=who(), at=now(),
        )  # fmt: skip
    except Refused as why:
        return _form_page(meeting, form.refused(why)), why.status
    flash("The motion is on the agenda.")
    return redirect(url_for("board.motion", code=motion.code), 303)


@bp.get("/motions/<code>")
@needs(May.SEE_BOARD)
def motion(code: str) -> Any:
    """One motion: what it says, the figure it is about, who voted how, what came of it."""
    return _motion_page(motion_by_code(code), VoteForm(formdata=None))


def _motion_page(motion: Motion, form: Form) -> str:
    on = london_day(now())
    partners = queries.seats(motion.meeting)
    voted = {one.organisation_id for one in motion.votes}
    in_session = motion.status is MotionStatus.OPEN and motion.meeting.status is MeetingStatus.HELD
    return page(
        "board/motion.html",
        motion=motion,
        item=item_of(motion, partners, viewer=who(), on=on),
        form=form,
        rule=RULES_TOLD[motion.rule],
        concerned=organisations_by_number(concerned(motion)).values(),
        may_vote=in_session
        and bool(queries.own_seats(motion.meeting, viewer=who(), on=on) - voted),
        may_count=in_session and who().may(May.MINUTE),
        may_withdraw=motion.status is MotionStatus.OPEN and who().may(May.MINUTE),
    )


@bp.post("/motions/<code>/vote")
@needs(May.VOTE)
@writes
def vote(code: str) -> Any:
    """Vote for one's own organisation."""
    motion, form = motion_by_code(code), VoteForm()
    if not form.validate():
        return _motion_page(motion, form), 422
    voice = Voice(form.voice.data)
    return _go_on(
        motion, form, lambda: actions.vote(motion, voice, by=who(), at=now()),
        f"Your organisation has voted: {voice.value}.",
    )  # fmt: skip


def _go_on(motion: Motion, form: Form, act: Callable[[], object], sentence: str) -> Any:
    """Do something about a motion, or show it with why not."""
    code = motion.code
    try:
        act()
    except Refused as why:
        return _motion_page(motion_by_code(code), form.refused(why)), why.status
    flash(sentence)
    return redirect(url_for("board.motion", code=code), 303)


@bp.post("/motions/<code>/count")
@needs(May.MINUTE)
@writes
def count_votes(code: str) -> Any:
    """Count the votes."""
    motion = motion_by_code(code)
    return _go_on(
        motion, VoteForm(), lambda: actions.count_votes(motion, by=who(), at=now()),
        "The votes are counted.",
    )  # fmt: skip


@bp.post("/motions/<code>/withdraw")
@needs(May.MINUTE)
@writes
def withdraw_motion(code: str) -> Any:
    """Take a motion back."""
    motion = motion_by_code(code)
    return _go_on(
        motion, VoteForm(), lambda: actions.withdraw(motion, by=who(), at=now()),
        "The motion is withdrawn.",
    )  # fmt: skip

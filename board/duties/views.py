"""Pages of the actions the board gives."""

from typing import Any

from flask import flash, redirect, url_for

from board import actions, queries
from board.blueprint import bp
from board.forms import ActionForm, ActionSaidForm
from board.models import Action, Meeting
from board.rules import ActionEvent
from core.clock import now
from core.errors import Refused
from people.access import needs, who
from people.models import Organisation
from people.queries import employers
from people.rules import May
from web.forms import Form
from web.pages import page
from web.writes import writes

TITLE = "Give an action"
ACTS = {
    ActionEvent.FINISH: actions.finish,
    ActionEvent.REOPEN: actions.reopen,
    ActionEvent.DROP: actions.drop,
}


def _form_page(meeting: Meeting, form: Form) -> str:
    return page("board/form.html", title=TITLE, form=form, meeting=meeting)


def _owners(meeting: Meeting) -> dict[str, Organisation]:
    """Who may answer for an action, by code: the partners first, then whoever else there is."""
    there = {one.code: one for one in queries.seats(meeting).values()}
    return there | {one.code: one for one in employers() if one.code not in there}


@bp.get("/meetings/<code>/actions/new")
@needs(May.MINUTE)
def new_action(code: str) -> Any:
    """Who is to do what."""
    meeting = queries.meeting_by_code(code)
    form = ActionForm(formdata=None).offer(_owners(meeting).values(), meeting.motions)
    return _form_page(meeting, form)


@bp.post("/meetings/<code>/actions/new")
@needs(May.MINUTE)
@writes
def give_action(code: str) -> Any:
    """Give an action."""
    meeting = queries.meeting_by_code(code)
    owners = _owners(meeting)
    form = ActionForm().offer(owners.values(), meeting.motions)
    if not form.validate():
        return _form_page(meeting, form), 422
    motion = next((one for one in meeting.motions if one.code == form.motion.data), None)
    try:
        actions.give_action(
            meeting, what=form.what.data or "", owner=owners[form.owner.data], motion=motion,
            named=form.person.data or "", due_on=form.due_on.data,  # type: ignore[arg-type]
            by=who(), at=now(),
        )  # fmt: skip
    except Refused as why:
        return _form_page(meeting, form.refused(why)), why.status
    flash("The action is in the minutes.")
    return redirect(url_for("board.meeting", code=code), 303)


@bp.get("/actions/<code>")
@needs(May.SEE_BOARD)
def action(code: str) -> Any:
    """One action: who does it until when, and what was said of it."""
    found = queries.action_by_code(code)
    return _action_page(found, ActionSaidForm(formdata=None).offer(found))


def _action_page(action: Action, form: Form) -> str:
    return page("board/action.html", action=action, form=form, may=who().may(May.MINUTE))


@bp.post("/actions/<code>")
@needs(May.MINUTE)
@writes
def settle_action(code: str) -> Any:
    """Say what has become of an action."""
    found = queries.action_by_code(code)
    form = ActionSaidForm().offer(found)
    if not form.validate():
        return _action_page(found, form), 422
    try:
        act = ACTS[ActionEvent(form.event.data)]
        act(found, said=form.said.data or "", by=who(), at=now())
    except Refused as why:
        return _action_page(queries.action_by_code(code), form.refused(why)), why.status
    flash("It is written down.")
    return redirect(url_for("board.action", code=code), 303)

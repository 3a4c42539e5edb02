"""What is done at a meeting: it is called, begun, minuted, agreed; actions are given and done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from board.agenda import check_open, locked
from board.models import Action, Attendance, Correction, Meeting, Motion
from board.queries import seats
from board.rules import (
    ActionEvent,
    MeetingEvent,
    MeetingKind,
    MeetingStatus,
    MotionStatus,
)
from core.clock import london_day
from core.db import add, db
from core.errors import Invalid, NotAllowed
from core.status import move, words
from funding.models import Fund
from people.models import Organisation, Staff


def call_meeting(
    fund: Fund, *, on: date, kind: MeetingKind, place: str = "", by: Staff, at: datetime
) -> Meeting:
    """Call a meeting for a day. Raises Invalid where the board meets on that day already."""
    there = db.session.scalar(
        select(Meeting).where(
            Meeting.fund_id == fund.id,
            Meeting.on == on,
            Meeting.status != MeetingStatus.CALLED_OFF,
        )
    )
    if there is not None:
        raise Invalid("The board meets on that day already. Choose another.", field="on")
    if on < london_day(at):
        raise Invalid("That day is over. Choose today or a later day.", field="on")
    return add(Meeting(fund_id=fund.id, on=on, kind=kind, place=place))


def begin(meeting: Meeting, *, by: Staff, at: datetime) -> None:
    """Begin a meeting on its day: its minutes are a draft from now on."""
    meeting = locked(meeting)
    if meeting.on > london_day(at):
        raise NotAllowed(f"This meeting is on {meeting.on:%-d %B %Y}. Begin it on that day.")
    move(meeting, MeetingEvent.BEGIN, by=by, at=at)


def call_off(meeting: Meeting, *, by: Staff, at: datetime) -> None:
    """Call a meeting off that has nothing left to decide."""
    meeting = locked(meeting)
    _refuse_open_motions(meeting, "Withdraw its motions first, or put them to another meeting.")
    move(meeting, MeetingEvent.CALL_OFF, by=by, at=at)


def _refuse_open_motions(meeting: Meeting, instead: str) -> None:
    still = db.session.scalar(
        select(Motion.title)
        .where(Motion.meeting_id == meeting.id, Motion.status == MotionStatus.OPEN)
        .order_by(Motion.id)
        .limit(1)
    )
    if still is not None:
        raise NotAllowed(f"“{still}” is not decided yet. {instead}")


@dataclass(frozen=True)
class Came:
    """Whether a partner came, and who spoke for it."""

    present: bool
    names: str = ""


def attend(meeting: Meeting, came: Mapping[int, Came], *, by: Staff, at: datetime) -> None:
    """Write down who came, by the partners' numbers; who is not named is left as it stands."""
    meeting = locked(meeting)
    move(meeting, MeetingEvent.NOTE, by=by, at=at)
    there = {one.organisation_id: one for one in meeting.attendances}
    for who in came.keys() & seats(meeting).keys():
        one = there.get(who) or Attendance(meeting_id=meeting.id, organisation_id=who)
        one.present, one.names = came[who].present, came[who].names
        db.session.add(one)
    db.session.flush()
    db.session.expire(meeting, ["attendances"])


def note(meeting: Meeting, text: str, *, by: Staff, at: datetime) -> None:
    """Write what was said into the draft of the minutes, in place of what stood there."""
    meeting = locked(meeting)
    move(meeting, MeetingEvent.NOTE, by=by, at=at)
    meeting.notes = text
    db.session.flush()


def agree_minutes(meeting: Meeting, *, by: Staff, at: datetime) -> None:
    """Let the minutes stand as they are, for good. Raises NotAllowed while a motion is open."""
    meeting = locked(meeting)
    meeting.MOVES.after(meeting.status, MeetingEvent.AGREE)
    _refuse_open_motions(meeting, "Count the votes or withdraw it before the minutes are agreed.")
    move(meeting, MeetingEvent.AGREE, by=by, at=at)


def correct(meeting: Meeting, text: str, *, by: Staff, at: datetime) -> Correction:
    """Say what agreed minutes got wrong. The minutes themselves stay as they were agreed."""
    if meeting.status is not MeetingStatus.AGREED:
        raise NotAllowed("These minutes are not agreed yet. Change the draft instead.")
    return add(Correction(meeting_id=meeting.id, text=text, at=at, by_id=by.id))


def give_action(
    meeting: Meeting,
    *,
    what: str,
    owner: Organisation,
    due_on: date,
    named: str = "",
    motion: Motion | None = None,
    by: Staff,
    at: datetime,
) -> Action:
    """Give somebody something to do by a day, because the board said so."""
    meeting = locked(meeting)
    check_open(meeting)
    if due_on < meeting.on:
        raise Invalid("Choose the day of the meeting or a later one.", field="due_on")
    if motion is not None and motion.meeting_id != meeting.id:
        raise Invalid("That motion is of another meeting.", field="motion")
    action = Action(meeting_id=meeting.id, motion=motion, what=what, owner=owner, due_on=due_on)
    action.named = named
    return add(action)


def finish(action: Action, *, said: str, by: Staff, at: datetime) -> None:
    """Say that an action is done, and what came of it."""
    _say(action, ActionEvent.FINISH, said, by, at)


def reopen(action: Action, *, said: str, by: Staff, at: datetime) -> None:
    """Say why an action that was called done is not."""
    _say(action, ActionEvent.REOPEN, said, by, at)


def drop(action: Action, *, said: str, by: Staff, at: datetime) -> None:
    """Say why an action is not to be done after all."""
    _say(action, ActionEvent.DROP, said, by, at)


def _say(action: Action, event: ActionEvent, said: str, by: Staff, at: datetime) -> None:
    if not action.MOVES.allows(action.status, event):
        raise NotAllowed(f"This action is {words(action.status)} already. Nothing was changed.")
    move(action, event, said=said, by=by, at=at)

"""The board's own part of a pack: what was decided, what is to be done, what is next to decide."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from board.minutes import Item, Minutes, minutes_of
from board.models import Action, ActionMove, Meeting, Motion
from board.queries import last_meeting, meeting_by_code, next_meeting
from board.rules import ActionStatus, MotionStatus
from core.clock import months_later, start_of
from core.db import db
from people.models import Staff
from reports.pack.parts import Block, Cells, Heading, Listed, Part, Said, Table
from web.filters import day

DECIDED_HEADS = ("Motion", "Proposed by", "Outcome", "Figure quoted")
ACTION_HEADS = ("What", "Who", "Due", "State at the month's end")
AGENDA_HEADS = ("Motion", "Proposed by", "Carried when", "Figure quoted")
HIDDEN = "Of one partner"


def next_after(month: date) -> Meeting | None:
    """The meeting a month's pack is for: the first that is not called off after the month."""
    found = next_meeting(months_later(month, 1))
    return meeting_by_code(found.code) if found else None


def agenda_of(coming: Meeting | None) -> tuple[Motion, ...]:
    """What the next meeting is to decide, whatever has become of it since."""
    motions = coming.motions if coming else ()
    return tuple(one for one in motions if one.status is not MotionStatus.WITHDRAWN)


def meetings_part(coming: Meeting | None, *, viewer: Staff, on: date) -> Part:
    """The last meeting before a day, the actions open then, and the agenda of the next one.

    Who spoke or answers for a partner stands in the minutes themselves: a pack names no person.
    """
    last = last_meeting(on)
    blocks: list[Block] = []
    if last is None:
        blocks.append(Said("The board had not met by the end of the month."))
    else:
        minutes = minutes_of(meeting_by_code(last.code), viewer=viewer, on=on)
        blocks += _minuted(minutes)
    blocks += _actions(start_of(on), on)
    if coming is not None:
        blocks += _agenda(minutes_of(coming, viewer=viewer, on=on))
    return Part("The board", tuple(blocks))


def _minuted(minutes: Minutes) -> Iterator[Block]:
    yield Heading(minutes.title)
    yield Said(f"{minutes.quorum} {_there(minutes)}".strip())
    if minutes.items:
        rows = tuple(_decided(one) for one in minutes.items)
        yield Table(minutes.title, DECIDED_HEADS, rows, "Decisions")
    else:
        yield Said("No motion was put.")
    if minutes.corrections:
        yield Listed(tuple(f"Corrected later: {one.text}" for one in minutes.corrections))


def _there(minutes: Minutes) -> str:
    """Which partners came, and which did not."""
    here = ", ".join(who.name for who, _ in minutes.present)
    away = ", ".join(who.name for who in minutes.apologies)
    came = f"There: {here}." if here else ""
    return f"{came} Not there: {away}." if away else came


def _decided(item: Item) -> Cells:
    return item.motion.title, item.motion.proposer.name, item.outcome, _quoted(item)


def _quoted(item: Item) -> str | None:
    """The figure a motion is about, as it was read out, where the viewer may read it."""
    if item.figure is None:
        return HIDDEN if item.figure_hidden else None
    return f"{item.figure.measure} {item.figure.name}: {item.figure.written}"


def _actions(ends: datetime, on: date) -> Iterator[Block]:
    yield Heading("Actions")
    rows = tuple(_open_at(ends, on))
    if rows:
        yield Table("Actions open at the month's end", ACTION_HEADS, rows, "Actions")
    else:
        yield Said("No action of the board was open at the end of the month.")


def _open_at(ends: datetime, on: date) -> Iterator[Cells]:
    """The actions of meetings before a moment that nobody had finished by then."""
    stood = (
        select(ActionMove.became)
        .where(ActionMove.action_id == Action.id, ActionMove.at < ends)
        .order_by(ActionMove.id.desc())
        .limit(1)
        .correlate(Action)
        .scalar_subquery()
    )
    found: Sequence[Action] = db.session.scalars(
        select(Action)
        .join(Action.meeting)
        .where(Meeting.on < on, or_(stood.is_(None), stood == ActionStatus.OPEN))
        .options(joinedload(Action.owner))
        .order_by(Action.due_on, Action.id)
    ).all()
    for one in found:
        state = "Late" if one.due_on < on else "Open"
        yield one.what, one.owner.name, one.due_on, state


def _agenda(minutes: Minutes) -> Iterator[Block]:
    """What is to be decided next, without what became of it: a pack is read before."""
    meeting = minutes.meeting
    yield Heading(f"To be decided on {day(meeting.on)}")
    items = [one for one in minutes.items if one.motion.status is not MotionStatus.WITHDRAWN]
    if not items:
        yield Said("No motion is on the agenda yet.")
        return
    rows = tuple(
        (
            one.motion.title,
            one.motion.proposer.name,
            one.motion.rule.value.capitalize(),
            _quoted(one),
        )
        for one in items
    )
    yield Table(f"Agenda of {day(meeting.on)}", AGENDA_HEADS, rows, "Agenda")

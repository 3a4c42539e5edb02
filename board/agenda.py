"""A meeting held while something is put on its agenda or into its minutes."""

from sqlalchemy import select

from board.models import Meeting
from board.rules import OPEN_MEETINGS, MeetingStatus
from core.db import db
from core.errors import NotAllowed


def locked(meeting: Meeting) -> Meeting:
    """The meeting as it stands now, held until the transaction ends: others wait."""
    db.session.flush()
    return db.session.scalars(
        select(Meeting)
        .where(Meeting.id == meeting.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def check_open(meeting: Meeting) -> None:
    """That something may still be put on a meeting's agenda. Raises NotAllowed."""
    if meeting.status not in OPEN_MEETINGS:
        agreed = meeting.status is MeetingStatus.AGREED
        raise NotAllowed(
            f"The minutes of {meeting.on:%-d %B %Y} are agreed. Choose a later meeting."
            if agreed
            else f"The meeting of {meeting.on:%-d %B %Y} is called off. Choose another."
        )

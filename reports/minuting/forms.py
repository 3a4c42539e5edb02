"""The shape of a motion about a figure."""

from typing import Self

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired

from board.forms import MotionForm
from board.models import Meeting


class QuotingForm(MotionForm):
    """A motion about a figure, and the meeting it is put to."""

    meeting = SelectField("Meeting", validators=[DataRequired("Call a meeting first.")])

    def offer_meetings(self, meetings: list[Meeting]) -> Self:
        """The same form with the meetings it may be put to."""
        self.meeting.choices = [
            SelectChoice(one.code, f"{one.kind.value.capitalize()}, {one.on:%-d %B %Y}")
            for one in meetings
        ]
        return self

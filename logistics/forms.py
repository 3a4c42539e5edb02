"""The shape of what is typed about visits."""

from typing import Any, Self

from flask import request
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from logistics.queries import drivers
from logistics.rules import FailReason
from logistics.stops import Stop, StopLine
from people.models import Staff
from web.forms import Form


class Day(DateField):
    """A day as browsers send one, refused with a sentence."""

    def process_formdata(self, valuelist: Any) -> None:
        """Read the day, or say how to write one."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError("Write the day like 2026-10-03, or choose it.") from None


class PlanForm(Form):
    """On which day and with whom; what is planned is ticked in the lists."""

    due_on = Day("Day", validators=[InputRequired("Choose the day of the visits.")])
    driver = SelectField("Driver", default="")

    drivers: dict[str, Staff]

    @classmethod
    def of(cls, viewer: Staff, **given: Any) -> Self:
        """The form with the drivers this person may give a visit to."""
        form = cls(**given)
        form.drivers = {driver.code: driver for driver in drivers(viewer=viewer)}
        named = [SelectChoice(code, driver.name) for code, driver in form.drivers.items()]
        form.driver.choices = [SelectChoice("", "Nobody yet"), *named]
        return form

    def when_and_who(self) -> dict[str, Any]:
        """The day and the driver, as the actions take them."""
        return {"due_on": self.due_on.data, "driver": self.drivers.get(self.driver.data)}

    @property
    def keys(self) -> list[str]:
        """What was ticked, or the one thing whose own button was pressed."""
        only = request.form.get("only")
        return [only] if only else request.form.getlist("due")[:200]


class MoveForm(PlanForm):
    """Another day or driver for one visit."""


class ScanForm(Form):
    """What the hand scanner or a person put into the one field."""

    scanned = StringField("Label", validators=[InputRequired("Scan or type the label.")])

    @property
    def label(self) -> str:
        """What was scanned or typed."""
        return self.scanned.data or ""


class FinishForm(Form):
    """What was done at a stop, and the proof."""

    done = SelectMultipleField("What was done?", coerce=int, validate_choice=False)
    received_by = StringField("Who was there? Their name", validators=[Length(max=100)])
    unsigned_because = StringField("If nobody could sign, why?", validators=[Length(max=200)])
    instructions_given = BooleanField("I showed them how to use it and left the instructions")
    note = TextAreaField("Anything the depot should know", validators=[Length(max=1000)])

    @classmethod
    def of(cls, stop: Stop) -> Self:
        """The form of one stop, with everything still to do offered."""
        form = cls()
        form.done.choices = [SelectChoice(line.number, _named(line)) for line in stop.to_do]
        return form

    def facts(self) -> dict[str, Any]:
        """What was said, as the action takes it."""
        return {
            "done": set(self.done.data or ()),
            "received_by": self.received_by.data or "",
            "unsigned_because": self.unsigned_because.data or "",
            "instructions_given": self.instructions_given.data,
            "note": self.note.data or "",
        }


def _named(line: StopLine) -> str:
    return f"{line.what}, {line.item.code}" if line.item is not None else line.what


class FailForm(Form):
    """Why a visit could not be done."""

    reason = RadioField(
        "What happened?",
        choices=[SelectChoice(reason.value, reason.value.capitalize()) for reason in FailReason],
        validators=[InputRequired("Choose what happened.")],
    )
    note = TextAreaField("What the scheduler should know", validators=[Length(max=1000)])


class CancelForm(Form):
    """A visit taken back, with or without a reason."""

    because = StringField("Why? (you may leave this empty)", validators=[Length(max=200)])

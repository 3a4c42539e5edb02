"""The shape of what is typed about labels."""

import re
from typing import Any

from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, ValidationError

from labels.codes import MOST_TO_READ, Line
from labels.layouts import LAYOUTS
from labels.rules import MOST_LABELS, VoidReason
from web.forms import Form

_BETWEEN_CODES = re.compile(r"(?:(?!\x1d)[\s,;])+")  # a scanner's FNC1 is part of the code
_BETWEEN_LINES = re.compile(r"\r\n|\r|\n")
SHEETS = [SelectChoice(layout.key, layout.name) for layout in LAYOUTS.values()]
REASONS = [SelectChoice(reason.value, reason.value.capitalize()) for reason in VoidReason]


class WholeNumber(IntegerField):
    """A number as people write one, refused with a sentence."""

    def process_formdata(self, valuelist: Any) -> None:
        """Read the number, or say how to write one."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError("Write a whole number, like 1.") from None


class Choice(SelectField):
    """One of a list, refused with a sentence that says so."""

    def pre_validate(self, form: Any) -> None:
        """Take nothing that is not in the list."""
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError("Choose one from the list.") from None


class SheetForm(Form):
    """On which sheet, and where on it the labels begin."""

    layout = Choice("Sheet", choices=SHEETS)
    start = WholeNumber(
        "First free label on the sheet",
        default=1,
        validators=[InputRequired("Give the number of the first free label, 1 for a new sheet.")],
    )

    @property
    def first(self) -> int:
        """The first free label; nought, which no sheet has, where none could be read."""
        return self.start.data or 0


class LabelsForm(SheetForm):
    """Items to print labels for, by their codes."""

    items = TextAreaField(
        "Items",
        validators=[
            InputRequired("Scan the label of at least one item, or type its eight characters."),
            Length(
                max=MOST_LABELS * MOST_TO_READ,
                message="That is more than a run holds. Print in several runs.",
            ),
        ],
    )

    @property
    def lines(self) -> list[Line]:
        """What was scanned or typed: one a line, or with commas or spaces between them."""
        lines = enumerate(_BETWEEN_LINES.split(self.items.data or ""), 1)
        return [Line(number, code) for number, line in lines for code in codes_in(line)]


class ReprintForm(SheetForm):
    """Another label for one item, and what becomes of the older ones."""

    reason = Choice(
        "Why print another?",
        choices=[SelectChoice("", "The item needs two labels: the older stay good"), *REASONS],
    )

    @property
    def voiding(self) -> VoidReason | None:
        """Why the older labels are void, or nothing where they stay good."""
        return VoidReason(self.reason.data) if self.reason.data else None


class VoidForm(Form):
    """Why a label must not be believed any more."""

    reason = Choice("Reason", choices=REASONS)


class ScanForm(Form):
    """What the hand scanner or a person put into the one field."""

    scanned = StringField(
        "Scan a label, or type its eight characters",
        validators=[Length(max=MOST_TO_READ, message="That is far too long to be a label.")],
    )


def codes_in(text: str) -> list[str]:
    """The codes in a text, each eight characters or two groups of four."""
    words = [word for word in _BETWEEN_CODES.split(text) if word]
    codes: list[str] = []
    for word in words:
        if len(word) == 4 and codes and len(codes[-1]) == 4:
            codes[-1] += word
        else:
            codes.append(word)
    return codes

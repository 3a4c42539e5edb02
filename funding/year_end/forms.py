"""The shape of what is typed at the end of a year."""

import re
from typing import Any

from wtforms import HiddenField, IntegerField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, NumberRange

from core.errors import Invalid
from funding.forms import short
from funding.year_end.rules import WEIGHT_ONE
from web.forms import Form

_WEIGHT = re.compile(r"(\d{1,3})(?:\.(\d{1,4}))?", re.ASCII)
WEIGHT = "Write a weight above nothing with at most four decimals, like 1.035."


def read_weight(text: str) -> int:
    """A weight as people write it, in ten-thousandths: 1.035 is 10,350. Raises Invalid."""
    match = _WEIGHT.fullmatch(text)
    weight = int(match[1]) * WEIGHT_ONE + int((match[2] or "").ljust(4, "0")) if match else 0
    if weight <= 0:
        raise Invalid(WEIGHT, field="weight")
    return weight


class Weight(StringField):
    """A weight with at most four decimals."""

    @property
    def weight(self) -> int:
        """It in ten-thousandths. Raises Invalid."""
        return read_weight(self.data or "")

    def pre_validate(self, form: Any) -> None:
        """Let in what is written as a weight."""
        try:
            _ = self.weight
        except Invalid as why:
            raise ValidationError(why.sentence) from why


class ActForm(Form):
    """A button: it says nothing beyond that it was pressed."""


class SignForm(Form):
    """The signature under figures: which ones were read."""

    checksum = HiddenField()


class HeadsForm(Form):
    """Whom a partner answers for, and how much they weigh."""

    organisation = SelectField("Partner", [InputRequired("Choose a partner.")])
    population = IntegerField(
        "People it answers for",
        [
            InputRequired("Write a whole number, like 331069."),
            NumberRange(1, 100_000_000, "Between 1 and 100,000,000."),
        ],
    )
    weight = Weight(
        "Weight",
        [InputRequired(WEIGHT), short(10)],
        default="1",
        description="How much a head weighs beside the others' by age and need, like 1.035.",
    )

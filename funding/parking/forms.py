"""The shape of a decision about a parked charge."""

from collections.abc import Iterable

from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, Optional

from funding.forms import named, parts_chosen, short
from people.models import Organisation
from web.forms import Form

PARTS = 3


class LayForm(Form):
    """Who pays, in which shares, and why."""

    who_1 = SelectField("Who pays", [InputRequired("Choose who pays.")])
    weight_1 = IntegerField(
        "Share",
        [InputRequired("Write a whole number, like 60.")],
        default=1,
        description="Where one partner pays all of it, any number will do.",
    )
    who_2 = SelectField("Who pays, second part", default="")
    weight_2 = IntegerField("Share of the second part", [Optional()])
    who_3 = SelectField("Who pays, third part", default="")
    weight_3 = IntegerField("Share of the third part", [Optional()])
    because = TextAreaField(
        "Why do they pay?",
        [DataRequired("Write why, so that whoever reads the ledger understands."), short(400)],
        description="Everybody who reads this entry will see it. Never write a client's name.",
    )

    def offer(self, organisations: Iterable[Organisation]) -> "LayForm":
        """The same form with everybody who may be asked to pay."""
        choices = [SelectChoice("", "Choose a partner"), *named(organisations)]
        for who in (self.who_1, self.who_2, self.who_3):
            who.choices = choices
        return self

    def shares(self, numbers: dict[str, int]) -> dict[int, int]:
        """What was chosen, by organisations' numbers. Raises Invalid beside what is half there."""
        found: dict[int, int] = {}
        for who, weight in parts_chosen(self, PARTS):
            found[numbers[who]] = found.get(numbers[who], 0) + weight
        return found

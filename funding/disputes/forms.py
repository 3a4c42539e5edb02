"""The shape of what is said in a dispute."""

from collections.abc import Iterable, Mapping

from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Optional

from core.errors import Invalid
from funding.forms import Asked, named, short
from people.models import Organisation
from web.forms import Form

PARTS = 3
NO_NAMES = "Everybody who may see this line will read it. Never write a client's name."


def _said(label: str) -> TextAreaField:
    return TextAreaField(
        label, [DataRequired("Write why, in a sentence."), short(1000)], description=NO_NAMES
    )


class DisputesForm(Asked):
    """Which disputes to show."""

    which = SelectField(
        "Which",
        default="open",
        choices=[SelectChoice("open", "Open"), SelectChoice("all", "All")],
    )


class RaiseForm(Form):
    """Why a line is disputed."""

    because = _said("Why do you dispute it?")


class SayForm(Form):
    """What is said in a dispute."""

    because = _said("What do you say?")


class SettleForm(Form):
    """Why a disputed entry is taken back, and on whom its amount is laid instead."""

    because = _said("Why is it settled so?")
    who_1 = SelectField("Who pays instead", default="")
    weight_1 = IntegerField("Share", [Optional()])
    who_2 = SelectField("Who pays, second part", default="")
    weight_2 = IntegerField("Share of the second part", [Optional()])
    who_3 = SelectField("Who pays, third part", default="")
    weight_3 = IntegerField("Share of the third part", [Optional()])

    def offer(self, organisations: Iterable[Organisation]) -> "SettleForm":
        """The same form with everybody who may be charged."""
        choices = [SelectChoice("", "Nobody"), *named(organisations)]
        for who in (self.who_1, self.who_2, self.who_3):
            who.choices = choices
        return self

    def laid_on(self, numbers: Mapping[str, int]) -> dict[int, int]:
        """Weights by the numbers of those chosen. Raises Invalid beside a part half there."""
        found: dict[int, int] = {}
        for place in range(1, PARTS + 1):
            who, weight = self[f"who_{place}"].data, self[f"weight_{place}"].data
            if bool(who) != (weight is not None):
                raise Invalid("A part needs both who pays and a share.", field=f"weight_{place}")
            if who and not 0 < weight <= 1_000_000:
                raise Invalid("Write a share of 1 or more.", field=f"weight_{place}")
            if who and numbers[who] in found:
                raise Invalid("Choose each partner once.", field=f"who_{place}")
            if who:
                found[numbers[who]] = weight
        return found

"""The shape of a proposed virement."""

from collections.abc import Mapping
from typing import Self

from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired

from core.money import pounds
from funding.forms import amount_field, short
from funding.virements.queries import Place
from funding.virements.rules import BudgetLine, group_told
from people.models import Organisation
from web.forms import Form


class VirementForm(Form):
    """How much of which line goes to which, and why."""

    gives = SelectField("From")
    takes = SelectField("To")
    amount = amount_field("Amount")
    because = TextAreaField(
        "Why", [DataRequired("Write why, for the board to decide on."), short(500)]
    )
    places: Mapping[str, Place]

    def offer(
        self,
        own: Mapping[Place, BudgetLine],
        every: Mapping[Place, BudgetLine],
        names: Mapping[int, Organisation],
    ) -> Self:
        """The same form with the lines that may give, and those that may take."""
        self.places = {f"{names[who].code} {group}".strip(): (who, group) for who, group in every}
        told = {
            place: SelectChoice(
                key,
                f"{names[place[0]].name}: {group_told(place[1]).lower()},"
                f" {pounds(every[place].present)}",
            )
            for key, place in self.places.items()
        }
        self.gives.choices = [told[place] for place in every if place in own]
        self.takes.choices = [told[place] for place in every]
        return self

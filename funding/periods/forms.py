"""What is typed to accrue something in a month."""

from collections.abc import Iterable

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired

from funding.forms import amount_field, named, short
from people.models import Organisation
from web.forms import Form

BY_BUDGET = "all"


class AccrualForm(Form):
    """What a month owes and nobody has charged yet."""

    pence = amount_field("How much")
    memo = StringField("What for", [DataRequired("Write what it is for."), short(200)])
    group = StringField("Product group, if it is for one", [short(60)])
    bearer = SelectField("Who bears it", default=BY_BUDGET)

    def offer(self, partners: Iterable[Organisation]) -> "AccrualForm":
        """The same form with the partners to choose from."""
        everybody = SelectChoice(BY_BUDGET, "Every partner, by its budget of the year")
        self.bearer.choices = [everybody, *named(partners)]
        return self

"""The shape of what is typed about partners, rules, prices and budgets."""

from collections.abc import Iterable

from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from funding.forms import amount_field, day_field, named, parts_chosen, short
from funding.rules import ACTIVITIES, BASES_TOLD, CARE_CLASSES, NEEDS, Basis, RulePart
from people.models import Organisation
from web.forms import Form

PARTS = 3


class PartnerForm(Form):
    """Who joins the fund, and when."""

    organisation = SelectField("Organisation", [InputRequired("Choose an organisation.")])
    from_on = day_field("Pays from")


class PriceForm(Form):
    """What an activity costs from a day on."""

    kind = SelectField(
        "Activity",
        choices=[SelectChoice(kind.value, kind.value.capitalize()) for kind in ACTIVITIES],
    )
    speed = StringField(
        "Delivery speed",
        [short(40)],
        description="Only for deliveries, like “next working day”. Empty: any speed.",
    )
    pence = amount_field("Price")
    from_on = day_field("From")


class BudgetForm(Form):
    """What a partner has agreed to put in for a year."""

    organisation = SelectField("Partner", [InputRequired("Choose a partner.")])
    year = IntegerField(
        "Year that begins on 1 April",
        [InputRequired("Write the year, like 2026."), NumberRange(1950, 2150, "Like 2026.")],
    )
    pence = amount_field("Budget")


class RuleForm(Form):
    """A rule of attribution and its parts."""

    name = StringField(
        "Name",
        [DataRequired("Give the rule a name."), short()],
        description="The name of a rule in force makes a new version of it.",
    )
    position = IntegerField(
        "Position",
        [InputRequired("Write a whole number."), NumberRange(1, 999, "Between 1 and 999.")],
        description="The rule with the lowest position that fits wins.",
    )
    care_class = SelectField(
        "For products of",
        default="",
        choices=[
            SelectChoice("", "Any class of care"),
            *(SelectChoice(one, one.capitalize()) for one in CARE_CLASSES),
        ],
    )
    need = SelectField(
        "Where it is needed for",
        default="",
        choices=[
            SelectChoice("", "Any reason"),
            *(SelectChoice(one, one.capitalize()) for one in NEEDS),
        ],
    )
    from_on = day_field("In force from")
    who_1 = SelectField("Who pays", [InputRequired("Choose who pays.")])
    weight_1 = IntegerField("Share", [InputRequired("Write a whole number, like 60.")])
    who_2 = SelectField("Who pays, second part", default="")
    weight_2 = IntegerField("Share of the second part", [Optional()])
    who_3 = SelectField("Who pays, third part", default="")
    weight_3 = IntegerField("Share of the third part", [Optional()])

    def offer(self, organisations: Iterable[Organisation]) -> "RuleForm":
        """The same form with everybody who may be named to pay."""
        choices = [
            SelectChoice("", "Choose who pays"),
            *(SelectChoice(basis.value, told) for basis, told in BASES_TOLD.items()),
            *(SelectChoice(one.value, f"Always {one.label}") for one in named(organisations)),
        ]
        for who in (self.who_1, self.who_2, self.who_3):
            who.choices = choices
        return self

    def parts(self, numbers: dict[str, int]) -> list[RulePart]:
        """What was chosen as parts of a rule. Raises Invalid beside a part that is half there."""
        return [
            RulePart(Basis.FIXED, weight, numbers[who])
            if who in numbers
            else RulePart(Basis(who), weight)
            for who, weight in parts_chosen(self, PARTS)
        ]

"""The shape of what is typed about prices and credit rates."""

from wtforms import DateField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, NumberRange, Optional

from funding.forms import Asked, a_day, day_field
from funding.prices.rules import CONDITIONS, PRODUCT_GROUPS
from web.forms import Form


class DayForm(Asked):
    """Which day's prices to look at."""

    on = DateField("Prices on", [Optional(), a_day])


class WhichRateForm(Form):
    """For which equipment a credit rate is."""

    group = SelectField(
        "Product group",
        choices=[SelectChoice(one, one.capitalize()) for one in PRODUCT_GROUPS],
    )
    condition = SelectField(
        "Condition the inspector saw",
        default="",
        choices=[
            SelectChoice("", "Any condition"),
            *(SelectChoice(one, one.capitalize()) for one in CONDITIONS),
        ],
        description="A rate for one condition goes before the rate for any.",
    )


class CreditRateForm(WhichRateForm):
    """What is credited for a group from a day on."""

    percent = IntegerField(
        "Credit in per cent of the price",
        [
            InputRequired("Write a whole number, like 60."),
            NumberRange(0, 100, "Write a whole number from 0 to 100."),
        ],
    )
    from_on = day_field("From")


class EndRateForm(WhichRateForm):
    """From when a credit rate holds no longer."""

    to_on = day_field("It holds until before")

"""The shape of what is typed about VAT and invoices."""

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from core.errors import Invalid
from funding.forms import Asked, day_field, month_field, named, short
from funding.invoices.rules import VatOn, read_percentage
from people.models import Organisation
from web.forms import Form


class InvoicesForm(Asked):
    """Whose month's invoices to show."""

    month = month_field("Month")


class IssueForm(Form):
    """Which month is billed."""

    closed_month = SelectField("Closed month", [InputRequired("Choose a month.")])

    def offer(self, months: Iterable[Any]) -> "IssueForm":
        """The same form with the closed months that are not billed yet."""
        choices = [SelectChoice(f"{one:%Y-%m}", f"{one:%B %Y}") for one in months]
        self.closed_month.choices = choices
        return self


class Rate(StringField):
    """A percentage with two decimals at most."""

    @property
    def points(self) -> int:
        """The rate in basis points. Raises Invalid."""
        return read_percentage(self.data or "")

    def pre_validate(self, form: Any) -> None:
        """Let in what is written as a percentage."""
        if self.data:
            try:
                read_percentage(self.data)
            except Invalid as why:
                raise ValidationError(why.sentence) from why


class VatForm(Form):
    """A partner's VAT on a kind of charge from a day on."""

    organisation = SelectField("Partner", [InputRequired("Choose a partner.")])
    charge = SelectField(
        "On", choices=[SelectChoice(one.value, one.value.capitalize()) for one in VatOn]
    )
    rate = Rate(
        "Rate",
        [InputRequired("Write the rate, like 20."), short(10)],
        description="A percentage with two decimals at most, like 20 or 17.5.",
    )
    recoverable = BooleanField("The partner gets this VAT back")
    from_on = day_field("From")

    def offer(self, organisations: Iterable[Organisation]) -> "VatForm":
        """The same form with the partners to choose from."""
        self.organisation.choices = [SelectChoice("", "Choose a partner"), *named(organisations)]
        return self

"""Which year the models are compared for, and how purchases are shared."""

from collections.abc import Sequence
from datetime import date

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from funding.forms import Asked
from reports.compared.rules import SharedBy


class ComparedForm(Asked):
    """The choices of the comparison, as they stand in the address."""

    year = SelectField("Financial year")
    by = SelectField(
        "New stock shared by",
        default=SharedBy.USAGE.value,
        choices=[
            SelectChoice(SharedBy.USAGE.value, "Usage: what each was charged for activity"),
            SelectChoice(SharedBy.CONTRIBUTION.value, "Contribution: what each agreed to put in"),
        ],
    )

    latest = ""

    def offer(self, years: Sequence[date]) -> "ComparedForm":
        """The same form with the years to choose from, the latest chosen."""
        self.year.choices = [
            SelectChoice(str(one.year), f"April {one.year} to March {one.year + 1}")
            for one in years
        ]
        self.latest = str(max(years).year)
        self.year.data = self.year.data or self.latest
        self.by.data = self.by.data or SharedBy.USAGE.value
        return self

    def plain(self) -> "ComparedForm":
        """The form as it stands at first, so that its page shows figures beside what was wrong."""
        self.year.data = self.latest
        self.by.data = SharedBy.USAGE.value
        return self

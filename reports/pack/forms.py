"""Which month's pack somebody wants."""

from collections.abc import Sequence
from contextlib import suppress

from wtforms import Form, SelectField, ValidationError

from core.errors import Refused
from reports.periods import read_month


class PackForm(Form):
    """The month, as it stands in the address."""

    month = SelectField("Month", validate_choice=False)

    def validate_month(self, field: SelectField) -> None:
        """Let in what is written as a month, listed or not."""
        try:
            read_month(field.data or "")
        except Refused as why:
            raise ValidationError(why.sentence) from why

    def offer(self, months: Sequence[tuple[str, str]]) -> "PackForm":
        """The same form with the months to choose from, the latest chosen."""
        self.month.data = self.month.data or months[0][0]
        self.month.choices = list(months)
        with suppress(Refused):  # what was asked for stays, listed or not
            asked = read_month(self.month.data)
            if self.month.data not in dict(months):
                self.month.choices.append((self.month.data, f"{asked:%B %Y}"))
        return self

    def refused(self, why: Refused) -> "PackForm":
        """The same form with a refusal's sentence beside the month."""
        self.month.errors = [*self.month.errors, why.sentence]
        return self

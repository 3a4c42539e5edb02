"""The filters of the budget page, as they stand in the address."""

from wtforms import Form, SelectField, ValidationError

from core.errors import Refused
from reports.forms import EVERY, listed
from reports.periods import read_month


class BudgetForm(Form):
    """Up to which month, and whose budget the drawing shows."""

    month = SelectField("Year to the end of", validate_choice=False)
    partner = SelectField("Partner", default=EVERY, validate_choice=False)

    def validate_month(self, field: SelectField) -> None:
        """Let in what is written as a month, listed or not."""
        try:
            read_month(field.data or "")
        except Refused as why:
            raise ValidationError(why.sentence) from why

    def validate_partner(self, field: SelectField) -> None:
        """Only the partners listed may be chosen."""
        if field.data not in listed(field):
            raise ValidationError("Choose one of the partners in the list.")

    def refused(self, why: Refused) -> "BudgetForm":
        """The same form with a refusal's sentence beside its field."""
        field = self._fields.get(why.field or "", self.month)
        field.errors = [*field.errors, why.sentence]
        return self

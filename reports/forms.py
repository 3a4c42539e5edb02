"""The filters of the board's pages, as they stand in the address."""

from collections.abc import Iterable
from typing import cast

from wtforms import Form, SelectField, ValidationError

from core.errors import Refused
from equipment.rules import Group
from reports.periods import read_month

EVERY = ""
PARKED = "none"


def listed(field: SelectField) -> dict[str, str]:
    """The choices of a list, by what is sent for each."""
    return {choice[0]: choice[1] for choice in cast(Iterable[tuple[str, str]], field.choices)}


def _a_month(form: Form, field: SelectField) -> None:
    """Let in what is written as a month, listed or not."""
    try:
        read_month(field.data or "")
    except Refused as why:
        raise ValidationError(why.sentence) from why


def _a_month_if_any(form: Form, field: SelectField) -> None:
    """Let in a month, or nothing."""
    if field.data:
        _a_month(form, field)


class BoardForm(Form):
    """Which months, which partner and which product group the figures are for."""

    first = SelectField("From", validators=[_a_month], validate_choice=False)
    last = SelectField("To", validators=[_a_month], validate_choice=False)
    partner = SelectField("Partner", default=EVERY, validate_choice=False)
    group = SelectField("Product group", default=EVERY, validate_choice=False)
    anew = SelectField(
        "Limits begin anew in", default=EVERY, validators=[_a_month_if_any], validate_choice=False
    )

    def validate_partner(self, field: SelectField) -> None:
        """Only the partners listed may be chosen."""
        if field.data not in listed(field):
            raise ValidationError("Choose one of the partners in the list.")

    def validate_group(self, field: SelectField) -> None:
        """Only the product groups there are may be chosen."""
        if field.data not in (EVERY, *(group.value for group in Group)):
            raise ValidationError("Choose one of the product groups in the list.")

    def refused(self, why: Refused) -> "BoardForm":
        """The same form with a refusal's sentence beside its field."""
        field = self._fields.get(why.field or "", self.first)
        field.errors = [*field.errors, why.sentence]
        return self

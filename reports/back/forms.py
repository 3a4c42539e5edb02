"""The filters of the list, as they stand in the address. Nothing of a client stands there."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import Form, SelectField, ValidationError

from equipment.rules import Group
from people.models import Organisation
from reports.back.queries import Wanted
from reports.back.rules import REASONS, Reason
from reports.forms import listed

EVERY, EVERY_ONE = "", "Every one"
VALUE, STREET = "value", "street"
_AREA = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?", re.ASCII)


def _one_of_the_list(form: Form, field: SelectField) -> None:
    if field.data not in listed(field):
        raise ValidationError("Choose one of those in the list.")


def _select(label: str) -> SelectField:
    return SelectField(label, default=EVERY, validators=[_one_of_the_list], validate_choice=False)


class BackForm(Form):
    """What the list is narrowed to, and how it is sorted."""

    partner = _select("Partner who pays")
    group = _select("Product group")
    team = _select("Team that ordered it")
    reason = _select("What speaks for it")
    area = _select("Beginning of the postcode")
    by = SelectField("Sorted by", default=VALUE, validators=[_one_of_the_list],
                     validate_choice=False)  # fmt: skip

    @classmethod
    def of(
        cls,
        arguments: Any,
        *,
        partners: Sequence[Organisation],
        teams: Sequence[Organisation],
        areas: Sequence[str],
    ) -> "BackForm":
        """The form with its lists, filled from an address."""
        form = cls(arguments or None)
        every = [(EVERY, EVERY_ONE)]
        form.partner.choices = every + [(one.code, one.name) for one in partners]
        form.group.choices = every + [(one.value, one.value.capitalize()) for one in Group]
        form.team.choices = every + [(one.code, one.name) for one in teams]
        form.reason.choices = every + [(one.value, REASONS[one]) for one in Reason]
        form.area.choices = every + [(area, area) for area in areas]
        form.by.choices = [(VALUE, "What asking brings"), (STREET, "Street")]
        for field in form:
            field.data = field.data or field.default
        return form

    def wanted(self, organisations: Mapping[str, int]) -> Wanted:
        """What was chosen, once it is valid."""
        return Wanted(
            partner=organisations.get(self.partner.data),
            group=Group(self.group.data) if self.group.data else None,
            team=organisations.get(self.team.data),
            reason=Reason(self.reason.data) if self.reason.data else None,
            area=self.area.data or "",
        )

    @property
    def words(self) -> str:
        """What was chosen, in words."""
        fields = (self.partner, self.group, self.team, self.reason, self.area)
        chosen = [listed(field).get(field.data, "") for field in fields]
        return (
            "; ".join(one for one in chosen if one not in ("", EVERY_ONE))
            or "everything on the list"
        )

    @property
    def address(self) -> dict[str, Any]:
        """What was chosen, as it stands in an address."""
        return {field.name: field.data for field in self if field.data and field.data != VALUE}

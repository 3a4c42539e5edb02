"""The filters of the board's pages, as they stand in the address."""

from collections.abc import Iterable
from typing import cast

from wtforms import Form, SelectField, ValidationError

from core.errors import Refused
from equipment.rules import Group
from reports.periods import read_month
from reports.suppression.kinds import PlaceKind

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


ALONE = (
    "Choose this or {other}, not both: together they could point at one person. A team, practice or"
    " store is told of by itself."
)


class BoardForm(Form):
    """Which months, and which partner, product group, team or store the figures are for."""

    first = SelectField("From", validators=[_a_month], validate_choice=False)
    last = SelectField("To", validators=[_a_month], validate_choice=False)
    partner = SelectField("Partner", default=EVERY, validate_choice=False)
    group = SelectField("Product group", default=EVERY, validate_choice=False)
    employer = SelectField("Team: prescriber's employer", default=EVERY, validate_choice=False)
    practice = SelectField("GP practice", default=EVERY, validate_choice=False)
    store = SelectField("Store", default=EVERY, validate_choice=False)
    anew = SelectField(
        "Limits begin anew in", default=EVERY, validators=[_a_month_if_any], validate_choice=False
    )

    by: PlaceKind | None = None  # the kind of places that stand side by side, where they do

    def validate_partner(self, field: SelectField) -> None:
        """Only the partners listed may be chosen."""
        if field.data not in listed(field):
            raise ValidationError("Choose one of the partners in the list.")
        self._check_beside(field)

    def validate_group(self, field: SelectField) -> None:
        """Only the product groups there are may be chosen."""
        if field.data not in (EVERY, *(group.value for group in Group)):
            raise ValidationError("Choose one of the product groups in the list.")
        self._check_beside(field)

    def validate_employer(self, field: SelectField) -> None:
        """A team, practice or store there is, with nothing else narrowed beside it."""
        if field.data not in listed(field):
            raise ValidationError(f"There is no such {PlaceKind(field.name).word}. Choose another.")
        for other in (self.partner, self.group, *self.places):
            if field.data and other.data and other is not field:
                named = str(other.label.text).partition(":")[0]
                raise ValidationError(ALONE.format(other=f"a {named[0].lower()}{named[1:]}"))
        self._check_beside(field)

    validate_practice = validate_store = validate_employer

    def _check_beside(self, field: SelectField) -> None:
        if field.data and self.by:
            raise ValidationError(ALONE.format(other=f"every {self.by.word} side by side"))

    @property
    def places(self) -> list[SelectField]:
        """The filters that tell places apart."""
        return [self.employer, self.practice, self.store]

    @property
    def narrowing(self) -> dict[str, str]:
        """What was chosen beside the months, as it stands in an address."""
        narrowed = (self.partner, self.group, *self.places)
        return {field.name: field.data for field in narrowed if field.data}

    def refused(self, why: Refused) -> "BoardForm":
        """The same form with a refusal's sentence beside its field."""
        field = self._fields.get(why.field or "", self.first)
        field.errors = [*field.errors, why.sentence]
        return self

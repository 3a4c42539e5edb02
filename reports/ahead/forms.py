"""What may be asked of the pages of what is ahead, as it stands in the address."""

import re
from fractions import Fraction
from typing import Any

from wtforms import Form, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from equipment.rules import Group
from reports.ahead.scenario import of
from reports.forms import EVERY

_PERCENT = re.compile(r"(?P<sign>[-−]?)(?P<whole>\d{1,3})(?:\.(?P<part>\d{1,2}))?", re.ASCII)


class DemandForm(Form):
    """Which product group's demand is looked at."""

    group = SelectField(
        "Product group",
        default=EVERY,
        validate_choice=False,
        choices=[
            SelectChoice(EVERY, "All product groups"),
            *(SelectChoice(group.value, group.value) for group in Group),
        ],
    )

    def validate_group(self, field: SelectField) -> None:
        """Only the product groups there are may be chosen."""
        if field.data not in (EVERY, *(group.value for group in Group)):
            raise ValidationError("Choose one of the product groups in the list.")


class Percent(StringField):
    """A per cent of at most two decimals, between two whole ones."""

    def __init__(self, label: str, *, low: int, high: int, like: str, **more: Any) -> None:
        super().__init__(label, **more)
        self.low, self.high, self.like = low, high, like

    def or_else(self, usual: Fraction) -> Fraction:
        """What is written as the part it is, or what is usual where nothing is."""
        return of(self.hundredths) if (self.data or "").strip() else usual

    @property
    def hundredths(self) -> int:
        """What is written, in hundredths of a per cent. Raises ValueError for anything else."""
        read = _PERCENT.fullmatch((self.data or "").strip().removesuffix("%").strip())
        if read is None:
            raise ValueError(self.like)
        whole = int(read["whole"]) * 100 + int((read["part"] or "").ljust(2, "0"))
        return -whole if read["sign"] else whole

    def pre_validate(self, form: Any) -> None:
        """Let in what is between the two ends, or nothing."""
        if self.data and self.data.strip():
            try:
                between = self.low * 100 <= self.hundredths <= self.high * 100
            except ValueError:
                between = False
            if not between:
                low = str(self.low).replace("-", "−")
                raise ValidationError(
                    f"Write a per cent between {low} and {self.high}, like {self.like}."
                )


GROWTH = of(10_00)  # the reference service's, every year since 2004
YEARS = 5


class ScenarioForm(Form):
    """How demand grows, how much is met from recycled stock, and for how many years."""

    growth = Percent("Growth a year, per cent", low=-50, high=100, like="10 or 2.5", default="10")
    share = Percent("Reissue share by value, per cent", low=0, high=100, like="95 or 92.5")
    years = SelectField(
        "Years",
        default=str(YEARS),
        validate_choice=False,
        choices=[SelectChoice(str(count), str(count)) for count in range(1, 11)],
    )

    def validate_years(self, field: SelectField) -> None:
        """Only the years listed may be chosen."""
        if field.data not in {str(count) for count in range(1, 11)}:
            raise ValidationError("Choose a number of years from the list, 1 to 10.")

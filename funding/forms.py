"""The shape of what is typed and chosen about money and agreements."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from wtforms import (
    DateField,
    Field,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from core.errors import Invalid
from core.money import Pence, read_pounds
from funding.rules import EntryKind
from people.models import Organisation
from web.forms import Form

EARLIEST, LATEST = date(1950, 1, 1), date(2150, 12, 31)
MONTH = "Write a month as year and month, like 2026-04."
Choices = list[SelectChoice]


def read_month(text: str) -> date:
    """The first day of a month written 2026-04. Raises Invalid for anything else."""
    try:
        read = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Invalid(MONTH) from None
    if len(text) != 7 or not EARLIEST <= read <= LATEST:
        raise Invalid(MONTH)
    return read


class Month(StringField):
    """A month written 2026-04."""

    @property
    def month(self) -> date | None:
        """Its first day; none where nothing is written. Raises Invalid."""
        return read_month(self.data) if self.data else None

    def pre_validate(self, form: Any) -> None:
        """Let in what is written as a month, or nothing."""
        _said(lambda: self.month)


class Amount(StringField):
    """An amount as people write it, in pounds and pence."""

    @property
    def pence(self) -> Pence:
        """The amount in pence. Raises Invalid."""
        return read_pounds(self.data or "")

    def pre_validate(self, form: Any) -> None:
        """Let in what is written as an amount."""
        if self.data:
            _said(lambda: self.pence)


def _said(read: Callable[[], object]) -> None:
    try:
        read()
    except Invalid as why:
        raise ValidationError(why.sentence) from why


def a_day(_form: Form, field: Field) -> None:
    """That a day lies within what agreements could speak of."""
    if field.data is not None and not EARLIEST <= field.data <= LATEST:
        raise ValidationError("Give a day between 1950 and 2150.")


def short(most: int = 100) -> Length:
    """So many characters at most."""
    return Length(max=most, message=f"Write at most {most} characters.")


def month_field(label: str) -> Month:
    """A month written 2026-04, or nothing."""
    return Month(label, [short(10)])


def day_field(label: str) -> DateField:
    """A day, which must be given."""
    return DateField(label, [InputRequired("Give the day, month and year."), a_day])


def some_day_field(label: str, description: str = "") -> DateField:
    """A day, or nothing."""
    return DateField(label, [Optional(), a_day], description=description)


def amount_field(label: str) -> Amount:
    """An amount, which must be given."""
    return Amount(label, [InputRequired("Write the amount, like 1,234.50."), short(30)])


class Asked(Form):
    """A form in the address, which changes nothing and so carries no keys."""

    class Meta(Form.Meta):
        """Without a token: it only reads."""

        csrf = False


class MonthForm(Asked):
    """Which month to look at."""

    month = month_field("Month")


SPENDING = "spending"


class EntriesForm(Asked):
    """Which entries to show."""

    partner = SelectField("Partner", default="", choices=[])
    from_month = month_field("From month")
    to_month = month_field("To month")
    of_month = month_field("Happened in")
    kind = SelectField(
        "Kind",
        default="",
        choices=[
            SelectChoice("", "Every kind"),
            SelectChoice(SPENDING, "Spending: all but what settles a year"),
            *(SelectChoice(kind.value, kind.value.capitalize()) for kind in EntryKind),
        ],
    )
    rule = SelectField("Rule", default="")
    group = StringField("Product group", [short()])
    subject = StringField("Loan or order code", [short(20)])

    def offer(self, partners: Iterable[Organisation], rules: Iterable[str]) -> "EntriesForm":
        """The same form with the partners and rules to choose from."""
        self.partner.choices = [SelectChoice("", "Every partner"), *named(partners)]
        cited = [SelectChoice(rule, rule) for rule in rules]
        self.rule.choices = [
            SelectChoice("", "Every rule"),
            SelectChoice("none", "No rule"),
            *cited,
        ]
        return self


def parts_chosen(form: Form, most: int) -> Iterator[tuple[str, int]]:
    """Who pays and how much of it, from a form of pairs. Raises Invalid beside what is half there.

    The pairs are the fields who_1 and weight_1 up to the most there are.
    """
    for place in range(1, most + 1):
        who, weight = form[f"who_{place}"].data, form[f"weight_{place}"].data
        if bool(who) != (weight is not None):
            raise Invalid("A part needs both who pays and a share.", field=f"weight_{place}")
        if who and not 0 < weight <= 1_000_000:
            raise Invalid("Write a share of 1 or more.", field=f"weight_{place}")
        if who:
            yield who, weight


def named(organisations: Iterable[Organisation]) -> Choices:
    """Organisations to choose from: two may share a name, so each says its official code."""
    return [SelectChoice(one.code, f"{one.name} ({one.official_code})") for one in organisations]


class ReverseForm(Form):
    """Why an entry is taken back."""

    because = TextAreaField(
        "Why is it taken back?",
        [DataRequired("Write why, so that whoever reads the ledger understands."), short(500)],
        description="Everybody who reads this entry will see it. Never write a client's name.",
    )

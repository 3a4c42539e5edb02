"""The shape of what is typed to draft a version of the agreement."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from wtforms import IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, NumberRange, Optional

from core.errors import Invalid
from core.money import pounds
from funding.agreements import forms as live
from funding.agreements.rules import YearEnd
from funding.agreements.versions.models import AgreementVersion, Contribution
from funding.agreements.versions.rules import Figures
from funding.forms import EARLIEST, LATEST, Amount, Choices, amount_field, day_field, named, short
from funding.prices.rules import PRODUCT_GROUPS
from funding.rules import StockModel
from people.models import Organisation
from web.forms import Form

FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y")
AMOUNTS = ("last_year", "recurrent", "inflation", "planned", "efficiency")
A_DAY = "Write one day a line, like 1 April 2026 or 2026-04-01."


def read_days(text: str) -> list[date]:
    """The days written one a line, however many. Raises Invalid where one cannot be read."""
    return [_read_day(line.strip()) for line in text.splitlines() if line.strip()]


def _read_day(line: str) -> date:
    for written in FORMATS:
        try:
            day = datetime.strptime(line, written).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        if EARLIEST <= day <= LATEST:
            return day
    raise Invalid(A_DAY, field="days")


class Days(TextAreaField):
    """Days of payment, one a line."""

    @property
    def days(self) -> list[date]:
        """The days. Raises Invalid."""
        return read_days(self.data or "")

    def pre_validate(self, form: Any) -> None:
        """Let in what is written as days, or nothing."""
        try:
            read_days(self.data or "")
        except Invalid as why:
            raise ValidationError(why.sentence) from why


class DraftForm(Form):
    """From which day the next version holds."""

    from_on = day_field("Holds from")


def _percent_field(label: str, least: int, description: str) -> IntegerField:
    within = NumberRange(least, 100, f"Write a whole number between {least} and 100.")
    return IntegerField(label, [Optional(), within], description=description)


class TermsForm(Form):
    """From when a version holds, who hosts, when is paid, and what the year's end does."""

    from_on = day_field("Holds from")
    host = SelectField("Host partner", [InputRequired("Choose the host.")])
    stock_model = SelectField(
        "How equipment is paid for",
        choices=[
            SelectChoice(StockModel.CREDIT.value, "Credit: its price on issue, credited on reuse"),
            SelectChoice(StockModel.RETAINED.value, "Retained stock: the pool buys it once"),
        ],
    )
    days = Days(
        "Contributions are paid on",
        [short(600)],
        description="One day a line, like 1 April 2026. Every contribution is paid in equal parts.",
    )
    year_end = SelectField(
        "An over- or underspend at 31 March falls",
        choices=[SelectChoice(one.value, one.value.capitalize()) for one in YearEnd],
    )
    lead = SelectField("Lead partner", default="", choices=[])
    cap_percent = _percent_field(
        "Cap in per cent", 1, "Of a partner's contribution; what lies beyond it falls on the lead."
    )
    gain_threshold_percent = _percent_field(
        "Recycling threshold in per cent", 0, "Above it the provider gains. Empty: no gain share."
    )
    gain_percent = _percent_field(
        "The provider's part in per cent", 1, "Of what recycling above the threshold avoided."
    )

    @classmethod
    def of(cls, version: AgreementVersion) -> "TermsForm":
        """A form in which the stock model stays as it is where nothing is said of it."""
        return cls(data={"stock_model": version.stock_model.value})

    def offer(self, organisations: Iterable[Organisation]) -> "TermsForm":
        """The same form with who may host and lead."""
        bodies = named(organisations)
        self.host.choices = bodies
        self.lead.choices = [SelectChoice("", "None"), *bodies]
        return self

    def show(self, version: AgreementVersion) -> "TermsForm":
        """The same form with what the version says now."""
        self.from_on.data, self.host.data = version.from_on, version.host.code
        self.days.data = "\n".join(f"{d.due_on.day} {d.due_on:%B %Y}" for d in version.instalments)
        self.year_end.data = version.year_end.value
        self.lead.data = "" if version.lead is None else version.lead.code
        self.cap_percent.data = version.cap_percent
        self.gain_threshold_percent.data = version.gain_threshold_percent
        self.gain_percent.data = version.gain_percent
        return self


def _part(label: str, description: str = "") -> Amount:
    return Amount(label, [Optional(), short(30)], description=description, default="0.00")


class ContributionForm(Form):
    """What a partner puts in for a year, and how it comes about."""

    organisation = SelectField("Partner", [InputRequired("Choose a partner.")])
    last_year = _part("Last year")
    recurrent = _part("Recurrent changes", "Less than nothing where they are taken off, like −500.")
    inflation = _part("Inflation", "As an amount.")
    inflation_note = StringField("Percentage behind it", [short(40)], description="Like 3.1%.")
    planned = _part("Planned changes")
    efficiency = _part("Efficiency", "As an amount that is taken off.")
    efficiency_note = StringField(
        "Percentage behind the efficiency", [short(40)], description="Like 1%."
    )

    def offer(self, organisations: Iterable[Organisation]) -> "ContributionForm":
        """The same form with who may have a place."""
        self.organisation.choices = [SelectChoice("", "Choose a partner"), *named(organisations)]
        return self

    def show(self, contribution: Contribution) -> None:
        """Put what is written down for a partner into the form."""
        self.organisation.data = contribution.organisation.code
        for name in AMOUNTS:
            self[name].data = pounds(getattr(contribution, name)).replace("£", "")
        self.inflation_note.data = contribution.inflation_note
        self.efficiency_note.data = contribution.efficiency_note

    @property
    def figures(self) -> Figures:
        """What was typed; nothing where nothing was."""
        amounts = {name: self[name].pence for name in AMOUNTS if self[name].data}
        return Figures(
            **amounts,
            inflation_note=self.inflation_note.data or "",
            efficiency_note=self.efficiency_note.data or "",
        )


class GroupBudgetForm(Form):
    """What a partner means to spend on a product group in a year."""

    organisation = SelectField("Partner", [InputRequired("Choose a partner.")])
    group = SelectField(
        "Product group",
        default="",
        choices=[
            SelectChoice("", "The rest"),
            *(SelectChoice(one, one.capitalize()) for one in PRODUCT_GROUPS),
        ],
    )
    pence = amount_field("Budget")

    def offer(self, organisations: Iterable[Organisation]) -> "GroupBudgetForm":
        """The same form with the partners of the version."""
        self.organisation.choices = [SelectChoice("", "Choose a partner"), *named(organisations)]
        return self


class DraftedRuleForm(live.RuleForm):
    """A rule that begins on the version's day."""

    from_on = None  # type: ignore[assignment] # taken off the live form


class DraftedPriceForm(live.PriceForm):
    """A price that begins on the version's day."""

    from_on = None  # type: ignore[assignment] # taken off the live form


class EndRuleForm(Form):
    """Which rule ends on the version's day."""

    rule = SelectField("Rule", [InputRequired("Choose a rule.")])

    def offer(self, names: Iterable[str]) -> "EndRuleForm":
        """The same form with the rules that hold."""
        choices: Choices = [SelectChoice(one, one) for one in names]
        self.rule.choices = [SelectChoice("", "Choose a rule"), *choices]
        return self


class DropForm(Form):
    """What is taken out of a draft: a partner's place, a budget, or a drafted change."""

    what = SelectField(
        "What", choices=[SelectChoice(one, one) for one in ("contribution", "budget", "change")]
    )
    which = StringField("Which", [InputRequired("Say which."), short(200)])
    group = StringField("Product group", [short(60)])


class ReadForm(Form):
    """Which revision of a version was read before it was agreed or put in force."""

    revision = IntegerField("Revision", [InputRequired("Open the version again.")])

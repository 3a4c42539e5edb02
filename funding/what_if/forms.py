"""The shape of what is typed about a draft of the rules."""

from collections.abc import Iterable

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired

from funding.agreements.forms import RuleForm
from funding.forms import MONTH, Asked, Month, short, some_day_field
from web.forms import Form


class TrialForm(Form):
    """What a draft is called, and the months it is tried over."""

    name = StringField(
        "What is it to find out?",
        [DataRequired("Give the draft a name."), short()],
        description="Like “Joint equipment shared equally”.",
    )
    from_month = Month("First month", [InputRequired(MONTH), short(10)], description="Like 2026-04")
    to_month = Month("Last month", [InputRequired(MONTH), short(10)], description="Like 2026-06")


class TrialRuleForm(RuleForm):
    """A rule of a draft: its place is chosen in the list, and without days it holds always."""

    position = None  # type: ignore[assignment]
    name = StringField("Name", [DataRequired("Give the rule a name."), short()])
    from_on = some_day_field("Holds from", "Empty: as long as anybody can remember.")
    to_on = some_day_field("Holds until before", "Empty: until today and after.")


class OutcomeForm(Asked):
    """Whose changes to look at."""

    partner = SelectField("Changes for", default="", choices=[])

    def offer(self, choices: Iterable[tuple[str, str]]) -> "OutcomeForm":
        """The same form with everybody there is to choose from."""
        everybody = SelectChoice("", "Everybody")
        self.partner.choices = [everybody, *(SelectChoice(key, name) for key, name in choices)]
        return self

"""The shape of what is typed about thresholds."""

from wtforms import StringField

from funding.alerts.rules import Thresholds, read_percents
from funding.forms import short
from web.forms import Form


class AlertsForm(Form):
    """At how many per cent of a budget somebody is told."""

    spent = StringField(
        "Per cent of the budget spent",
        [short(60)],
        description="With commas, like 80, 95, 100. Empty: nobody is told.",
    )
    forecast = StringField(
        "Per cent of the budget forecast for the year",
        [short(60)],
        description="With commas, like 100, 105. Empty: nobody is told.",
    )

    @property
    def thresholds(self) -> Thresholds:
        """What was typed. Raises Invalid beside the field."""
        return Thresholds(
            spent=read_percents(self.spent.data or "", field="spent"),
            forecast=read_percents(self.forecast.data or "", field="forecast"),
        )

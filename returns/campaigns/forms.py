"""The shape of a campaign, of an answer, and of a campaign's end."""

from typing import Any

from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from core.money import Pence
from equipment.forms import Choice, Money, Whole
from loans.choices import choices_of
from loans.models import Client
from loans.rules import BackReason
from returns.campaigns.rules import (
    ANSWERS,
    ASK_LIFE,
    USUAL_DAYS,
    AskEvent,
    AskStatus,
    Kind,
    Plan,
)
from web.forms import Form


class StartForm(Form):
    """What a campaign is."""

    name = StringField("Name", [InputRequired("Give the campaign a name."), Length(max=80)])
    kind: Any = Choice("How it asks", Kind)
    most: Any = Whole(
        "At most so many loans", [Optional(), NumberRange(1, None, "Write at least 1.")]
    )
    days: Any = Whole(
        "After how many days is what came back counted?",
        [InputRequired("Write after how many days it is counted.")],
        default=USUAL_DAYS,
    )
    held_out: Any = Whole("In a hundred clients, hold out", [Optional()], default=0)
    seed = StringField("Word to draw them by", [Length(max=40)])
    cost: Any = Money("What it is to cost", [Optional()])
    place = StringField("Where equipment can be brought", [Length(max=120)])
    on = DateField("On which day", [Optional()])

    def plan(self, covers: str) -> Plan:
        """What was typed, as the action takes it."""
        return Plan(
            name=self.name.data or "",
            kind=self.kind.data,
            covers=covers,
            days=self.days.data,
            held_out=self.held_out.data or 0,
            seed=self.seed.data or "",
            cost=Pence(self.cost.data or 0),
            place=self.place.data or "",
            on=self.on.data,
        )


class AnswerForm(Form):
    """What was answered about a loan."""

    answer = RadioField("What is the answer?", [InputRequired("Choose the answer.")])
    reason = SelectField("If it may be collected: why it comes back", [Optional()])
    note = StringField("Note (you may leave this empty)", [Length(max=200)])

    @classmethod
    def about(cls, status: AskStatus, client: Client) -> "AnswerForm":
        """The form with the answers that the table allows, and the reasons that may be given."""
        form = cls()
        form.answer.choices = [
            SelectChoice(event.value, ANSWERS[event]) for event in ASK_LIFE.events_from(status)
        ]
        if client.died_on is not None:
            form.reason.choices = choices_of([BackReason.DIED])
        else:
            reasons = [reason for reason in BackReason if reason is not BackReason.DIED]
            form.reason.choices = choices_of(reasons, unchosen="Choose")
        return form

    @property
    def said(self) -> tuple[AskEvent, BackReason | None]:
        """The answer and the reason, as the action takes them."""
        reason = BackReason(self.reason.data) if self.reason.data else None
        return AskEvent(self.answer.data), reason


class EndForm(Form):
    """What a campaign cost."""

    cost: Any = Money("What did it cost in all?", [InputRequired("Write what it cost, or 0.")])

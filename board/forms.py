"""The shape of what is typed and chosen in the board room."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length

from board.actions import Came
from board.models import Action, Motion
from board.rules import ActionEvent, MeetingKind, Voice
from funding.forms import day_field, month_field, named, short
from people.models import Organisation
from web.forms import Form

NO_NAMES = "Never write a client's name."


class MeetingForm(Form):
    """When the board meets, for what and where."""

    on = day_field("Day")
    kind = SelectField(
        "Kind", choices=[SelectChoice(one.value, one.value.capitalize()) for one in MeetingKind]
    )
    place = StringField("Place", [short(200)], description="A room, or how to join from afar.")


class AttendanceForm(Form):
    """Which partners came, and who spoke for each."""

    partners: Mapping[str, Organisation]

    @classmethod
    def of(cls, partners: Iterable[Organisation], **more: Any) -> Self:
        """The form with two fields for each partner that has a vote."""
        found = {one.code: one for one in partners}
        asked: dict[str, Any] = {}
        for code, one in found.items():
            asked[f"present_{code}"] = BooleanField(f"{one.name} is here")
            asked[f"names_{code}"] = StringField(f"Who speaks for {one.name}", [short(200)])
        form = type("AttendanceFormOfMeeting", (cls,), asked)(**more)
        form.partners = found
        return form  # type: ignore[no-any-return]

    @property
    def came(self) -> dict[int, Came]:
        """Who came, by the partners' numbers."""
        return {
            one.id: Came(bool(self[f"present_{code}"].data), self[f"names_{code}"].data or "")
            for code, one in self.partners.items()
        }


class NotesForm(Form):
    """What was said, for the draft of the minutes."""

    notes = TextAreaField(
        "What was said",
        [Length(max=20_000, message="Write at most 20,000 characters.")],
        description=f"In place of what stands there now. {NO_NAMES}",
    )


class CorrectionForm(Form):
    """What agreed minutes got wrong."""

    text = TextAreaField(
        "What is to be corrected?",
        [DataRequired("Write what the minutes got wrong and what is right."), short(2_000)],
        description=f"It stands below the minutes, which stay as they were agreed. {NO_NAMES}",
    )


class MotionForm(Form):
    """What is put to the board."""

    title = StringField(
        "Motion, in a few words", [DataRequired("Write what it is about."), short(200)]
    )
    says = TextAreaField(
        "What is to be decided, and why",
        [DataRequired("Write what the board is asked to decide."), short(4_000)],
        description=NO_NAMES,
    )
    proposer = SelectField("Proposed by")

    def offer(self, partners: Iterable[Organisation]) -> Self:
        """The same form with the partners that may propose."""
        self.proposer.choices = named(partners)
        return self


class AgendaForm(MotionForm):
    """A motion, and what it approves if it is carried."""

    about = SelectField("It approves", default="")

    def offer_about(self, choices: Sequence[tuple[str, str]]) -> Self:
        """The same form with the versions and virements that wait for the board."""
        self.about.choices = [
            SelectChoice("", "Nothing but what it says"),
            *(SelectChoice(value, words) for value, words in choices),
        ]
        return self


class VoteForm(Form):
    """What a partner votes."""

    voice = RadioField(
        "Your organisation's vote",
        choices=[
            SelectChoice(Voice.FOR.value, "For"),
            SelectChoice(Voice.AGAINST.value, "Against"),
            SelectChoice(Voice.ABSTAIN.value, "Abstain"),
        ],
        validators=[DataRequired("Choose for, against or abstain.")],
        description="It stands for good once it is cast, and every partner can read it.",
    )


class ActionForm(Form):
    """Who does what until when."""

    what = StringField(
        "What is to be done", [DataRequired("Write what is to be done."), short(500)]
    )
    owner = SelectField("Who answers for it")
    person = StringField("Name of who does it there", [short(100)], description="If you know it.")
    due_on = day_field("Due on")
    motion = SelectField("It follows from", default="")

    def offer(self, owners: Iterable[Organisation], motions: Iterable[Motion]) -> Self:
        """The same form with who may answer for it, and the motions it may follow from."""
        self.owner.choices = named(owners)
        self.motion.choices = [
            SelectChoice("", "No motion"),
            *(SelectChoice(one.code, one.title) for one in motions),
        ]
        return self


EVENTS = {
    ActionEvent.FINISH: "It is done",
    ActionEvent.REOPEN: "It is not done after all",
    ActionEvent.DROP: "It is not to be done any more",
}


class ActionSaidForm(Form):
    """What has become of an action."""

    event = RadioField("What has become of it?", validators=[DataRequired("Choose one.")])
    said = TextAreaField("In a few words", [DataRequired("Write what came of it."), short(1_000)])

    def offer(self, action: Action) -> Self:
        """The same form with what may be said of an action as it stands."""
        found = action.MOVES.events_from(action.status)
        self.event.choices = [SelectChoice(one.value, EVENTS[one]) for one in found]
        return self


class StepForm(Form):
    """From which month a measure's limits begin anew, and why."""

    month = month_field("First month of the new level")
    reason = StringField(
        "What changed",
        [DataRequired("Write what changed, so that whoever reads the chart understands."),
         short(200)],
        description=f"It stands beside the chart, for everybody who reads it. {NO_NAMES}",
    )  # fmt: skip
    motion = SelectField("It follows from the decision", default="")

    def offer(self, motions: Iterable[Motion]) -> Self:
        """The same form with the decisions it may follow from."""
        self.motion.choices = [
            SelectChoice("", "No decision"),
            *(SelectChoice(one.code, one.title) for one in motions),
        ]
        return self


class WithdrawStepForm(Form):
    """Why a step is taken back."""

    because = TextAreaField(
        "Why is it withdrawn?",
        [DataRequired("Write why, so that whoever knew the chart understands."), short(500)],
        description=f"It stays in the measure's history. {NO_NAMES}",
    )

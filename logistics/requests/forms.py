"""The shape of what the public sends, and of what staff do about it."""

import re
import unicodedata
from typing import Any, Self

from flask_babel import lazy_gettext
from wtforms import (
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from loans.lending.queries import loans_of
from loans.models import Client, Loan
from loans.rules import BackReason
from logistics.forms import PlanForm
from logistics.requests.models import Request
from logistics.requests.rules import LONGEST_WORDS, PUBLIC_REASONS, RequestKind
from logistics.requests.sending import Said
from people.models import Staff
from web.forms import Form
from web.languages import language

_TELEPHONE = re.compile(r"[0-9+()\-./ ]{6,30}")
_TOO_LONG = lazy_gettext("That is too long. Please write less.")
# As the person who has it would say each reason.
_REASONS = {
    BackReason.NOT_NEEDED: lazy_gettext("It is no longer needed"),
    BackReason.DIED: lazy_gettext("The person who used it has died"),
    BackReason.MOVED: lazy_gettext("The person who used it has moved"),
    BackReason.CARE_HOME: lazy_gettext("The person who used it has moved into a care home"),
    BackReason.UNSUITABLE: lazy_gettext("It does not suit the person, or does not fit"),
}
_UNSAID = lazy_gettext("Another reason, or I would rather not say")


def _plain_digits(text: str | None) -> str:
    """A number in the digits that a telephone has, whatever alphabet it was typed in."""
    return "".join(
        str(unicodedata.digit(letter)) if letter.isdecimal() else letter for letter in text or ""
    )


class AskForm(Form):
    """What anybody may ask of us about an item, and how to reach them."""

    words = TextAreaField(
        lazy_gettext("Is there anything we should know? (you may leave this empty)"),
        [Length(max=LONGEST_WORDS, message=_TOO_LONG)],
    )
    name = StringField(
        lazy_gettext("Your name (you may leave this empty)"), [Length(max=100, message=_TOO_LONG)]
    )
    telephone = StringField(
        lazy_gettext("Your telephone number (you may leave this empty)"),
        filters=[_plain_digits],
        description=lazy_gettext("Then we can ring you and agree on a time."),
    )
    kind: RequestKind

    def validate_telephone(self, field: Any) -> None:
        """A number to ring, or none."""
        if field.data and _TELEPHONE.fullmatch(field.data) is None:
            raise ValidationError(
                lazy_gettext("Write a telephone number like 0115 496 0000, or leave it empty.")
            )

    def said(self) -> Said:
        """What was written, as the queue takes it."""
        reason = getattr(self, "reason", None)
        return Said(
            words=self.words.data or "",
            name=" ".join((self.name.data or "").split()),
            telephone=self.telephone.data or "",
            reason=BackReason(reason.data) if reason is not None and reason.data else None,
            language=language().code,
        )


class CollectForm(AskForm):
    """Please collect it."""

    kind = RequestKind.COLLECTION
    reason = RadioField(
        lazy_gettext("Why can we collect it?"),
        choices=[
            *(SelectChoice(one.value, _REASONS[one]) for one in PUBLIC_REASONS),
            SelectChoice("", _UNSAID),
        ],
        default="",
        validate_choice=False,  # below, in the reader's language
    )
    words = TextAreaField(
        lazy_gettext("When would it suit you, and is there anything we should know?"),
        [Length(max=LONGEST_WORDS, message=_TOO_LONG)],
        description=lazy_gettext("You may leave this empty. Please write nothing about health."),
    )

    def validate_reason(self, field: Any) -> None:
        """One of the reasons, or none."""
        if field.data not in ("", None, *(one.value for one in PUBLIC_REASONS)):
            raise ValidationError(lazy_gettext("Choose one of these."))


class FaultForm(AskForm):
    """Something is wrong with it."""

    kind = RequestKind.FAULT
    words = TextAreaField(
        lazy_gettext("What is wrong with it?"),
        [
            DataRequired(lazy_gettext("Please tell us what is wrong with it.")),
            Length(max=LONGEST_WORDS, message=_TOO_LONG),
        ],
    )


class FoundForm(AskForm):
    """I have found it."""

    kind = RequestKind.FOUND
    words = TextAreaField(
        lazy_gettext("Where is it, and how can we get to it?"),
        [
            DataRequired(lazy_gettext("Please tell us where it is.")),
            Length(max=LONGEST_WORDS, message=_TOO_LONG),
        ],
    )


FORMS: dict[RequestKind, type[AskForm]] = {
    one.kind: one for one in (CollectForm, FaultForm, FoundForm)
}


class CloseForm(Form):
    """What was done about a request, or why nothing is."""

    because = StringField(
        "What was done, or why is nothing done?",
        [InputRequired("Say in a few words what was done or why."), Length(max=200)],
        description="Whoever opens the request reads this. Leave names and numbers out.",
    )


class CollectionForm(PlanForm):
    """The collection that a request asks for."""

    loans = SelectMultipleField(
        "What is collected",
        [InputRequired("Tick what is to be collected.")],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,  # the act itself refuses what is not theirs, with a sentence
    )
    reason = SelectField("Why it comes back")
    died_on = DateField(
        "If the person has died: on which day",
        [Optional()],
        description="As the family told you. It is recorded, so that nobody writes to the person.",
    )

    @classmethod
    def about(cls, request: Request, client: Client, viewer: Staff, **given: Any) -> Self:
        """The form for a client's open loans, filled in with what the sender said."""
        form = cls.of(viewer, **given)
        died = client.died_on is not None
        reasons = [BackReason.DIED] if died else list(BackReason)
        form.reason.choices = [SelectChoice(one.value, one.value.capitalize()) for one in reasons]
        loans = loans_of(client, ended=False)
        form.loans.choices = [SelectChoice(one.code, _named(one)) for one in loans]
        if not form.is_submitted():
            likely = BackReason.DIED if died else request.reason or BackReason.NOT_NEEDED
            form.reason.data = likely.value
            every = likely is BackReason.DIED
            form.loans.data = [x.code for x in loans if every or x.item_id == request.item_id]
        return form


def _named(loan: Loan) -> str:
    asked = ", asked back already" if loan.asked_back_at is not None else ""
    return f"{loan.product.name}, {loan.item.code}{asked}"

"""The shape of what is typed about a client."""

from datetime import date

from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from loans.choices import choices_from
from loans.models import Client
from people.models import Organisation
from people.queries import organisations
from people.rules import Kind
from web.forms import Form


class SearchForm(Form):
    """What is known of a client who is looked for. It is posted: no address ever holds it."""

    sought = StringField(
        "Name, NHS number, code or postcode",
        [
            DataRequired("Type a name, an NHS number, a code or a postcode."),
            Length(max=100, message="Up to 100 characters."),
        ],
    )


class ClientForm(Form):
    """Everything known of a client."""

    nhs_number = StringField(
        "NHS number",
        [Length(max=20, message="An NHS number has ten digits.")],
        description="Ten digits, like 999 123 4567. Leave it empty if it is not known.",
    )
    given_name = StringField(
        "Given name",
        [DataRequired("Type the given name."), Length(max=100, message="Up to 100 characters.")],
    )
    family_name = StringField(
        "Family name",
        [DataRequired("Type the family name."), Length(max=100, message="Up to 100 characters.")],
    )
    born_on = DateField(
        "Date of birth", [InputRequired("Give the date of birth as day, month and year.")]
    )
    address = TextAreaField(
        "Address",
        [DataRequired("Type the address."), Length(max=400, message="Up to 400 characters.")],
        description="Without the postcode.",
    )
    postcode = StringField(
        "Postcode",
        [DataRequired("Type the postcode."), Length(max=10, message="Type a whole postcode.")],
    )
    practice = SelectField(
        "GP practice",
        default="",
        description="It says which NHS body looks after the client.",
        validate_choice=True,
    )
    telephone = StringField("Telephone", [Length(max=30, message="Up to 30 characters.")])
    weight_kg = IntegerField(
        "Weight in kilograms",
        [Optional(), NumberRange(1, 500, "Give whole kilograms, from 1 to 500.")],
        description="Needed where equipment has a load limit.",
    )
    crew_note = TextAreaField(
        "Note for the crew",
        [Length(max=500, message="Up to 500 characters.")],
        description="Key safe, stairs, dogs. Only the crew see it, never the client's papers.",
    )
    seen_version = HiddenField()

    def offer(self, practices: list[Organisation], now_at: Organisation | None) -> None:
        """Offer these practices, and the one the client is at even where it has closed."""
        offered = {one.code: f"{one.name} ({one.official_code})" for one in practices}
        if now_at is not None:
            offered.setdefault(now_at.code, f"{now_at.name} ({now_at.official_code}), closed")
        none = ("", "Not known, or not listed")
        self.practice.choices = choices_from([none, *offered.items()])


def client_form(client: Client | None, *, on: date) -> ClientForm:
    """The form of a client, empty for a new one, with the practices that are open."""
    if client is None:
        form = ClientForm()
    else:
        form = ClientForm(
            obj=client,
            practice=client.practice.code if client.practice else "",
            seen_version=str(client.version),
        )
    form.offer(
        organisations(Kind.PRACTICE, open_on=on), client.practice if client is not None else None
    )
    return form


class DeathForm(Form):
    """The day a client died."""

    died_on = DateField("Date of death", [InputRequired("Give the date as day, month and year.")])

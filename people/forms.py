"""The shape of what is typed on this room's pages."""

from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from core.errors import Invalid
from core.money import Pence, pounds, read_pounds
from people.rules import Kind, Role
from web.filters import words
from web.forms import Form

KINDS = {
    Kind.CCG: "Clinical commissioning group (CCG)",
    Kind.ICB: "Integrated care board (ICB)",
    Kind.COUNCIL: "Council",
    Kind.PRACTICE: "GP practice",
    Kind.TRUST: "NHS trust",
    Kind.PROVIDER: "Provider",
    Kind.OTHER: "Other",
}
_A_DAY = "Write a day, like 2026-10-03."


def _needed(sentence: str) -> InputRequired:
    return InputRequired(sentence)


def _short(most: int = 200) -> Length:
    return Length(max=most, message=f"Write at most {most} characters.")


def _kinds(first: str) -> list[SelectChoice]:
    kinds = [SelectChoice(kind.value, name) for kind, name in KINDS.items()]
    return [SelectChoice("", first), *kinds]


def _roles(first: str) -> list[SelectChoice]:
    roles = [SelectChoice(role.value, words(role).capitalize()) for role in Role]
    return [SelectChoice("", first), *roles]


class Pounds(StringField):
    """An amount of money, typed in pounds and kept in pence."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed; keep it as it is where it cannot be read."""
        self.data = valuelist[0].strip() if valuelist else ""
        try:
            self.data = read_pounds(self.data or "0")
        except Invalid as why:
            raise ValueError(why.sentence) from None

    def _value(self) -> str:
        if isinstance(self.data, int):
            return pounds(self.data).removeprefix("£")
        return self.data or ""

    @property
    def pence(self) -> Pence:
        """The amount; nothing where nothing was typed."""
        return Pence(self.data or 0)


class Line(StringField):
    """A line of text; its validators have seen to it that there is one."""

    data: Any


class Secret(PasswordField):
    """A password, never shown again."""

    data: Any


class Day(DateField):
    """A day; its validators have seen to it that there is one."""

    data: Any


class Asked(Form):
    """A form in the address, which changes nothing and so carries no keys."""

    class Meta(Form.Meta):
        """Without a token: it only reads."""

        csrf = False


class SignInForm(Form):
    """Who it is."""

    email = Line("E-mail address", [_needed("Write your e-mail address."), _short()])
    password = Secret("Password", [_needed("Write your password."), _short()])


class OwnPasswordForm(Form):
    """A new password for oneself."""

    current = Secret("Current password", [_needed("Write your current password."), _short()])
    password = Secret("New password", [_needed("Write a new password."), _short()])


class PasswordForm(Form):
    """A new password for somebody else."""

    password = Secret("New password", [_needed("Write a new password."), _short()])


class StaffForm(Form):
    """Who somebody is to us."""

    name = Line("Name", [_needed("Write a name."), _short()])
    role = SelectField("Role", [_needed("Choose a role.")], choices=_roles("Choose a role"))
    organisation = Line("Organisation", [_short(20)])
    order_limit = Pounds("Limit of an order")


class NewStaffForm(StaffForm):
    """A new account."""

    email = Line("E-mail address", [_needed("Write an e-mail address."), _short()])
    password = Secret("First password", [_needed("Write a password."), _short()])


class StaffAsked(Asked):
    """Which accounts to show."""

    role = SelectField("Role", default="", choices=_roles("Every role"))
    closed = BooleanField("Show closed accounts too")


class StaffSoughtForm(Form):
    """Who is looked for by name. It is posted: no address ever holds it."""

    text = Line(
        "Name or e-mail address", [DataRequired("Write a name or an address."), _short(100)]
    )


class OrganisationsAsked(Asked):
    """Which organisations to show."""

    text = Line("Name or code", [_short(100)])
    kind = SelectField("Kind", default="", choices=_kinds("Every kind"))


class OrganisationForm(Form):
    """A new organisation."""

    name = Line("Name", [_needed("Write a name."), _short()])
    kind = SelectField("Kind", [_needed("Choose a kind.")], choices=_kinds("Choose a kind"))
    ods_code = Line("ODS code", [_short(10)])
    gss_code = Line("GSS code", [_short(9)])
    opened_on = Day("First day", [_needed(_A_DAY)])


class SuccessionForm(Form):
    """Who stands in an organisation's place, how much each takes on, and since when."""

    successors: Any = TextAreaField("Successors", [_needed("Write a code."), _short(2000)])
    on = Day("From", [_needed(_A_DAY)])


class MembershipForm(Form):
    """Which NHS body a practice belongs to, and since when."""

    body = Line("Code of the NHS body", [_needed("Write a code."), _short(20)])
    from_on = Day("From", [_needed(_A_DAY)])


class PostcodesForm(Form):
    """Beginnings of postcodes that lie in a council's area."""

    beginnings: Any = TextAreaField(
        "Postcodes", [_needed("Write at least one."), Length(max=20_000, message="Send fewer.")]
    )


class TrailAsked(Asked):
    """Which rows of the audit trail to show."""

    by = Line("Who (code of the account)", [_short(20)])
    act = Line("What was done", [_short(100)])
    code = Line("Code", [_short(60)])
    day = Day("Day", [Optional()])

"""What every form has: CSRF, a one-time key, tidy text, and refusals beside their fields."""

from datetime import date
from typing import Any, Self, cast

from flask_wtf import FlaskForm
from wtforms import DateField, Field, HiddenField, PasswordField, StringField

from core.errors import Refused
from web.languages import ENGLISH, language
from web.writes import one_time_key

EARLIEST, LATEST = 1850, 2200


def tidy(text: Any) -> Any:
    """Text without the spaces people leave around it and with one kind of line end."""
    return text.replace("\r\n", "\n").strip() if isinstance(text, str) else text


def within_reason(day: Any) -> Any:
    """A day of a life or a contract; raises ValueError for one that no sum of days could reach."""
    if isinstance(day, date) and not EARLIEST <= day.year <= LATEST:
        raise ValueError(f"Enter a year between {EARLIEST} and {LATEST}.")
    return day


def _first_filter(kind: type[Field]) -> Any:
    """What is done first to what a kind of field read; nothing to passwords."""
    if issubclass(kind, PasswordField):
        return None
    if issubclass(kind, StringField):
        return tidy
    return within_reason if issubclass(kind, DateField) else None


class Form(FlaskForm):  # type: ignore[misc]
    """The base of every form."""

    once = HiddenField(default=one_time_key)

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """How every field of every form is bound."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Bind a field: text is tidied and days are looked at before they are checked."""
            own = unbound_field.kwargs.get("filters", ())
            first = _first_filter(unbound_field.field_class)
            if first is not None:
                options = {**options, "filters": (first, *own)}
            return cast(Field, super().bind_field(form, unbound_field, options))

        def get_translations(self, form: Any) -> Any:
            """The catalogue of the fields' own sentences; none in English, which they are in.

            The library would read it from the disk for every form.
            """
            return None if language() is ENGLISH else super().get_translations(form)

    def refused(self, why: Refused) -> Self:
        """The same form with a refusal's sentence beside its field, or above them all."""
        field = self._fields.get(why.field) if why.field else None
        if field is None:
            self.form_errors.append(why.sentence)
        else:
            field.errors = [*field.errors, why.sentence]
        return self

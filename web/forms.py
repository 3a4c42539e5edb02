"""What every form has: CSRF, a one-time key, tidy text, and refusals beside their fields."""

from typing import Any, Self, cast

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, PasswordField, StringField

from core.errors import Refused
from web.writes import one_time_key


def tidy(text: Any) -> Any:
    """Text without the spaces people leave around it and with one kind of line end."""
    return text.replace("\r\n", "\n").strip() if isinstance(text, str) else text


class Form(FlaskForm):  # type: ignore[misc]
    """The base of every form."""

    once = HiddenField(default=one_time_key)

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """How every field of every form is bound."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Bind a field; text is tidied before it is checked, passwords are left as typed."""
            kind = unbound_field.field_class
            if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
                own = unbound_field.kwargs.get("filters", ())
                options = {**options, "filters": (tidy, *own)}
            return cast(Field, super().bind_field(form, unbound_field, options))

    def refused(self, why: Refused) -> Self:
        """The same form with a refusal's sentence beside its field, or above them all."""
        field = self._fields.get(why.field) if why.field else None
        if field is None:
            self.form_errors.append(why.sentence)
        else:
            field.errors = [*field.errors, why.sentence]
        return self

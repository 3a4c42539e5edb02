"""What every form has: CSRF, a one-time key, tidy text, and refusals beside their fields."""

from typing import Self

from flask_wtf import FlaskForm
from wtforms import HiddenField

from core.errors import Refused
from web.writes import one_time_key


class Form(FlaskForm):  # type: ignore[misc]
    """The base of every form."""

    once = HiddenField(default=one_time_key)

    def refused(self, why: Refused) -> Self:
        """The same form with a refusal's sentence beside its field, or above them all."""
        name = why.field if why.field in self._fields else None
        if name is None:
            self.form_errors = [*self.form_errors, why.sentence]
        else:
            self._fields[name].errors = [*self._fields[name].errors, why.sentence]
        return self

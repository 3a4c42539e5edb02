"""What an extract is asked for."""

from wtforms import Form, StringField

from core.errors import Refused


class ExtractForm(Form):
    """From which financial year to which."""

    first = StringField("First year", description="The year it begins in, like 2025")
    last = StringField("Last year", description="The same year for one year alone")

    def refused(self, why: Refused) -> "ExtractForm":
        """The same form with a refusal's sentence beside its field."""
        field = self._fields.get(why.field or "", self.first)
        field.errors = [*field.errors, why.sentence]
        return self

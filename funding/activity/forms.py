"""The lines of a month's activity, pasted. Longer files go in by the command line."""

from collections.abc import Iterator
from io import StringIO

from wtforms import TextAreaField
from wtforms.validators import DataRequired

from web.forms import Form


class ActivityForm(Form):
    """Lines to take in."""

    pasted = TextAreaField(
        "Its lines", [DataRequired("Paste the lines, the first with the heads.")]
    )

    @property
    def lines(self) -> Iterator[str]:
        """The lines that were sent."""
        return iter(StringIO(self.pasted.data or "", newline=""))

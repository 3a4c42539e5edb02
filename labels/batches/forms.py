"""Which items to label at once, and on which sheet."""

from typing import Any

from wtforms import BooleanField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length

from equipment.stores.queries import stores
from labels.forms import Choice, SheetForm


class BatchForm(SheetForm):
    """Items by where they stand and what they are."""

    store: Any = Choice("Where do they stand?", choices=[])
    product: Any = StringField(
        "Only of one product",
        [Length(max=20, message="The code of a product has eight characters.")],
        description="Its eight characters. Leave it empty for every product.",
    )
    again: Any = BooleanField("Another label for items that have one already")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.store.choices = [
            SelectChoice("", "In any store"),
            *(SelectChoice(one.code, one.name) for one in stores()),
        ]

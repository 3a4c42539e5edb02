"""The shape of what is scanned, typed and decided in a count."""

from collections.abc import Iterable, Sequence
from typing import Any, Self

from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from equipment.forms import Choice, Whole, place_options
from equipment.models import Product, Store
from equipment.rules import Group
from returns.counting.actions import MOST_OF_ONE
from web.forms import Form


class BeginForm(Form):
    """What is to be counted."""

    store = SelectField("Store", validate_choice=False)
    place = SelectField("Only one place", validate_choice=False)
    group: Any = Choice("Only one product group", Group, blank="Every group")

    @classmethod
    def of(cls, stores: Sequence[Store], **more: Any) -> Self:
        """The form with the stores, and the places of each."""
        form = cls(**more)
        form.store.choices = [SelectChoice(one.code, one.name) for one in stores]
        places = [place for store in stores for place in store.places]
        form.place.choices = place_options(places, blank="Every place")
        return form


class CountScanForm(Form):
    """What the hand scanner or a person put into the one field."""

    scanned = StringField("Scan the label", [InputRequired("Scan or type the label.")])


class PasteForm(Form):
    """Many labels at once."""

    labels = TextAreaField("Labels, one a line", [Length(max=60_000)])


class GiveUpForm(Form):
    """Why a count is given up."""

    because = TextAreaField(
        "Why is it given up?",
        [InputRequired("Say why the count is given up."), Length(max=500)],
    )


class RecountForm(Form):
    """Which lines are counted again."""

    lines = SelectMultipleField("Count again", validate_choice=False, choices=[])


class ApproveForm(Form):
    """What the approver was shown: a name and what it differed by, for each line."""

    shown = HiddenField()

    @property
    def differences(self) -> dict[str, str]:
        """What was shown, by name."""
        lines = (self.shown.data or "").split("|")
        named = (line.strip().partition(" ") for line in lines if line.strip())
        return {name: what for name, _, what in named}


_NUMBER = NumberRange(0, MOST_OF_ONE, f"Write a number between 0 and {MOST_OF_ONE:,}.")


class QuantitiesForm(Form):
    """How many of each consumable are here; an empty field says nothing."""

    other = SelectField("Another consumable", validate_choice=False)
    other_quantity: Any = Whole("How many of it", [Optional(), _NUMBER])
    fields_of: dict[str, Product]
    rest: dict[str, Product]

    @classmethod
    def of(cls, products: Iterable[Product], others: Iterable[Product]) -> Self:
        """The form with a field for each consumable that is counted, and a choice of the others."""
        fields = {f"count_{product.code}": product for product in products}
        asked = {name: Whole(one.name, [Optional(), _NUMBER]) for name, one in fields.items()}
        form = type("QuantitiesFormOfCount", (cls,), asked)()
        rest = list(others)
        form.other.choices = [
            SelectChoice("", "None"),
            *(SelectChoice(p.code, p.name) for p in rest),
        ]
        form.fields_of = fields
        form.rest = {product.code: product for product in rest}
        return form  # type: ignore[no-any-return]

    def typed(self) -> list[tuple[str, Product, int]]:
        """What was typed: the field, the consumable and how many."""
        found = [
            (name, product, self[name].data)
            for name, product in self.fields_of.items()
            if self[name].data is not None
        ]
        other = self.rest.get(self.other.data or "")
        if other is not None and self.other_quantity.data is not None:
            found.append(("other_quantity", other, self.other_quantity.data))
        return found

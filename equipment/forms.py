"""The shape of what is typed on this room's pages."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, TypeVar

from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from core.errors import Refused
from core.money import pounds, read_pounds
from core.status import words
from equipment.checks import MOST_AT_ONCE
from equipment.models import Place, Store
from equipment.rules import CareClass, Cleaning, Group, Relation, Side, Status, StoreKind, Tracking
from web.forms import Form

W = TypeVar("W", bound=StrEnum)
_DIGITS = re.compile(r"-?[0-9]{1,9}", re.ASCII)


class Whole(IntegerField):
    """A whole number, with a sentence for everything else."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        typed = valuelist[0].strip().replace(",", "") if valuelist else ""
        if not typed:
            self.data = None
            return
        if _DIGITS.fullmatch(typed) is None:
            self.data = None
            raise ValueError("Write a whole number in figures.")
        self.data = int(typed)


class Money(StringField):
    """An amount in pounds and pence; `data` is whole pence."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else pounds(int(self.data)).removeprefix("£")

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = read_pounds(valuelist[0])  # type: ignore[assignment]
            except Refused as why:
                raise ValueError(why.sentence) from None


class Day(DateField):
    """A day, with a sentence for everything that is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Write a day that exists.") from None


class Choice(SelectField):
    """One word of a fixed list; nothing where it may be left open."""

    def __init__(self, label: str, kind: Iterable[W], *, blank: str = "", **more: Any) -> None:
        by_value = {one.value: one for one in kind}
        options = [SelectChoice(value, words(one).capitalize()) for value, one in by_value.items()]
        super().__init__(
            label,
            choices=[*([SelectChoice("", blank)] if blank else []), *options],
            coerce=lambda value: by_value.get(getattr(value, "value", value)),
            **{"invalid_choice_message": "Choose one of the list.", **more},
        )


def needed(sentence: str) -> InputRequired:
    """That a field was filled in, with the sentence for when it was not."""
    return InputRequired(sentence)


def up_to(most: int) -> Length:
    """That a text is no longer than it may be."""
    return Length(max=most, message=f"Use at most {most:,} characters.")


class ProductForm(Form):
    """A line of the catalogue."""

    name: Any = StringField("Name", [needed("Give the product a name."), up_to(120)])
    group: Any = Choice("Group", Group)
    tracking: Any = Choice("How closely is it followed?", Tracking)
    care_class: Any = Choice("Who is it for?", CareClass)
    description: Any = TextAreaField("Description", [up_to(2000)])
    how_to_use: Any = TextAreaField(
        "How to use it",
        [up_to(4000)],
        description="For the person who has it at home. Anybody who scans a label reads this, so "
        "write plain short sentences, one a line, and nothing about any person.",
    )
    gtin: Any = StringField(
        "GTIN", [up_to(20)], description="From the maker's barcode, if it has one."
    )
    iso9999: Any = StringField("ISO 9999 class", [up_to(8)], description="For example 12 06 06.")
    safe_working_load_kg: Any = Whole("Safe working load in kg", [Optional()])
    carries_client: Any = BooleanField(
        "It carries the client",
        default=True,
        description="An order is then checked: the client may weigh no more than this load. "
        "Untick it for what carries only things or a part of the body, like a tray, a trolley or "
        "a leg lifter.",
    )
    length_mm: Any = Whole("Length in mm", [Optional()])
    width_mm: Any = Whole("Width in mm", [Optional()])
    height_mm: Any = Whole("Height in mm", [Optional()])
    single_patient: Any = BooleanField("For one client only, never lent again")
    special: Any = BooleanField("Special: not kept in stock")
    assessment_needed: Any = BooleanField("An assessment must be attached to the order")
    needs_fitting: Any = BooleanField("It is fitted at the client's home, for the contract's price")
    adaptation: Any = BooleanField("A minor adaptation: work on a home, never in stock")
    cleaning: Any = Choice("How is it decontaminated?", Cleaning, blank="Not decontaminated")
    loler_months: Any = Whole("Months between LOLER tests", [Optional()])
    pat_months: Any = Whole("Months between PAT tests", [Optional()])
    service_months: Any = Whole("Months between services", [Optional()])
    expected_life_months: Any = Whole("Expected life in months", [Optional()])
    credit_percent: Any = Whole(
        "Credit in per cent", [Optional()], description="Of the price, when it is made reusable."
    )
    min_stock: Any = Whole("Least to keep in stock", [Optional()])
    max_stock: Any = Whole("Most to keep in stock", [Optional()])
    lead_days: Any = Whole("Days from order to arrival", [Optional()])

    def fields(self) -> dict[str, Any]:
        """What was typed, field by field, as the catalogue takes it."""
        kept = {n: f.data for n, f in self._fields.items() if n in _PRODUCT_FIELDS}
        for name in ("credit_percent", "min_stock", "max_stock"):
            kept[name] = kept[name] or 0
        kept["lead_days"] = 5 if kept["lead_days"] is None else kept["lead_days"]
        return kept


_PRODUCT_FIELDS = frozenset(
    name for name, kind in vars(ProductForm).items() if hasattr(kind, "field_class")
)


class NewProductForm(ProductForm):
    """A new line of the catalogue, with its first price."""

    price: Any = Money("Price", [needed("Give a price.")], description="In pounds and pence.")
    from_on: Any = Day("Price holds from", [needed("Say from which day the price holds.")])


class ChangeProductForm(ProductForm):
    """A change to a line of the catalogue."""

    withdrawn_on: Any = Day(
        "Withdrawn on", [Optional()], description="From then on nobody can order it."
    )

    def fields(self) -> dict[str, Any]:
        """What was typed, field by field, as the catalogue takes it."""
        return {**super().fields(), "withdrawn_on": self.withdrawn_on.data}


class CatalogueFilter(Form):
    """What the catalogue is searched for."""

    text: Any = StringField("Search by name, code or GTIN")
    group: Any = Choice("Group", Group, blank="All groups")
    tracking: Any = Choice("Followed as", Tracking, blank="All kinds")


class ItemFilter(Form):
    """Which items a list shows."""

    text: Any = StringField("Code, serial or GS1 number")
    status: Any = Choice("State", Status, blank="Every state")
    store: Any = SelectField("Store", validate_choice=False)


class PriceForm(Form):
    """A new price from a day on."""

    price: Any = Money("New price", [needed("Give a price.")], description="In pounds and pence.")
    from_on: Any = Day("From", [needed("Say from which day the price holds.")])


class RelationForm(Form):
    """How another product stands to this one."""

    relation: Any = Choice("This product is", Relation)
    other: Any = StringField(
        "Other product",
        [needed("Name the other product."), up_to(120)],
        description="Its name, or the eight characters of its code.",
    )


class PartForm(Form):
    """A part of a product, and how many."""

    name: Any = StringField("Part", [needed("Name the part."), up_to(120)])
    quantity: Any = Whole(
        "How many", [needed("Say how many.")], description="Nought takes the part away."
    )


class StoreForm(Form):
    """A new store."""

    name: Any = StringField("Name", [needed("Give the store a name."), up_to(120)])
    kind: Any = Choice("What is it?", StoreKind)
    gln: Any = StringField("GLN", [up_to(17)], description="13 digits, if it has one.")


class PlaceForm(Form):
    """A new shelf or bay."""

    name: Any = StringField("Name", [needed("Give the place a name."), up_to(80)])
    side: Any = Choice("Side", Side)


class GoodsInForm(Form):
    """New goods as they come through the door."""

    product: Any = SelectField("Product", validate_choice=False)
    quantity: Any = Whole(
        "How many",
        [
            needed("Say how many came."),
            NumberRange(1, MOST_AT_ONCE, f"Take in between 1 and {MOST_AT_ONCE} at once."),
        ],
    )
    serials: Any = TextAreaField(
        "Serial numbers",
        [up_to(MOST_AT_ONCE * 42)],
        description="One a line, if they have any.",
    )
    paid: Any = Money(
        "Price paid for one", [Optional()], description="Leave empty for the catalogue price."
    )
    place: Any = SelectField("Place", validate_choice=False)


class ActForm(Form):
    """Why something is done to an item, and where it goes."""

    because: Any = TextAreaField("Reason", [up_to(500)])
    place: Any = SelectField("Place", validate_choice=False)


def store_options(stores: Iterable[Store]) -> list[SelectChoice]:
    """Stores as the options of a filter."""
    return [SelectChoice("", "Every store"), *(SelectChoice(s.code, s.name) for s in stores)]


def place_options(places: Iterable[Place], blank: str = "") -> list[SelectChoice]:
    """Places as the options of a field."""
    options = [SelectChoice("", blank)] if blank else []
    return options + [
        SelectChoice(place.code, f"{place.store.name}: {place.name}") for place in places
    ]

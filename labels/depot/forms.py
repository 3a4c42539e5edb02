"""Which labels of the depot to print, and on which sheet."""

from collections.abc import Sequence
from typing import Any

from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from equipment.models import Place, Store
from labels.forms import SheetForm
from labels.rules import Command


def _ticks(label: str) -> SelectMultipleField:
    # What is not in the list is refused with a sentence when the labels are put together.
    return SelectMultipleField(label, choices=[], validate_choice=False)


class DepotForm(SheetForm):
    """Stores, places and commands to print labels for."""

    stores: Any = _ticks("Stores, vans among them")
    places: Any = _ticks("Places, trolleys among them")
    commands: Any = _ticks("Commands")

    def offer(self, stores: Sequence[Store]) -> None:
        """Put what there is into the lists."""
        self.stores.choices = [SelectChoice(one.code, one.name) for one in stores]
        self.places.choices = [
            SelectChoice(place.code, _in_store(place)) for one in stores for place in one.places
        ]
        self.commands.choices = [
            SelectChoice(one.value, f"{one.words}: {one.says}") for one in Command
        ]


def _in_store(place: Place) -> str:
    return f"{place.store.name}: {place.name} ({place.side})"

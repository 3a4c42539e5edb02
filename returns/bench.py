"""The one thing to do for an item at the bench now: its form, its action and its page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.errors import Invalid, NotAllowed
from equipment.models import Item
from equipment.queries import depot
from equipment.rules import LIFE, Event, Side
from labels.queries import item_scanned
from people.models import Staff
from returns import actions
from returns.forms import (
    CleanForm,
    InspectForm,
    PutAwayForm,
    RepairForm,
    TakeOutForm,
    test_form_of,
)
from returns.rules import Lane, lane_of, this


@dataclass(frozen=True)
class Step:
    """What the workshop does in a lane."""

    verb: str
    done: str
    form: Callable[[Item], Any]
    act: Callable[..., Any]


def _inspect_form(item: Item) -> InspectForm:
    return InspectForm()


def _clean_form(item: Item) -> CleanForm:
    usual = item.product.cleaning
    return CleanForm(method=usual.value if usual is not None else None)


def _repair_form(item: Item) -> RepairForm:
    return RepairForm()


def _put_away_form(item: Item) -> PutAwayForm:
    return PutAwayForm.of([place for place in depot().places if place.side is Side.CLEAN])


STEPS: dict[Lane, Step] = {
    Lane.INSPECT: Step("Inspect", "inspected", _inspect_form, actions.inspect),
    Lane.CLEAN: Step("Record the cleaning", "cleaned", _clean_form, actions.clean),
    Lane.REPAIR: Step("Record the repair", "repaired", _repair_form, actions.repair),
    Lane.TEST: Step("Record the test", "tested", test_form_of, actions.test),
    Lane.PUT_AWAY: Step("Put away", "put away", _put_away_form, actions.put_away),
}


def lane_of_item(item: Item) -> Lane | None:
    """The lane an item stands in now."""
    return lane_of(item.status, item.needs_repair)


def step_for(item: Item, lane: Lane) -> Step:
    """What to do for an item in a lane. Raises NotAllowed where that is not its turn."""
    if lane_of_item(item) is not lane:
        raise NotAllowed(
            f"{this(item.product.name)} ({item.code}) is not waiting for that. "
            "Open it again to see what is to be done now."
        )
    return STEPS[lane]


WAYS_OUT: dict[str, tuple[Event, str, Callable[..., None]]] = {
    "scrap": (Event.SCRAP, "Scrap", actions.scrap),
    "strip": (Event.STRIP, "Strip for parts", actions.strip),
}


def ways_out(item: Item) -> list[tuple[str, str]]:
    """How an item may leave the circle in its state: the word of the address and its button."""
    possible = LIFE.events_from(item.status)
    return [(way, text) for way, (event, text, _) in WAYS_OUT.items() if event in possible]


def take_out(item: Item, way: str, form: TakeOutForm, *, by: Staff, at: datetime) -> None:
    """Scrap or strip an item whose own label was given. Raises Invalid for another's."""
    if item_scanned(form.named.data or "").id != item.id:
        raise Invalid(f"That is not {item.code}. Nothing was taken out.", field="named")
    WAYS_OUT[way][2](item, **form.facts(), by=by, at=at)

"""From what a depot has to the labels printed for it."""

from collections.abc import Collection, Iterable, Sequence

from flask import current_app

from core.errors import Invalid, NotFound
from equipment.models import Place, Store
from labels.layouts import check_start, layout_by_key
from labels.papers import sender
from labels.rules import MOST_LABELS, Command, command_address, grouped, place_address
from labels.sheets import Sign, sheet


def signs(
    everywhere: Sequence[Store],
    *,
    stores: Collection[str],
    places: Collection[str],
    commands: Collection[str],
) -> list[Sign]:
    """A sign for each store, place and command that is asked for, in the order they are listed.

    One that there is not refuses all of them: NotFound (404). None at all, or more than a run
    holds: Invalid (422).
    """
    made = [
        *(_store_sign(one) for one in everywhere if one.code in stores),
        *(_place_sign(one) for store in everywhere for one in store.places if one.code in places),
        *(_command_sign(one) for one in Command if one in commands),
    ]
    if len(made) < len(set(stores)) + len(set(places)) + len(set(commands)):
        raise NotFound("One of these is not in the list any more, so nothing was printed.")
    if not made:
        raise Invalid("Tick at least one store, place or command.", field="stores")
    if len(made) > MOST_LABELS:
        raise Invalid(f"At most {MOST_LABELS} labels at once. Tick fewer.", field="stores")
    return made


def signs_pdf(made: Iterable[Sign], *, layout: str, start: int) -> bytes:
    """The signs on sheets, from the first free label on. Raises Invalid where there is none."""
    found = layout_by_key(layout)
    check_start(start, found)
    title = "Labels for the depot"
    return sheet(made, layout=found, start=start, sender=sender(), title=title)


def _store_sign(store: Store) -> Sign:
    address = place_address(_base(), store.gln)
    return Sign(address, store.name, (store.kind.capitalize(), f"GLN {store.gln}"))


def _place_sign(place: Place) -> Sign:
    address = place_address(_base(), place.store.gln, place.code)
    side = f"{place.side.capitalize()} side"
    return Sign(address, place.name, (place.store.name, side, grouped(place.code)))


def _command_sign(command: Command) -> Sign:
    return Sign(command_address(_base(), command), command.words, (command.says,))


def _base() -> str:
    return str(current_app.config["BASE_URL"])

"""The demonstration's catalogue: what is said of a product is true of that product."""

import pytest

from demo.catalogue import lines
from demo.leaflets import LEAFLETS

PRODUCTS = {line.name: line for line in lines()}


def test_every_leaflet_is_of_a_product_there_is() -> None:
    assert set(LEAFLETS) <= set(PRODUCTS)


@pytest.mark.parametrize(
    ("words", "of"),
    [
        ("handset", ("Profiling bed", "Mattress variator", "Pillow lifter")),
        ("bed rails", ("Profiling bed",)),
        ("Stand inside the frame", ("Walking frame", "Wheeled frame")),
        ("Sit right back", ("Riser recliner chair",)),
        ("Charge the battery", ("Mobile hoist", "Gantry hoist", "Standing hoist")),
        ("pump", ("Alternating air", "Hybrid mattress", "Air cushion")),
    ],
)
def test_nothing_is_used_as_something_else_is(words: str, of: tuple[str, ...]) -> None:
    told = [name for name, leaflet in LEAFLETS.items() if words in leaflet]
    assert told
    assert all(name.startswith(of) for name in told)


def test_what_runs_on_no_mains_is_not_told_to_keep_its_pump_on() -> None:
    for name, leaflet in LEAFLETS.items():
        if "pump" in leaflet or "battery" in leaflet or "handset" in leaflet:
            assert PRODUCTS[name].fields["pat_months"], name


def test_only_what_no_person_rests_on_is_left_out_of_the_check_of_weight() -> None:
    spared = {name for name, line in PRODUCTS.items() if not line.fields["carries_client"]}
    assert spared == {
        "Leg lifter for bed",
        "Overbed table",
        "Overbed table, bariatric",
        "Leg rest, height adjustable",
        "Lap tray for chair",
        "Trolley, kitchen, adjustable",
        "Kettle tipper",
    }

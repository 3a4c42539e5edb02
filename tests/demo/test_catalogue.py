"""The demonstration's catalogue: what is said of a product is true of that product."""

import pytest

from demo.catalogue import lines
from demo.leaflets import LEAFLETS
from equipment.checks import read_gtin
from equipment.rules import Tracking

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


def test_what_is_followed_by_serial_number_has_its_makers_number() -> None:
    numbers = [line.gtin for line in lines() if line.tracking is Tracking.SERIALISED]
    assert len(numbers) == len(set(numbers)) > 20
    assert [read_gtin(number or "") for number in numbers] == [f"0{number}" for number in numbers]
    assert not [line.name for line in lines() if line.gtin and line.tracking is Tracking.LABELLED]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Profiling bed, low", "18 12"),
        ("Sling, toileting, medium", "12 36"),
        ("Transfer board, curved", "12 31"),
        ("Walking stick, quad base", "12 03"),
        ("Rollator, bariatric", ""),
        ("Jar opener", ""),
    ],
)
def test_a_product_is_classed_where_that_is_plain(name: str, code: str) -> None:
    assert PRODUCTS[name].iso9999 == code

"""Whatever is scanned stands for an item, a place, a store or a command, or there is a sentence."""

import contextlib
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from core.codes import new_code
from core.db import db
from core.errors import Invalid, NotFound
from equipment.checks import read_gln
from equipment.models import Item, Place
from equipment.stores.queries import free_gln
from labels.codes import (
    Command,
    ItemLabel,
    MakersCode,
    PlaceLabel,
    Scan,
    UnreadableLabel,
    read_label,
    read_scan,
)
from labels.queries import item_scanned, thing_scanned
from labels.rules import address, command_address, giai, place_address
from people.rules import Role
from tests.builders import a_depot, a_product, a_store, an_item

SignIn = Callable[..., FlaskClient]
BASE, PREFIX = "http://localhost:8000", "9521234"
GLN, GTIN = "9521234000006", "09520123456788"


def a_shelf() -> Place:
    """A place in the depot."""
    return a_depot().places[0]


def a_marked_item(serial: str = "SN-1") -> Item:
    """An item whose maker marked it with a GTIN and a serial number."""
    item = an_item(a_product(gtin=GTIN))
    item.serial = serial
    db.session.flush()
    return item


def bare(code: str) -> ItemLabel:
    return ItemLabel(code, None)


@pytest.fixture(scope="module")
def code() -> str:
    return new_code()


@pytest.mark.parametrize("symbology", ["", "]Q1", "]d2", "]C1"])
def test_every_kind_of_label_is_read(code: str, symbology: str) -> None:
    for text, meant in {
        address(BASE, giai(PREFIX, code), 2): ItemLabel(code, 2),
        f"(8004){PREFIX}{code}": bare(code),
        f"{PREFIX}{code}": bare(code),
        code.lower(): bare(code),
        place_address(BASE, GLN): PlaceLabel(GLN, None),
        place_address(BASE, GLN, code): PlaceLabel(GLN, code),
        place_address(BASE, GLN, code).upper(): PlaceLabel(GLN, code),
        f"(414){GLN}(254){code.lower()}": PlaceLabel(GLN, code),
        f"414{GLN}254{code}": PlaceLabel(GLN, code),
        f"https://maker.example/01/{GTIN}/21/SN-1": MakersCode(GTIN, "SN-1"),
        f"(01){GTIN}(21)SN-1": MakersCode(GTIN, "SN-1"),
        f"01{GTIN}17260228\x1d21SN-1": MakersCode(GTIN, "SN-1"),
        GTIN: MakersCode(GTIN, None),
        GTIN[1:]: MakersCode(GTIN, None),
    }.items():
        assert read_scan(symbology + text, PREFIX) == meant, text


@pytest.mark.parametrize("command", Command)
def test_every_command_has_an_address_a_word_and_says_what_it_does(command: Command) -> None:
    link = command_address("https://cs.example.org/kit/", command)
    assert read_scan(link, PREFIX) is command
    assert read_scan(f"]Q1{link.upper()}", PREFIX) is command
    assert command.words[0].isupper()
    assert command.says.endswith(".")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("https://a/do/destroy", "not one of ours"),
        ("https://a/do/", "leads somewhere else"),
        (f"https://a/414/{GLN}/254/SHELF-1", "not of one of ours"),
        ("https://a/414/9521234000007", "leads somewhere else"),
        ("https://a/01/9520123456788", "maker's barcode"),
        ("https://a/00/006141411234567890", "not one of our labels"),
        ("]E095201234567889", "not one of our labels"),
        ("HJKM-23O5", "never used"),
        ("HJKM-23I5", "never used"),
    ],
)
def test_what_is_nothing_of_ours_gets_a_sentence(text: str, says: str) -> None:
    with pytest.raises(UnreadableLabel, match=says):
        read_scan(text, PREFIX)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (place_address(BASE, GLN), "label of a place"),
        (command_address(BASE, Command.UNDO), "a command"),
        (f"(01){GTIN}(21)SN-1", "maker's barcode"),
    ],
)
def test_where_only_an_item_will_do_another_label_says_what_it_is(text: str, says: str) -> None:
    with pytest.raises(UnreadableLabel, match=says):
        read_label(text, PREFIX)


@given(st.text(max_size=60), st.sampled_from(["", "]E0", "]E4", "]d2", "(", "https://a/"]))
def test_whatever_is_scanned_it_means_something_or_there_is_a_sentence(
    text: str, before: str
) -> None:
    with contextlib.suppress(UnreadableLabel):
        assert isinstance(read_scan(before + text, PREFIX), Scan)


def test_a_retail_barcode_is_the_makers_however_it_looks() -> None:
    assert read_scan("]E422345677", PREFIX) == MakersCode("00000022345677", None)


def test_each_label_leads_to_the_thing_itself(app: Flask) -> None:
    item, store, shelf = an_item(), a_store(), a_shelf()
    marked = a_marked_item()
    for label, thing in (
        (address(BASE, item.giai), item),
        (place_address(BASE, store.gln), store),
        (place_address(BASE, shelf.store.gln, shelf.code), shelf),
        (command_address(BASE, Command.PUT_AWAY), Command.PUT_AWAY),
        (f"(01){GTIN}(21)sn-1", marked),
    ):
        assert thing_scanned(label) == thing
        assert thing_scanned(label, locked=True) == thing
    for label in (place_address(BASE, store.gln), command_address(BASE, Command.UNDO)):
        with pytest.raises(UnreadableLabel, match="not the label of an item"):
            item_scanned(label)


def test_a_foreign_code_is_nothing_of_ours(app: Flask) -> None:
    store, shelf = a_store(), a_shelf()
    a_marked_item()
    for label in (
        place_address(BASE, GLN),
        place_address(BASE, store.gln, shelf.code),
        place_address(BASE, shelf.store.gln, new_code()),
        f"(01){GTIN}(21)SN-2",
        "(01)09520123456795(21)SN-1",
    ):
        with pytest.raises(NotFound):
            thing_scanned(label)
    for label in (GTIN, f"https://a/01/{GTIN}", f"https://a/8004/9520614{new_code()}"):
        with pytest.raises(UnreadableLabel):
            thing_scanned(label)


def test_two_things_that_share_a_serial_but_for_its_case_are_not_guessed_at(app: Flask) -> None:
    one = a_marked_item("a1")
    other = an_item(one.product)
    other.serial = "A1"
    db.session.flush()
    with pytest.raises(NotFound):
        thing_scanned(f"(01){GTIN}(21)A1")


def test_every_store_has_a_gln_of_ours_unless_it_has_its_own(app: Flask) -> None:
    ours, theirs = a_store(), a_store(gln="5012345678900")
    assert ours.gln.startswith(PREFIX)
    assert read_gln(ours.gln) == ours.gln
    assert theirs.gln == "5012345678900"


def test_a_prefix_that_leaves_no_number_asks_for_the_stores_own(app: Flask) -> None:
    drawn = free_gln("95212340000")
    assert drawn.startswith("95212340000")
    for _ in range(10):
        a_store(gln=free_gln("95212340000"))
    with pytest.raises(Invalid, match="no number left"):
        free_gln("95212340000")
    with pytest.raises(Invalid, match="no number left"):
        free_gln("952123400001")


def test_a_place_label_in_a_browser_says_what_it_is_for(app: Flask, as_: SignIn) -> None:
    shelf = a_shelf()
    anybody, sam = app.test_client(), as_(Role.WAREHOUSE)
    for path in (f"/414/{shelf.store.gln}", f"/414/{shelf.store.gln}/254/{shelf.code.lower()}"):
        told = anybody.get(path)
        assert told.status_code == 200
        assert "marks where equipment stands" in told.text
        assert shelf.store.name not in told.text
        assert shelf.store.name in sam.get(path).text
        assert "scanning page" in sam.get(path).text
    told = sam.get(f"/414/{shelf.store.gln}/254/{shelf.code}").text
    assert shelf.name in told
    assert f"/scanning?mode=move&amp;place={shelf.code}" in told


@pytest.mark.parametrize("nonsense", [GLN, "x", "9" * 300, "%2e", "１２３４５６７８９０１２３"])
def test_an_unknown_place_gets_the_calm_page(app: Flask, nonsense: str) -> None:
    anybody = app.test_client()
    for path in (f"/414/{nonsense}", f"/414/{nonsense}/254/{new_code()}", f"/do/{nonsense}"):
        assert anybody.get(path).status_code == 404, path
    gln = a_depot().gln
    assert anybody.get(f"/414/{gln}/254/{nonsense}").status_code == 404


def test_a_command_in_a_browser_says_what_it_is_for(app: Flask, as_: SignIn) -> None:
    told = app.test_client().get("/do/undo")
    assert told.status_code == 200
    assert "command for our scanners" in told.text
    sam = as_(Role.WAREHOUSE)
    assert Command.UNDO.says in sam.get("/do/UNDO").text
    for command in Command:
        assert f"/scanning?mode={command.value}" in sam.get(f"/do/{command.value}").text
        assert sam.get(f"/scanning?mode={command.value}").status_code == 200

"""Labels for label printers: the same words and squares, in the printer's own language."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from labels import qr
from labels.layouts import LAYOUTS, Layout
from labels.rules import address
from labels.sheets import Face
from labels.zpl import DOTS, LOWER, escaped, zpl
from people.rules import Role
from tests.builders import a_product, an_item
from tests.labels.test_printing import labels_of
from tests.labels.test_sheets import LONG, OURS, faces

SignIn = Callable[..., FlaskClient]
ROLLS = [layout for layout in LAYOUTS.values() if layout.is_roll]
rolls = pytest.mark.parametrize("layout", ROLLS, ids=[one.key for one in ROLLS])
SQUARE = re.compile(r"\^FO(\d+),(\d+)\^BQN,2,(\d+)\^FH\^FDMA,([^^]*)\^FS")
LINE = re.compile(r"\^FO(\d+),(\d+)\^A0N,(\d+),\d+\^FH\^FD([^^~]*)\^FS")


def read(text: str) -> str:
    """What the printer makes of a field: two hexadecimal digits behind each underscore."""
    return re.sub("_([0-9A-F]{2})", lambda sign: chr(int(sign[1], 16)), text)


@rolls
@pytest.mark.parametrize("dots", DOTS)
def test_every_label_has_its_square_and_words_within_its_edges(layout: Layout, dots: int) -> None:
    labels = faces(3, product_name="Bath lift ^XZ~_5E", issue=2)
    made = zpl(labels, layout=layout, sender=LONG, dots=dots)
    assert made.count("^XA") == made.count("^XZ\n") == 3
    assert made.count("^CI28") == 3
    assert f"^PW{layout.page[0] * dots:.0f}\n^LL{layout.page[1] * dots:.0f}\n" in made
    squares = SQUARE.findall(made)
    assert [read(square[3]) for square in squares] == [
        face.address for face in labels for _ in range(layout.times)
    ]
    count = len(qr.modules(labels[0].address))
    for left, top, module, _ in squares:
        assert int(module) >= 3, "too small for a coarse printer"
        assert int(left) + count * int(module) <= layout.width * dots
        assert int(top) + LOWER + count * int(module) <= layout.height * dots
    for _, top, high, _ in LINE.findall(made):
        assert int(top) + int(high) <= layout.height * dots
    assert "Bath lift ^XZ~_5E" in " ".join(read(line[3]) for line in LINE.findall(made))


@rolls
def test_the_squares_keep_their_white_margin(layout: Layout) -> None:
    made = zpl(faces(1), layout=layout, sender=OURS)
    for left, top, module, text in SQUARE.findall(made):
        white = qr.QUIET * int(module)
        side = len(qr.modules(read(text))) * int(module)
        above = int(top) + LOWER
        assert above >= white
        assert layout.height * DOTS[0] - above - side >= white - 1
        part = round(layout.part * DOTS[0])
        assert int(left) % part >= white
        assert layout.square * DOTS[0] - int(left) % part - side >= white - DOTS[0] * layout.inset


@pytest.mark.parametrize("text", ["^XA^XZ", "~JA", "_5E", "^FS^FDx", "Łódź", ""])
def test_nothing_a_product_is_called_commands_the_printer(text: str) -> None:
    assert not set(escaped(text)) & set("^~")
    assert read(escaped(text)) == text


def test_a_run_for_a_label_printer_is_offered_as_zpl(app: Flask, as_: SignIn) -> None:
    item, sam = an_item(a_product(name="Stuhl für {{7*7}}")), as_(Role.WAREHOUSE)
    run = labels_of(item, layout="roll-50x25")
    for query, dots in (("", 8), ("?dots=12", 12), ("?dots=1e309", 8)):
        answer = sam.get(f"/labels/runs/{run.code}.zpl{query}")
        assert answer.status_code == 200
        assert answer.mimetype == "text/plain"
        assert "attachment" in answer.headers["Content-Disposition"]
        assert f"^PW{50 * dots}" in answer.text
        assert address("http://localhost:8000", item.giai) in answer.text
        assert "Stuhl für" in answer.text
    assert "ZPL" in sam.get(f"/labels/runs/{run.code}").text


def test_a_run_for_sheets_is_no_run_for_a_label_printer(app: Flask, as_: SignIn) -> None:
    run, sam = labels_of(an_item()), as_(Role.WAREHOUSE)
    answer = sam.get(f"/labels/runs/{run.code}.zpl")
    assert answer.status_code == 409
    assert "laid out for sheets" in answer.text
    assert "ZPL" not in sam.get(f"/labels/runs/{run.code}").text
    assert as_(Role.PRESCRIBER).get(f"/labels/runs/{run.code}.zpl").status_code == 403


def test_a_long_address_still_has_modules_a_coarse_printer_can_print() -> None:
    long = address("https://equipment.a-county-with-a-long-name.example.nhs.uk", "9521234HJKM2345")
    for layout in ROLLS:
        made = zpl([Face(long, "HJKM2345", "Bath lift")], layout=layout, sender=OURS)
        assert all(int(square[2]) >= 3 for square in SQUARE.findall(made))

"""Labels of the depot itself, and the page that measures a printer."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from reportlab.lib.units import mm

from core.codes import new_code
from labels.depot.measure import MODULES, measured_page
from labels.layouts import LAYOUTS, Layout
from labels.rules import Command, command_address, place_address
from labels.sheets import Sign, sheet
from people.rules import May, Role, may
from tests.builders import a_depot, a_store
from tests.labels.papers import squares, text_of
from tests.labels.test_sheets import LONG

SignIn = Callable[..., FlaskClient]
BASE = "http://localhost:8000"
layouts = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))


def ticked(**but: object) -> dict[str, object]:
    return {"layout": "a4-8", "start": "1", **but}


def test_every_store_place_and_command_that_is_ticked_is_printed(app: Flask, as_: SignIn) -> None:
    depot, van, sam = a_depot(), a_store(name="Van 7"), as_(Role.WAREHOUSE)
    shelf = depot.places[0]
    offered = sam.get("/labels/depot").text
    for name in (depot.name, "Van 7", shelf.name, Command.UNDO.says):
        assert name in offered
    chosen = ticked(stores=[van.code], places=[shelf.code], commands=["undo", "put-away"], start=5)
    answer = sam.get("/labels/depot.pdf", query_string=chosen)
    assert answer.mimetype == "application/pdf"
    assert squares(answer.data) == [
        place_address(BASE, van.gln),
        place_address(BASE, depot.gln, shelf.code),
        command_address(BASE, Command.PUT_AWAY),
        command_address(BASE, Command.UNDO),
    ]
    said = " ".join(text_of(answer.data).split())
    for words in ("Van 7", shelf.name, "Put away", "Undo", f"GLN {van.gln}"):
        assert words in said


@pytest.mark.parametrize(
    ("but", "status", "says"),
    [
        ({}, 422, "Tick at least one"),
        ({"stores": "HJKM2345"}, 404, "nothing was printed"),
        ({"places": "1", "commands": "undo"}, 404, "nothing was printed"),
        ({"commands": ["undo", "destroy"]}, 404, "nothing was printed"),
        ({"commands": "undo", "start": "9"}, 422, "labels 1 to 8"),
        ({"commands": "undo", "start": "1e309"}, 422, "Write a whole number"),
        ({"commands": "undo", "start": "-1"}, 422, "labels 1 to 8"),
        ({"commands": "undo", "layout": "a4-1"}, 422, "Choose one from the list"),
    ],
)
def test_what_cannot_be_printed_is_said_and_what_was_ticked_stays(
    app: Flask, as_: SignIn, but: dict[str, object], status: int, says: str
) -> None:
    answer = as_(Role.WAREHOUSE).get("/labels/depot.pdf", query_string=ticked(**but))
    assert answer.status_code == status
    assert says in answer.text
    if "undo" in str(but):
        assert 'value="undo" checked' in answer.text


def test_one_unknown_place_among_good_ones_refuses_all(app: Flask, as_: SignIn) -> None:
    shelf = a_depot().places[0]
    asked = ticked(places=[shelf.code, new_code()])
    assert as_(Role.WAREHOUSE).get("/labels/depot.pdf", query_string=asked).status_code == 404


@pytest.mark.parametrize("role", [one for one in Role if not may(one, May.PRINT_LABELS)])
def test_who_may_not_print_labels_prints_none_of_the_depot(
    app: Flask, as_: SignIn, role: Role
) -> None:
    nosy = as_(role)
    for path in ("/labels/depot", "/labels/depot.pdf?commands=undo", "/labels/test-page.pdf"):
        assert nosy.get(path).status_code == 403


@layouts
def test_every_sign_of_every_layout_is_read_at_203_dpi(layout: Layout) -> None:
    gln = "9521234000006"
    address = place_address("https://equipment.a-county.example.nhs.uk", gln, "HJKM2345")
    sign = Sign(address, "Bay 12, upper shelf, behind the door", ("A depot", "Clean side"))
    count = min(layout.per_sheet, 12)
    paper = sheet([sign] * count, layout=layout, start=1, sender=LONG, title="Signs")
    assert squares(paper) == [address] * count * layout.times


@layouts
def test_the_test_page_measures_itself(layout: Layout) -> None:
    address = command_address("https://cs.example.org", Command.LOOK_UP)
    paper = measured_page(layout, address=address)
    said = text_of(paper)
    assert f"{layout.width:g} × {layout.height:g} mm" in said
    if layout.is_roll:
        assert squares(paper) == []
        return
    assert squares(paper) == [address] * len(MODULES)
    assert "Print at 100 %: measure these 100 mm" in said
    for module in MODULES:
        assert f"{module:g} mm" in said
    assert all(str(number) in said for number in range(1, layout.per_sheet + 1))


def test_the_rulers_of_the_test_page_are_true(monkeypatch: pytest.MonkeyPatch) -> None:
    from reportlab.pdfgen.canvas import Canvas

    lines: list[tuple[float, float, float, float]] = []
    monkeypatch.setattr(Canvas, "line", lambda _, *ends: lines.append(ends))
    measured_page(LAYOUTS["a4-24"], address="x")
    across = [x for x, _, x2, _ in lines[:101] if x == x2]
    assert len(across) == 101
    assert max(across) - min(across) == pytest.approx(100 * mm)
    down = [y for _, y, _, y2 in lines[101:302] if y == y2]
    assert len(down) == 201
    assert max(down) - min(down) == pytest.approx(200 * mm)


def test_any_sheets_test_page_is_offered(app: Flask, as_: SignIn) -> None:
    sam = as_(Role.WAREHOUSE)
    for key in (*LAYOUTS, "nonsense", ""):
        answer = sam.get("/labels/test-page.pdf", query_string={"layout": key})
        assert answer.data.startswith(b"%PDF"), key

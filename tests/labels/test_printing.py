"""Print runs: once asked for, once made; the sheet is the same however often it is opened."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from core.codes import new_code
from core.db import db, transaction
from core.errors import Invalid, NotAllowed, NotFound, TakenByAnother
from equipment.models import Item
from labels import actions, queries
from labels.codes import Line
from labels.layouts import LAYOUTS
from labels.models import Label, PrintRun
from labels.rules import MOST_LABELS, VoidReason, address
from people.models import Staff
from people.rules import May, Role, may
from tests.builders import NOON, a_member_of_staff, a_product, an_item, some_items
from tests.conftest import an_app
from tests.heard import statements
from tests.labels.papers import squares, text_of

SignIn = Callable[..., FlaskClient]
OTHERS = [role for role in Role if not may(role, May.PRINT_LABELS)]


def labels_of(*items: Item, **but: Any) -> PrintRun:
    facts: dict[str, Any] = {"layout": "a4-24", "start": 1, "at": NOON}
    facts["by"] = but.get("by") or a_member_of_staff()
    return actions.print_labels(items, **{**facts, **but})


def labels_there() -> int:
    return db.session.scalar(select(func.count(Label.id))) or 0


def typed(*items: Item | str, **but: Any) -> dict[str, Any]:
    codes = [item if isinstance(item, str) else item.code for item in items]
    return {"items": "\n".join(codes), "layout": "a4-24", "start": "1", **but}


def test_the_first_label_of_an_item_is_number_one_and_the_next_is_two(app: Flask) -> None:
    item = an_item()
    assert [label.issue for label in labels_of(item).labels] == [1]
    assert [label.issue for label in labels_of(item).labels] == [2]
    assert [label.voided_at for label in queries.labels_of(item)] == [None, None]


def test_a_reprint_with_a_reason_voids_every_older_label(app: Flask) -> None:
    item, other, sam = an_item(), an_item(), a_member_of_staff()
    labels_of(item, other), labels_of(item)
    labels_of(item, voiding=VoidReason.DAMAGED, by=sam, at=NOON + timedelta(days=1))
    latest, *older = queries.labels_of(item)
    assert latest.voided_at is None
    assert [(label.void_reason, label.voided_by) for label in older] == [
        (VoidReason.DAMAGED, sam)
    ] * 2
    assert queries.labels_of(other)[0].voided_at is None


def test_a_label_is_voided_once(app: Flask) -> None:
    label, sam = labels_of(an_item()).labels[0], a_member_of_staff()
    actions.void_label(label, reason=VoidReason.WRONG_ITEM, by=sam, at=NOON)
    with pytest.raises(NotAllowed, match="void already"):
        actions.void_label(label, reason=VoidReason.CAME_OFF, by=sam, at=NOON)
    assert label.void_reason is VoidReason.WRONG_ITEM


@pytest.mark.parametrize("start", [0, -1, 25, 10**9, 10**30])
def test_a_sheet_begins_at_one_of_its_labels(app: Flask, start: int) -> None:
    with pytest.raises(Invalid, match="labels 1 to 24"):
        labels_of(an_item(), start=start)
    assert labels_there() == 0


def test_a_run_holds_at_most_five_hundred_labels(app: Flask) -> None:
    with pytest.raises(Invalid, match="at most 500"):
        queries.items_to_label([Line(1, new_code()) for _ in range(MOST_LABELS + 1)])
    with pytest.raises(Invalid, match="at least one"):
        labels_of()
    items = some_items(MOST_LABELS)
    assert len(labels_of(*items, layout="a4-65").labels) == MOST_LABELS


def test_an_item_named_twice_gets_one_label(app: Flask) -> None:
    item = an_item()
    assert queries.items_to_label([Line(1, item.code), Line(1, item.code.lower())]) == [item]
    assert len(labels_of(item, item).labels) == 1


def test_a_page_of_many_labels_asks_the_database_as_often_as_one_of_few(
    app: Flask, as_: SignIn
) -> None:
    sam = as_(Role.WAREHOUSE)
    asked = []
    for count in (2, 60):
        run = labels_of(*(an_item(a_product()) for _ in range(count)))
        with statements() as seen:
            sam.get(f"/labels/runs/{run.code}")
            sam.get(f"/labels/runs/{run.code}.pdf")
            sam.get("/labels/runs")
        asked.append(len(seen))
    assert asked[0] == asked[1]


def test_a_sheet_holds_every_item_it_was_asked_for_in_their_order(app: Flask, as_: SignIn) -> None:
    product = a_product(name="Bath lift {{7*7}}")
    items, sam = some_items(5, product), as_(Role.WAREHOUSE)
    answer = sam.post("/labels", data=typed(*items, start="22"))
    assert answer.status_code == 303
    paper = sam.get(f"{answer.location}.pdf")
    assert paper.mimetype == "application/pdf"
    assert squares(paper.data) == [address("http://localhost:8000", item.giai) for item in items]
    assert "Bath lift {{7*7}}" in text_of(paper.data)


def test_a_run_gives_the_same_bytes_as_often_as_it_is_opened(app: Flask, as_: SignIn) -> None:
    product, sam = a_product(name="Commode, blue"), as_(Role.WAREHOUSE)
    run = labels_of(*some_items(30, product))
    first = sam.get(f"/labels/runs/{run.code}.pdf").data
    product.name = "Commode, renamed"
    db.session.flush()
    assert sam.get(f"/labels/runs/{run.code.lower()}.pdf").data == first
    assert "renamed" not in text_of(first)


def test_opening_a_sheet_changes_nothing_and_saying_it_is_printed_does_once(
    app: Flask, as_: SignIn
) -> None:
    run, sam, alex = labels_of(an_item()), as_(Role.WAREHOUSE), as_(Role.WAREHOUSE)
    sam.get(f"/labels/runs/{run.code}.pdf")
    assert run.printed_at is None
    assert "Not yet" in sam.get(f"/labels/runs/{run.code}").text
    assert sam.post(f"/labels/runs/{run.code}/printed").status_code == 303
    said = run.printed_at, run.printed_by_id
    assert said[1] == sam.staff.id  # type: ignore[attr-defined]
    alex.post(f"/labels/runs/{run.code}/printed")
    assert (run.printed_at, run.printed_by_id) == said
    assert "Not yet" not in sam.get(f"/labels/runs/{run.code}").text


def test_a_double_click_makes_one_run(app: Flask, as_: SignIn) -> None:
    item, sam = an_item(), as_(Role.WAREHOUSE)
    form = typed(item, once="a" * 32)
    first, second = sam.post("/labels", data=form), sam.post("/labels", data=form)
    assert first.location == second.location
    assert labels_there() == 1


def test_one_unknown_code_among_good_ones_refuses_the_whole_sheet(app: Flask, as_: SignIn) -> None:
    sam = as_(Role.WAREHOUSE)
    answer = sam.post("/labels", data=typed(*some_items(3), new_code()))
    assert answer.status_code == 404
    assert "so nothing was printed" in answer.text
    assert labels_there() == 0
    assert db.session.scalar(select(func.count(PrintRun.id))) == 0


def test_every_line_is_read_as_a_scan_is(app: Flask, as_: SignIn) -> None:
    ours = some_items(6, a_product(gtin="04006381333931"))
    first, second, third, fourth, fifth, sixth = ours
    labels_of(second), labels_of(second)
    sixth.serial = "AB-7"
    db.session.flush()
    base = "http://localhost:8000"
    written = (
        f"{address(base, first.giai)}\r\n{address(base, second.giai, 2).upper()}\n\n"
        f"\u2003]Q1(8004){third.giai}\n{fourth.giai}; {fifth.code[:4].lower()} {fifth.code[4:]}\n"
        f"]d2010400638133393121{sixth.serial}\n{first.code}"
    )
    answer = as_(Role.WAREHOUSE).post("/labels", data=typed(written))
    assert answer.status_code == 303, answer.text
    run = queries.run_by_code(answer.location.rsplit("/", 1)[1])
    assert [label.item for label in run.labels] == ours


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("2345678", "Line 3, 2345678: That is not one of our labels."),
        ("23456789", "Line 3, 23456789: One of the eight characters is wrong"),
        ("AEIOU234", "Line 3, AEIOU234: “A” is never used in our codes."),
        ("https://a.test/8004/4006381ABC12", "Line 3, …t/8004/4006381ABC12: That label belongs"),
        ("x" * 400, f"Line 3, …{'x' * 19}: That is far too long"),
        ("4006381333931", "Line 3, 4006381333931: That is a maker&#39;s barcode"),
        ("http://localhost:8000/do/undo", "That is a command, not the label of an item."),
        ("\u202e23", "Line 3, 23: That is not"),
    ],
)
def test_the_line_that_is_wrong_is_named_and_everything_stays(
    app: Flask, as_: SignIn, wrong: str, says: str
) -> None:
    good = an_item()
    written = f"{good.code}\n\n{wrong}"
    answer = as_(Role.WAREHOUSE).post("/labels", data=typed(written))
    assert answer.status_code == 422
    assert says in answer.text
    assert f"{good.code}\n\n" in answer.text.replace("\r", "")
    assert labels_there() == 0


def test_an_unknown_item_and_a_void_label_are_named_by_their_line(app: Flask, as_: SignIn) -> None:
    sam, item, unknown = as_(Role.WAREHOUSE), an_item(), new_code()
    link = address("http://localhost:8000", item.giai)
    answer = sam.post("/labels", data=typed(item, unknown))
    assert f"Line 2, {unknown}: This is not an item of ours" in answer.text
    answer = sam.post("/labels", data=typed(f"{link}?l=7"))
    assert (answer.status_code, "We do not know this label" in answer.text) == (404, True)
    actions.void_label(
        labels_of(item).labels[0], reason=VoidReason.WRONG_ITEM, by=a_member_of_staff(), at=NOON
    )
    answer = sam.post("/labels", data=typed(link))
    assert answer.status_code == 409
    assert f"Line 1, …{link[-19:]}: This label was voided on" in answer.text
    assert sam.post("/labels", data=typed(item)).status_code == 303


def test_many_lines_ask_the_database_as_often_as_few(app: Flask) -> None:
    items, asked = some_items(40), []
    labels_of(*items)
    lines = [Line(1, address("http://localhost:8000", item.giai)) for item in items]
    for count in (2, 40):
        with statements() as seen:
            queries.items_to_label(lines[:count])
        asked.append(len(seen))
    assert asked == [2, 2]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"start": "0"}, "labels 1 to 24"),
        ({"start": "-1"}, "labels 1 to 24"),
        ({"start": "25"}, "labels 1 to 24"),
        ({"start": "1000000000"}, "labels 1 to 24"),
        ({"start": "9" * 5000}, "Write a whole number"),
        ({"start": "NaN"}, "Write a whole number"),
        ({"start": "1e309"}, "Write a whole number"),
        ({"start": ""}, "first free label"),
        ({"layout": "a4-1000000"}, "Choose one from the list"),
        ({"items": ""}, "at least one item"),
        ({"items": "1"}, "eight characters"),
        ({"items": '{"item": 1}'}, "eight characters"),
        ({"items": " ".join([new_code() for _ in range(501)])}, "at most 500"),
        ({"items": "x" * 150_001}, "more than a run holds"),
    ],
)
def test_what_no_sheet_could_be_gets_a_sentence_and_what_was_typed_stays(
    app: Flask, as_: SignIn, wrong: dict[str, str], says: str
) -> None:
    sam, form = as_(Role.WAREHOUSE), {**typed(an_item()), **wrong}
    answer = sam.post("/labels", data=form)
    assert answer.status_code == 422
    assert says in answer.text
    assert form["items"][:200] in answer.text or "&#34;" in answer.text
    assert labels_there() == 0


@pytest.mark.parametrize("role", OTHERS)
def test_who_may_not_print_labels_makes_none_and_opens_none(
    app: Flask, as_: SignIn, role: Role
) -> None:
    item = an_item()
    run, nosy = labels_of(item), as_(role)
    for address_ in (
        "/labels/new",
        "/labels/runs",
        f"/labels/runs/{run.code}",
        f"/labels/runs/{run.code}.pdf",
        f"/items/{item.code}/labels",
        f"/items/{item.code}/labels/1/void",
    ):
        assert nosy.get(address_).status_code == 403, address_
    assert nosy.post("/labels", data=typed(item)).status_code == 403
    assert nosy.post(f"/items/{item.code}/labels", data=typed(item)).status_code == 403
    assert nosy.post(f"/items/{item.code}/labels/1/void").status_code == 403
    assert nosy.post(f"/labels/runs/{run.code}/printed").status_code == 403
    assert labels_there() == 1


@pytest.mark.parametrize("code", ["1", "../x", "HJKM2345", "x" * 300, "%00", "None"])
def test_a_run_or_item_nobody_knows_is_not_found(app: Flask, as_: SignIn, code: str) -> None:
    sam = as_(Role.WAREHOUSE)
    for address_ in (f"/labels/runs/{code}", f"/labels/runs/{code}.pdf", f"/items/{code}/labels"):
        assert sam.get(address_).status_code in (400, 404), address_


@pytest.mark.parametrize("issue", ["0", "2", "-1", "1e309", "NaN", "9" * 40, "１"])
def test_a_label_an_item_never_had_cannot_be_voided(app: Flask, as_: SignIn, issue: str) -> None:
    item, sam = an_item(), as_(Role.WAREHOUSE)
    labels_of(item)
    assert sam.get(f"/items/{item.code}/labels/{issue}/void").status_code == 404
    assert sam.post(f"/items/{item.code}/labels/{issue}/void").status_code == 404


def test_the_page_offers_the_items_it_is_asked_for(app: Flask, as_: SignIn) -> None:
    sam, items = as_(Role.WAREHOUSE), some_items(3)
    codes = "\n".join(item.code for item in items)
    for asked in (
        "items=" + ",".join(item.code for item in items),
        "&".join(f"items={item.code}" for item in items),
        f"product={items[0].product.code}&batch=2026-06-01",
    ):
        assert codes in sam.get(f"/labels/new?{asked}").text, asked
    for nothing in ("", "product=x&batch=y", f"product={items[0].product.code}&batch=2026-05-31"):
        assert items[0].code not in sam.get(f"/labels/new?{nothing}").text


def test_a_torn_label_is_reprinted_and_the_old_one_is_void(app: Flask, as_: SignIn) -> None:
    item, sam = an_item(), as_(Role.WAREHOUSE)
    labels_of(item)
    form = {"reason": VoidReason.DAMAGED.value, "layout": "roll-50x25", "start": "1"}
    answer = sam.post(f"/items/{item.code}/labels", data=form)
    assert answer.status_code == 303
    paper = sam.get(f"{answer.location}.pdf").data
    assert squares(paper) == [address("http://localhost:8000", item.giai, 2)]
    shown = sam.get(f"/items/{item.code}/labels").text
    assert "damaged or faded" in shown
    assert "Do not print" not in sam.get(answer.location).text


def test_a_sheet_with_a_void_label_says_not_to_print_it_again(app: Flask, as_: SignIn) -> None:
    item, sam = an_item(), as_(Role.WAREHOUSE)
    run = labels_of(item)
    page = f"/items/{item.code}/labels/1/void"
    assert "Void label 1" in sam.get(page).text
    assert sam.post(page, data={"reason": "stuck on the wrong item"}).status_code == 303
    assert sam.post(page, data={"reason": "stuck on the wrong item"}).status_code == 409
    assert sam.post(page, data={"reason": "whatever"}).status_code == 422
    assert "Do not print this sheet again" in sam.get(f"/labels/runs/{run.code}").text
    assert "(1 void)" in sam.get("/labels/runs").text


def test_two_who_print_for_one_item_at_the_same_moment_get_one_label(fresh_url: str) -> None:
    app = an_app(fresh_url)
    with app.app_context(), transaction("set up"):
        item_id, staff_id = an_item().id, a_member_of_staff().id
    both, outcomes = threading.Barrier(8), []

    def print_it() -> None:
        with app.app_context():
            try:
                with transaction("print"):
                    item, sam = db.session.get(Item, item_id), db.session.get(Staff, staff_id)
                    assert item is not None
                    assert item.product
                    both.wait(10)
                    labels_of(item, by=sam)
                outcomes.append("printed")
            except TakenByAnother:
                outcomes.append("told")

    threads = [threading.Thread(target=print_it) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with app.app_context():
        issues = sorted(db.session.scalars(select(Label.issue)))
        db.session.remove()
        db.engine.dispose()
    assert outcomes.count("printed") == len(issues) >= 1
    assert len(outcomes) == 8
    assert issues == list(range(1, len(issues) + 1))


def test_every_sheet_in_the_list_can_be_printed(app: Flask, as_: SignIn) -> None:
    sam, item = as_(Role.WAREHOUSE), an_item()
    for key in LAYOUTS:
        answer = sam.post("/labels", data=typed(item, layout=key))
        assert sam.get(f"{answer.location}.pdf").data.startswith(b"%PDF")


def test_an_unknown_run_is_not_found_below_the_pages_too(app: Flask) -> None:
    with pytest.raises(NotFound):
        queries.run_by_code("1 or 1=1")

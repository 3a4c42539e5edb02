"""The pages of a count, as its people use them."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from core.clock import now
from core.db import db
from equipment.models import Item, Product, Store
from equipment.rules import Status
from people.rules import Role
from returns.counting import actions
from returns.counting.models import StockCount
from returns.counting.queries import lines_to_look_for, quantity_lines
from returns.counting.sheet import sheet_pdf
from returns.counting.variances import HEADS
from tests import builders
from tests.returns.counting.story import a_boss, a_hand, a_shelf, pads

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def store(app: Flask) -> tuple[Store, list[Item]]:
    return a_shelf(3)


def begun(sam: FlaskClient, store: Store, **form: str) -> str:
    """Begin a count by its page; its address."""
    sent = {"store": store.code, "place": "", "group": "", **form}
    answer = sam.post("/counts/new", data=sent)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


def read(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


def sent(client: FlaskClient, address: str, data: dict[str, str]) -> str:
    """The page a form leads to."""
    return read(client, client.post(address, data=data).headers["Location"])


def shown_on(page: str) -> str:
    found = re.search(r'name="shown" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def test_a_store_is_counted_from_beginning_to_end(
    as_: SignIn, store: tuple[Store, list[Item]]
) -> None:
    shelf, (one, other, gone) = store
    gloves = pads(shelf, 10)
    sam, ada = as_(Role.WAREHOUSE), as_(Role.ADMINISTRATOR)
    where = begun(sam, shelf)
    answer = sent(sam, f"{where}/scan", data={"scanned": one.code})
    assert "Counted" in answer
    assert "You have counted 1 item" in answer
    again = sent(sam, f"{where}/scan", data={"scanned": one.code})
    assert f"{one.code} had been counted today at" in again
    pasted = sam.post(f"{where}/paste", data={"labels": f"{one.code}\n{other.code}"})
    assert "1 item counted. 1 label had been counted before" in read(
        sam, pasted.headers["Location"]
    )
    sam.post(f"{where}/quantities", data={f"count_{gloves.code}": "8"})
    assert "You wrote 8." in read(sam, f"{where}/quantities")
    assert sam.post(f"{where}/close").status_code == 303
    assert "This waits for somebody who approves counts" in read(sam, where)
    page = read(ada, f"{where}/variances")
    assert "£60.40 less than booked" in page
    done = ada.post(f"{where}/approve", data={"shown": shown_on(page)})
    assert done.status_code == 303
    assert gone.status is Status.LOST
    assert "It is booked as lost." in read(sam, f"{where}/variances")
    assert "66.8%" in read(sam, "/counts/")


def test_the_counters_pages_are_the_same_whatever_the_books_say(
    as_: SignIn, store: tuple[Store, list[Item]]
) -> None:
    full, empty = store[0], a_shelf(0)[0]
    gloves = pads(full, 321)
    sam, pages = as_(Role.WAREHOUSE), []
    for shelf in (full, empty):
        where = begun(sam, shelf)
        text = read(sam, where).replace(shelf.name, "").replace(where.rsplit("/", 1)[-1], "")
        pages.append(re.sub(r'value="[^"]*"|nonce-\S+|(\d|a) consumables?', "", text))
    assert pages[0] == pages[1]
    where = f"/counts/{db.session.query(StockCount).filter_by(store=full).one().code}"
    for page in ("", "/quantities"):
        assert not re.search(r"\b321\b", read(sam, where + page))
    assert "£180.00" not in read(sam, "/counts/"), "not while it is counted"
    assert sam.get(f"{where}/variances").status_code == 403
    assert sam.get(f"{where}/variances.csv").status_code == 403
    assert gloves.name in read(sam, f"{where}/quantities")


def test_an_unknown_label_is_said_at_once_and_stays_in_the_field(
    as_: SignIn, store: tuple[Store, list[Item]]
) -> None:
    sam = as_(Role.WAREHOUSE)
    where = begun(sam, store[0])
    for scanned, status in (("nonsense", 422), ("", 422)):
        answer = sam.post(f"{where}/scan", data={"scanned": scanned})
        assert answer.status_code == status
        assert "Error:" in answer.text
    answer = sam.post(f"{where}/paste", data={"labels": f"{store[1][0].code}\nnonsense"})
    assert answer.status_code == 422
    assert "Line 2:" in answer.text
    assert store[1][0].code in answer.text
    assert "You have counted 0 items" in answer.text


def test_numbers_are_refused_beside_their_fields(
    as_: SignIn, store: tuple[Store, list[Item]]
) -> None:
    gloves, other = pads(store[0], 5), pads(store[0])
    sam = as_(Role.WAREHOUSE)
    where = begun(sam, store[0])
    for typed in ("-1", "a few", "100000"):
        answer = sam.post(f"{where}/quantities", data={f"count_{gloves.code}": typed})
        assert answer.status_code == 422
        assert f'id="count_{gloves.code}-error"' in answer.text
    both = {f"count_{gloves.code}": "5", "other": other.code, "other_quantity": "2"}
    answer = sent(sam, f"{where}/quantities", data=both)
    assert "2 numbers kept." in answer
    sam.post(f"{where}/close")
    answer = sam.post(f"{where}/quantities", data=both)
    assert answer.status_code in (303, 409)


def test_a_second_count_of_a_store_is_refused_beside_the_field(
    as_: SignIn, store: tuple[Store, list[Item]]
) -> None:
    sam = as_(Role.WAREHOUSE)
    begun(sam, store[0])
    answer = sam.post("/counts/new", data={"store": store[0].code, "place": "", "group": ""})
    assert answer.status_code == 409
    assert "is being counted already" in answer.text
    answer = sam.post("/counts/new", data={"store": "", "place": "", "group": "beds and rails"})
    assert answer.status_code in (404, 422)


def test_a_line_is_ticked_and_counted_again_by_somebody_else(
    as_: SignIn, store: tuple[Store, list[Item]]
) -> None:
    shelf, (one, other, third) = store
    sam, kim, fay = as_(Role.WAREHOUSE), as_(Role.WAREHOUSE), as_(Role.FINANCE)
    where = begun(sam, shelf)
    sam.post(f"{where}/scan", data={"scanned": third.code})
    sam.post(f"{where}/close")
    assert fay.post(f"{where}/recount").status_code == 422
    assert fay.post(f"{where}/recount", data={"lines": [one.code, other.code]}).status_code == 303
    assert sam.post(f"{where}/scan", data={"scanned": one.code}).status_code == 409
    assert one.code in read(kim, where)
    kim.post(f"{where}/scan", data={"scanned": one.code})
    kim.post(f"{where}/close")
    page = read(fay, f"{where}/variances")
    assert "1 line differs" in page
    fay.post(f"{where}/approve", data={"shown": shown_on(page)})
    assert (one.status, other.status) == (Status.AVAILABLE, Status.LOST)


def test_who_counted_is_told_that_somebody_else_approves(
    as_: SignIn, store: tuple[Store, list[Item]], monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = a_boss()
    where = begun(as_(Role.WAREHOUSE), store[0])
    count = db.session.query(StockCount).one()
    actions.count_scan(count, store[1][0], by=boss, at=now())
    actions.close(count, by=a_hand(), at=now())
    ada = as_(boss)
    page = read(ada, f"{where}/variances")
    assert "You counted here yourself" in page
    answer = ada.post(f"{where}/approve", data={"shown": ""})
    assert answer.status_code == 403


def test_what_was_shown_before_it_changed_is_not_approved(
    as_: SignIn, store: tuple[Store, list[Item]]
) -> None:
    sam, ada = as_(Role.WAREHOUSE), as_(Role.ADMINISTRATOR)
    where = begun(sam, store[0])
    sam.post(f"{where}/close")
    answer = ada.post(f"{where}/approve", data={"shown": ""})
    assert answer.status_code == 409
    assert "This has changed since you looked" in answer.text
    assert store[1][0].status is Status.AVAILABLE
    again = ada.post(f"{where}/approve", data={"shown": shown_on(answer.text)})
    assert again.status_code == 303


def test_a_count_is_given_up_on_a_page_that_asks_why(
    as_: SignIn, store: tuple[Store, list[Item]]
) -> None:
    sam = as_(Role.WAREHOUSE)
    where = begun(sam, store[0])
    assert sam.post(f"{where}/give-up", data={"because": ""}).status_code == 422
    answer = sent(sam, f"{where}/give-up", data={"because": "Fire drill"})
    assert "is given up. Nothing was posted." in answer
    assert "Fire drill" in read(sam, where)
    assert sam.post(f"{where}/give-up", data={"because": "Again"}).status_code == 409


def test_the_variances_are_a_file(as_: SignIn, store: tuple[Store, list[Item]]) -> None:
    sam, ada = as_(Role.WAREHOUSE), as_(Role.ADMINISTRATOR)
    where = begun(sam, store[0])
    sam.post(f"{where}/close")
    lines = read(ada, f"{where}/variances.csv").removeprefix("\ufeff").splitlines()
    assert lines[0] == ",".join(HEADS)
    assert len(lines) == 4
    assert ",missing,1,0,-1,-60.00," in lines[1]


def test_the_start_page_says_which_counts_wait(
    as_: SignIn, store: tuple[Store, list[Item]]
) -> None:
    sam, ada = as_(Role.WAREHOUSE), as_(Role.ADMINISTRATOR)
    where = begun(sam, store[0])
    assert "Counts of stores to approve" not in read(ada, "/")
    sam.post(f"{where}/close")
    assert "Counts of stores to approve" in read(ada, "/")


def words_of(count: StockCount) -> str:
    consumables = [line.product.name for line in quantity_lines(count) if line.product]
    again = [(one.item.code, one.item.product.name) for one in lines_to_look_for(count) if one.item]
    import io

    paper = PdfReader(io.BytesIO(sheet_pdf(count, consumables, again)))
    return "\n".join(page.extract_text() for page in paper.pages)


def test_the_sheet_names_what_to_count_and_nothing_of_the_books(
    as_: SignIn, store: tuple[Store, list[Item]]
) -> None:
    shelf, (one, *_) = store
    gloves: Product = pads(shelf, 432)
    sam = as_(Role.WAREHOUSE)
    where = begun(sam, shelf)
    answer = sam.get(f"{where}/sheet.pdf")
    assert answer.mimetype == "application/pdf"
    count = db.session.query(StockCount).one()
    text = words_of(count)
    assert gloves.name in text
    assert shelf.name in text
    assert "432" not in text
    assert one.code[:4] not in text
    sam.post(f"{where}/quantities", data={f"count_{gloves.code}": "432"})
    sam.post(f"{where}/close")
    actions.recount(count, [one.code], by=builders.a_member_of_staff(), at=now() + timedelta(1))
    assert one.code[:4] in words_of(count)

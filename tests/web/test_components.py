"""The components say everything twice where it matters: to the eye and to a screen reader."""

import re
import time

from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup

from web.controls import right_aligned, told_apart


def test_an_error_is_in_the_summary_and_beside_its_field(noter: FlaskClient) -> None:
    page = noter.post("/notes", data={"words": "", "how_many": "ten"}).text
    assert "<title>Error: Things to note" in page
    assert '<a href="#words">Write some words.</a>' in page
    assert re.search(r'id="words-error">.*Write some words\.', page)
    assert 'aria-describedby="words-hint words-error"' in page
    assert 'value="ten"' in page


def test_a_refusal_stands_beside_its_field_with_what_was_typed(noter: FlaskClient) -> None:
    page = noter.post("/notes", data={"words": "taken"}).text
    assert '<a href="#words">Those words are taken.</a>' in page
    assert 'value="taken"' in page


def test_text_is_tidied_before_it_is_checked(noter: FlaskClient) -> None:
    assert noter.post("/notes", data={"words": "  \r\n "}).status_code == 422
    assert noter.post("/notes", data={"words": "  five5 "}).location == "/notes?words=5"


def test_a_day_nobody_could_mean_is_refused_in_a_sentence(noter: FlaskClient) -> None:
    for day in ("9999-12-31", "0001-01-01"):
        answer = noter.post("/notes", data={"words": "x", "on": day})
        assert answer.status_code == 422
        assert "Enter a year between 1850 and 2200." in answer.text
    assert noter.post("/notes", data={"words": "x", "on": "1931-05-02"}).status_code == 303


def test_the_browser_is_left_no_checks_of_its_own(noter: FlaskClient) -> None:
    page = noter.get("/notes").text
    assert " required" not in page
    assert "maxlength" not in page


def test_every_cell_says_its_column_so_that_a_phone_can_stack_them(noter: FlaskClient) -> None:
    page = noter.get("/notes").text
    assert '<th role="rowheader" data-head="Words" scope="row">thing 0</th>' in page
    assert '<td role="cell" data-head="Price">' in page
    assert "app-right-2" in page


def test_headings_and_cells_are_escaped_once() -> None:
    rows = told_apart(Markup("<tr><td>a</td></tr>"), ['"><b>'])
    assert 'data-head="&#34;&gt;&lt;b&gt;"' in rows
    assert right_aligned(["A", "B & C", ("D", "/d", "")], (0, "D")) == "app-right-1 app-right-3"


def test_a_list_pages_and_sorts_by_its_address(noter: FlaskClient) -> None:
    second = noter.get("/notes?page=2&words=kept").text
    assert "thing 3" in second
    assert "thing 2" not in second
    assert "4 to 6 of 7" in second
    assert "page=3" in second
    assert "words=kept" in second
    assert 'aria-sort="ascending"' in second
    assert "sort=-words" in second
    assert noter.get("/notes?sort=password").status_code == 200


def test_an_address_cannot_make_a_link_lead_elsewhere(noter: FlaskClient) -> None:
    odd = {"_external": "1", "_scheme": "javascript", "_anchor": "x", "endpoint": "y", "page": "2"}
    page = noter.get("/notes", query_string=odd).text
    assert "javascript" not in page


def test_a_flashed_sentence_is_shown_once(noter: FlaskClient) -> None:
    noter.post("/notes", data={"words": "said"})
    assert "Noted: said" in noter.get("/notes").text
    assert "Noted: said" not in noter.get("/notes").text


def test_a_printed_page_says_when_it_was_printed(noter: FlaskClient) -> None:
    assert re.search(
        r'class="app-printed">Commonstore. Printed \d+ \w+ \d{4} at', noter.get("/notes").text
    )


def test_two_hundred_rows_are_quick(noting: Flask) -> None:
    template = noting.jinja_env.from_string(
        '{% import "components/ui.html" as ui %}'
        '{% call ui.table("T", ["A", "B", "C"], numeric=(2,)) %}{% for n in numbers %}'
        "<tr><th>{{ n }}</th><td>{{ ui.tag('on_loan') }}</td><td>{{ ui.money(n) }}</td></tr>"
        "{% endfor %}{% endcall %}"
    )
    with noting.test_request_context():
        template.render(numbers=range(2))
        began = time.process_time()
        template.render(numbers=range(200))
    assert time.process_time() - began < 0.05

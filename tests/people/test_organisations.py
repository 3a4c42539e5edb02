"""The pages of organisations: entering them, who succeeds whom, practices and postcodes."""

import re
from datetime import date

import pytest

from people import actions
from people.queries import (
    body_of_practice,
    council_of_postcode,
    heirs_of,
    organisation_by_official_code,
    successor_of,
)
from people.rules import Kind, Role
from tests.builders import NOON, TODAY, a_member_of_staff, an_organisation


@pytest.fixture
def client(as_):
    return as_(Role.ADMINISTRATOR)


def test_an_organisation_is_entered_once(app, client):
    send = {"name": "NHS Body", "kind": "icb", "ods_code": "52r", "opened_on": "2020-04-01"}
    assert client.post("/organisations/new", data=send).status_code == 303
    assert organisation_by_official_code("52R").opened_on == date(2020, 4, 1)
    again = client.post("/organisations/new", data=send)
    assert again.status_code == 422
    assert "52R is already here: NHS Body" in again.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 201},
        {"kind": "kingdom"},
        {"ods_code": "52-R"},
        {"gss_code": "52R"},
        {"opened_on": "soon"},
        {"opened_on": ""},
    ],
)
def test_what_cannot_be_gets_a_sentence_and_stays_typed(app, client, wrong):
    send = {"name": "NHS Body", "kind": "icb", "ods_code": "52R", "opened_on": "2020-04-01"}
    answer = client.post("/organisations/new", data={**send, **wrong})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert 'value="2020-04-01"' in answer.text or "opened_on" in wrong


def test_the_list_filters_by_kind_and_text_and_pages(app, client):
    for number in range(120):
        an_organisation(kind=Kind.PRACTICE, name=f"Practice {number:03}", ods_code=f"C{number:05}")
    first = client.get("/organisations?kind=practice").text
    assert "Practice 000" in first
    assert "Practice 119" not in first
    assert "Practice 119" in client.get("/organisations?kind=practice&page=3").text
    assert "Practice 077" in client.get("/organisations?text=c00077").text
    assert "No organisation matches" in client.get("/organisations?text=_").text
    assert client.get("/organisations?kind=kingdom").status_code == 422


def test_a_succession_is_recorded_and_shown_on_both_pages(app, client):
    older, newer = an_organisation(ods_code="04K"), an_organisation(ods_code="52R")
    send = {"successors": "52r", "on": "2026-04-01"}
    assert client.post(f"/organisations/{older.code}/succession", data=send).status_code == 303
    assert successor_of(older.id, TODAY) == newer.id
    for one in (older, newer):
        page = client.get(f"/organisations/{one.code}").text
        assert "1 April 2026" in page
        assert older.name in page
        assert newer.name in page
    again = client.post(f"/organisations/{older.code}/succession", data=send)
    assert again.status_code == 409
    assert "already has a successor" in again.text


@pytest.mark.parametrize("code", ["", "04K", "NOBODY", "\U0001f9bd", "x" * 30])
def test_a_succession_that_cannot_be_is_refused_beside_its_field(app, client, code):
    older = an_organisation(ods_code="04K")
    send = {"successors": code, "on": "2026-04-01"}
    answer = client.post(f"/organisations/{older.code}/succession", data=send)
    assert answer.status_code == 422
    assert 'href="#successors"' in answer.text


def test_several_successors_are_recorded_with_what_each_takes_on(app, client):
    older = an_organisation(ods_code="04K")
    one, other = an_organisation(ods_code="52R"), an_organisation(ods_code="15M")
    send = {"successors": "52r 2\n 15m: 1 ", "on": "2026-04-01"}
    assert client.post(f"/organisations/{older.code}/succession", data=send).status_code == 303
    assert heirs_of(older.id, TODAY) == {one.id: 2, other.id: 1}
    told = client.get(f"/organisations/{older.code}").text
    assert "2 of 3" in told
    assert "1 of 3" in told
    assert "2 of 3" in client.get(f"/organisations/{one.code}").text
    assert "1 of 3" in client.get(f"/organisations/{other.code}").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("52R\n15M", "Write behind 52R how much it takes on"),
        ("52R 2\n15M", "Write behind 15M how much it takes on"),
        ("52R two", "is no code and weight"),
        ("52R 0\n15M 1", "whole number from 1"),
        ("52R 2\n52R 1", "twice"),
        ("52R 2\nNOBODY 1", "no organisation with this code"),
        ("52R -1\n15M 1", "is no code and weight"),
        (" \n ", "Write a code|Write the code"),
    ],
)
def test_what_cannot_be_shared_so_is_refused_beside_its_field(app, client, typed, said):
    older = an_organisation(ods_code="04K")
    an_organisation(ods_code="52R"), an_organisation(ods_code="15M")
    send = {"successors": typed, "on": "2026-04-01"}
    answer = client.post(f"/organisations/{older.code}/succession", data=send)
    assert answer.status_code == 422
    assert 'href="#successors"' in answer.text
    assert re.search(said, answer.text)
    assert not typed.strip() or typed.split()[0] in answer.text.split("<textarea")[1]
    assert older.closed_on is None


def test_practices_of_a_shared_predecessor_are_nobodys_until_it_is_said(app, client):
    by = a_member_of_staff()
    practice = an_organisation(kind=Kind.PRACTICE)
    older, one, other = an_organisation(), an_organisation(), an_organisation()
    actions.join_practice(practice, older, from_on=date(2013, 4, 1), by=by, at=NOON)
    actions.pass_on(older, [(one, 1), (other, 1)], on=date(2026, 4, 1), by=by, at=NOON)
    assert practice.name in client.get(f"/organisations/{older.code}").text
    for heir in (one, other):
        assert practice.name not in client.get(f"/organisations/{heir.code}").text


def test_a_practice_joins_a_body_and_both_pages_say_so(app, client):
    practice, body = an_organisation(kind=Kind.PRACTICE), an_organisation(ods_code="52R")
    send = {"body": "52R", "from_on": "2020-04-01"}
    assert client.post(f"/organisations/{practice.code}/membership", data=send).status_code == 303
    assert body_of_practice(practice.id, TODAY) is body
    assert body.name in client.get(f"/organisations/{practice.code}").text
    assert practice.name in client.get(f"/organisations/{body.code}").text
    assert client.post(f"/organisations/{body.code}/membership", data=send).status_code == 422


def test_practices_of_predecessors_are_shown_with_the_successor(app, client):
    by = a_member_of_staff()
    practice = an_organisation(kind=Kind.PRACTICE)
    older, newer = an_organisation(), an_organisation()
    actions.join_practice(practice, older, from_on=date(2013, 4, 1), by=by, at=NOON)
    actions.succeed(older, newer, on=date(2026, 4, 1), by=by, at=NOON)
    page = client.get(f"/organisations/{newer.code}").text
    assert practice.name in page
    assert f"then {older.official_code}" in page


def test_postcodes_are_placed_from_a_page(app, client):
    council = an_organisation(kind=Kind.COUNCIL)
    send = {"beginnings": "NG1\nng5 1\r\nNG5 9ZZ, NG7"}
    assert client.post(f"/organisations/{council.code}/postcodes", data=send).status_code == 303
    assert council_of_postcode("NG5 1AA") is council
    assert council_of_postcode("NG7 2AA") is council
    assert "4 beginnings" in client.get(f"/organisations/{council.code}").text
    wrong = client.post(f"/organisations/{council.code}/postcodes", data={"beginnings": "NG1 1"})
    assert wrong.status_code == 303
    wrong = client.post(f"/organisations/{council.code}/postcodes", data={"beginnings": "hello"})
    assert wrong.status_code == 422
    assert "“HELLO” begins no postcode" in wrong.text or "“hello” begins no postcode" in wrong.text


def test_a_name_is_shown_as_it_is_and_run_nowhere(app, client):
    body = an_organisation(name='"><script>alert(1)</script>{{ 7*7 }}')
    for address in ("/organisations", f"/organisations/{body.code}"):
        page = client.get(address).text
        assert "<script>alert" not in page
        assert "{{ 7*7 }}" in page

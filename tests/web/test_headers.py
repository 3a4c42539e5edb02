"""What every answer tells the browser to refuse."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from web import static


@pytest.mark.parametrize(
    "address", ["/notes", "/no/such/page", "/healthz", "/notes/x", "/notes.csv"]
)
def test_every_answer_carries_the_strict_policy(noter: FlaskClient, address: str) -> None:
    answer = noter.get(address, buffered=True)
    policy = dict(
        part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "camera=()" in answer.headers["Permissions-Policy"]


def test_pages_hold_no_script_and_no_style_of_their_own(noter: FlaskClient) -> None:
    for address in ("/notes", "/no/such/page"):
        page = noter.get(address).text
        assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
        assert "<style" not in page
        assert re.findall(r"\s(?:style|on[a-z]+)=", page) == []
        assert "http://" not in page.replace("http://www.w3.org", "")


def test_every_request_has_a_number_that_nobody_else_may_choose(noter: FlaskClient) -> None:
    first = noter.get("/healthz", headers={"X-Request-Id": "mine"}).headers["X-Request-Id"]
    second = noter.get("/healthz").headers["X-Request-Id"]
    assert first not in ("mine", second)


def test_transport_security_is_promised_only_where_there_is_any(
    noting: Flask, noter: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Strict-Transport-Security" not in noter.get("/healthz").headers
    monkeypatch.setitem(noting.config, "BASE_URL", "https://store.example")
    assert "max-age=31536000" in noter.get("/healthz").headers["Strict-Transport-Security"]


def test_the_host_that_was_asked_for_builds_no_address(noter: FlaskClient) -> None:
    evil = {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
    }
    for answer in (
        noter.get("/notes", headers=evil),
        noter.get("/no/such/page", headers=evil),
        noter.post("/notes", data={"words": "x"}, headers=evil),
    ):
        assert "evil.example" not in answer.text + str(answer.headers)


def test_static_files_are_kept_for_a_year_under_todays_address(
    noting: Flask, noter: FlaskClient
) -> None:
    with noting.test_request_context():
        address = static.asset("commonstore.css")
    answer = noter.get(address, buffered=True)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    small = noter.get(address, headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert len(small.data) < len(answer.data)
    older = noter.get("/static/000000000000/commonstore.css", buffered=True)
    assert older.status_code == 200
    assert "immutable" not in older.headers["Cache-Control"]


@pytest.mark.parametrize(
    "name", ["../furnish.py", "..%2ffurnish.py", "%2e%2e/furnish.py", "/etc/passwd", "no.css", ""]
)
def test_only_static_files_are_given_out(noter: FlaskClient, name: str) -> None:
    for edition in (static.edition(), "000000000000"):
        answer = noter.get(f"/static/{edition}/{name}", headers={"Accept-Encoding": "gzip"})
        assert answer.status_code in (308, 404)


def test_machines_may_ask_whether_we_live(noter: FlaskClient) -> None:
    assert noter.get("/healthz").text == "ok"
    assert noter.get("/readyz").text == "ok"
    assert "Disallow: /" in noter.get("/robots.txt").text
    assert noter.get("/favicon.ico", buffered=True).mimetype == "image/svg+xml"

"""Text that breaks careless programs is kept and shown as typed, or refused in a sentence."""

import html

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.conftest import kept

NAUGHTY = [
    "'; drop table noted; --",
    "' or 1=1 --",
    '"><img src=x onerror=alert(1)>',
    "<script>alert(1)</script>",
    "{{7*7}}",
    "{% if item.pk %}x{% endif %}",
    "${7*7}",
    "<%= 7*7 %>",
    "#{7*7}",
    "%s%n%d",
    "../../etc/passwd",
    "..%2f..%2f",
    "\\\\server\\share",
    "=cmd|' /C calc'!A0",
    "undefined",
    "null",
    "None",
    "NaN",
    "-1",
    "0x0",
    "1e400",
    "9" * 400,
    "ÅÄÖ éèê ñ ß",
    "田中さんにあげて下さい",
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "‮rtl override‬",
    "مرحبا",
    "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮",
    "​zero​width",
    "﻿byte order mark",
    "two\nlines",
    "tab\tbetween",
    "a" * 2000,
]
UNPRINTABLE = ["\0", "a\0b", "\x08", "\x1b[31m", "\x7f", "￾", "\x0b"]


@pytest.mark.parametrize("words", NAUGHTY)
def test_naughty_words_are_kept_as_typed(noting: Flask, noter: FlaskClient, words: str) -> None:
    answer = noter.post("/notes", data={"words": words})
    assert answer.status_code == 303
    assert kept(noting)[-1] == words


@pytest.mark.parametrize("words", NAUGHTY)
def test_naughty_words_are_shown_as_text(noter: FlaskClient, words: str) -> None:
    answer = noter.get("/notes", query_string={"words": words})
    assert answer.status_code == 200
    assert (
        html.escape(words, quote=False).replace('"', "&#34;").replace("'", "&#39;") in answer.text
    )
    assert "<script>alert" not in answer.text
    assert "<img" not in answer.text


@pytest.mark.parametrize("words", NAUGHTY)
def test_a_refused_form_gives_naughty_words_back(noter: FlaskClient, words: str) -> None:
    answer = noter.post("/notes", data={"words": words, "on": words, "how_many": words, "why": "x"})
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert "There is a problem" in answer.text


@pytest.mark.parametrize("words", UNPRINTABLE)
def test_what_no_keyboard_types_is_refused_in_a_sentence(
    noting: Flask, noter: FlaskClient, words: str
) -> None:
    before = kept(noting)
    for answer in (
        noter.post("/notes", data={"words": words}),
        noter.post("/notes", data={"words": "x", words: "y"}),
        noter.get("/notes", query_string={"words": words}),
        noter.get("/notes/" + "".join(f"%{byte:02x}" for byte in words.encode())),
    ):
        assert answer.status_code == 400
        assert "cannot be printed" in answer.text
    assert kept(noting) == before


def test_bytes_that_are_no_text_are_answered(noter: FlaskClient) -> None:
    for body in (b"words=\xff\xfe", b"\xff", b"words=%ff", b"=" * 5000, b"&" * 5000):
        answer = noter.post("/notes", data=body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (303, 400, 422)
    assert noter.get("/notes/%ff").status_code in (400, 404)
    assert noter.get("/notes?words=%ff").status_code == 200
    broken = noter.post("/notes", data=b"--x\r\nno", content_type="multipart/form-data; boundary=x")
    assert broken.status_code in (400, 422)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(words=st.text(max_size=200), on=st.text(max_size=20), many=st.text(max_size=20))
def test_no_text_at_all_is_a_fault_of_ours(
    noter: FlaskClient, words: str, on: str, many: str
) -> None:
    try:
        words.encode()
    except UnicodeEncodeError:
        return
    sent = {"words": words, "on": on, "how_many": many}
    try:
        answer = noter.post("/notes", data=sent)
    except UnicodeEncodeError:
        return
    assert answer.status_code in (303, 400, 422)

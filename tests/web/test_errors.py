"""Whatever is sent, the answer is a sentence with the right status; a bug says its number."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import kept
from web.errors import UNKNOWN_FORM
from web.logs import Discreet


def test_an_unknown_address_is_answered_in_plain_words(noter: FlaskClient) -> None:
    answer = noter.get("/no/such/page")
    assert answer.status_code == 404
    assert "There is no such page." in answer.text
    assert "<h1" in answer.text


def test_a_refusal_keeps_its_sentence_and_its_status(noter: FlaskClient) -> None:
    answer = noter.get("/notes/CX7K23MP")
    assert (answer.status_code, "There is no note CX7K23MP." in answer.text) == (404, True)


def test_a_refusal_raised_after_writing_leaves_nothing_behind(
    noting: Flask, noter: FlaskClient
) -> None:
    answer = noter.post("/raise")
    assert answer.status_code == 409
    assert "nothing more can be noted" in answer.text
    assert "never" not in kept(noting)


def test_a_form_sent_where_none_is_read_is_told_so(noter: FlaskClient) -> None:
    assert noter.post("/healthz").status_code == 405


def test_ten_megabytes_of_text_are_too_much(noter: FlaskClient) -> None:
    answer = noter.post("/notes", data={"words": "a" * 10_000_000})
    assert answer.status_code == 413
    assert "too large" in answer.text


def test_ten_megabytes_in_parts_are_too_much(noter: FlaskClient) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="words"\r\n\r\n'
    body = part + b"a" * 10_000_000 + b"\r\n--x--\r\n"
    answer = noter.post("/notes", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413


def test_an_endless_address_is_too_long(noter: FlaskClient) -> None:
    answer = noter.get("/notes?words=" + "a" * 5000)
    assert (answer.status_code, "too long" in answer.text) == (414, True)


def test_a_number_too_large_to_keep_is_a_sentence(noter: FlaskClient) -> None:
    answer = noter.post("/large")
    assert answer.status_code == 422
    assert "Nothing was saved" in answer.text


@pytest.mark.parametrize("page", ["0", "-1", "x", "1.5", "9" * 40, "٣", "", "1;drop", "%00x"])
def test_a_page_number_nobody_can_read_is_the_first_page(noter: FlaskClient, page: str) -> None:
    assert noter.get("/notes", query_string={"page": page}).status_code == 200


def test_a_bug_says_a_number_that_the_log_knows(
    noting: Flask,
    noter: FlaskClient,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines: list[str] = []
    noting.logger.handlers[0].setFormatter(Discreet("%(request_id)s %(message)s"))
    monkeypatch.setattr(
        noting.logger.handlers[0],
        "emit",
        lambda r: lines.append(noting.logger.handlers[0].format(r)),
    )
    monkeypatch.setitem(noting.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(noting.config, "TESTING", False)
    answer = noter.get("/break")
    assert answer.status_code == 500
    number = answer.headers["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{16}", number)
    assert number in answer.text
    assert "Traceback" not in answer.text
    (line,) = lines
    assert number in line
    assert "RuntimeError" in line
    assert "Mrs Example" not in line


def test_a_form_without_its_token_is_refused_in_plain_words(
    noting: Flask, noter: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(noting.config, "WTF_CSRF_ENABLED", True)
    answer = noter.post("/notes", data={"words": "forged"})
    assert answer.status_code == 400
    assert UNKNOWN_FORM[:60] in answer.text
    assert "forged" not in kept(noting)


def test_a_form_with_its_token_is_taken(
    noting: Flask, noter: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(noting.config, "WTF_CSRF_ENABLED", True)
    form = noter.get("/notes").text
    sent = dict(re.findall(r'name="(csrf_token|once)" value="([^"]+)"', form))
    answer = noter.post("/notes", data={**sent, "words": "meant"})
    assert answer.status_code == 303
    assert "meant" in kept(noting)


def test_every_unsafe_route_of_the_product_asks_for_the_token(
    noting: Flask, noter: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(noting.config, "WTF_CSRF_ENABLED", True)
    for rule in noting.url_map.iter_rules():
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            address = rule.build(dict.fromkeys(rule.arguments, "1"), append_unknown=False)
            assert address is not None
            answer = noter.open(address[1], method=method)
            if rule.endpoint == "scanning.take_scans":  # a device is first told to sign in
                assert answer.status_code == 401
                continue
            assert (rule.rule, answer.status_code) == (rule.rule, 400)
            assert UNKNOWN_FORM[:60] in answer.text


def test_a_form_sent_from_another_site_is_refused(noting: Flask, noter: FlaskClient) -> None:
    for site in ("cross-site", "same-site"):
        answer = noter.post("/notes", data={"words": site}, headers={"Sec-Fetch-Site": site})
        assert answer.status_code == 403
        assert site not in kept(noting)
    own = {"Sec-Fetch-Site": "same-origin"}
    assert noter.post("/notes", data={"words": "own"}, headers=own).status_code == 303

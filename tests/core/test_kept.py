"""What is kept from one transaction to the next is never older than what was committed before."""

from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text

from core import kept
from core.db import db, transaction
from equipment.models import Store
from tests import builders
from tests.conftest import an_app

RENAME = "update store set name = %s"


@pytest.fixture
def alone(fresh_url: str) -> Iterator[Flask]:
    """An application whose database others may write to, with one store in it."""
    app = an_app(fresh_url)
    with app.app_context():
        with transaction("test"):
            builders.a_depot()
            names_of_stores()
        yield app
        db.session.remove()
        db.engine.dispose()


def names_of_stores() -> set[str]:
    return kept.standing("names", lambda: set(db.session.scalars(select(Store.name))))


def elsewhere(url: str) -> "psycopg.Connection[tuple[str]]":
    return psycopg.connect(url)


def test_an_answer_stands_from_one_transaction_to_the_next(alone: Flask) -> None:
    asked: list[int] = []
    for _ in range(3):
        kept.standing("asked", lambda: asked.append(1))
        db.session.rollback()
    assert asked == [1]


def test_what_another_process_commits_is_seen_by_the_next_transaction(
    alone: Flask, fresh_url: str
) -> None:
    before = names_of_stores()
    db.session.rollback()
    with elsewhere(fresh_url) as other:
        other.execute(RENAME, ["Renamed"])
        assert names_of_stores() == before  # not committed yet
        db.session.rollback()
        other.commit()
    assert names_of_stores() == {"Renamed"} != before


def test_what_was_read_while_another_committed_is_not_kept(alone: Flask, fresh_url: str) -> None:
    kept.standing("something else", int)  # reads the stamps
    with elsewhere(fresh_url) as other:
        other.execute(RENAME, ["Renamed"])
    kept._STANDING.clear()
    assert names_of_stores() == {"Renamed"}
    assert all("names" not in answers for answers in kept._STANDING.values())


@pytest.mark.parametrize("way", ["raw", "flush"])
def test_what_is_undone_is_not_kept(alone: Flask, way: str) -> None:
    before = names_of_stores()
    if way == "raw":
        db.session.execute(text("update store set name = 'Undone'"))
        kept._STANDING.clear()
    else:
        for store in db.session.scalars(select(Store)):
            store.name = "Undone"
        db.session.flush()
    assert names_of_stores() == {"Undone"}
    db.session.rollback()
    assert names_of_stores() == before


def test_every_table_that_is_kept_has_its_stamp(app: Flask) -> None:
    assert set(db.session.scalars(select(kept.ReferenceStamp.of_table))) == kept._STAMPED

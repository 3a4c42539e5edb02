"""What tests of this room share."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from core.db import db


@pytest.fixture
def counted(app):
    """`with counted() as asked:` gathers the statements sent to the database meanwhile."""

    @contextmanager
    def counting():
        asked: list[str] = []

        def gather(conn, cursor, statement, parameters, context, executemany):
            asked.append(statement)

        connection = db.session.connection()
        event.listen(connection, "before_cursor_execute", gather)
        try:
            yield asked
        finally:
            event.remove(connection, "before_cursor_execute", gather)

    return counting

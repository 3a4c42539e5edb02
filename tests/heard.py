"""What reaches the database while a test does something."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Engine, event


class Statement(NamedTuple):
    """A statement as it is sent, and what it is given."""

    sql: str
    given: Any


@contextmanager
def statements() -> Iterator[list[Statement]]:
    """The statements that reach the database while the block runs, without its savepoints."""
    seen: list[Statement] = []

    def note(_c: Any, _cursor: Any, sql: str, given: Any, *_: Any) -> None:
        if not sql.lstrip().upper().startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(Statement(sql, given))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)

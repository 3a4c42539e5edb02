"""How statements go down to PostgreSQL: by the one engine, with nothing asked that nobody reads.

Every statement of the program passes here, so what is left out is felt by every act.
"""

from collections.abc import Iterator, Sequence
from typing import Any, overload

from flask_sqlalchemy.session import Session
from psycopg import Column, Cursor
from sqlalchemy import Engine, event

# The program's acts know some hundreds of statements; the driver's own limit of 100 would make it
# forget and prepare them again and again.
PREPARED = 600


class OneEngine(Session):
    """A session of the one engine there is: it need not look for the one a table belongs to."""

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **_: Any) -> Any:
        """The engine; in tests the connection that is put in its place."""
        return self._db.engine if bind is None else bind


class Columns(Sequence[Column]):
    """What a result's columns are, found out only when somebody asks.

    SQLAlchemy asks once for each statement it has compiled and keeps the answer; the driver would
    decode every column's name and type for every result.
    """

    def __init__(self, cursor: "LazyCursor", count: int) -> None:
        """The columns of the result that a cursor holds now."""
        self._cursor, self._count = cursor, count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Column]:
        return iter(self._found())

    @overload
    def __getitem__(self, index: int) -> Column: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Column]: ...
    def __getitem__(self, index: int | slice) -> Column | Sequence[Column]:
        return self._found()[index]

    def _found(self) -> Sequence[Column]:
        return super(LazyCursor, self._cursor).description or ()


class LazyCursor(Cursor[Any]):
    """A cursor that describes its result only to whoever reads the description."""

    @property
    def description(self) -> Any:
        """The columns of the result; none where the statement answered no rows."""
        result = self.pgresult
        count = result.nfields if result else 0
        return Columns(self, count) if count else super().description


CONNECTING = {"cursor_factory": LazyCursor}


def _keep_prepared(connection: Any, _: Any) -> None:
    connection.prepared_max = PREPARED


event.listen(Engine, "connect", _keep_prepared)

"""The database: typed models, what the net under them is made of, and the one commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from flask_sqlalchemy import SQLAlchemy
from psycopg import errors as pg
from sqlalchemy import (
    DDL,
    BigInteger,
    DateTime,
    Enum,
    ForeignKey,
    Identity,
    Insert,
    MetaData,
    String,
    Table,
    Text,
    Update,
    bindparam,
    event,
    insert,
    inspect,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    SessionTransaction,
    declared_attr,
    make_transient_to_detached,
    mapped_column,
    registry,
)
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql.dml import ReturningInsert

from core.codes import new_code
from core.driver import CONNECTING, OneEngine
from core.errors import TakenByAnother
from core.money import Pence


def _check_name(constraint: Any, table: Table) -> str:
    """A check's own name; the column's for the check that keeps a column to its words."""
    if constraint._type_bound:
        return f"{next(iter(constraint.columns)).name}_known"
    return str(constraint.name)


NAMING: dict[str, Any] = {
    "constraint_name_or_column": _check_name,
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name_or_column)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class _Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            int: BigInteger(),
            str: Text(),
            Pence: BigInteger(),
            datetime: DateTime(timezone=True),
            dict[str, Any]: JSONB(),
            StrEnum: Enum(
                StrEnum,
                native_enum=False,
                length=40,
                values_callable=lambda members: [member.value for member in members],
                create_constraint=True,
            ),
        },
    )


# "create_savepoint" matters only where a session is bound to a connection that is already inside a
# transaction, as in the tests: a commit then releases a savepoint instead of ending the outer one.
db = SQLAlchemy(
    model_class=_Base,
    session_options={"join_transaction_mode": "create_savepoint", "class_": OneEngine},
    engine_options={"connect_args": CONNECTING},
)

if TYPE_CHECKING:

    class Model(_Base):
        """What mypy sees of Flask-SQLAlchemy's model class."""

        __abstract__ = True

else:
    Model = db.Model

M = TypeVar("M")


class Numbered:
    """An integer inside the building: never on a label, never in an address."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True, sort_order=-2)


class Coded(Numbered):
    """A thing people name by its checked code."""

    code: Mapped[str] = mapped_column(String(8), unique=True, default=new_code, sort_order=-1)


class Versioned:
    """A row that two people may change: the slower one's flush fails and becomes a sentence."""

    version: Mapped[int] = mapped_column(BigInteger, sort_order=99)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class History(Numbered):
    """The columns of every table of immutable life-cycle rows; `OF` names the relationship."""

    OF: ClassVar[str]
    at: Mapped[datetime]

    @declared_attr
    def by_id(cls) -> Mapped[int]:
        """Who did it."""
        return mapped_column(ForeignKey("staff.id"))


EXTENSIONS = ("btree_gist", "pg_trgm")
REFUSE_CHANGE = """
create or replace function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: a row is never changed or deleted', tg_table_name
    using errcode = 'restrict_violation';
end $$
"""
APPEND_ONLY_TRIGGER = """
create trigger {table}_append_only before update or delete or truncate on {table}
for each statement execute function refuse_change()
"""
append_only_tables: set[str] = set()


def append_only(model: type[M]) -> type[M]:
    """Let no row of this table be changed or deleted, by anyone, whatever the program does."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    append_only_tables.add(table.name)
    event.listen(table, "after_create", DDL(APPEND_ONLY_TRIGGER.format(table=table.name)))
    return model


for _name in EXTENSIONS:
    event.listen(db.metadata, "before_create", DDL(f"create extension if not exists {_name}"))
event.listen(db.metadata, "before_create", DDL(REFUSE_CHANGE.replace("%", "%%")))


def add(row: M) -> M:
    """Put a new row into the session and give it its number."""
    db.session.add(row)
    db.session.flush()
    return row


# A statement's own option: the codes of what the trail is told it writes, by table.
TOLD, MANY = "told", "*"


def write(model: type[Any], *rows: dict[str, Any]) -> None:
    """Write rows that nobody needs in hand (history, postings, the trail): at once, in one go.

    By the names of their columns, all with the same ones. It costs a quarter of what `add` does,
    and is for what every act writes; whatever it points at must have been flushed.
    """
    if rows:
        with db.session.no_autoflush:
            db.session.execute(_insert(model.__table__), rows)


def put(row: M) -> M:
    """Write one new row at once, past the flush, and hold it as if it had been read.

    For what every act writes and hands on; only its columns may have been set, and whatever it
    points at must have been flushed. It costs half of what `add` does.
    """
    state: Any = inspect(row)
    if isinstance(row, Versioned):
        row.version = 1
    given, table = dict(state.dict), state.mapper.local_table
    given.pop("_sa_instance_state")
    statement = _put(table, tuple(given))
    told = {table.name: (str(getattr(row, "code", None) or getattr(row, "uid", MANY)),)}
    with db.session.no_autoflush:
        rest = db.session.execute(statement, given, execution_options={TOLD: told}).one()
    for column, value in zip(rest._fields, rest, strict=True):
        set_committed_value(row, column, value)
    make_transient_to_detached(row)
    db.session.add(row)
    return row


def held(model: type[M], columns: dict[str, Any]) -> M:
    """A row whose columns are known already, in the session as if it had been read."""
    session = db.session()
    there: M | None = session.identity_map.get(session.identity_key(model, columns["id"]))
    if there is not None:
        return there
    row = model()
    for column, value in columns.items():
        set_committed_value(row, column, value)
    make_transient_to_detached(row)
    session.add(row)
    return row


def change(thing: Versioned, /, *history: dict[str, Any], **values: Any) -> None:
    """Change columns of a thing at once, past the flush, with whatever else is pending on it.

    One UPDATE that fits only the version that was read; the rows of its history, all with the same
    columns, go down in the same statement. Raises TakenByAnother where somebody else has changed it
    since. It costs a third of a flush, and is for what every act changes.
    """
    row: Any = thing
    state = inspect(row)
    if state.modified:
        pending = set(state.mapper.columns.keys()) - state.unmodified
        values = {key: getattr(row, key) for key in sorted(pending)} | values
    values["version"] = row.version + 1
    written = {**values, "its_id": row.id, "its_version": row.version}
    told = {row.__tablename__: (getattr(row, "code", f"#{row.id}"),)}
    statement = _update(row.__table__, tuple(values))
    if history:
        table = row.HISTORY.__table__
        told[table.name] = (MANY,)
        statement = _with_history(statement, table, tuple(history[0]), len(history))
        written |= {
            f"{key}_{n}": said for n, each in enumerate(history) for key, said in each.items()
        }
    with db.session.no_autoflush:
        done = db.session.execute(statement, written, execution_options={TOLD: told})
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise TakenByAnother
    for key, value in values.items():
        set_committed_value(row, key, value)
    if state.modified and not state.committed_state:  # nothing is left for a flush to look at
        state._commit_all(state.dict, db.session.identity_map)


def _undone(session: Session, undone: SessionTransaction) -> None:
    """What was changed past the flush since a savepoint is read anew once that is undone."""
    if undone.nested:
        session.expire_all()


event.listen(db.session, "after_soft_rollback", _undone)


@cache
def _update(table: Table, columns: tuple[str, ...]) -> Update:
    of_its_version = table.c.id == bindparam("its_id"), table.c.version == bindparam("its_version")
    return update(table).where(*of_its_version).values({key: bindparam(key) for key in columns})


@cache
def _with_history(statement: Update, table: Table, columns: tuple[str, ...], count: int) -> Update:
    # Not `values` with several rows: that would be compiled anew every time.
    types = {key: table.c[key].type for key in columns}
    rows = [
        select(*(bindparam(f"{key}_{n}", type_=types[key]) for key in columns))
        for n in range(count)
    ]
    written = insert(table).inline().from_select(columns, union_all(*rows))
    return statement.add_cte(written.cte("history"))


@cache
def _put(table: Table, given: tuple[str, ...]) -> ReturningInsert[Any]:
    return insert(table).returning(*(column for column in table.c if column.key not in given))


@cache
def _insert(table: Table) -> Insert:
    return insert(table).inline()


def one_at_a_time(*names: str) -> None:
    """Let whoever does something under one of these names wait for each other until the commit.

    For what no row stands for yet, such as the first try of many. Always in the same order.
    """
    for name in names:
        number = int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)
        db.session.execute(text("select pg_advisory_xact_lock(:n)"), {"n": number})


class Transaction:
    """What a door knows of its one transaction: it may decide to leave nothing behind."""

    undone = False

    def undo(self) -> None:
        """Leave nothing behind when the block ends."""
        self.undone = True


# Called just before the commit with what was done and by whom; the audit trail sets it.
Witness = Callable[[str], None]
witnesses: list[Witness] = []

_RACES = (
    pg.UniqueViolation,
    pg.ExclusionViolation,
    pg.SerializationFailure,
    pg.DeadlockDetected,
    pg.LockNotAvailable,
)


@contextmanager
def transaction(act: str) -> Iterator[Transaction]:
    """The program's only commit: everything in the block, or nothing of it.

    `act` names what is being done (an endpoint, a command) for the audit trail. Raises
    TakenByAnother where a constraint shows that somebody else was first.
    """
    mine = Transaction()
    try:
        yield mine
        if mine.undone:
            db.session.rollback()
            return
        db.session.flush()
        for witness in witnesses:
            witness(act)
        db.session.commit()
    except StaleDataError as slower:
        db.session.rollback()
        raise TakenByAnother from slower
    except DBAPIError as error:
        db.session.rollback()
        if isinstance(error.orig, _RACES):
            raise TakenByAnother from error
        raise
    except BaseException:
        db.session.rollback()
        raise

"""Several rows at once: locked as they are now, written or changed by one statement."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Insert,
    Table,
    Update,
    any_,
    bindparam,
    column,
    func,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.sql.dml import ReturningInsert
from sqlalchemy.sql.selectable import TableValuedAlias

from core.db import MANY, TOLD, Model, Versioned, change, db
from core.errors import TakenByAnother

V = TypeVar("V", bound=Versioned)


class Locks(Generic[V]):
    """How rows of one model are locked until the commit, in the order of their numbers.

    What this session has read already is read again only where its version is another by now, so
    whatever belongs to a row must change with its version. `whole` says what is loaded with it.
    """

    def __init__(self, model: type[V], *whole: ORMOption) -> None:
        of_model: Any = model
        wanted = of_model.id == any_(bindparam("numbers", type_=ARRAY(BigInteger)))
        self._model = of_model
        self._versions = (
            select(of_model.id, of_model.version)
            .where(wanted)
            .order_by(of_model.id)
            .with_for_update()
        )
        self._rows = (
            select(of_model)
            .where(wanted)
            .options(*whole)
            .order_by(of_model.id)
            .with_for_update(of=of_model)
            .execution_options(populate_existing=True)
        )

    def hold(self, numbers: Collection[int]) -> list[V]:
        """The rows of these numbers as they are now, without those that are not there."""
        if not numbers:
            return []
        asked = {"numbers": sorted(numbers)}
        known = self._known(asked["numbers"])
        if known is not None:
            now = {row.id: row.version for row in db.session.execute(self._versions, asked)}
            if all(now.get(row.id) == row.version for row in known):
                return known
        return list(db.session.scalars(self._rows, asked))

    def _known(self, numbers: Collection[int]) -> list[Any] | None:
        """All of them as this session has read them; none where it has not read every one."""
        session, found = db.session(), []
        for number in numbers:
            row = session.identity_map.get(session.identity_key(self._model, number))
            if row is None or "version" not in inspect(row).dict:
                return None
            found.append(row)
        return found


def change_all(changes: Sequence[tuple[V, dict[str, Any]]], *history: dict[str, Any]) -> None:
    """Change columns of several things of one table, as `core.db.change` does for one.

    What is said of only some of them stays as it is on the others. The rows of their history all
    have the same columns. Raises TakenByAnother where somebody else has changed one of the things
    since it was read.
    """
    if len(changes) == 1:
        change(changes[0][0], *history, **changes[0][1])
    elif changes:
        if any(inspect(thing).modified for thing, _ in changes):
            db.session.flush()
        _write(changes, history)
        for thing, values in changes:
            for key, value in (*values.items(), ("version", thing.version + 1)):
                set_committed_value(thing, key, value)


def _write(changes: Sequence[tuple[V, dict[str, Any]]], history: Sequence[dict[str, Any]]) -> None:
    things: list[Any] = [thing for thing, _ in changes]
    table = things[0].__table__
    columns = tuple(sorted({key for _, values in changes for key in values}))
    written = {
        f"to_{key}": [values.get(key, getattr(thing, key)) for thing, values in changes]
        for key in columns
    }
    written |= {f"of_{key}": [getattr(thing, key) for thing in things] for key in _OF}
    told = {table.name: tuple(getattr(thing, "code", f"#{thing.id}") for thing in things)}
    past = None
    if history:
        past = things[0].HISTORY.__table__
        written |= {f"past_{key}": [row[key] for row in history] for key in history[0]}
        told[past.name] = (MANY,)
    statement = _update(table, columns, past, tuple(history[0]) if history else ())
    with db.session.no_autoflush:
        done = db.session.execute(statement, written, execution_options={TOLD: told})
    if done.rowcount != len(things):  # type: ignore[attr-defined]
        raise TakenByAnother


_OF = "id", "version"


def put_all(rows: Sequence[Model], *, known_by: str | None = None) -> None:
    """Write new rows of one table, as `core.db.put` does one, and hold them as if they were read.

    The same columns of each were set. Where the database gives them others, such as their numbers,
    `known_by` is a column that tells the rows apart.
    """
    if not rows:
        return
    states: list[Any] = [inspect(row) for row in rows]
    for row in rows:
        if isinstance(row, Versioned):
            row.version = 1
    table = states[0].mapper.local_table
    given = tuple(it.key for it in table.c if it.key in states[0].dict)
    written = {f"new_{key}": [state.dict[key] for state in states] for key in given}
    told = {table.name: tuple(str(state.dict.get("code", MANY)) for state in states)}
    statement = _insert(table, given, known_by)
    with db.session.no_autoflush:
        done = db.session.execute(statement, written, execution_options={TOLD: told})
    if known_by is not None:
        rest = {said._mapping[known_by]: said._mapping for said in done}
        for row in rows:
            for column, value in rest[getattr(row, known_by)].items():
                set_committed_value(row, column, value)
    for row in rows:
        make_transient_to_detached(row)
    db.session.add_all(rows)


@cache
def _insert(
    table: Table, given: tuple[str, ...], known_by: str | None
) -> Insert | ReturningInsert[Any]:
    rows = insert(table).from_select(given, select(*_lists(table, new=given).c))
    if known_by is None:
        return rows.inline()
    return rows.returning(table.c[known_by], *(it for it in table.c if it.key not in given))


@cache
def _update(
    table: Table, columns: tuple[str, ...], past: Table | None, said: tuple[str, ...]
) -> Update:
    """The one statement for any number of rows: their columns come as lists."""
    of = _lists(table, of=_OF, to=columns)
    changed = (
        update(table)
        .where(table.c.id == of.c.of_id, table.c.version == of.c.of_version)
        .values({key: of.c[f"to_{key}"] for key in columns} | {"version": table.c.version + 1})
    )
    if past is None:
        return changed
    rows = select(*_lists(past, past=said).c)
    return changed.add_cte(insert(past).inline().from_select(said, rows).cte("history"))


def _lists(table: Table, **of: Sequence[str]) -> TableValuedAlias:
    """Lists side by side as rows, one for each of these columns, named by what they are for."""
    types = {f"{why}_{key}": table.c[key].type for why, keys in of.items() for key in keys}
    lists = (bindparam(name, type_=ARRAY(kind)) for name, kind in types.items())
    rows = func.unnest(*lists).table_valued(*(column(*each) for each in types.items()))
    return rows.render_derived(name="_".join(of))

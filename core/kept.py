"""Answers kept until the transaction ends: small things, asked often, that hardly ever change.

What others commit meanwhile is seen in the next transaction. What this one changes itself is seen
at once, because the tables an answer was read from are named in `watch`.

What is read from tables that are `stamped` stays kept from one transaction to the next, for as
long as their stamps are what they were. Triggers draw a new stamp whenever anybody writes to such
a table, and a transaction reads all stamps once, with whoever is signed in, so what another
process has committed is seen by the next transaction here as well.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import DDL, Text, cast, event, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import (
    Mapped,
    ORMExecuteState,
    Session,
    SessionTransaction,
    mapped_column,
    object_session,
)

from core.db import TOLD, Model, db

T = TypeVar("T")
_KEPT = "kept"
_WATCHED: set[str] = set()
_STAMPED: set[str] = set()
MOST = 20_000  # answers that stay, before all are asked anew
_STANDING: dict[str, dict[Hashable, Any]] = {}  # by the stamps they were read under


class ReferenceStamp(Model):
    """What a table of reference data was stamped with when it was last written to."""

    __tablename__ = "reference_stamp"
    of_table: Mapped[str] = mapped_column(primary_key=True)
    stamp: Mapped[UUID]


# A stamp is never drawn twice and is undone with what it stands for, in any database.
STAMPING = """
create or replace function stamp_reference() returns trigger language plpgsql as $$
begin
  insert into reference_stamp (of_table, stamp) values (tg_table_name, gen_random_uuid())
  on conflict (of_table) do update set stamp = excluded.stamp;
  return null;
end $$
"""
STAMPED = """
create or replace trigger {table}_stamped
after insert or update or delete or truncate on {table}
for each statement execute function stamp_reference();
insert into reference_stamp (of_table, stamp) values ('{table}', gen_random_uuid())
on conflict do nothing
"""
event.listen(db.metadata, "after_create", DDL(STAMPING))
# All stamps in one text, to be read along with something else.
STAMPS = (
    select(
        func.string_agg(
            ReferenceStamp.of_table + cast(ReferenceStamp.stamp, Text),
            aggregate_order_by(literal(","), ReferenceStamp.of_table),
        )
    )
    .scalar_subquery()
    .label("stamps")
)
_READ_STAMPS = select(STAMPS)


def once(key: Hashable, make: Callable[[], T]) -> T:
    """What `make` answers, asked once a transaction. Keep plain values, or what is locked."""
    kept = db.session.info.setdefault(_KEPT, {})
    if key not in kept:
        kept[key] = make()
    answer: T = kept[key]
    return answer


def standing(key: Hashable, make: Callable[[], T]) -> T:
    """What `make` answers, kept for as long as no table that is `stamped` is written to.

    `make` reads nothing but such tables. Keep plain values: they outlive the session.
    """
    stamps = once(_STAMPS_KEY, _read_stamps)
    if stamps not in _STANDING:
        _STANDING.clear()
        _STANDING[stamps] = {}
    answers = _STANDING[stamps]
    if key in answers:
        kept: T = answers[key]
        return kept
    answer = make()
    # Kept only where it is sure to be what these stamps stand for, and every table has one.
    if stamps.count(",") == len(_STAMPED) - 1 and _read_stamps() == stamps:
        if len(answers) >= MOST:
            answers.clear()
        answers[key] = answer
    return answer


_STAMPS_KEY = "stamps"


def _read_stamps() -> str:
    with db.session.no_autoflush:
        return db.session.scalar(_READ_STAMPS) or ""


def stamps_are(stamps: str | None) -> None:
    """Note what `STAMPS` were when something else was read, so that nobody need read them."""
    once(_STAMPS_KEY, lambda: stamps or "")


def stamped(*models: type[Any]) -> None:
    """Let answers read from these tables stand until one of them is written to, by anybody."""
    watch(*models)
    for model in models:
        _STAMPED.add(model.__tablename__)
        event.listen(db.metadata, "after_create", DDL(STAMPED.format(table=model.__tablename__)))


def forget() -> None:
    """Ask everything anew: somebody has just changed what may have been answered."""
    db.session.info.pop(_KEPT, None)


def watch(*models: type[Any]) -> None:
    """Forget whatever is kept as soon as a row of one of these tables is written."""
    for model in models:
        _WATCHED.add(model.__tablename__)
        for change in ("after_insert", "after_update", "after_delete"):
            event.listen(model, change, _changed)


def _changed(_: Any, __: Any, row: Any) -> None:
    session = object_session(row)
    if session is not None:
        session.info.pop(_KEPT, None)


def _stated(said: ORMExecuteState) -> None:
    """What is written past the flush counts as well."""
    if said.is_insert or said.is_update or said.is_delete:
        table = getattr(getattr(said.statement, "table", None), "name", None)
        if not _WATCHED.isdisjoint({table, *said.execution_options.get(TOLD, ())}):
            said.session.info.pop(_KEPT, None)


def _ended(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(_KEPT, None)


def _rolled_back(session: Session, _: SessionTransaction) -> None:
    """Whatever was read or locked since the savepoint is not any more."""
    session.info.pop(_KEPT, None)


event.listen(db.session, "do_orm_execute", _stated)
event.listen(db.session, "after_transaction_end", _ended)
event.listen(db.session, "after_soft_rollback", _rolled_back)

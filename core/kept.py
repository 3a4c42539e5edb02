"""Answers kept until the transaction ends: small things, asked often, that hardly ever change.

What others commit meanwhile is seen in the next transaction. What this one changes itself is seen
at once, because the tables an answer was read from are named in `watch`.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, object_session

from core.db import TOLD, db

T = TypeVar("T")
_KEPT = "kept"
_WATCHED: set[str] = set()


def once(key: Hashable, make: Callable[[], T]) -> T:
    """What `make` answers, asked once a transaction. Keep plain values, or what is locked."""
    kept = db.session.info.setdefault(_KEPT, {})
    if key not in kept:
        kept[key] = make()
    answer: T = kept[key]
    return answer


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

"""The audit trail: one row for every transaction that changed or looked at something.

What was written is collected while the session flushes, so that no act can forget to say it. Only
codes are kept, by table, never what a row says: the trail must outlive the personal data.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import g, has_request_context, request
from flask_login import current_user
from sqlalchemy import bindparam, event, func, insert, inspect
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from core.db import MANY, TOLD, db, witnesses
from people.models import AuditRow, Staff

# One-time keys of forms and the trail itself say nothing of the business.
UNTOLD = frozenset({"audit_row", "submission"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Written by every request that changes anything, so it is put together once, and past the flush.
_ROW = (
    insert(AuditRow.__table__)  # type: ignore[arg-type]
    .values(at=func.coalesce(bindparam("moment", type_=AuditRow.at.type), func.clock_timestamp()))
    .inline()
)
_NOTES, _MARKS, _BY, _AT = "audit_notes", "audit_marks", "audit_by", "audit_at"


def look(table: str, code: str) -> None:
    """Note that the viewer is shown one client's record (or another thing watched over)."""
    note(table, code)


def note(table: str, code: str) -> None:
    """Note what a statement wrote that no flush shows, such as many rows at once."""
    db.session.info.setdefault(_NOTES, []).append((table, code))


def acting(by: Staff | None, at: datetime | None = None) -> None:
    """State who does what this transaction does, where no request says so, and when it was."""
    db.session.info[_BY] = None if by is None else by.id
    if at is not None:
        db.session.info[_AT] = at


def witness(act: str) -> None:
    """Write the transaction's one audit row, if it changed or looked at anything."""
    notes = db.session.info.pop(_NOTES, [])
    by_id, at = _by_whom(), db.session.info.pop(_AT, None)
    if notes or (has_request_context() and request.method not in SAFE):
        row = {"by_id": by_id, "act": act, "request_id": _request_id(), "changes": _told(notes)}
        db.session.execute(_ROW, {**row, "moment": at})


def _by_whom() -> int | None:
    """Who was named, else who is signed in."""
    if _BY in db.session.info:
        return db.session.info.pop(_BY)  # type: ignore[no-any-return]
    if has_request_context() and current_user.is_authenticated:
        return int(current_user.id)
    return None


def _request_id() -> str | None:
    named = g.get("request_id") if has_request_context() else None
    return None if named is None else str(named)[:32]


def _told(notes: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The codes by table, each once, in the order they came."""
    told: dict[str, dict[str, None]] = {}
    for table, code in notes:
        told.setdefault(table, {})[code] = None
    return {table: list(codes) for table, codes in told.items()}


def _name_of(row: Any) -> str:
    """The code of a row, or its number where it has none."""
    code = getattr(row, "code", None)
    if isinstance(code, str):
        return code
    return "#" + "/".join(str(part) for part in inspect(row).mapper.primary_key_from_instance(row))


def _collect(session: Session, _: Any) -> None:
    changed = [row for row in session.dirty if session.is_modified(row)]
    notes = session.info.setdefault(_NOTES, [])
    for row in (*session.new, *changed, *session.deleted):
        if row.__tablename__ not in UNTOLD:
            notes.append((row.__tablename__, _name_of(row)))


def _collect_statement(said: ORMExecuteState) -> None:
    """A statement that writes without a flush names its table, or says itself what it writes."""
    if said.is_insert or said.is_update or said.is_delete:
        table = getattr(getattr(said.statement, "table", None), "name", None)
        if table is not None and table not in UNTOLD:
            told = said.execution_options.get(TOLD) or {table: (MANY,)}
            notes = said.session.info.setdefault(_NOTES, [])
            notes += [(table, code) for table, codes in told.items() for code in codes]


def _mark(session: Session, begun: SessionTransaction) -> None:
    if begun.nested:
        marks = session.info.setdefault(_MARKS, {})
        marks[begun] = len(session.info.get(_NOTES, ()))


def _forget(session: Session, ended: SessionTransaction) -> None:
    """What was rolled back to a savepoint did not happen."""
    if ended.nested:
        mark = session.info.get(_MARKS, {}).pop(ended, 0)
        del session.info.get(_NOTES, [])[mark:]


def _end(session: Session, ended: SessionTransaction) -> None:
    """Nothing of one transaction is told of the next."""
    if ended.parent is None:
        for key in (_NOTES, _MARKS, _BY, _AT):
            session.info.pop(key, None)


event.listen(db.session, "after_flush", _collect)
event.listen(db.session, "do_orm_execute", _collect_statement)
event.listen(db.session, "after_transaction_create", _mark)
event.listen(db.session, "after_soft_rollback", _forget)
event.listen(db.session, "after_transaction_end", _end)
witnesses.append(witness)

"""The request's one transaction, and forms that do nothing twice."""

import re
import secrets
from collections.abc import Callable, Collection
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar, overload

from flask import Response, make_response, redirect, request
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from core.clock import now
from core.db import Transaction, db, transaction
from web.models import Submission

F = TypeVar("F", bound=Callable[..., Any])
# Sent with every form, so they are put together once.
_FORM = Submission.__table__
_CLAIM = (
    upsert(_FORM).values(location="").on_conflict_do_nothing().returning(_FORM.c.key)  # type: ignore[arg-type]
)
_SENT = (
    update(_FORM)  # type: ignore[arg-type]
    .where(_FORM.c.key == bindparam("form"))
    .values(location=bindparam("sent_to"))
)
_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)


@overload
def writes(view: F) -> F: ...
@overload
def writes(*, keeps: Collection[int]) -> Callable[[F], F]: ...
def writes(view: F | None = None, *, keeps: Collection[int] = ()) -> Any:
    """Run an unsafe view in the request's one transaction.

    A status of 400 or more undoes everything, returned or raised, except the statuses in `keeps`,
    where the refusal is itself the fact to keep (a failed sign-in). A form that carries a one-time
    key (`once`) is answered once: its double is sent where the first was sent.
    """

    def decorate(view: F) -> F:
        @wraps(view)
        def in_one_transaction(*args: Any, **kwargs: Any) -> Any:
            with transaction(request.endpoint or "") as mine:
                answered = _answered_before()
                if answered is not None:
                    mine.undo()
                    return redirect(answered, 303)
                response = make_response(view(*args, **kwargs))
                _finish(mine, response, keeps)
                return response

        in_one_transaction.writes = True  # type: ignore[attr-defined]
        return in_one_transaction  # type: ignore[return-value]

    return decorate if view is None else decorate(view)


def looks(view: F) -> F:
    """Run a safe view that shows a client's record: its only write is the audit row of the look."""

    @wraps(view)
    def witnessed(*args: Any, **kwargs: Any) -> Any:
        with transaction(request.endpoint or "") as mine:
            response = make_response(view(*args, **kwargs))
            _finish(mine, response, ())
            return response

    witnessed.looks = True  # type: ignore[attr-defined]
    return witnessed  # type: ignore[return-value]


def one_time_key() -> str:
    """The key a form carries so that its double click is recognised."""
    return secrets.token_hex(16)


def _key() -> str | None:
    key = request.form.get("once", "")
    return key if _KEY.fullmatch(key) else None


def _answered_before() -> str | None:
    """Where the first sender of this form was sent; waits while the first is still being done."""
    key = _key()
    if key is None:
        return None
    if db.session.execute(_CLAIM, {"key": key, "at": now()}).first() is not None:
        return None
    return db.session.scalar(select(Submission.location).where(Submission.key == key)) or "/"


def _finish(mine: Transaction, response: Response, keeps: Collection[int]) -> None:
    """Undo what was refused; else note where the sender of a keyed form is sent."""
    status, key = response.status_code, _key()
    if status >= 400 and status not in keeps:
        mine.undo()
    elif key is None:
        return
    elif status >= 400:
        # A refusal that is kept: the same form, corrected, must still be answered.
        db.session.execute(delete(Submission).where(Submission.key == key))
    elif response.location:
        db.session.execute(_SENT, {"form": key, "sent_to": response.location})


def forget_answered(*, before: datetime) -> int:
    """Forget forms answered before a moment; says how many. No browser sends a double that late."""
    gone = delete(Submission).where(Submission.at < before).returning(Submission.key)
    return len(db.session.execute(gone).all())

"""What was answered of months that are over, for as long as nothing in them has changed.

An answer is kept in the memory of one process, beside what tells whether it still holds: which
transactions have ever changed a settled month, or that the ledger has closed it. That is read
before anything is counted, so an answer may be thrown away too soon and never kept too long.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Select, event, select, text
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from core import kept
from core.clock import london_day, month_of
from core.db import db
from funding.periods.models import Period
from funding.periods.rules import PeriodStatus
from reports.settled.models import SETTLES_AFTER

T = TypeVar("T")
MOST = 20_000  # answers: some tens of megabytes
_ANSWERS: OrderedDict[Hashable, tuple[Hashable, tuple[Any]]] = OrderedDict()
_ONE_AT_A_TIME = Lock()
_STATE = "settled"
# `mine`: this very transaction has changed one, and may again.
_READ = text(
    "select set_config('random_page_cost', '1.1', true), set_config('work_mem', '64MB', true),"
    " (select oid from pg_database where datname = current_database()) as database,"
    " (select count(*) from settled_change) as changes,"
    " (select max(id) from settled_change) as latest,"
    " current_setting('commonstore.settled', true) = 'changed' as mine,"
    " now() - cast(:settles_after as interval) as until"
)


@dataclass(frozen=True)
class State:
    """What the database says of months that are over, when a page begins to count."""

    database: int
    changes: tuple[int, int | None]  # how many transactions ever changed one, and the latest
    until: date  # the first day of the first month that is not settled

    def of(self, months: Iterable[date]) -> dict[date, Hashable]:
        """What answers of the settled ones among some months hold by."""
        return {month: self.changes for month in months if month < self.until}


def plan_for_counting() -> None:
    """Let the rest of this transaction be planned for counting, and see what is settled.

    The pages of a database of this size stand in memory, so one found by an index costs hardly more
    than the next one read; and what is summed is summed without a detour over the disk.
    """
    said = db.session.execute(_READ, {"settles_after": SETTLES_AFTER}).one()
    db.session.info.pop(_STATE, None)
    if not said.mine:
        until = month_of(london_day(said.until))
        db.session.info[_STATE] = State(said.database, (said.changes, said.latest), until)


def settled() -> State | None:
    """What this transaction has seen to be settled; none where it has not looked."""
    state: State | None = db.session.info.get(_STATE)
    return state


def settled_months(months: Iterable[date]) -> dict[date, Hashable]:
    """The settled ones among some months, and what answers of each hold by."""
    state = settled()
    return state.of(months) if state else {}


def closed(fund_id: int) -> Mapping[date, Hashable]:
    """The months a fund has closed, and what answers of each hold by: nothing enters them."""
    key = ("closed months", fund_id)
    return kept.once(key, lambda: _read_closed(fund_id)) if settled() else {}


def _read_closed(fund_id: int) -> dict[date, Hashable]:
    asked = select(Period.month, Period.id).where(
        Period.fund_id == fund_id, Period.status == PeriodStatus.CLOSED
    )
    return {month: ("closed", number) for month, number in db.session.execute(asked)}


def by_month(
    months: Iterable[date],
    holds: Mapping[date, Hashable],
    what: Select[Any],
    ask: Callable[[date, date], Mapping[date, T]],
) -> dict[date, T]:
    """What `ask` answers for each of some months, given the first and the last to ask it for.

    Of the months that `holds` names what was answered before, as long as it holds by the same.
    `what` tells questions apart: a selection of the same shape for no month in particular.
    """
    question = _question(what)
    told = {month: _kept((question, month), holds.get(month)) for month in months}
    missing = [month for month, answer in told.items() if answer is None]
    if missing:
        asked = ask(missing[0], missing[-1])
        for month in missing:
            told[month] = answer = (asked.get(month),)
            _keep((question, month), holds.get(month), answer)
    return {month: answer[0] for month, answer in told.items() if answer and answer[0] is not None}


def once(holds: Hashable, what: Select[Any], ask: Callable[[], T]) -> T:
    """What `ask` answers of settled months all together; `holds` is nothing where they are not."""
    question = _question(what)
    answer = _kept(question, holds) or (ask(),)
    _keep(question, holds, answer)
    return answer[0]


def _question(what: Select[Any]) -> Hashable:
    line, state = db.session.get_bind(), settled()
    said = what.compile(dialect=line.dialect)
    database = str(line.engine.url), state and state.database
    return database, str(said), repr(sorted(said.params.items()))


def _kept(question: Hashable, holds: Hashable) -> tuple[Any] | None:
    """An answer in brackets, as it may be nothing; none where there is none that holds."""
    with _ONE_AT_A_TIME:
        held, answer = _ANSWERS.get(question, (None, None))
        if holds is None or held != holds:
            return None
        _ANSWERS.move_to_end(question)
        return answer


def _keep(question: Hashable, holds: Hashable, answer: tuple[Any]) -> None:
    if holds is None:
        return
    with _ONE_AT_A_TIME:
        _ANSWERS[question] = holds, answer
        if len(_ANSWERS) > MOST:
            _ANSWERS.popitem(last=False)


def forget() -> None:
    """Throw every answer away, as a process does that has just started."""
    with _ONE_AT_A_TIME:
        _ANSWERS.clear()


def _unsettle(session: Session, *_: Any) -> None:
    session.info.pop(_STATE, None)


def _stated(said: ORMExecuteState) -> None:
    if said.is_insert or said.is_update or said.is_delete:
        _unsettle(said.session)


def _ended(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        _unsettle(session)


event.listen(db.session, "after_flush", _unsettle)
event.listen(db.session, "do_orm_execute", _stated)
event.listen(db.session, "after_transaction_end", _ended)
event.listen(db.session, "after_soft_rollback", _unsettle)
kept.watch(Period)

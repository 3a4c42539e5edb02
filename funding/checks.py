"""The ledger proved from its rows alone: every fault names the row that shows it."""

from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import text

from core.clock import month_of
from core.db import db
from core.money import Pence, pounds
from funding.heirs import Laid, passed_on
from people.queries import successions

MOST = 50  # faults of one kind that are named; the first ones lead to the rest

_UNBALANCED = """
select e.id, coalesce(sum(p.pence), 0) as pence, count(p.id) as lines
from entry e left join posting p on p.entry_id = e.id where {}
group by e.id having coalesce(sum(p.pence), 1) <> 0 order by e.id limit :most
"""
# The entries of some months lie between two numbers; whatever else lies there is proved with them.
# Counted as well, so that the planner reads the months' own numbers instead of all until the first.
_BETWEEN = """
select min(id) as low, max(id) as high, count(*) from entry
where fund_id in (select id from fund) and month between :first and :last
"""
_SUMS = """
select count(*) as entries, coalesce(sum(pence), 0) as pence,
  (array_agg(id) filter (where pence <> 0))[1 : :most] as amiss
from (
  select entry_id as id, sum(pence) as pence from posting
  where entry_id between :low and :high group by entry_id
) summed
"""
_COUNT = "select count(*) as entries from entry where id between :low and :high"
_EMPTY = """
select id from entry e where id between :low and :high
  and not exists (select from posting p where p.entry_id = e.id) order by id limit :most
"""
_WHOLE = "select coalesce(sum(pence), 0) as pence from posting"
_AMOUNTS = """
select e.id, e.pence, sum(p.pence) filter (where a.kind in ('partner', 'parked')) as laid
from entry e join posting p on p.entry_id = e.id join account a on a.id = p.account_id
group by e.id
having coalesce(sum(p.pence) filter (where a.kind in ('partner', 'parked')), 0) <> e.pence
order by e.id limit :most
"""
_FOREIGN = """
select e.id, p.id as line from entry e
join posting p on p.entry_id = e.id join account a on a.id = p.account_id
where a.fund_id <> e.fund_id order by e.id limit :most
"""
_CAUSES = """
select source, kind, min(id) as first, max(id) as last from entry
group by fund_id, source, kind having count(*) > 1 order by 3 limit :most
"""
_REVERSED_TWICE = """
select reverses_id as id, count(*) as times from entry where reverses_id is not null
group by reverses_id having count(*) > 1 order by 1 limit :most
"""
# Reversals whose lines are not those of what they reverse with the signs turned. Where somebody has
# been succeeded meanwhile that is as it should be, and is looked at line by line.
_REVERSALS = """
select back.id, back.on, was.id as reversed, back.pence = -was.pence as amount_negated
from entry back join entry was on was.id = back.reverses_id
where back.pence <> -was.pence or (
  select string_agg(p.account_id || ' ' || p.pence, ',' order by p.id)
  from posting p where p.entry_id = back.id
) is distinct from (
  select string_agg(p.account_id || ' ' || -p.pence, ',' order by p.id)
  from posting p where p.entry_id = was.id
)
order by back.id
"""
_LINES = """
select p.entry_id, p.account_id, a.organisation_id, p.pence, p.weight, p.of_weights
from posting p join account a on a.id = p.account_id
where p.entry_id in (:back, :was) order by p.id
"""
# Each set of shares in the order of its entries. `stands` is what the set still owes a partner, a
# numerator over the sum of its weights: exact share less what was posted, all entries so far.
_SHARES = """
with part as (
  select e.fund_id, e.id, e.reverses_id, e.pence as amount, a.organisation_id,
    sum(p.weight) as weight, max(p.of_weights) as whole, sum(p.pence) as pence,
    max(p.carried_in) as carried_in
  from entry e join posting p on p.entry_id = e.id join account a on a.id = p.account_id
  where p.weight is not null
  group by e.fund_id, e.id, a.organisation_id
), keyed as (
  select part.*, (sum(weight) over one) as weights,
    string_agg(organisation_id || ':' || weight, ',') over (
      partition by id order by organisation_id
      rows between unbounded preceding and unbounded following) as shares
  from part window one as (partition by id)
), walked as (
  select *, amount * weight - pence * whole as owed,
    sum(amount * weight - pence * whole) over (
      partition by fund_id, shares, organisation_id order by id) as stands,
    lead(id) over (partition by fund_id, shares, organisation_id order by id) as next
  from keyed
)
select w.id, o.name, w.shares, w.stands, w.whole, w.weights,
  w.weights <> w.whole as misweighed,
  w.reverses_id is null and abs(w.stands) >= w.whole as drifted,
  w.carried_in <> w.stands - w.owed as miscarried,
  w.next is null and coalesce(r.owed, 0) <> w.stands as misremembered
from walked w join organisation o on o.id = w.organisation_id
left join remainder r on r.fund_id = w.fund_id and r.shares = w.shares
  and r.organisation_id = w.organisation_id
where w.weights <> w.whole or (w.reverses_id is null and abs(w.stands) >= w.whole)
  or w.carried_in <> w.stands - w.owed
  or (w.next is null and coalesce(r.owed, 0) <> w.stands)
order by w.id limit :most
"""
# What was kept when months were closed, beside what the entries of those months say.
_MOVED = """
with moved as (
  select p.account_id, e.month, sum(p.pence) as pence
  from posting p join entry e on e.id = p.entry_id group by p.account_id, e.month
)
"""
_BALANCES = f"""{_MOVED}
select b.account_id as id, b.month, b.pence, coalesce(sum(m.pence), 0) as stands
from balance b left join moved m on m.account_id = b.account_id and m.month <= b.month
group by b.account_id, b.month, b.pence having coalesce(sum(m.pence), 0) <> b.pence
order by b.month, b.account_id limit :most
"""  # noqa: S608 - two constants
_CLOSED = f"""{_MOVED}, kept as (
  select account_id, month, sum(pence) as pence from closed_line group by account_id, month
)
select m.account_id as id, m.month, coalesce(k.pence, 0) as pence, m.pence as stands
from moved m join account a on a.id = m.account_id and a.organisation_id is not null
join balance b on b.account_id = m.account_id and b.month = m.month
left join kept k on k.account_id = m.account_id and k.month = m.month
where coalesce(k.pence, 0) <> m.pence order by m.month, m.account_id limit :most
"""  # noqa: S608 - two constants


def ledger_faults() -> list[str]:
    """What is wrong with the ledger, a sentence each; empty when every promise holds.

    The promises: every entry sums to nothing, so does the whole; an entry's lines come to its
    amount, in its own fund; after every split each partner stands within a penny of its exact
    share over all entries of the same shares, and what is carried is what the rows say; a reversal
    negates line by line, once; no cause was posted twice; what was kept when a month was closed is
    what its entries say.
    """
    return [
        *_balance_faults(),
        *_amount_faults(),
        *_share_faults(),
        *_reversal_faults(),
        *_cause_faults(),
        *_closed_faults(),
    ]


def balance_faults(first: date | None = None, last: date | None = None) -> list[str]:
    """The quickest part of the proof: every entry sums to nothing, and so does the whole.

    With two months only the entries that count in them and between: as quick after ten years as
    after one.
    """
    if first is None or last is None:
        return _balance_faults()
    found = _rows(_BETWEEN, first=month_of(first), last=month_of(last))[0]
    if found.low is None:
        return []
    numbers = {"low": found.low, "high": found.high}
    sums = _rows(_SUMS, **numbers)[0]
    faults = []
    if sums.amiss:
        faults = _unbalanced(_rows(_UNBALANCED.format("e.id = any(:amiss)"), amiss=sums.amiss))
    if sums.entries != _rows(_COUNT, **numbers)[0].entries:
        faults += [f"Entry {row.id} has no lines." for row in _rows(_EMPTY, **numbers)]
    if sums.pence != 0:
        faults.append(f"Together they sum to {_money(sums.pence)}, not to nothing.")
    return faults


def _rows(question: str, **values: Any) -> list[Any]:
    limits = {"most": MOST} if ":most" in question else {}
    return list(db.session.execute(text(question), {**limits, **values}))


def _money(pence: Any) -> str:
    return pounds(Pence(int(pence)))


def _balance_faults() -> list[str]:
    faults = _unbalanced(_rows(_UNBALANCED.format("true")))
    whole = _rows(_WHOLE)[0].pence
    if whole != 0:
        faults.append(f"The whole ledger sums to {_money(whole)}, not to nothing.")
    return faults


def _unbalanced(rows: list[Any]) -> list[str]:
    return [
        f"Entry {row.id} does not balance: its lines sum to {_money(row.pence)}, not to nothing."
        if row.lines
        else f"Entry {row.id} has no lines."
        for row in rows
    ]


def _amount_faults() -> list[str]:
    return [
        f"Entry {row.id} is of {_money(row.pence)}, but its lines lay {_money(row.laid or 0)}."
        for row in _rows(_AMOUNTS)
    ] + [
        f"Line {row.line} of entry {row.id} lies on an account of another fund."
        for row in _rows(_FOREIGN)
    ]


def _share_faults() -> list[str]:
    faults = []
    for row in _rows(_SHARES):
        where = f"Entry {row.id}, {row.name} (shares {row.shares})"
        if row.misweighed:
            faults.append(f"{where}: the weights sum to {row.weights}, not to {row.whole}.")
        if row.drifted:
            faults.append(f"{where}: it stands a penny or more from its exact share.")
        if row.miscarried:
            faults.append(f"{where}: the remainder carried in is not what earlier entries left.")
        if row.misremembered:
            faults.append(f"{where}: the remainder kept is not what the entries leave.")
    return faults


def _reversal_faults() -> list[str]:
    faults = [
        f"Entry {row.id} has been reversed {row.times} times." for row in _rows(_REVERSED_TWICE)
    ]
    told = (_reversal_fault(row) for row in _rows(_REVERSALS))
    return [*faults, *islice((fault for fault in told if fault), MOST)]


def _reversal_fault(row: Any) -> str | None:
    """What is wrong with a reversal, by who stood in each place on its day; nothing if nothing."""
    lines = db.session.execute(text(_LINES), {"back": row.id, "was": row.reversed}).all()
    took = [_laid(one, Pence(-one.pence)) for one in lines if one.entry_id == row.reversed]
    gave = [_laid(one, Pence(one.pence)) for one in lines if one.entry_id == row.id]
    ought = passed_on(took, successions(), row.on)
    if not row.amount_negated or list(map(_measured, gave)) != list(map(_measured, ought)):
        return f"Entry {row.id} does not negate what it reverses line by line."
    for given, right in zip(gave, ought, strict=True):
        if given.who != right.who or right.account not in (None, given.account):
            return f"Entry {row.id} gives to another partner than entry {row.reversed} took."
    return None


def _laid(row: Any, pence: Pence) -> Laid:
    return Laid(row.organisation_id, row.account_id, pence, row.weight, row.of_weights)


def _measured(line: Laid) -> tuple[Any, ...]:
    return line.pence, line.weight, line.of_weights


def _cause_faults() -> list[str]:
    return [
        f"The {row.kind} of {row.source} was posted twice: entries {row.first} and {row.last}."
        for row in _rows(_CAUSES)
    ]


def _closed_faults() -> list[str]:
    return [
        f"Account {row.id} closed {row.month:%B %Y} with {_money(row.pence)}, "
        f"but its entries come to {_money(row.stands)}."
        for row in _rows(_BALANCES)
    ] + [
        f"The kept statement of account {row.id} for {row.month:%B %Y} comes to "
        f"{_money(row.pence)}, but its entries to {_money(row.stands)}."
        for row in _rows(_CLOSED)
    ]

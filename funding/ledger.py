"""The two acts of the ledger: posting what one cause costs, and taking an entry back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import exists, select

from core.clock import london_day
from core.db import add, db
from core.errors import NotAllowed
from core.money import Pence, divides, split
from funding.books import Books, open_account, open_books, open_month
from funding.heirs import Laid, passed_on, succeeded
from funding.models import Account, Entry, Posting
from funding.remainders import Carried, carried_by, carry
from funding.rules import AGAINST, AccountKind, Charge, EntryKind
from funding.writing import Draft, Line, write_entries
from people.models import Staff
from people.queries import successions

NOBODY = "No share says who pays for this."


def post(charge: Charge, *, by: Staff, at: datetime) -> Entry:
    """Write a charge or credit into the ledger: partners against the pool, balanced to the penny.

    Whoever has succeeded a sharer by the charge's day pays in its place. Remainders are carried,
    so that no partner drifts a penny from its exact share. A charge without shares is parked.
    Raises NotAllowed when this cause has been posted before.
    """
    return db.session.get_one(Entry, post_all([charge], by=by, at=at)[0])


def post_all(charges: Sequence[Charge], *, by: Staff, at: datetime) -> list[int]:
    """Post several charges of one fund in their order; answers their entries' numbers.

    Raises NotAllowed when the cause of one has been posted before.
    """
    if not charges:
        return []
    causes: set[tuple[str, EntryKind]] = set()
    for charge in charges:
        if (charge.source, charge.kind) in causes:
            raise _posted_before(charge)
        causes.add((charge.source, charge.kind))
    numbers = []
    for charge, number in zip(charges, _write(charges, by=by, at=at), strict=True):
        if number is None:
            raise _posted_before(charge)
        numbers.append(number)
    return numbers


def post_once(charge: Charge, *, by: Staff, at: datetime) -> bool:
    """Post a charge, or nothing where its cause was posted before; says which."""
    return _write([charge], by=by, at=at) != [None]


def _posted_before(charge: Charge) -> NotAllowed:
    return NotAllowed(
        f"The {charge.kind.value} of {charge.subject} has already been posted, "
        "so it is not posted again."
    )


def _write(charges: Sequence[Charge], *, by: Staff, at: datetime) -> list[int | None]:
    """The numbers of the entries; None for what was posted before, whose remainders stay."""
    books = open_books(charges)
    numbers = write_entries([_draft(charge, books) for charge in charges], by=by, at=at)
    if None not in numbers:
        books.close()
    return numbers


def _draft(charge: Charge, books: Books) -> Draft:
    """An entry to be: what falls on each sharer, or on nobody, against the pool or the provider."""
    shares = succeeded(charge.shares, charge.on)
    pool = Line(books.account(AGAINST.get(charge.kind, AccountKind.POOL)), Pence(-charge.pence))
    if not shares:
        parked = Line(books.account(AccountKind.PARKED), charge.pence)
        return Draft(charge, (parked, pool), charge.parked_because or NOBODY)
    return Draft(charge, (*_lines(charge.pence, shares, books), pool))


def _lines(pence: Pence, shares: Mapping[int, int], books: Books) -> list[Line]:
    """What falls on each sharer, with what it was owed before where that mattered."""
    before: Carried = {}
    if divides(pence, shares):
        parts = split(pence, shares)
    else:
        before = books.carried(shares)
        after = dict(before)
        parts = split(pence, shares, after)
        books.carry(shares, after)
    whole = sum(shares.values())
    return [
        Line(books.account(AccountKind.PARTNER, who), parts[who], weight, whole, before.get(who))
        for who, weight in sorted(shares.items())
    ]


def reverse(entry: Entry, *, because: str, by: Staff, at: datetime) -> Entry:
    """Take an entry back line by line, in today's books: the same pence, never split again.

    Where a partner has been succeeded, its successor's account takes the line; where by several,
    they share the line's pence exactly. What the entry's rounding gave or took goes back into the
    remainder. Raises NotAllowed when it was reversed.
    """
    if db.session.scalar(select(exists().where(Entry.reverses_id == entry.id))):
        raise NotAllowed(f"Entry {entry.id} has already been reversed. Open the reversal instead.")
    return _take_back(
        entry,
        EntryKind.REVERSAL,
        london_day(at),
        source=f"reversal of entry {entry.id}",
        memo=because,
        arithmetic=f"Every line of entry {entry.id} with its sign turned.",
        by=by,
        at=at,
    )


def release(entry: Entry, *, on: date, by: Staff, at: datetime) -> Entry:
    """Take an accrual back on the day it is due to be: line by line, as a reversal does."""
    return _take_back(
        entry,
        EntryKind.RELEASE,
        on,
        source=f"release of {entry.source}",
        memo=entry.memo,
        arithmetic=f"Every line of {entry.source} with its sign turned.",
        by=by,
        at=at,
    )


def _take_back(
    entry: Entry,
    kind: EntryKind,
    on: date,
    *,
    source: str,
    memo: str,
    arithmetic: str,
    by: Staff,
    at: datetime,
) -> Entry:
    month = open_month(entry.fund_id, on)  # before the remainders, as whoever posts takes them
    taken_back = Entry(
        fund_id=entry.fund_id,
        kind=kind,
        source=source,
        subject=entry.subject,
        on=on,
        month=month,
        at=at,
        by_id=by.id,
        group=entry.group,
        memo=memo,
        arithmetic=arithmetic,
        pence=Pence(-entry.pence),
        rule_id=entry.rule_id,
        parked_because=entry.parked_because,
        reverses_id=entry.id,
        facts=entry.facts,
    )
    taken_back.postings = _turned(entry, on)
    return add(taken_back)


def _turned(entry: Entry, on: date) -> list[Posting]:
    """The lines of an entry with their signs turned, on whoever stands in each place today."""
    lines = db.session.execute(
        select(Posting, Account.organisation_id)
        .join(Posting.account)
        .where(Posting.entry_id == entry.id)
        .order_by(Posting.id)
    ).all()
    turned = passed_on(
        [
            Laid(who, line.account_id, Pence(-line.pence), line.weight, line.of_weights)
            for line, who in lines
        ],
        successions(),
        on,
    )
    before = _give_back(entry, turned)
    return [
        Posting(
            account_id=one.account or open_account(entry.fund_id, one.who),
            pence=one.pence,
            weight=one.weight,
            of_weights=one.of_weights,
            carried_in=None if one.weight is None or one.who is None else before[one.who],
        )
        for one in turned
    ]


def _give_back(entry: Entry, turned: Sequence[Laid]) -> Carried:
    """Put an entry's rounding back into the remainder of its shares; answers what was there."""
    shares: dict[int, int] = {}
    rounding: dict[int, int] = {}
    for line in turned:
        if line.who is not None and line.weight is not None and line.of_weights is not None:
            shares[line.who] = shares.get(line.who, 0) + line.weight
            over = -line.pence * line.of_weights - entry.pence * line.weight
            rounding[line.who] = rounding.get(line.who, 0) + over
    before = carried_by(entry.fund_id, shares)
    carry(entry.fund_id, shares, {who: owed + rounding[who] for who, owed in before.items()})
    return before

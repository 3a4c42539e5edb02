"""The two acts of the ledger: posting what one cause costs, and taking an entry back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from core.clock import london_day
from core.db import add, db
from core.errors import NotAllowed, NotFound
from core.money import Pence, split
from funding.models import Account, Entry, Posting
from funding.remainders import Carried, carried_by, carry, numerator
from funding.rules import AccountKind, Charge, EntryKind
from people.models import Staff
from people.queries import successor_of

NOBODY = "No share says who pays for this."
Accounts = dict[tuple[AccountKind, int | None], int]


def post(charge: Charge, *, by: Staff, at: datetime) -> Entry:
    """Write a charge or credit into the ledger: partners against the pool, balanced to the penny.

    Whoever has succeeded a sharer by the charge's day pays in its place. Remainders are carried,
    so that no partner drifts a penny from its exact share. A charge without shares is parked.
    Raises NotAllowed when this cause has been posted before.
    """
    shares = succeeded(charge.shares, charge.on)
    accounts = _accounts_for(charge, shares)
    before = carried_by(charge.fund_id, shares)
    after = dict(before)
    parts = split(charge.pence, shares, after) if shares else {}
    entry = Entry(
        fund_id=charge.fund_id,
        kind=charge.kind,
        source=charge.source,
        subject=charge.subject,
        on=charge.on,
        at=at,
        by_id=by.id,
        group=charge.group,
        memo=charge.memo,
        arithmetic=charge.arithmetic,
        pence=charge.pence,
        rule_id=charge.rule_id,
        parked_because="" if shares else charge.parked_because or NOBODY,
    )
    lines = _shared(accounts, shares, parts, before) if shares else _parked(accounts, charge.pence)
    pool = Posting(account_id=accounts[AccountKind.POOL, None], pence=Pence(-charge.pence))
    entry.postings = [*lines, pool]
    carry(charge.fund_id, shares, after)
    return add(entry)


def succeeded(shares: Mapping[int, int], on: date) -> dict[int, int]:
    """The same shares on whoever stands in each sharer's place on a day, weights added up."""
    now_paying: dict[int, int] = {}
    for who, weight in shares.items():
        successor = successor_of(who, on)
        now_paying[successor] = now_paying.get(successor, 0) + weight
    return now_paying


def _shared(
    accounts: Accounts, shares: Mapping[int, int], parts: Mapping[int, Pence], before: Carried
) -> list[Posting]:
    whole = sum(shares.values())
    return [
        Posting(
            account_id=accounts[AccountKind.PARTNER, who],
            pence=parts[who],
            weight=weight,
            of_weights=whole,
            carried_in=numerator(before[who], whole),
        )
        for who, weight in sorted(shares.items())
    ]


def _parked(accounts: Accounts, pence: Pence) -> list[Posting]:
    return [Posting(account_id=accounts[AccountKind.PARKED, None], pence=pence)]


# Asked for every charge, so it is put together once: the accounts of a fund that a charge may
# touch, and in the same question whether this cause was posted before.
_ACCOUNTS = select(
    Account.kind,
    Account.organisation_id,
    Account.id,
    exists().where(
        Entry.fund_id == bindparam("fund_id"),
        Entry.source == bindparam("source"),
        Entry.kind == bindparam("kind", type_=Entry.kind.type),
    ),
).where(
    Account.fund_id == bindparam("fund_id"),
    or_(
        Account.kind != AccountKind.PARTNER,
        Account.organisation_id.in_(bindparam("sharers", expanding=True)),
    ),
)


def _accounts_for(charge: Charge, shares: Mapping[int, int]) -> Accounts:
    """The accounts a charge touches. Raises NotAllowed when its cause was posted before."""
    rows = db.session.execute(
        _ACCOUNTS,
        {
            "fund_id": charge.fund_id,
            "source": charge.source,
            "kind": charge.kind,
            "sharers": list(shares),
        },
    ).all()
    if not rows:
        raise NotFound("There is no such fund.")
    if rows[0][3]:
        raise NotAllowed(
            f"The {charge.kind.value} of {charge.subject} has already been posted, "
            "so it is not posted again."
        )
    accounts = {(kind, who): number for kind, who, number, _ in rows}
    for who in shares:
        if (AccountKind.PARTNER, who) not in accounts:
            accounts[AccountKind.PARTNER, who] = open_account(charge.fund_id, who)
    return accounts


def open_account(
    fund_id: int, organisation_id: int | None, kind: AccountKind = AccountKind.PARTNER
) -> int:
    """The number of an account, opened if it is not there; two who open it at once get the same."""
    place = {"fund_id": fund_id, "kind": kind, "organisation_id": organisation_id}
    db.session.execute(upsert(Account).values(place).on_conflict_do_nothing())
    return db.session.scalars(select(Account.id).filter_by(**place)).one()


def reverse(entry: Entry, *, because: str, by: Staff, at: datetime) -> Entry:
    """Take an entry back line by line, in today's books: the same pence, never split again.

    Where a partner has been succeeded, its successor's account takes the line. What the entry's
    rounding gave or took goes back into the remainder. Raises NotAllowed when it was reversed.
    """
    on = london_day(at)
    if db.session.scalar(select(exists().where(Entry.reverses_id == entry.id))):
        raise NotAllowed(f"Entry {entry.id} has already been reversed. Open the reversal instead.")
    taken_back = Entry(
        fund_id=entry.fund_id,
        kind=EntryKind.REVERSAL,
        source=f"reversal of entry {entry.id}",
        subject=entry.subject,
        on=on,
        at=at,
        by_id=by.id,
        group=entry.group,
        memo=because,
        arithmetic=f"Every line of entry {entry.id} with its sign turned.",
        pence=Pence(-entry.pence),
        rule_id=entry.rule_id,
        parked_because=entry.parked_because,
        reverses_id=entry.id,
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
    whose = [None if who is None else successor_of(who, on) for _, who in lines]
    before = _give_back(entry, [line for line, _ in lines], whose)
    return [
        Posting(
            account_id=line.account_id if who in (was, None) else open_account(entry.fund_id, who),
            pence=Pence(-line.pence),
            weight=line.weight,
            of_weights=line.of_weights,
            carried_in=None if who is None else numerator(before[who], line.of_weights or 1),
        )
        for (line, was), who in zip(lines, whose, strict=True)
    ]


def _give_back(entry: Entry, lines: Sequence[Posting], whose: Sequence[int | None]) -> Carried:
    """Put an entry's rounding back into the remainder of its shares; answers what was there."""
    shares: dict[int, int] = {}
    rounding: dict[int, int] = {}
    for line, who in zip(lines, whose, strict=True):
        if who is not None and line.weight is not None and line.of_weights is not None:
            shares[who] = shares.get(who, 0) + line.weight
            over = line.pence * line.of_weights - entry.pence * line.weight
            rounding[who] = rounding.get(who, 0) + over
    before = carried_by(entry.fund_id, shares)
    whole = sum(shares.values())
    carry(
        entry.fund_id,
        shares,
        {who: owed + Fraction(rounding[who], whole) for who, owed in before.items()},
    )
    return before

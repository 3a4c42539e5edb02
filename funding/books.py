"""What must be known to post a charge, read and locked in one statement and written back in one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Date,
    Text,
    any_,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from core.clock import month_of
from core.db import db
from core.errors import NotFound
from core.money import divides
from funding.heirs import succeeded
from funding.models import Account, Entry, Fund, Remainder
from funding.remainders import Carried, begin, write_down
from funding.rules import AccountKind, Charge, EntryKind, share_key

Cause = tuple[str, EntryKind]


def cause_of(charge: Charge) -> Cause:
    """What a charge is posted for, once in its fund."""
    return charge.source, charge.kind


@dataclass
class Books:
    """A fund's accounts, the remainders some charges touch (locked), and which were posted."""

    fund_id: int
    open_from: date | None = None  # the first month that is not closed, if any has been
    accounts: dict[tuple[AccountKind, int | None], int] = field(default_factory=dict)
    owed: dict[str, dict[int, int]] = field(default_factory=dict)  # by shares, then by whom
    posted: set[Cause] = field(default_factory=set)
    _changed: dict[tuple[str, int], int] = field(default_factory=dict)

    def month_for(self, on: date) -> date:
        """The month that what happens on a day counts in: its own, or the first one still open."""
        own = month_of(on)
        return own if self.open_from is None else max(own, self.open_from)

    def account(self, kind: AccountKind, who: int | None = None) -> int:
        """The number of an account, opened where it is a partner's first."""
        if (kind, who) not in self.accounts:
            self.accounts[kind, who] = open_account(self.fund_id, who, kind)
        return self.accounts[kind, who]

    def carried(self, shares: Mapping[int, int]) -> Carried:
        """What each sharer is still owed."""
        owed = self.owed[share_key(shares)]
        return {who: owed[who] for who in shares}

    def carry(self, shares: Mapping[int, int], carried: Carried) -> None:
        """Note what each sharer is owed now."""
        key = share_key(shares)
        for who, now in carried.items():
            if now != self.owed[key][who]:
                self.owed[key][who] = self._changed[key, who] = now

    def close(self) -> None:
        """Write down what is owed now, where it is not what was owed before."""
        write_down(self.fund_id, self._changed)


# Asked for every charge, so it is put together once. Six columns: what, kind, source or shares,
# whose, number, day. The fund's row is shared, so that nobody closes a month under an entry.
_ACCOUNT, _ENTRY, _REMAINDER = Account.__table__.c, Entry.__table__.c, Remainder.__table__.c
_FUND_ROW = Fund.__table__.c
_FUND = bindparam("fund_id", type_=BigInteger)
_LOCKED = (
    select(_REMAINDER.shares, _REMAINDER.organisation_id, _REMAINDER.owed)
    .where(
        _REMAINDER.fund_id == _FUND, _REMAINDER.shares == any_(bindparam("keys", type_=ARRAY(Text)))
    )
    .order_by(_REMAINDER.shares, _REMAINDER.organisation_id)
    .with_for_update()
    .cte("locked")
)
_OPEN = (
    select(_FUND_ROW.open_from).where(_FUND_ROW.id == _FUND).with_for_update(read=True).cte("open")
)
_NO_TEXT, _NO_NUMBER, _NO_DAY = cast(null(), Text), cast(null(), BigInteger), cast(null(), Date)
_READ = union_all(
    select(literal("open"), _NO_TEXT, _NO_TEXT, _NO_NUMBER, _NO_NUMBER, _OPEN.c.open_from),
    select(
        literal("account"), cast(_ACCOUNT.kind, Text), _NO_TEXT,
        _ACCOUNT.organisation_id, _ACCOUNT.id, _NO_DAY,
    ).where(_ACCOUNT.fund_id == _FUND),
    select(
        literal("owed"), _NO_TEXT, _LOCKED.c.shares, _LOCKED.c.organisation_id, _LOCKED.c.owed,
        _NO_DAY,
    ),
    select(
        literal("posted"), cast(_ENTRY.kind, Text), cast(_ENTRY.source, Text),
        _NO_NUMBER, _NO_NUMBER, _NO_DAY,
    ).where(
        _ENTRY.fund_id == _FUND,
        _ENTRY.source == any_(bindparam("sources", type_=ARRAY(Text))),
        cast(_ENTRY.kind, Text) == any_(bindparam("kinds", type_=ARRAY(Text))),
    ),
)  # fmt: skip


def open_books(charges: Sequence[Charge]) -> Books:
    """The books of the fund some charges are posted to. Raises NotFound where there is none.

    Only what does not divide evenly touches a remainder, and waits for whoever holds it.
    """
    fund_id = charges[0].fund_id
    split = {
        share_key(shares): shares
        for one in charges
        if (shares := succeeded(one.shares, one.on)) and not divides(one.pence, shares)
    }
    books = _read(fund_id, charges, split)
    missing = [shares for key, shares in split.items() if len(books.owed[key]) < len(shares)]
    if missing:
        for shares in missing:
            begin(fund_id, shares)
        books = _read(fund_id, charges, split)
    return books


def _read(fund_id: int, charges: Sequence[Charge], keys: Iterable[str]) -> Books:
    books = Books(fund_id, owed={key: {} for key in keys})
    asked = {
        "fund_id": fund_id,
        "keys": list(books.owed),
        "sources": [one.source for one in charges],
        "kinds": [one.kind.value for one in charges],
    }
    with db.session.no_autoflush:
        rows = db.session.execute(_READ, asked).all()
    for what, kind, text, who, number, day in rows:
        if what == "open":
            books.open_from = day
        elif what == "account":
            books.accounts[AccountKind(kind), who] = number
        elif what == "owed":
            books.owed[text][who] = number
        else:
            books.posted.add((text, EntryKind(kind)))
    if not books.accounts:
        raise NotFound("There is no such fund.")
    return books


def open_month(fund_id: int, on: date) -> date:
    """The month that what happens on a day counts in, held open until the transaction ends."""
    held = select(Fund.open_from).where(Fund.id == fund_id).with_for_update(read=True)
    return Books(fund_id, db.session.scalar(held)).month_for(on)


def open_account(
    fund_id: int, organisation_id: int | None, kind: AccountKind = AccountKind.PARTNER
) -> int:
    """The number of an account, opened if it is not there; two who open it at once get the same."""
    place = {"fund_id": fund_id, "kind": kind, "organisation_id": organisation_id}
    db.session.execute(upsert(Account).values(place).on_conflict_do_nothing())
    return db.session.scalars(select(Account.id).filter_by(**place)).one()

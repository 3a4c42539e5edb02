"""What must be known to split charges: a fund's accounts, and the remainders that some touch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ARRAY, BigInteger, Text, any_, bindparam, cast, null, select, union_all
from sqlalchemy.dialects.postgresql import insert as upsert

from core import kept
from core.clock import month_of
from core.db import db
from core.errors import NotFound
from core.money import divides
from funding.heirs import succeeded
from funding.models import Account, Fund, Remainder
from funding.remainders import Carried, begin, write_down
from funding.rules import AccountKind, Charge, share_key

Accounts = dict[tuple[AccountKind, int | None], int]


@dataclass
class Books:
    """A fund's accounts, and the remainders some charges touch (locked)."""

    fund_id: int
    accounts: Accounts = field(default_factory=dict)
    owed: dict[str, dict[int, int]] = field(default_factory=dict)  # by shares, then by whom
    _changed: dict[tuple[str, int], int] = field(default_factory=dict)

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


# Put together once. The fund's row is shared before any remainder is locked, as whoever closes a
# month takes it first; the row that answers for it names no shares.
_REMAINDER, _FUND = Remainder.__table__.c, bindparam("fund_id", type_=BigInteger)
_OPEN = select(Fund.id).where(Fund.id == _FUND).with_for_update(read=True).cte("open")
_LOCKED = (
    select(_REMAINDER.shares, _REMAINDER.organisation_id, _REMAINDER.owed)
    .where(
        _REMAINDER.fund_id == _FUND, _REMAINDER.shares == any_(bindparam("keys", type_=ARRAY(Text)))
    )
    .order_by(_REMAINDER.shares, _REMAINDER.organisation_id)
    .with_for_update()
    .cte("locked")
)
_NO_TEXT, _NO_NUMBER = cast(null(), Text), cast(null(), BigInteger)
_READ = union_all(
    select(_NO_TEXT, _NO_NUMBER, _OPEN.c.id),
    select(_LOCKED.c.shares, _LOCKED.c.organisation_id, _LOCKED.c.owed),
)


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
    owed = _owed(fund_id, split)
    missing = [shares for key, shares in split.items() if len(owed[key]) < len(shares)]
    if missing:
        for shares in missing:
            begin(fund_id, shares)
        owed = _owed(fund_id, split)
    return Books(fund_id, accounts=_accounts(fund_id), owed=owed)


def _owed(fund_id: int, keys: Iterable[str]) -> dict[str, dict[int, int]]:
    owed: dict[str, dict[int, int]] = {key: {} for key in keys}
    if not owed:
        return owed
    with db.session.no_autoflush:
        rows = db.session.execute(_READ, {"fund_id": fund_id, "keys": list(owed)}).all()
    for shares, who, number in rows:
        if shares is not None:
            owed[shares][who] = number
    return owed


def _accounts(fund_id: int) -> Accounts:
    """The numbers of a fund's accounts; another dictionary each time, to be written into."""
    accounts = kept.standing(("accounts", fund_id), lambda: _read_accounts(fund_id))
    if not accounts:
        raise NotFound("There is no such fund.")
    return dict(accounts)


def _read_accounts(fund_id: int) -> Accounts:
    asked = select(Account.kind, Account.organisation_id, Account.id).filter_by(fund_id=fund_id)
    with db.session.no_autoflush:
        return {(kind, who): number for kind, who, number in db.session.execute(asked)}


def open_month(fund_id: int, on: date) -> date:
    """The month that what happens on a day counts in, held open until the transaction ends.

    Its own, or the first one that is still open.
    """
    held = select(Fund.open_from).where(Fund.id == fund_id).with_for_update(read=True)
    own, open_from = month_of(on), db.session.scalar(held)
    return own if open_from is None else max(own, open_from)


def open_account(
    fund_id: int, organisation_id: int | None, kind: AccountKind = AccountKind.PARTNER
) -> int:
    """The number of an account, opened if it is not there; two who open it at once get the same."""
    place = {"fund_id": fund_id, "kind": kind, "organisation_id": organisation_id}
    db.session.execute(upsert(Account).values(place).on_conflict_do_nothing())
    return db.session.scalars(select(Account.id).filter_by(**place)).one()


# Asked for every charge, and hardly ever another.
kept.stamped(Account)

"""Fractions of a penny carried from one split to the next over the same shares.

Each is kept as so many parts of the sum of the weights: whole numbers, so nothing is ever lost.
"""

from collections.abc import Mapping

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from core.db import db
from funding.models import Remainder
from funding.rules import share_key

Carried = dict[int, int]

# Asked for every split, so they are put together once, and on the table itself.
_ROWS = Remainder.__table__.c
_LOCKED = (
    select(_ROWS.organisation_id, _ROWS.owed)
    .where(_ROWS.fund_id == bindparam("of_fund"), _ROWS.shares == bindparam("of_shares"))
    .order_by(_ROWS.organisation_id)
    .with_for_update()
)
_CARRY = (
    update(Remainder.__table__)  # type: ignore[arg-type]
    .where(
        _ROWS.fund_id == bindparam("of_fund"),
        _ROWS.shares == bindparam("of_shares"),
        _ROWS.organisation_id == bindparam("of_whom"),
    )
    .values(owed=bindparam("owed"))
)


def carried_by(fund_id: int, shares: Mapping[int, int]) -> Carried:
    """What each sharer is still owed, locked until the transaction ends.

    One sharer alone never has a remainder, so nothing is read and nobody waits.
    """
    if len(shares) < 2:
        return dict.fromkeys(shares, 0)
    owed = _locked(fund_id, shares)
    if len(owed) < len(shares):
        begin(fund_id, shares)
        owed = _locked(fund_id, shares)
    return {who: owed[who] for who in shares}


def carry(fund_id: int, shares: Mapping[int, int], carried: Carried) -> None:
    """Write down what each sharer is owed now, for the next split over the same shares."""
    if len(shares) < 2:
        return
    key = share_key(shares)
    write_down(fund_id, {(key, who): carried[who] for who in shares})


def write_down(fund_id: int, owed: Mapping[tuple[str, int], int]) -> None:
    """Write down what is owed by shares and by whom, all in one go and always in one order."""
    rows = [
        {"of_fund": fund_id, "of_shares": key, "of_whom": who, "owed": number}
        for (key, who), number in sorted(owed.items())
    ]
    if rows:
        with db.session.no_autoflush:
            db.session.execute(_CARRY, rows)


def _locked(fund_id: int, shares: Mapping[int, int]) -> dict[int, int]:
    rows = db.session.execute(_LOCKED, {"of_fund": fund_id, "of_shares": share_key(shares)})
    return {who: owed for who, owed in rows}  # noqa: C416 - a Row is no pair to mypy


def begin(fund_id: int, shares: Mapping[int, int]) -> None:
    """Begin rows of nothing owed; two who begin at once begin the same rows."""
    db.session.execute(
        upsert(Remainder)
        .values(
            [
                {
                    "fund_id": fund_id,
                    "shares": share_key(shares),
                    "organisation_id": who,
                    "owed": 0,
                }
                for who in sorted(shares)
            ]
        )
        .on_conflict_do_nothing()
    )

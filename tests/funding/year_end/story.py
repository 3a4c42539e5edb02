"""A pool at the end of 2025/26: three partners, what they put in, what they were charged."""

from datetime import date
from typing import Any

import pytest

from core.clock import moment
from core.db import db
from core.money import Pence
from funding import actions as funding
from funding.agreements.rules import Terms
from funding.models import Account, Entry, Posting
from funding.periods.actions import begin_closing, close
from funding.periods.queries import first_open
from funding.rules import EntryKind
from funding.year_end import actions, reckoning
from funding.year_end.queries import prepared_of
from funding.year_end.rules import Year
from people.models import Staff
from people.rules import Role
from tests.builders import (
    NOON,
    TODAY,
    a_fund,
    a_member_of_staff,
    a_partner,
    an_entry,
    an_organisation,
)

YEAR = Year(2025)
MARCH = date(2026, 3, 12)


class Story:
    """£300, £100 and £100 put in; £310, £50 and £60 charged; March 2026 is closed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, closed: bool = True) -> None:
        self.patch = monkeypatch
        self.host = an_organisation(name="The host")
        self.fund = a_fund(host=self.host)
        self.ada = a_member_of_staff(Role.ADMINISTRATOR, organisation=self.host, name="Ada Quill")
        self.fay = a_member_of_staff(Role.FINANCE, organisation=self.host, name="Fay Linden")
        self.lead = a_partner(self.fund, organisation=self.host).organisation
        self.one = a_partner(self.fund, organisation=an_organisation(name="One")).organisation
        self.two = a_partner(self.fund, organisation=an_organisation(name="Two")).organisation
        for body, put_in, charged in (
            (self.lead, 300_00, 310_00),
            (self.one, 100_00, 50_00),
            (self.two, 100_00, 60_00),
        ):
            self.puts_in(body, put_in)
            self.charge({body.id: 1}, charged)
        if closed:
            self.close()
        self.says(Terms())

    def puts_in(self, body: Any, pence: int, year: Year = YEAR) -> None:
        funding.set_budget(
            self.fund, body, Pence(pence), year_from=year.first, by=self.ada, at=NOON
        )

    def charge(self, shares: dict[int, int], pence: int, **but: Any) -> Entry:
        return an_entry(self.fund, shares, **{"pence": Pence(pence), "on": MARCH, **but})

    def close(self, open_from: date = date(2026, 4, 1)) -> None:
        """Close every month before this one, by two people."""
        at = moment(max(open_from, TODAY), 20)
        while (month := first_open(self.fund)) is not None and month < open_from:
            close(begin_closing(self.fund, month, by=self.ada, at=at), by=self.fay, at=at)

    def reopen(self, open_from: date | None) -> None:
        """Let the months from this one on be open, as if they had never been closed."""
        self.fund.open_from = open_from
        db.session.flush()

    def says(self, terms: Terms) -> None:
        """Let the agreement say this of the end of a year."""
        self.patch.setattr(reckoning, "terms_of", lambda fund_id, on: terms)

    def settle(self, year: Year = YEAR) -> list[int]:
        return actions.settle(self.fund, year, by=self.ada, at=NOON)

    def prepare(self, by: Staff | None = None) -> Any:
        return actions.prepare(self.fund, YEAR, by=by or self.ada, at=NOON)

    def sign(self, by: Staff | None = None, checksum: str | None = None) -> Any:
        prepared = prepared_of(self.fund, YEAR)
        read = checksum or (prepared.checksum if prepared else "nothing")
        return actions.sign(self.fund, YEAR, checksum=read, by=by or self.fay, at=NOON)

    def balances(self) -> dict[str, int]:
        """What everybody owes, and what stands on the other accounts."""
        rows = db.session.execute(
            db.select(Account.organisation_id, Account.kind, db.func.sum(Posting.pence))
            .join(Posting.account)
            .where(Account.fund_id == self.fund.id)
            .group_by(Account.id)
        )
        names = {body.id: body.name for body in (self.lead, self.one, self.two)}
        return {names.get(who, kind.value): int(pence) for who, kind, pence in rows}

    def entries(self, kind: EntryKind = EntryKind.YEAR_END) -> list[Entry]:
        return list(
            db.session.query(Entry).filter_by(fund_id=self.fund.id, kind=kind).order_by(Entry.id)
        )

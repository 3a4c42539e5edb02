"""Invoices: a closed month to the penny, numbered without a gap, VAT as the fund has set it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError, IntegrityError

from core.db import add, db, transaction
from core.errors import Invalid, NotAllowed, NotFound
from core.money import Pence, pounds
from funding import actions as ledger
from funding.disputes import actions as disputing
from funding.invoices.actions import issue_invoices, set_vat
from funding.invoices.models import Invoice, InvoiceCounter, VatTerm
from funding.invoices.papers import invoice_drawn
from funding.invoices.queries import (
    invoice_by_code,
    invoice_of,
    invoices,
    months_to_bill,
    numbering_faults,
)
from funding.invoices.rules import (
    InvoiceKind,
    Part,
    Terms,
    VatOn,
    billed,
    percentage,
    read_percentage,
    vat_of,
)
from funding.models import Fund
from funding.queries import statement
from funding.rules import EntryKind
from people.models import Staff
from people.rules import Role
from tests.builders import (
    NOON,
    SPRING,
    TODAY,
    a_fund,
    a_member_of_staff,
    a_partner,
    an_entry,
    an_organisation,
)
from tests.conftest import EachRequestAlone
from tests.funding.test_at_once import MANY, at_once, busy
from tests.funding.test_statements import text_of

__all__ = ["busy"]
As = Callable[..., EachRequestAlone]
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


class Closed:
    """A fund whose May is closed: one partner gets its VAT back, another does not."""

    def __init__(self) -> None:
        self.fund = a_fund(host=an_organisation(name="Host council"))
        self.one = a_partner(self.fund, organisation=an_organisation(name="A body")).organisation
        self.other = a_partner(self.fund, organisation=an_organisation(name="B body")).organisation
        self.keeper = a_member_of_staff(Role.ADMINISTRATOR)
        self.board = a_member_of_staff(Role.BOARD)

    def vat(self, body: Any, charge: VatOn, rate: int, **but: Any) -> VatTerm:
        facts: dict[str, Any] = {"recoverable": False, "from_on": SPRING, "by": self.keeper}
        return set_vat(self.fund, body, charge, rate=rate, **{**facts, **but}, at=NOON)

    def entry(self, body: Any, pence: int, **but: Any) -> Any:
        return an_entry(self.fund, {body.id: 1}, pence=Pence(pence), **{"on": MAY, **but})

    def close(self, until: date = JUNE) -> None:
        self.fund.open_from = until
        db.session.flush()

    def issue(self, month: date = MAY) -> list[Invoice]:
        return issue_invoices(self.fund, month, by=self.keeper, at=NOON)

    def net(self, body: Any, month: date = MAY) -> int:
        found = statement(body, month, viewer=self.board)
        return found.closing - found.opening


# The arithmetic


@pytest.mark.parametrize(
    ("net", "rate", "vat"),
    [
        (100_00, 2000, 20_00),
        (1, 2000, 0),
        (2, 2000, 0),
        (3, 2000, 1),
        (-3, 2000, -1),
        (250, 100, 3),  # 2.5 pence
        (-250, 100, -3),
        (249, 100, 2),
        (1, 5000, 1),
        (-1, 5000, -1),
        (12_345_67, 1750, 2160_49),  # 216,049.225 pence
        (99, 0, 0),
        (99, 10_000, 99),
    ],
)
def test_vat_is_rounded_half_away_from_nought(net: int, rate: int, vat: int) -> None:
    assert vat_of(net, rate) == vat


def test_vat_is_worked_out_once_for_each_rate() -> None:
    twenty = [Terms(2000, False, SPRING, None)]
    parts = [Part(EntryKind.EQUIPMENT, MAY, Pence(2)), Part(EntryKind.DELIVERY, MAY, Pence(1))]
    together = billed(parts, {VatOn.EQUIPMENT: twenty, VatOn.ACTIVITIES: twenty})
    assert [(one.what, one.net, one.vat) for one in together.sums] == [
        ("Activities, equipment", 3, 1)
    ]
    reduced = [Terms(500, True, SPRING, None)]
    apart = billed(parts, {VatOn.EQUIPMENT: twenty, VatOn.ACTIVITIES: reduced})
    assert [(one.rate, one.net, one.vat) for one in apart.sums] == [(2000, 2, 0), (500, 1, 0)]


def test_the_terms_of_the_day_of_the_charge_hold() -> None:
    terms = [Terms(1750, False, SPRING, MAY), Terms(2000, True, MAY, None)]
    parts = [
        Part(EntryKind.EQUIPMENT, date(2026, 4, 30), Pence(100_00)),
        Part(EntryKind.CREDIT, MAY, Pence(-50_00)),
        Part(EntryKind.DELIVERY, MAY, Pence(7_00)),
        Part(EntryKind.ACCRUAL, MAY, Pence(9_00)),
    ]
    bill = billed(parts, {VatOn.EQUIPMENT: terms})
    assert [(one.rate, one.recoverable, one.net, one.vat) for one in bill.sums] == [
        (2000, True, -50_00, -10_00),
        (1750, False, 100_00, 17_50),
        (None, False, 16_00, 0),
    ]
    assert (bill.net, bill.vat, bill.gross, bill.recoverable) == (66_00, 7_50, 73_50, -10_00)


@pytest.mark.parametrize(
    ("text", "rate"), [("20", 2000), ("17.5%", 1750), ("0", 0), ("0.25 %", 25), ("100", 10_000)]
)
def test_a_percentage_reads_as_people_write_it(text: str, rate: int) -> None:
    assert read_percentage(text) == rate
    assert read_percentage(percentage(rate)) == rate


@pytest.mark.parametrize("text", ["", "-1", "100.01", "17.555", "1e1", "twenty", "٢٠"])
def test_what_is_no_percentage_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Invalid):
        read_percentage(text)


def test_rates_are_written_as_people_do() -> None:
    assert [percentage(rate) for rate in (2000, 1750, 25, 0, 10_000, 1000)] == [
        "20%", "17.5%", "0.25%", "0%", "100%", "10%",
    ]  # fmt: skip


# A month's bills


def test_each_statement_of_a_closed_month_becomes_an_invoice_or_a_credit_note(app: Flask) -> None:
    closed = Closed()
    closed.vat(closed.one, VatOn.EQUIPMENT, 2000, recoverable=True)
    closed.vat(closed.one, VatOn.ACTIVITIES, 2000)
    closed.entry(closed.one, 1650_01)
    closed.entry(closed.one, 21_33, kind=EntryKind.DELIVERY)
    closed.entry(closed.other, -990_00, kind=EntryKind.CREDIT)
    closed.entry(closed.one, 5_00, on=TODAY)  # another month
    owed = closed.net(closed.one), closed.net(closed.other)
    closed.close()
    first, second = closed.issue()
    assert [(one.number, one.kind, one.organisation) for one in (first, second)] == [
        (1, InvoiceKind.INVOICE, closed.one),
        (2, InvoiceKind.CREDIT_NOTE, closed.other),
    ]
    # 20 % of £1,650.01 is £330.002, of £21.33 it is £4.266.
    assert (first.net, first.vat, first.gross) == (1671_34, 334_27, 2005_61)
    assert (first.recoverable, first.cost) == (330_00, 1675_61)
    assert (second.net, second.vat, second.gross, second.cost) == (-990_00, 0, -990_00, -990_00)
    assert (first.net, second.net) == owed
    assert (first.from_name, first.to_name) == ("Host council", "A body")


def test_a_partner_that_gets_all_its_vat_back_bears_the_net(app: Flask) -> None:
    closed = Closed()
    for charge in VatOn:
        closed.vat(closed.one, charge, 2000, recoverable=True)
    closed.entry(closed.one, 123_45)
    closed.entry(closed.one, 67_89, kind=EntryKind.CLEANING)
    closed.close()
    [bill] = closed.issue()
    assert bill.vat == bill.recoverable == 38_27
    assert bill.cost == bill.net == 191_34


def test_what_is_taken_back_takes_its_vat_back_at_the_old_rate(app: Flask) -> None:
    closed = Closed()
    closed.vat(closed.one, VatOn.EQUIPMENT, 1750)
    closed.vat(closed.one, VatOn.EQUIPMENT, 2000, from_on=date(2026, 5, 10))
    wrong = closed.entry(closed.one, 100_00)
    ledger.reverse(wrong, because="Wrong", by=closed.keeper, at=NOON)  # in June
    closed.close(date(2026, 7, 1))
    [may], [june] = closed.issue(MAY), closed.issue(JUNE)
    assert (may.vat, june.vat) == (17_50, -17_50)
    assert (june.kind, june.gross) == (InvoiceKind.CREDIT_NOTE, -117_50)


def test_what_a_settled_dispute_lays_on_others_bears_vat_as_the_first_charge(app: Flask) -> None:
    closed = Closed()
    for body in (closed.one, closed.other):
        closed.vat(body, VatOn.EQUIPMENT, 2000)
    wrong = closed.entry(closed.one, 100_00)
    officer = a_member_of_staff(Role.FINANCE, organisation=closed.one)
    dispute = disputing.raise_dispute(wrong, because="Theirs", by=officer, at=NOON)
    disputing.settle(
        dispute, because="Right", laid_on={closed.other.id: 1}, by=closed.keeper, at=NOON
    )
    closed.close(date(2026, 7, 1))
    [may], [back, anew] = closed.issue(MAY), closed.issue(JUNE)
    assert (may.gross, back.gross, anew.gross) == (120_00, -120_00, 120_00)


def test_a_month_is_billed_once_and_only_when_it_is_closed(app: Flask) -> None:
    closed = Closed()
    closed.entry(closed.one, 100_00)
    with pytest.raises(NotAllowed, match="May 2026 is not closed yet"):
        closed.issue()
    closed.close()
    assert months_to_bill(closed.fund) == [MAY]
    assert len(closed.issue()) == 1
    assert months_to_bill(closed.fund) == []
    with pytest.raises(NotAllowed, match="nobody left to bill"):
        closed.issue()
    with pytest.raises(NotAllowed, match="not closed yet"):
        closed.issue(JUNE)
    with pytest.raises(NotAllowed, match="nobody left to bill"):
        closed.issue(date(2026, 4, 1))
    assert numbering_faults(closed.fund.id) == []


def test_an_invoice_never_changes(app: Flask) -> None:
    closed = Closed()
    closed.entry(closed.one, 100_00)
    closed.close()
    [bill] = closed.issue()
    before = invoice_drawn(shown(closed, bill), closed.fund.name)
    closed.one.name, closed.fund.host.name = "Another name", "Another host"
    closed.vat(closed.one, VatOn.EQUIPMENT, 2000)
    assert invoice_drawn(shown(closed, bill), closed.fund.name) == before
    for change in ("update invoice set net = 0, gross = vat", "delete from invoice_line"):
        with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
            db.session.execute(db.text(change))


def shown(closed: Closed, bill: Invoice) -> Invoice:
    return invoice_by_code(bill.code, viewer=closed.board, on=TODAY)


def test_the_database_refuses_a_second_invoice_of_a_month_and_one_that_does_not_add_up(
    app: Flask,
) -> None:
    closed = Closed()
    closed.entry(closed.one, 100_00)
    closed.close()
    [bill] = closed.issue()
    copied = {
        column.name: getattr(bill, column.name)
        for column in Invoice.__table__.columns
        if column.name not in ("id", "code")
    }
    for wrong in ({"number": 9}, {"month": JUNE}, {"number": 9, "month": JUNE, "gross": Pence(1)}):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            add(Invoice(**{**copied, **wrong}))


def test_invoices_issued_at_once_and_undone_ones_leave_no_gap(busy: Flask) -> None:
    with busy.app_context(), transaction("test"):
        closed = Closed()
        months = [date(2025, month, 1) for month in range(1, MANY + 1)]
        for month in months:
            for body in (closed.one, closed.other):
                closed.entry(body, 100_00, on=month)
        closed.close()
        fund_id, keeper_id = closed.fund.id, closed.keeper.id

    def act(number: int) -> None:
        fund, keeper = db.session.get_one(Fund, fund_id), db.session.get_one(Staff, keeper_id)
        issue_invoices(fund, months[number], by=keeper, at=NOON)
        if number % 3 == 0:
            raise NotAllowed("undone")

    assert at_once(busy, act) == ["undone"] * 3
    with busy.app_context():
        numbers = sorted(db.session.scalars(db.select(Invoice.number)))
        assert numbers == list(range(1, 2 * (MANY - 3) + 1))
        assert db.session.scalar(db.select(InvoiceCounter.last)) == numbers[-1]
        assert numbering_faults(fund_id) == []


def test_one_month_billed_by_many_at_once_is_billed_once(busy: Flask) -> None:
    with busy.app_context(), transaction("test"):
        closed = Closed()
        closed.entry(closed.one, 100_00)
        closed.close()
        fund_id, keeper_id = closed.fund.id, closed.keeper.id

    def act(_: int) -> None:
        fund, keeper = db.session.get_one(Fund, fund_id), db.session.get_one(Staff, keeper_id)
        issue_invoices(fund, MAY, by=keeper, at=NOON)

    assert len(at_once(busy, act)) == MANY - 1
    with busy.app_context():
        assert list(db.session.scalars(db.select(Invoice.number))) == [1]


def test_a_missing_number_is_named(app: Flask) -> None:
    closed = Closed()
    db.session.add(InvoiceCounter(fund_id=closed.fund.id, last=1))
    db.session.flush()
    assert numbering_faults(closed.fund.id) == ["There is no invoice 000001."]


# VAT terms


def test_terms_follow_one_another_and_never_overlap(app: Flask) -> None:
    closed = Closed()
    first = closed.vat(closed.one, VatOn.EQUIPMENT, 2000)
    with pytest.raises(Invalid, match="already terms from 1 April 2013"):
        closed.vat(closed.one, VatOn.EQUIPMENT, 500)
    closed.vat(closed.one, VatOn.EQUIPMENT, 500, from_on=MAY)
    assert first.to_on == MAY
    with pytest.raises(Invalid, match="between 0% and 100%"):
        closed.vat(closed.one, VatOn.ACTIVITIES, 10_001)
    overlapping = VatTerm(
        fund_id=closed.fund.id, organisation_id=closed.one.id, charge=VatOn.EQUIPMENT,
        rate=1, recoverable=True, from_on=date(2026, 4, 1), to_on=date(2026, 6, 1),
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="one_vat_term_a_day"), db.session.begin_nested():
        add(overlapping)


# The pages


def test_a_month_is_billed_on_the_page_and_told_on_the_statement(app: Flask, as_: As) -> None:
    closed = Closed()
    closed.entry(closed.one, 100_00)
    closed.entry(closed.other, 50_00)
    keeper, officer = as_(closed.keeper), as_(Role.FINANCE, organisation=closed.one)
    assert "No month is closed yet" in keeper.get("/funding/invoices").get_data(as_text=True)
    early = keeper.post("/funding/invoices", data={"closed_month": "2026-05"})
    assert early.status_code == 422
    closed.close()
    set_ = keeper.post(
        "/funding/vat/new",
        data={"organisation": closed.one.code, "charge": "equipment", "rate": "17.5",
              "recoverable": "y", "from_on": "2020-04-01"},
    )  # fmt: skip
    assert set_.status_code == 303
    done = keeper.post("/funding/invoices", data={"closed_month": "2026-05"})
    assert done.status_code == 303
    listed = officer.get("/funding/invoices").get_data(as_text=True)
    assert "£117.50" in listed
    assert "B body" not in listed
    own = invoice_of(closed.one, MAY, viewer=closed.board, on=TODAY)
    assert own is not None
    told = officer.get(f"/funding/statements/{closed.one.code}/2026-05").get_data(as_text=True)
    assert own.named in told
    for text in (
        officer.get(f"/funding/invoices/{own.code}").get_data(as_text=True),
        text_of(officer.get(f"/funding/invoices/{own.code}.pdf").data),
    ):
        for amount in (own.net, own.vat, own.gross, own.recoverable, own.cost):
            assert pounds(amount) in text
        assert "17.5%" in text
    terms = officer.get("/funding/vat").get_data(as_text=True)
    assert "17.5%" in terms
    assert "B body" not in terms


def test_another_partners_invoice_is_not_found(app: Flask, as_: As) -> None:
    closed = Closed()
    closed.entry(closed.other, 50_00)
    closed.close()
    [foreign] = closed.issue()
    officer = a_member_of_staff(Role.FINANCE, organisation=closed.one)
    browser = as_(officer)
    for address in (f"/funding/invoices/{foreign.code}", f"/funding/invoices/{foreign.code}.pdf"):
        assert browser.get(address).status_code == 404
    with pytest.raises(NotFound):
        invoice_by_code(foreign.code, viewer=officer, on=TODAY)
    assert db.session.scalars(invoices(viewer=officer, on=TODAY)).all() == []
    assert invoice_of(closed.other, MAY, viewer=officer, on=TODAY) is None


def test_a_finance_officer_neither_bills_nor_sets_vat(app: Flask, as_: As) -> None:
    officer = as_(Role.FINANCE, organisation=Closed().one)
    for address in ("/funding/invoices", "/funding/vat/new"):
        assert officer.post(address, data={}).status_code == 403


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({}, "Choose a partner"),
        ({"rate": "20.555"}, "two decimals at most"),
        ({"rate": "101"}, "not more than 100%"),
        ({"rate": "20", "from_on": "0001-01-01"}, "between 1950 and 2150"),
        ({"charge": "gold"}, "Not a valid choice"),
    ],
)
def test_terms_that_cannot_be_are_answered_beside_their_field(
    app: Flask, as_: As, data: dict[str, str], told: str
) -> None:
    Closed()
    answer = as_(Role.ADMINISTRATOR).post("/funding/vat/new", data=data)
    assert answer.status_code == 422
    assert told in answer.get_data(as_text=True)


def test_terms_that_clash_are_answered_beside_the_day(app: Flask, as_: As) -> None:
    closed = Closed()
    closed.vat(closed.one, VatOn.EQUIPMENT, 2000)
    data = {"organisation": closed.one.code, "charge": "equipment", "rate": "5",
            "from_on": "2010-01-01"}  # fmt: skip
    answer = as_(closed.keeper).post("/funding/vat/new", data=data)
    assert answer.status_code == 422
    assert "Choose a later day" in answer.get_data(as_text=True)

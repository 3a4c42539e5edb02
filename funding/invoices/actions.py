"""What is done about bills: VAT terms are set, and a closed month is invoiced."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from core.clock import london_day, month_of
from core.db import add, db
from core.errors import Invalid, NotAllowed
from funding.agreements.queries import host_on
from funding.invoices.models import Invoice, InvoiceCounter, InvoiceLine, VatTerm
from funding.invoices.queries import parts_of_month, terms_by_partner
from funding.invoices.rules import WHOLE, Bill, VatOn, billed
from funding.models import Fund
from people.models import Organisation, Staff


def set_vat(
    fund: Fund,
    organisation: Organisation,
    charge: VatOn,
    *,
    rate: int,
    recoverable: bool,
    from_on: date,
    by: Staff,
    at: datetime,
) -> VatTerm:
    """Set a partner's VAT on a kind of charge from a day on; the older terms end that day.

    `rate` is in basis points. Invoices that were issued stay as they are.
    """
    if not 0 <= rate <= WHOLE:
        raise Invalid("A rate is between 0% and 100%.", field="rate")
    place = {"fund_id": fund.id, "organisation_id": organisation.id, "charge": charge}
    older = db.session.scalar(
        select(VatTerm).filter_by(**place).order_by(VatTerm.from_on.desc()).limit(1)
    )
    if older is not None and older.from_on >= from_on:
        raise Invalid(
            f"There are already terms from {older.from_on:%-d %B %Y}. Choose a later day.",
            field="from_on",
        )
    if older is not None:
        older.to_on = from_on
        db.session.flush()
    return add(VatTerm(**place, rate=rate, recoverable=recoverable, from_on=from_on))


def issue_invoices(fund: Fund, month: date, *, by: Staff, at: datetime) -> list[Invoice]:
    """Bill every partner for a closed month: an invoice each, or a credit note.

    Who has been billed for it already is left alone, and so is who had no entry in it. Two who
    issue at once wait for each other. Raises NotAllowed while the month is open, and where nobody
    is left to bill.
    """
    month = month_of(month)
    if fund.open_from is None or month >= fund.open_from:
        raise NotAllowed(
            f"{month:%B %Y} is not closed yet, so its figures may still change. Close it first.",
            field="closed_month",
        )
    counter = _counter(fund.id)
    parts, terms = parts_of_month(fund.id, month), terms_by_partner(fund.id)
    bodies = _unbilled(fund.id, month, parts)
    if not bodies:
        raise NotAllowed(f"There is nobody left to bill for {month:%B %Y}.", field="closed_month")
    issued = []
    for body in bodies:
        counter.last += 1
        bill = billed(parts[body.id], terms.get(body.id, {}))
        issued.append(_issue(fund, body, month, counter.last, bill, by, at))
    return issued


def _counter(fund_id: int) -> InvoiceCounter:
    """The fund's counter, held until this transaction ends: what is undone is never counted."""
    db.session.execute(
        upsert(InvoiceCounter).values(fund_id=fund_id, last=0).on_conflict_do_nothing()
    )
    held = select(InvoiceCounter).filter_by(fund_id=fund_id).with_for_update()
    return db.session.scalars(held.execution_options(populate_existing=True)).one()


def _unbilled(fund_id: int, month: date, numbers: Collection[int]) -> list[Organisation]:
    billed_already = select(Invoice.organisation_id).filter_by(fund_id=fund_id, month=month)
    return list(
        db.session.scalars(
            select(Organisation)
            .where(Organisation.id.in_(numbers), Organisation.id.not_in(billed_already))
            .order_by(Organisation.name, Organisation.id)
        )
    )


def _issue(
    fund: Fund, body: Organisation, month: date, number: int, bill: Bill, by: Staff, at: datetime
) -> Invoice:
    host = host_on(fund, london_day(at))
    invoice = Invoice(
        fund=fund,
        number=number,
        kind=bill.kind,
        month=month,
        organisation=body,
        issued_on=london_day(at),
        at=at,
        by=by,
        from_name=host.name,
        from_code=host.official_code,
        to_name=body.name,
        to_code=body.official_code,
        net=bill.net,
        vat=bill.vat,
        gross=bill.gross,
        recoverable=bill.recoverable,
        lines=[InvoiceLine(**vars(one)) for one in bill.sums],
    )
    return add(invoice)

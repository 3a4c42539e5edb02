"""Reads of invoices and VAT terms: all by whose money a viewer may see."""

from datetime import date
from typing import Any

from sqlalchemy import Select, select, text
from sqlalchemy.orm import selectinload

from core.codes import is_code
from core.db import db
from core.errors import NotFound
from core.money import Pence
from funding.invoices.models import Invoice, InvoiceCounter, VatTerm
from funding.invoices.rules import Part, Terms, VatOn
from funding.models import Account, Entry, Fund, Posting
from funding.purse import purse_of, within
from funding.rules import AccountKind, EntryKind
from people.models import Organisation, Staff

NO_INVOICE = "There is no such invoice. Look for it in the list of invoices."

# What takes an entry back, or lays it anew, bears the VAT of what was first charged: by its kind
# and on its day.
_PARTS = text("""
with recursive origin as (
  select e.id as entry_id, e.id, e.kind, e.on, e.reverses_id, 0 as steps
  from entry e where e.fund_id = :fund_id and e.month = :month
  union all
  select o.entry_id, e.id, e.kind, e.on, e.reverses_id, o.steps + 1
  from origin o
  left join dispute d on d.relaid_id = o.id
  join entry e on e.id = coalesce(o.reverses_id, d.entry_id)
), first as (
  select distinct on (entry_id) entry_id, kind, "on" from origin order by entry_id, steps desc
)
select a.organisation_id, first.kind, first.on, sum(p.pence) as pence
from first
join posting p on p.entry_id = first.entry_id
join account a on a.id = p.account_id and a.organisation_id is not null
group by a.organisation_id, first.kind, first.on
order by a.organisation_id, first.kind, first.on
""")


def parts_of_month(fund_id: int, month: date) -> dict[int, list[Part]]:
    """What a month laid on each partner's account, by the partner's number."""
    found: dict[int, list[Part]] = {}
    rows = db.session.execute(_PARTS, {"fund_id": fund_id, "month": month})
    for who, kind, on, pence in rows:
        found.setdefault(who, []).append(Part(EntryKind(kind), on, Pence(int(pence))))
    return found


def terms_by_partner(fund_id: int) -> dict[int, dict[VatOn, list[Terms]]]:
    """Every VAT term of a fund as plain values, by the partner's number."""
    found: dict[int, dict[VatOn, list[Terms]]] = {}
    for row in db.session.scalars(select(VatTerm).where(VatTerm.fund_id == fund_id)):
        terms = Terms(row.rate, row.recoverable, row.from_on, row.to_on)
        found.setdefault(row.organisation_id, {}).setdefault(row.charge, []).append(terms)
    return found


def invoices(*, viewer: Staff, on: date, month: date | None = None) -> Select[Any]:
    """The selection of invoices a viewer may see, the latest first; of one month or all."""
    found = (
        select(Invoice)
        .where(within(purse_of(viewer, on), Invoice.organisation_id))
        .order_by(Invoice.fund_id, Invoice.number.desc())
    )
    return found if month is None else found.where(Invoice.month == month)


def invoice_by_code(code: str, *, viewer: Staff, on: date) -> Invoice:
    """An invoice with its lines, if it bills somebody whose money the viewer may see.

    Raises NotFound.
    """
    found = db.session.scalar(
        select(Invoice)
        .where(
            Invoice.code == (code if is_code(code) else None),
            within(purse_of(viewer, on), Invoice.organisation_id),
        )
        .options(selectinload(Invoice.lines))
    )
    if found is None:
        raise NotFound(NO_INVOICE)
    return found


def invoice_of(
    organisation: Organisation, month: date, *, viewer: Staff, on: date
) -> Invoice | None:
    """The invoice a statement has become, if it has and the viewer may see it."""
    return db.session.scalar(
        select(Invoice).where(
            Invoice.organisation_id == organisation.id,
            Invoice.month == month,
            within(purse_of(viewer, on), Invoice.organisation_id),
        )
    )


def months_to_bill(fund: Fund) -> list[date]:
    """The closed months that some partner has not been billed for, the earliest first."""
    if fund.open_from is None:
        return []
    billed = select(Invoice.id).where(
        Invoice.fund_id == fund.id,
        Invoice.month == Entry.month,
        Invoice.organisation_id == Account.organisation_id,
    )
    found = (
        select(Entry.month)
        .distinct()
        .join(Posting, Posting.entry_id == Entry.id)
        .join(Account, Account.id == Posting.account_id)
        .where(
            Entry.fund_id == fund.id,
            Entry.month < fund.open_from,
            Account.kind == AccountKind.PARTNER,
            ~billed.exists(),
        )
        .order_by(Entry.month)
    )
    return list(db.session.scalars(found))


def numbering_faults(fund_id: int) -> list[str]:
    """What is wrong with the numbers of a fund's invoices; empty where none is missing."""
    last = db.session.scalar(select(InvoiceCounter.last).filter_by(fund_id=fund_id)) or 0
    numbers = set(db.session.scalars(select(Invoice.number).filter_by(fund_id=fund_id)))
    missing = sorted(set(range(1, last + 1)) - numbers)
    return [f"There is no invoice {number:06d}." for number in missing]


def vat_terms(fund_id: int, *, viewer: Staff, on: date) -> list[VatTerm]:
    """The VAT terms of the partners a viewer may see, by name, the newest of each first."""
    return list(
        db.session.scalars(
            select(VatTerm)
            .join(VatTerm.organisation)
            .where(
                VatTerm.fund_id == fund_id, within(purse_of(viewer, on), VatTerm.organisation_id)
            )
            .options(selectinload(VatTerm.organisation))
            .order_by(
                Organisation.name, Organisation.id, VatTerm.charge.desc(), VatTerm.from_on.desc()
            )
        )
    )

"""VAT terms by partner, and invoices that are numbered without a gap and never changed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Coded, Model, Numbered, append_only
from core.money import Pence
from funding.invoices.rules import InvoiceKind, VatOn, percentage
from funding.models import Fund
from people.models import Organisation, Staff


class VatTerm(Numbered, Model):
    """A partner's rate of VAT on a kind of charge, and whether it gets that back."""

    __tablename__ = "vat_term"
    __table_args__ = (
        CheckConstraint("rate between 0 and 10000", name="at_most_the_whole"),
        ExcludeConstraint(
            ("fund_id", "="),
            ("organisation_id", "="),
            ("charge", "="),
            (text("daterange(from_on, to_on)"), "&&"),
            name="one_vat_term_a_day",
        ),
    )
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    charge: Mapped[VatOn]
    rate: Mapped[int]  # basis points
    recoverable: Mapped[bool]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    organisation: Mapped[Organisation] = relationship()

    @property
    def percentage(self) -> str:
        """The rate as people write it."""
        return percentage(self.rate)


class InvoiceCounter(Model):
    """The number of a fund's last invoice: locked by whoever issues the next, so none is missing.

    A sequence would lose the number of an invoice that was undone.
    """

    __tablename__ = "invoice_counter"
    __table_args__ = (CheckConstraint("last >= 0", name="not_negative"),)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), primary_key=True)
    last: Mapped[int]


@append_only
class Invoice(Coded, Model):
    """What the host billed a partner for a month, in the words and pence of that day."""

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("fund_id", "number"),
        UniqueConstraint("organisation_id", "fund_id", "month"),
        CheckConstraint("number > 0", name="numbered_from_one"),
        CheckConstraint("extract(day from month) = 1", name="month_by_its_first_day"),
        CheckConstraint("gross = net + vat", name="adds_up"),
        CheckConstraint("(kind = 'credit note') = (gross < 0)", name="kind_by_its_sign"),
    )
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    number: Mapped[int]
    kind: Mapped[InvoiceKind]
    month: Mapped[date]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    issued_on: Mapped[date]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    from_name: Mapped[str]
    from_code: Mapped[str]
    to_name: Mapped[str]
    to_code: Mapped[str]
    net: Mapped[Pence]
    vat: Mapped[Pence]
    gross: Mapped[Pence]
    recoverable: Mapped[Pence]  # of the VAT, what the partner gets back
    fund: Mapped[Fund] = relationship()
    organisation: Mapped[Organisation] = relationship()
    by: Mapped[Staff] = relationship()
    lines: Mapped[list["InvoiceLine"]] = relationship(
        back_populates="invoice", order_by="InvoiceLine.id", lazy="raise"
    )

    @property
    def cost(self) -> Pence:
        """What it costs the partner once the recoverable VAT has come back."""
        return Pence(self.gross - self.recoverable)

    @property
    def named(self) -> str:
        """The invoice as people cite it."""
        return f"{self.kind.value.capitalize()} {self.number:06d}"


@append_only
class InvoiceLine(Numbered, Model):
    """The net amounts of one rate, and the VAT on them."""

    __tablename__ = "invoice_line"
    __table_args__ = (
        CheckConstraint("rate between 0 and 10000", name="at_most_the_whole"),
        CheckConstraint("rate is not null or vat = 0", name="no_vat_without_a_rate"),
    )
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    what: Mapped[str]
    rate: Mapped[int | None]  # basis points; none: outside VAT
    recoverable: Mapped[bool]
    net: Mapped[Pence]
    vat: Mapped[Pence]
    invoice: Mapped[Invoice] = relationship(back_populates="lines")

    @property
    def percentage(self) -> str:
        """The rate as people write it."""
        return "No VAT" if self.rate is None else percentage(self.rate)

"""Weighted heads by partner and year, and the figures of a year: prepared, then signed off."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, Numbered, append_only
from people.models import Organisation, Staff

CHECKSUM = "checksum = encode(sha256(figures), 'hex')"


class Capitation(Numbered, Model):
    """Whom a partner answers for in a financial year, and how much they weigh."""

    __tablename__ = "capitation"
    __table_args__ = (
        UniqueConstraint("fund_id", "organisation_id", "year_from"),
        CheckConstraint("population > 0", name="somebody"),
        CheckConstraint("weight > 0", name="weighs_something"),
    )
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    year_from: Mapped[date]  # 1 April
    population: Mapped[int]
    weight: Mapped[int]  # in ten-thousandths: 10,350 is 1.035
    organisation: Mapped[Organisation] = relationship()


@append_only
class PreparedYear(Numbered, Model):
    """The figures of a settled year as somebody put them forward; the latest is what is signed."""

    __tablename__ = "prepared_year"
    __table_args__ = (
        Index("ix_prepared_year_fund_id_year_from", "fund_id", "year_from"),
        CheckConstraint(CHECKSUM, name="checksum_of_its_figures"),
    )
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    year_from: Mapped[date]
    figures: Mapped[bytes]  # JSON, byte for byte what the checksum is of
    checksum: Mapped[str] = mapped_column(String(64))  # SHA-256 in hexadecimal
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    by: Mapped[Staff] = relationship()


@append_only
class YearPack(Numbered, Model):
    """A year signed off by a second person: its figures never change again, whatever is posted."""

    __tablename__ = "year_pack"
    __table_args__ = (
        UniqueConstraint("fund_id", "year_from"),
        CheckConstraint(CHECKSUM, name="checksum_of_its_figures"),
        CheckConstraint("signed_by_id <> prepared_by_id", name="two_people"),
    )
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    year_from: Mapped[date]
    figures: Mapped[bytes]
    checksum: Mapped[str] = mapped_column(String(64))
    prepared_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    prepared_at: Mapped[datetime]
    signed_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    signed_at: Mapped[datetime]
    prepared_by: Mapped[Staff] = relationship(foreign_keys=prepared_by_id)
    signed_by: Mapped[Staff] = relationship(foreign_keys=signed_by_id)

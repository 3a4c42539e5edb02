"""Versions of the agreement: contributions, instalments, budgets, drafted changes, consents."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    DDL,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Coded, History, Model, Numbered, Versioned, append_only
from core.money import Pence
from core.status import Moves
from funding.agreements.rules import Terms, YearEnd
from funding.agreements.versions.rules import (
    VERSION_LIFE,
    Change,
    ChangeKind,
    VersionEvent,
    VersionStatus,
    contribution_arithmetic,
    read_change,
)
from funding.models import Fund
from funding.rules import StockModel
from people.models import Organisation, Staff


class AgreementVersion(Coded, Versioned, Model):
    """What the partners agree, from a day until before another. Changed only as a draft."""

    __tablename__ = "agreement_version"
    MOVES: ClassVar[Moves[VersionStatus, VersionEvent]] = VERSION_LIFE
    HISTORY: ClassVar[type["VersionMove"]]
    __table_args__ = (
        UniqueConstraint("fund_id", "number"),
        ExcludeConstraint(
            ("fund_id", "="),
            (text("daterange(from_on, to_on)"), "&&"),
            name="one_agreement_a_day",
            where=text("status in ('in_force', 'superseded')"),
        ),
        CheckConstraint("to_on > from_on", name="ends_after_it_begins"),
        CheckConstraint("(status = 'superseded') = (to_on is not null)", name="superseded_ends"),
        CheckConstraint(
            "(year_end = 'by contribution up to a cap') = (cap_percent is not null)",
            name="a_cap_where_capped",
        ),
        CheckConstraint("cap_percent between 1 and 100", name="cap_within_reason"),
        CheckConstraint(
            "year_end not in ('by contribution up to a cap', 'lead absorbs') "
            "or lead_id is not null",
            name="a_lead_where_it_absorbs",
        ),
        CheckConstraint(
            "(gain_threshold_percent is null) = (gain_percent is null)", name="gain_is_whole"
        ),
        CheckConstraint(
            "gain_threshold_percent between 0 and 100 and gain_percent between 1 and 100",
            name="gain_within_reason",
        ),
    )
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    number: Mapped[int]
    status: Mapped[VersionStatus] = mapped_column(default=VersionStatus.DRAFT)
    from_on: Mapped[date]
    to_on: Mapped[date | None]  # once a newer one has taken its place
    host_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    stock_model: Mapped[StockModel]
    revision: Mapped[int] = mapped_column(default=1)  # goes up with every change of the draft
    year_end: Mapped[YearEnd] = mapped_column(default=YearEnd.BY_CONTRIBUTION)
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    cap_percent: Mapped[int | None]
    gain_threshold_percent: Mapped[int | None]
    gain_percent: Mapped[int | None]
    fund: Mapped[Fund] = relationship()
    host: Mapped[Organisation] = relationship(foreign_keys=host_id)
    lead: Mapped[Organisation | None] = relationship(foreign_keys=lead_id)
    contributions: Mapped[list["Contribution"]] = relationship(
        back_populates="agreement", order_by="Contribution.id", cascade="all, delete-orphan"
    )
    instalments: Mapped[list["Instalment"]] = relationship(
        order_by="Instalment.due_on", cascade="all, delete-orphan"
    )
    budgets: Mapped[list["AgreedBudget"]] = relationship(
        order_by="AgreedBudget.id", cascade="all, delete-orphan"
    )
    changes: Mapped[list["DraftedChange"]] = relationship(
        order_by="DraftedChange.id", cascade="all, delete-orphan"
    )
    consents: Mapped[list["Consent"]] = relationship(order_by="Consent.id", viewonly=True)
    history: Mapped[list["VersionMove"]] = relationship(
        order_by="VersionMove.id", lazy="raise", viewonly=True
    )

    @property
    def terms(self) -> Terms:
        """What it says of the end of a year."""
        return Terms(
            self.year_end,
            self.lead_id,
            self.cap_percent,
            self.gain_threshold_percent,
            self.gain_percent,
        )

    @property
    def pence(self) -> Pence:
        """What all partners put in for a year together."""
        return Pence(sum(one.pence for one in self.contributions))


@append_only
class VersionMove(History, Model):
    """One change of a version's state, and of which revision. Never changed."""

    __tablename__ = "agreement_move"
    OF = "version"
    __table_args__ = (Index("ix_agreement_move_version_id", "version_id", "id"),)
    version_id: Mapped[int] = mapped_column(ForeignKey("agreement_version.id"))
    event: Mapped[VersionEvent]
    was: Mapped[VersionStatus]
    became: Mapped[VersionStatus]
    revision: Mapped[int]
    by: Mapped[Staff] = relationship()


AgreementVersion.HISTORY = VersionMove


class Contribution(Numbered, Model):
    """What a partner puts in for a year, and how that comes about from the year before."""

    __tablename__ = "contribution"
    __table_args__ = (
        UniqueConstraint("version_id", "organisation_id"),
        CheckConstraint("last_year >= 0 and efficiency >= 0", name="not_negative"),
        CheckConstraint(
            "last_year + recurrent + inflation + planned - efficiency >= 0", name="sum_not_negative"
        ),
    )
    version_id: Mapped[int] = mapped_column(ForeignKey("agreement_version.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    last_year: Mapped[Pence] = mapped_column(default=Pence(0))
    recurrent: Mapped[Pence] = mapped_column(default=Pence(0))
    inflation: Mapped[Pence] = mapped_column(default=Pence(0))
    inflation_note: Mapped[str] = mapped_column(String(100), default="")  # like "3%"
    planned: Mapped[Pence] = mapped_column(default=Pence(0))
    efficiency: Mapped[Pence] = mapped_column(default=Pence(0))  # taken off
    efficiency_note: Mapped[str] = mapped_column(String(100), default="")
    agreement: Mapped[AgreementVersion] = relationship(back_populates="contributions")
    organisation: Mapped[Organisation] = relationship()

    @property
    def pence(self) -> Pence:
        """Last year, and what is added and taken off."""
        grown = self.last_year + self.recurrent + self.inflation + self.planned
        return Pence(grown - self.efficiency)

    @property
    def arithmetic(self) -> str:
        """How it comes about, as people write a sum."""
        parts = (
            (self.last_year, "last year"),
            (self.recurrent, "recurrent changes"),
            (self.inflation, _noted("inflation", self.inflation_note)),
            (self.planned, "planned changes"),
            (-self.efficiency, _noted("efficiency", self.efficiency_note)),
        )
        return contribution_arithmetic(parts, self.pence)


def _noted(what: str, note: str) -> str:
    return f"{what} ({note})" if note else what


class Instalment(Model):
    """A day on which an equal part of every contribution is paid."""

    __tablename__ = "instalment"
    version_id: Mapped[int] = mapped_column(ForeignKey("agreement_version.id"), primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)


class AgreedBudget(Numbered, Model):
    """What a partner means to spend in a year on a product group, or on the rest (no group)."""

    __tablename__ = "agreed_budget"
    __table_args__ = (
        UniqueConstraint("version_id", "organisation_id", "product_group"),
        CheckConstraint("pence >= 0", name="not_negative"),
    )
    version_id: Mapped[int] = mapped_column(ForeignKey("agreement_version.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    group: Mapped[str] = mapped_column("product_group", String(60), default="")
    pence: Mapped[Pence]
    organisation: Mapped[Organisation] = relationship()


class DraftedChange(Numbered, Model):
    """A change of a rule or a price that is made in the live agreement on the version's day."""

    __tablename__ = "drafted_change"
    __table_args__ = (Index("ix_drafted_change_version_id", "version_id", "id"),)
    version_id: Mapped[int] = mapped_column(ForeignKey("agreement_version.id"))
    kind: Mapped[ChangeKind]
    says: Mapped[dict[str, Any]]

    @property
    def change(self) -> Change:
        """What it says."""
        return read_change(self.kind, self.says)


@append_only
class Consent(Numbered, Model):
    """A partner's finance has agreed to one revision of a version. Never changed."""

    __tablename__ = "agreement_consent"
    __table_args__ = (UniqueConstraint("version_id", "organisation_id", "revision"),)
    version_id: Mapped[int] = mapped_column(ForeignKey("agreement_version.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    revision: Mapped[int]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    organisation: Mapped[Organisation] = relationship()
    by: Mapped[Staff] = relationship()


VERSION_GAP = """
create or replace function refuse_agreement_gap() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from (
      select from_on, lag(to_on) over held as ended, lag(id) over held as older
      from agreement_version
      where fund_id in (new.fund_id, old.fund_id) and status in ('in_force', 'superseded')
      window held as (partition by fund_id order by from_on)
    ) version where older is not null and ended is distinct from from_on
  ) then
    raise exception 'the versions of an agreement leave a gap' using errcode = 'check_violation';
  end if;
  return null;
end $$
"""
VERSION_GAP_TRIGGER = """
create constraint trigger agreement_version_without_gap
after insert or update or delete on agreement_version
deferrable initially deferred for each row execute function refuse_agreement_gap()
"""
event.listen(AgreementVersion.__table__, "after_create", DDL(VERSION_GAP))
event.listen(AgreementVersion.__table__, "after_create", DDL(VERSION_GAP_TRIGGER))

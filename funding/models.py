"""Funds, partners, agreements, dated rules and prices, budgets, and the append-only ledger."""

from datetime import date, datetime
from typing import Any

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

from core.clock import month_of
from core.db import Coded, Model, Numbered, append_only
from core.money import Pence
from funding.coverage import guard_rules
from funding.rules import BASES_TOLD, AccountKind, Basis, EntryKind, StockModel, told_late
from people.models import Organisation, Staff


class Fund(Coded, Model):
    """A pooled fund under a section 75 agreement, held by its host partner."""

    __tablename__ = "fund"
    name: Mapped[str] = mapped_column(unique=True)
    # How it begins: until the day of its agreement's first version. `funding.agreements.queries`
    # says what holds on a day.
    host_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    stock_model: Mapped[StockModel]
    # The first month that is not closed; none while no month has been. Whoever posts shares a lock
    # on it, whoever closes a month takes it alone.
    open_from: Mapped[date | None]
    host: Mapped[Organisation] = relationship()


class Partner(Numbered, Model):
    """An organisation that pays into the pool, from a day until before another."""

    __tablename__ = "partner"
    __table_args__ = (
        ExcludeConstraint(
            ("fund_id", "="),
            ("organisation_id", "="),
            (text("daterange(from_on, to_on)"), "&&"),
            name="partner_once_a_day",
        ),
    )
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    fund: Mapped[Fund] = relationship()
    organisation: Mapped[Organisation] = relationship()


class Rule(Numbered, Model):
    """One rule of attribution: dated, named, versioned, tried in order of position."""

    __tablename__ = "rule"
    __table_args__ = (
        UniqueConstraint("fund_id", "name", "rule_version"),
        ExcludeConstraint(
            ("fund_id", "="),
            ("position", "="),
            (text("daterange(from_on, to_on)"), "&&"),
            name="one_rule_a_position_a_day",
        ),
        ExcludeConstraint(
            ("fund_id", "="),
            ("name", "="),
            (text("daterange(from_on, to_on)"), "&&"),
            name="one_version_of_a_rule_a_day",
        ),
        CheckConstraint("whole > 0", name="shares_something"),
    )
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    position: Mapped[int]
    name: Mapped[str]
    rule_version: Mapped[int] = mapped_column(default=1)
    whole: Mapped[int]  # what the weights of its parts sum to
    care_class: Mapped[str | None] = mapped_column(String(40))  # none: any product
    need: Mapped[str | None] = mapped_column(String(40))  # none: whatever the client needs it for
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    fund: Mapped[Fund] = relationship()
    shares: Mapped[list["RuleShare"]] = relationship(
        back_populates="rule", order_by="RuleShare.id", lazy="selectin"
    )


def whom(basis: Basis, organisation: Organisation | None) -> str:
    """Who pays a part of a rule, as people say it."""
    if organisation is None:
        return BASES_TOLD[basis]
    return f"{organisation.name} ({organisation.official_code})"


class RuleShare(Numbered, Model):
    """One part of a rule: a weight on a basis."""

    __tablename__ = "rule_share"
    __table_args__ = (
        CheckConstraint("weight > 0", name="weighs_something"),
        CheckConstraint(
            "(basis = 'fixed share') = (organisation_id is not null)", name="fixed_names_whom"
        ),
    )
    rule_id: Mapped[int] = mapped_column(ForeignKey("rule.id"), index=True)
    basis: Mapped[Basis]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    weight: Mapped[int]
    rule: Mapped[Rule] = relationship(back_populates="shares")
    organisation: Mapped[Organisation | None] = relationship()

    @property
    def whom(self) -> str:
        """Who pays this part, as people say it."""
        return whom(self.basis, self.organisation)


class ActivityPrice(Numbered, Model):
    """What an activity costs under the contract, from a day until before another."""

    __tablename__ = "activity_price"
    __table_args__ = (
        CheckConstraint("pence >= 0", name="not_negative"),
        ExcludeConstraint(
            ("fund_id", "="),
            ("kind", "="),
            ("speed", "="),
            (text("daterange(from_on, to_on)"), "&&"),
            name="one_activity_price_a_day",
        ),
    )
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    kind: Mapped[EntryKind]
    speed: Mapped[str] = mapped_column(String(40), default="")  # deliveries are priced by speed
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    pence: Mapped[Pence]


class Budget(Numbered, Model):
    """What a partner has agreed to put in for a financial year."""

    __tablename__ = "budget"
    __table_args__ = (
        UniqueConstraint("fund_id", "organisation_id", "year_from"),
        CheckConstraint("pence >= 0", name="not_negative"),
    )
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    year_from: Mapped[date]  # 1 April
    pence: Mapped[Pence]
    organisation: Mapped[Organisation] = relationship()


class Account(Numbered, Model):
    """An account of a fund's ledger."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("fund_id", "kind", "organisation_id", postgresql_nulls_not_distinct=True),
        CheckConstraint(
            "(kind = 'partner') = (organisation_id is not null)", name="partner_names_whom"
        ),
    )
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    kind: Mapped[AccountKind]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    organisation: Mapped[Organisation | None] = relationship()


class Remainder(Model):
    """What a set of shares still owes its members: fractions of a penny carried forward."""

    __tablename__ = "remainder"
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), primary_key=True)
    # The shares in order, "12:60,15:40": with the same weights the fraction keeps its denominator.
    shares: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    owed: Mapped[int]  # numerator over the sum of the weights


@append_only
class Entry(Numbered, Model):
    """One cause, one entry: what happened and the postings that sum to nothing."""

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("fund_id", "source", "kind", name="uq_entry_cause"),
        Index("ix_entry_fund_id_on", "fund_id", "on"),
        Index("ix_entry_fund_id_month_id", "fund_id", "month", "id"),
        CheckConstraint("extract(day from month) = 1", name="month_by_its_first_day"),
        Index("ix_entry_subject", "subject"),
        # What is accrued to the end of a month is summed from the ledger's first day on.
        Index(
            "ix_entry_accrued",
            "fund_id",
            "month",
            postgresql_where=text("kind in ('accrual', 'release of an accrual')"),
        ),
    )
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    kind: Mapped[EntryKind]
    source: Mapped[str]
    subject: Mapped[str]
    on: Mapped[date]
    month: Mapped[date]  # the month it counts in: that of its day, or the first one still open
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    group: Mapped[str] = mapped_column("product_group")
    memo: Mapped[str]
    arithmetic: Mapped[str] = mapped_column(default="")
    pence: Mapped[Pence]  # the whole amount that was split; negative for a credit
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("rule.id"))
    parked_because: Mapped[str] = mapped_column(default="")
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"), unique=True)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what rules asked of it
    fund: Mapped[Fund] = relationship()
    rule: Mapped[Rule | None] = relationship()
    by: Mapped[Staff] = relationship()
    postings: Mapped[list["Posting"]] = relationship(
        back_populates="entry", order_by="Posting.id", lazy="raise"
    )

    @property
    def late(self) -> bool:
        """Whether its own month was closed already, so that it counts in a later one."""
        return self.month != month_of(self.on)

    @property
    def late_because(self) -> str:
        """Why it counts in a later month than its own, where it does."""
        return told_late(self.on, self.month)


@append_only
class Posting(Numbered, Model):
    """One line of an entry: so many pence on an account, and the share that made them."""

    __tablename__ = "posting"
    __table_args__ = (Index("ix_posting_account_id", "account_id", "entry_id"),)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    pence: Mapped[Pence]
    weight: Mapped[int | None]  # this partner's weight in the split, of `of_weights`
    of_weights: Mapped[int | None]
    # What earlier splits by the same shares still owed this partner: a numerator over of_weights.
    carried_in: Mapped[int | None]
    entry: Mapped[Entry] = relationship(back_populates="postings")
    account: Mapped[Account] = relationship()


CLOSED = """
create or replace function refuse_closed() returns trigger language plpgsql as $$
begin
  if new.month < (select open_from from fund where id = new.fund_id for share) then
    raise exception 'the month of entry %% is closed', new.id using errcode = 'check_violation';
  end if;
  return new;
end $$
"""
CLOSED_TRIGGER = """
create trigger entry_in_an_open_month before insert on entry
for each row execute function refuse_closed()
"""
event.listen(Entry.__table__, "after_create", DDL(CLOSED))
event.listen(Entry.__table__, "after_create", DDL(CLOSED_TRIGGER))

BALANCED = """
create or replace function refuse_unbalanced() returns trigger language plpgsql as $$
begin
  if (select coalesce(sum(pence), 1) from posting where entry_id = new.entry_id) <> 0 then
    raise exception 'entry %% does not balance', new.entry_id using errcode = 'check_violation';
  end if;
  return null;
end $$
"""
BALANCED_TRIGGER = """
create constraint trigger posting_balanced after insert on posting
deferrable initially deferred for each row execute function refuse_unbalanced()
"""
event.listen(Posting.__table__, "after_create", DDL(BALANCED))
event.listen(Posting.__table__, "after_create", DDL(BALANCED_TRIGGER))

guard_rules(Rule.__table__, RuleShare.__table__)

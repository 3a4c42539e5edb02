"""Months that are being closed or are closed, and the balances they closed with."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import History, Model, Numbered, Versioned, append_only
from core.money import Pence
from core.status import Moves
from funding.models import Account, Fund, Rule
from funding.periods.rules import PERIOD_LIFE, PeriodEvent, PeriodStatus
from funding.rules import EntryKind
from people.models import Staff


class Period(Numbered, Versioned, Model):
    """A month of a fund, from when somebody first began to close it."""

    __tablename__ = "period"
    MOVES: ClassVar[Moves[PeriodStatus, PeriodEvent]] = PERIOD_LIFE
    HISTORY: ClassVar[type["PeriodMove"]]
    __table_args__ = (
        UniqueConstraint("fund_id", "month"),
        CheckConstraint("extract(day from month) = 1", name="month_by_its_first_day"),
    )
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    month: Mapped[date]
    status: Mapped[PeriodStatus]
    fund: Mapped[Fund] = relationship()
    history: Mapped[list["PeriodMove"]] = relationship(
        back_populates="period", order_by="PeriodMove.id", lazy="raise"
    )


@append_only
class PeriodMove(History, Model):
    """One step of a month's closing. Never changed."""

    __tablename__ = "period_move"
    OF = "period"
    __table_args__ = (Index("ix_period_move_period_id", "period_id", "id"),)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    event: Mapped[PeriodEvent]
    was: Mapped[PeriodStatus]
    became: Mapped[PeriodStatus]
    at: Mapped[datetime]
    period: Mapped[Period] = relationship(back_populates="history")
    by: Mapped[Staff] = relationship()


Period.HISTORY = PeriodMove


@append_only
class Balance(Model):
    """What an account stood at when a month was closed: where the next statement opens."""

    __tablename__ = "balance"
    __table_args__ = (
        CheckConstraint("extract(day from month) = 1", name="month_by_its_first_day"),
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    pence: Mapped[Pence]
    account: Mapped[Account] = relationship()


@append_only
class ClosedLine(Numbered, Model):
    """A line of a partner's statement as it was when its month was closed."""

    __tablename__ = "closed_line"
    __table_args__ = (
        Index("ix_closed_line_account_id", "account_id", "month"),
        CheckConstraint("extract(day from month) = 1", name="month_by_its_first_day"),
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    month: Mapped[date]
    kind: Mapped[EntryKind]
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("rule.id"))
    group: Mapped[str] = mapped_column("product_group")
    of: Mapped[date]  # the month the entries happened in, by its first day
    count: Mapped[int]
    pence: Mapped[Pence]
    number: Mapped[int]  # the first of the entries
    rule: Mapped[Rule | None] = relationship()

"""Virements, what became of them, and the budget they moved."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Index, String, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Coded, History, Model, Numbered, Versioned, append_only
from core.money import Pence
from core.status import Moves
from funding.models import Fund
from funding.virements.rules import VIREMENT_LIFE, VirementEvent, VirementStatus, group_told
from people.models import Organisation, Staff

NOT_ITSELF = "from_organisation_id <> to_organisation_id or from_product_group <> to_product_group"


class Virement(Coded, Versioned, Model):
    """A proposal to move budget from one line of a year to another."""

    __tablename__ = "virement"
    MOVES: ClassVar[Moves[VirementStatus, VirementEvent]] = VIREMENT_LIFE
    HISTORY: ClassVar[type["VirementMove"]]
    __table_args__ = (
        Index("ix_virement_fund_id", "fund_id", "year_from"),
        CheckConstraint("pence > 0", name="moves_something"),
        CheckConstraint(NOT_ITSELF, name="between_two_lines"),
        CheckConstraint(
            "(decision is not null) = (status in ('approved', 'refused'))", name="decided_by"
        ),
    )
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    year_from: Mapped[date]  # 1 April
    from_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    from_group: Mapped[str] = mapped_column("from_product_group", String(60), default="")
    to_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    to_group: Mapped[str] = mapped_column("to_product_group", String(60), default="")
    pence: Mapped[Pence]
    because: Mapped[str] = mapped_column(String(500))
    status: Mapped[VirementStatus] = mapped_column(default=VirementStatus.PROPOSED)
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    decision: Mapped[str | None] = mapped_column(String(8))  # the code of the board's motion
    fund: Mapped[Fund] = relationship()
    giver: Mapped[Organisation] = relationship(foreign_keys=from_organisation_id)
    taker: Mapped[Organisation] = relationship(foreign_keys=to_organisation_id)
    proposed_by: Mapped[Staff] = relationship()
    history: Mapped[list["VirementMove"]] = relationship(
        order_by="VirementMove.id", lazy="raise", viewonly=True
    )

    @property
    def from_line(self) -> str:
        """The line that gives, in words."""
        return f"{self.giver.name}: {group_told(self.from_group).lower()}"

    @property
    def to_line(self) -> str:
        """The line that takes, in words."""
        return f"{self.taker.name}: {group_told(self.to_group).lower()}"


@append_only
class VirementMove(History, Model):
    """One change of a virement's state. Never changed."""

    __tablename__ = "virement_move"
    OF = "virement"
    __table_args__ = (Index("ix_virement_move_virement_id", "virement_id", "id"),)
    virement_id: Mapped[int] = mapped_column(ForeignKey("virement.id"))
    event: Mapped[VirementEvent]
    was: Mapped[VirementStatus]
    became: Mapped[VirementStatus]
    by: Mapped[Staff] = relationship()


Virement.HISTORY = VirementMove


@append_only
class BudgetTransfer(Numbered, Model):
    """Budget moved from a line to another from a day on. What one gives the other takes.

    Both in one row, so that no transfer can change what all lines come to. Never changed.
    """

    __tablename__ = "budget_transfer"
    __table_args__ = (
        Index("ix_budget_transfer_fund_id", "fund_id", "year_from"),
        CheckConstraint("pence > 0", name="moves_something"),
        CheckConstraint(NOT_ITSELF, name="between_two_lines"),
        CheckConstraint(
            '"on" >= year_from and "on" < year_from + interval \'1 year\'', name="within_its_year"
        ),
    )
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    virement_id: Mapped[int] = mapped_column(ForeignKey("virement.id"), unique=True)
    year_from: Mapped[date]
    on: Mapped[date]
    from_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    from_group: Mapped[str] = mapped_column("from_product_group", String(60))
    to_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    to_group: Mapped[str] = mapped_column("to_product_group", String(60))
    pence: Mapped[Pence]
    virement: Mapped[Virement] = relationship()


CLOSED = """
create or replace function refuse_closed_transfer() returns trigger language plpgsql as $$
begin
  if new.on < (select open_from from fund where id = new.fund_id for share) then
    raise exception 'the month of this transfer is closed' using errcode = 'check_violation';
  end if;
  return new;
end $$
"""
CLOSED_TRIGGER = """
create trigger budget_transfer_in_an_open_month before insert on budget_transfer
for each row execute function refuse_closed_transfer()
"""
event.listen(BudgetTransfer.__table__, "after_create", DDL(CLOSED))
event.listen(BudgetTransfer.__table__, "after_create", DDL(CLOSED_TRIGGER))

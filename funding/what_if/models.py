"""Trials: drafts of the rules of attribution, kept so that they can be left and taken up again."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Coded, Model, Numbered, Versioned
from funding.models import Rule, whom
from funding.rules import Basis
from people.models import Organisation, Staff


class Trial(Coded, Versioned, Model):
    """A draft of the rules, and the months it was last tried over. It charges nobody."""

    __tablename__ = "trial"
    __table_args__ = (CheckConstraint("from_month <= to_month", name="months_in_order"),)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), index=True)
    name: Mapped[str]
    from_month: Mapped[date]  # the first day of the first month tried
    to_month: Mapped[date]  # the first day of the last month tried
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    by: Mapped[Staff] = relationship()
    rules: Mapped[list["TrialRule"]] = relationship(
        back_populates="trial",
        order_by="TrialRule.position, TrialRule.id",
        cascade="all, delete-orphan",
        lazy="selectin",
    )


class TrialRule(Coded, Model):
    """One rule of a trial: a copy of one in force, changed or not, or a new one."""

    __tablename__ = "trial_rule"
    __table_args__ = (CheckConstraint("from_on < to_on", name="ends_after_it_began"),)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"), index=True)
    position: Mapped[int]
    name: Mapped[str]
    care_class: Mapped[str | None] = mapped_column(String(40))
    need: Mapped[str | None] = mapped_column(String(40))
    from_on: Mapped[date | None]  # none: as long as anybody can remember
    to_on: Mapped[date | None]
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("rule.id"))  # what it was copied from
    trial: Mapped[Trial] = relationship(back_populates="rules")
    origin: Mapped[Rule | None] = relationship(lazy="selectin")
    shares: Mapped[list["TrialShare"]] = relationship(
        back_populates="rule",
        order_by="TrialShare.id",
        cascade="all, delete-orphan",
        lazy="selectin",
    )


class TrialShare(Numbered, Model):
    """One part of a trial's rule: a weight on a basis."""

    __tablename__ = "trial_share"
    __table_args__ = (
        CheckConstraint("weight > 0", name="weighs_something"),
        CheckConstraint(
            "(basis = 'fixed share') = (organisation_id is not null)", name="fixed_names_whom"
        ),
    )
    rule_id: Mapped[int] = mapped_column(ForeignKey("trial_rule.id"), index=True)
    basis: Mapped[Basis]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    weight: Mapped[int]
    rule: Mapped[TrialRule] = relationship(back_populates="shares")
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")

    @property
    def whom(self) -> str:
        """Who pays this part, as people say it."""
        return whom(self.basis, self.organisation)

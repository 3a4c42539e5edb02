"""What is credited when equipment is made reusable, by product group and condition, by day."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model, Numbered


class CreditRate(Numbered, Model):
    """How much of the price is credited on reuse, from a day until before another.

    The rate of a group and condition goes before that of the group in any condition.
    """

    __tablename__ = "credit_rate"
    __table_args__ = (
        CheckConstraint("percent between 0 and 100", name="a_percentage"),
        ExcludeConstraint(
            ("fund_id", "="),
            ("product_group", "="),
            ("condition", "="),
            (text("daterange(from_on, to_on)"), "&&"),
            name="one_credit_rate_a_day",
        ),
    )
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    group: Mapped[str] = mapped_column("product_group", String(40))
    condition: Mapped[str] = mapped_column(String(40), default="")  # empty: any
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    percent: Mapped[int]

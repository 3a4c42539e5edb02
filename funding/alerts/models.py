"""The thresholds a fund's partners have agreed to be told at."""

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model, Numbered, Versioned


class AlertSetting(Numbered, Versioned, Model):
    """At how many per cent of a budget somebody is told; without a row the usual ones hold."""

    __tablename__ = "alert_setting"
    __table_args__ = (
        CheckConstraint("0 < all(spent) and 500 >= all(spent)", name="spent_in_per_cent"),
        CheckConstraint("0 < all(forecast) and 500 >= all(forecast)", name="forecast_in_per_cent"),
    )
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"), unique=True)
    spent: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    forecast: Mapped[list[int]] = mapped_column(ARRAY(Integer))

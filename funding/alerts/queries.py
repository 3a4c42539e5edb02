"""The thresholds of a fund."""

from sqlalchemy import select

from core.db import db
from funding.alerts.models import AlertSetting
from funding.alerts.rules import Thresholds


def setting_of(fund_id: int) -> AlertSetting | None:
    """What somebody has set for a fund; none where nobody has."""
    return db.session.scalar(select(AlertSetting).where(AlertSetting.fund_id == fund_id))


def thresholds_of(fund_id: int) -> Thresholds:
    """The thresholds of a fund: those somebody has set, or the usual ones."""
    setting = setting_of(fund_id)
    if setting is None:
        return Thresholds()
    return Thresholds(tuple(setting.spent), tuple(setting.forecast))

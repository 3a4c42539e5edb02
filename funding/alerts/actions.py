"""What people do to thresholds: set them."""

from datetime import datetime

from core.db import add, db
from funding.alerts.models import AlertSetting
from funding.alerts.queries import setting_of
from funding.alerts.rules import Thresholds
from funding.models import Fund
from people.models import Staff


def set_thresholds(fund: Fund, thresholds: Thresholds, *, by: Staff, at: datetime) -> AlertSetting:
    """Say at how many per cent of a budget its partner and the board are told from now on."""
    spent, forecast = list(thresholds.spent), list(thresholds.forecast)
    setting = setting_of(fund.id)
    if setting is None:
        return add(AlertSetting(fund_id=fund.id, spent=spent, forecast=forecast))
    setting.spent, setting.forecast = spent, forecast
    db.session.flush()
    return setting

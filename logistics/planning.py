"""Planning what was ticked in the list of what is due: all of it, or nothing of it."""

from collections.abc import Sequence
from datetime import date, datetime

from core.clock import london_day
from core.errors import Invalid, NotAllowed
from logistics.actions import plan_collection, plan_delivery
from logistics.due import CollectionDue, DeliveryDue, collections_due, deliveries_due
from logistics.models import Visit
from people.models import Staff

GONE = "One of these is planned already or has changed. Look at the list again."


def plan_all(
    keys: Sequence[str], *, due_on: date, driver: Staff | None, by: Staff, at: datetime
) -> list[Visit]:
    """Plan a visit for everything named. Raises NotAllowed where one is not due any more."""
    if not keys:
        raise Invalid("Tick what to plan, or press Plan beside one of them.")
    due: dict[str, DeliveryDue | CollectionDue] = {}
    due.update({one.key: one for one in deliveries_due(viewer=by, on=london_day(at))})
    due.update({one.key: one for one in collections_due(viewer=by, on=london_day(at))})
    if any(key not in due for key in keys):
        raise NotAllowed(GONE)
    return [
        _plan(due[key], due_on=due_on, driver=driver, by=by, at=at) for key in dict.fromkeys(keys)
    ]


def _plan(
    due: DeliveryDue | CollectionDue,
    *,
    due_on: date,
    driver: Staff | None,
    by: Staff,
    at: datetime,
) -> Visit:
    if isinstance(due, DeliveryDue):
        return plan_delivery(due.order, due_on=due_on, driver=driver, by=by, at=at)
    return plan_collection(due.client, due.loans, due_on=due_on, driver=driver, by=by, at=at)

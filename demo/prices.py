"""What the contract of the demonstration says of fitting, adaptations, storage and credit."""

from datetime import datetime, timedelta

from core.clock import london_day
from core.money import Pence
from demo.setting import Setting
from equipment.actions import add_product
from equipment.models import Product
from equipment.rules import CareClass, Group, Tracking
from funding.actions import set_activity_price
from funding.prices.actions import set_credit_rate
from funding.rules import EntryKind
from loans.actions import add_line, place, start_order
from loans.models import Order
from loans.rules import Need, OrderStatus, Speed
from logistics.actions import finish, plan_delivery, set_out
from people.rules import Role

FITTING, ARRANGING, STORAGE = Pence(38_50), Pence(35_00), Pence(18)
# Of which group, in which condition the inspector saw, how much of the price is credited.
RATES = (
    (Group.BEDS, "", 70),
    (Group.BEDS, "good", 80),
    (Group.BEDS, "damaged, worth repairing", 45),
    (Group.PRESSURE, "", 75),
    (Group.PRESSURE, "worn but sound", 60),
    (Group.HOISTS, "", 75),
    (Group.WALKING, "", 55),
)
LATER = timedelta(days=180)
ADAPTATIONS = (("Grab rails at the front door, fixed", 142_00), ("Ramp at the step, made", 640_00))


def agree_prices(setting: Setting, at: datetime) -> None:
    """Fitting, arranging and storage have a price, groups a credit; one changes half-way."""
    by, fund, on = setting.boss, setting.fund, setting.starts
    for kind, pence in (
        (EntryKind.FITTING, FITTING),
        (EntryKind.ADAPTATION, ARRANGING),
        (EntryKind.STORAGE, STORAGE),
    ):
        set_activity_price(fund, kind, pence, from_on=on, by=by, at=at)
    for group, condition, percent in RATES:
        set_credit_rate(fund, group.value, percent, condition=condition, from_on=on, by=by, at=at)
    half_way = setting.starts + LATER
    set_credit_rate(fund, Group.WALKING.value, 50, from_on=half_way, by=by, at=at)


def adapt_homes(setting: Setting, at: datetime) -> None:
    """A few homes are adapted on the first day; none of it ever was in a store."""
    by = setting.staff[Role.PRESCRIBER][0]
    theirs = [one for _, one in setting.clients if one.body_id == by.organisation_id]
    for number, product in enumerate(_adaptations(setting, at)):
        for client in theirs[3 * number : 3 * number + 3]:
            order = start_order(
                client, need=Need.INDEPENDENCE, speed=Speed.SEVEN_DAYS, by=by, at=at
            )
            add_line(order, product, by=by, at=at)
            place(order, by=by, at=at)
            if order.status is OrderStatus.APPROVED:
                _carry_out(setting, order, at)


def _adaptations(setting: Setting, at: datetime) -> list[Product]:
    terms = {"group": Group.RAMPS, "tracking": Tracking.CONSUMABLE, "care_class": CareClass.SOCIAL}
    return [
        add_product(
            name=name, **terms, adaptation=True, description="Work on the client's home.",
            price=Pence(pence), from_on=setting.starts, by=setting.boss, at=at,
        )
        for name, pence in ADAPTATIONS
    ]  # fmt: skip


def _carry_out(setting: Setting, order: Order, at: datetime) -> None:
    driver, planner = setting.staff[Role.DRIVER][0], setting.staff[Role.SCHEDULER][0]
    visit = plan_delivery(order, due_on=london_day(at), driver=driver, by=planner, at=at)
    set_out(visit, by=driver, at=at)
    finish(
        visit, done={line.id for line in visit.lines}, received_by="Client", unsigned_because="",
        instructions_given=True, note="", by=driver, at=at + timedelta(minutes=50),
    )  # fmt: skip

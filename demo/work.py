"""Orders and their way to the door: what prescribers, authorisers and drivers do."""

import math
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import select

from core.clock import add_working_days, london_day
from core.db import db
from demo.back import Back, come_back, hand_over
from demo.setting import Later, Setting
from equipment.models import Product
from equipment.rules import Status
from loans.actions import add_line, approve, cancel, place, send_back, start_order
from loans.clients.queries import visible
from loans.models import Client, Loan, Order
from loans.rules import Need, OrderStatus, Speed
from logistics.actions import pick, plan_delivery, rearrange, set_out
from logistics.models import Visit
from logistics.queries import is_ready
from logistics.rules import VisitStatus
from people.rules import Role

SPEEDS = (
    (Speed.FIVE_DAYS, 34),
    (Speed.THREE_DAYS, 22),
    (Speed.NEXT_DAY, 22),
    (Speed.SEVEN_DAYS, 14),
    (Speed.SAME_DAY, 6),
    (Speed.FOUR_HOURS, 2),
)

APPROVALS = (
    "Needed to go home from hospital.",
    "No other product serves.",
    "Heavier client: checked with the maker.",
    "Second one agreed for upstairs.",
)

# What the heaviest clients are ordered on the last day: more than a prescriber may order alone.
TO_APPROVE = (
    ("Profiling bed, bariatric", "Grab rail, plastic, 30 cm"),
    ("Mobile hoist, bariatric", "Sling, bariatric, extra large"),
    ("Alternating air mattress, full replacement", "Mopstick stair rail, per metre"),
    ("Riser recliner chair, bariatric", "Overbed table, bariatric"),
)


class Work:
    """Everybody's work. `later(day, act)` puts something into the diary."""

    def __init__(self, setting: Setting, later: Later) -> None:
        self.setting = setting
        self.later = later
        self.chance = setting.chance
        self.back = Back(setting, later)
        self.open_orders: list[Order] = []
        self.products = [product for _, product in setting.products]
        self.weights = [setting.weight(line) for line, _ in setting.products]

    # Prescribers and authorisers

    def orders_of_the_day(self, lines: float, clock: Iterator[datetime]) -> None:
        """So many order lines, in orders of one to five."""
        wanted = math.floor(lines) + (self.chance.random() < lines % 1)
        while wanted > 0:
            size = min(wanted, self.chance.choice((1, 2, 3, 4, 4, 5)))
            self.order(size, next(clock))
            wanted -= size

    def order(self, size: int, at: datetime) -> None:
        """One prescriber orders for one client."""
        client = self._somebody()
        by = self.setting.staff_for(client, Role.PRESCRIBER, london_day(at))
        speed = self.setting.weighted(SPEEDS)
        order = start_order(client, need=self.chance.choice(list(Need)), speed=speed,
                            note="", by=by, at=at)  # fmt: skip
        for product in self._choose(client, size):
            if product.assessment_needed:
                order.note = "Bed rail risk assessment done at home and attached to the record."
            quantity = 1 if product.tracking != "consumable" else self.chance.randint(1, 4)
            add_line(order, product, quantity, by=by, at=at)
        if self.chance.random() < 0.01:
            self._give_up(order, at)
            return
        place(order, by=by, at=at)
        self._placed(order, at)

    def leave_to_approve(self, at: datetime) -> None:
        """Give the authoriser whose sign-in is printed orders to decide on, whatever day it is."""
        today, named = london_day(at), {product.name: product for product in self.products}
        theirs = (
            select(Client)
            .where(visible(self.setting.staff[Role.AUTHORISER][0], today))
            .where(Client.died_on.is_(None), Client.weight_kg.is_not(None))
            .order_by(Client.weight_kg.desc(), Client.id)
            .limit(len(TO_APPROVE))
        )
        for client, names in zip(db.session.scalars(theirs), TO_APPROVE, strict=False):
            by = self.setting.staff_for(client, Role.PRESCRIBER, today)
            order = start_order(client, need=self.chance.choice(list(Need)),
                                speed=Speed.FIVE_DAYS, note="", by=by, at=at)  # fmt: skip
            for name in names:
                add_line(order, named[name], by=by, at=at)
            place(order, by=by, at=at)

    def leave_half_done(self, at: datetime) -> None:
        """Leave the prescriber whose sign-in is printed an order that is not placed yet."""
        by = self.setting.staff[Role.PRESCRIBER][0]
        theirs = select(Client).where(visible(by, london_day(at)), Client.died_on.is_(None))
        client = db.session.scalars(theirs.order_by(Client.id).limit(1)).one()
        order = start_order(client, need=Need.DISCHARGE, speed=Speed.THREE_DAYS,
                            note="", by=by, at=at)  # fmt: skip
        add_line(order, self._choose(client, 1)[0], by=by, at=at)

    def _somebody(self) -> Client:
        """One of the clients who are alive."""
        while True:
            _, client = self.chance.choice(self.setting.clients)
            if client.died_on is None:
                return client

    def _choose(self, client: Client, size: int) -> list[Product]:
        """Different products that would bear the client's weight, as a prescriber would choose."""
        chosen: list[Product] = []
        while len(chosen) < size:
            product = self.chance.choices(self.products, self.weights)[0]
            load = product.safe_working_load_kg
            bears = load is None or not product.carries_client or load >= (client.weight_kg or 0)
            if product not in chosen and (bears or self.chance.random() < 0.05):
                chosen.append(product)
        return chosen

    def _placed(self, order: Order, at: datetime) -> None:
        if order.status is OrderStatus.APPROVED:
            self.open_orders.append(order)
        else:
            days = 1 + int(4 * self.chance.random())
            self.later(london_day(at) + timedelta(days=days), lambda at: self.decide(order, at))

    def decide(self, order: Order, at: datetime) -> None:
        """An authoriser of the client's area approves, or sends the order back.

        Where the client has died since, it is called off.
        """
        if order.client.died_on is not None:
            cancel(order, because="The client has died.", by=order.prescriber, at=at)
            return
        by = self.setting.staff_for(order.client, Role.AUTHORISER, london_day(at))
        if self.chance.random() < 0.08:
            send_back(order, because="Please say why the standard product does not serve.",
                      by=by, at=at)  # fmt: skip
            self._give_up(order, at)
            return
        approve(order, because=self.chance.choice(APPROVALS), by=by, at=at)
        self.open_orders.append(order)

    def _give_up(self, order: Order, at: datetime) -> None:
        """Nobody goes on with an order, and within three weeks its prescriber calls it off."""
        on = london_day(at) + timedelta(days=14 + int(7 * self.chance.random()))

        def call_off(at: datetime) -> None:
            cancel(order, because="Not needed any more.", by=order.prescriber, at=at)

        self.later(on, call_off)

    # Deliveries

    def plan_what_is_ready(self, at: datetime) -> None:
        """The scheduler gives every order with something set aside its visit."""
        waiting = []
        for order in self.open_orders:
            if order.status is not OrderStatus.APPROVED:
                continue
            if all(is_ready(line) or line.delivered_at for line in order.lines):
                self._plan_delivery(order, at)
            elif order.placed_at and (at - order.placed_at).days > 45:
                by = order.prescriber
                cancel(order, because="Waited too long; another product was found.", by=by, at=at)
            else:
                waiting.append(order)
        self.open_orders = waiting

    def _plan_delivery(self, order: Order, at: datetime) -> None:
        today = london_day(at)
        due = max(order.promised_on or today, today)
        if self.chance.random() < 0.07:
            due = add_working_days(due, 2)  # a late one
        visit = plan_delivery(
            order, due_on=due, driver=self.setting.one_of(Role.DRIVER),
            by=self.setting.one_of(Role.SCHEDULER), at=at,
        )  # fmt: skip
        self.later(max(due, today), lambda at: self.deliver(visit, at))

    def fill_round(self, at: datetime) -> None:
        """Give the driver whose sign-in is printed a round tomorrow, whatever day that is.

        Two visits of that day are nobody's yet, for the scheduler to give to somebody.
        """
        today = self.setting.ends
        planned = select(Visit).where(Visit.status == VisitStatus.PLANNED)
        driver, by = self.setting.staff[Role.DRIVER][0], self.setting.staff[Role.SCHEDULER][0]
        soonest = db.session.scalars(planned.order_by(Visit.due_on, Visit.id).limit(9)).all()
        for visit in soonest[:7]:
            self._pick(visit, at)
            rearrange(visit, due_on=today, driver=driver, by=by, at=at)
        for visit in soonest[7:]:
            rearrange(visit, due_on=today, driver=None, by=by, at=at)

    def deliver(self, visit: Visit, at: datetime) -> None:
        """Pick, load, go, hand over, or come back with everything and try again."""
        self._pick(visit, at)
        driver = visit.driver or self.setting.one_of(Role.DRIVER)
        set_out(visit, by=driver, at=at + timedelta(minutes=20))
        if self.chance.random() < 0.05:
            come_back(self.setting, visit, driver, at)
            if visit.order is not None:
                self.open_orders.append(visit.order)
            return
        hand_over(self.setting, visit, driver, at)
        lines = [line.order_line_id for line in visit.lines]
        lent = select(Loan).where(Loan.line_id.in_(lines)).order_by(Loan.id)
        self._ends_of(list(db.session.scalars(lent)), london_day(at))

    def _pick(self, visit: Visit, at: datetime) -> None:
        for line in visit.lines:
            item = line.order_line.item if line.order_line else None
            if item and item.first_due_on and item.first_due_on < london_day(at):
                self.back.renew(item, at)  # it waited longer than its test was good for
            if line.order_line and item and item.status is Status.ALLOCATED:
                pick(line.order_line, item.code, by=self.setting.one_of(Role.WAREHOUSE), at=at)

    def _ends_of(self, loans: list[Loan], today: date) -> None:
        """When the loans will be asked back, if ever: mostly what came together goes together."""
        together: list[Loan] = []
        for loan in loans:
            if not loan.product.expected_back or self.chance.random() < 0.07:
                continue
            if self.chance.random() < 0.012:
                day = self._some_day_after(today)
                self.later(day, lambda at, loan=loan: self.back.lose(loan, at))  # type: ignore[misc]
            elif self.chance.random() < 0.2:
                day = self._some_day_after(today)
                self.later(day, lambda at, loan=loan: self.back.ask([loan], at))  # type: ignore[misc]
            else:
                together.append(loan)
        if together:
            self.later(self._some_day_after(today), lambda at: self.back.ask(together, at))

    def _some_day_after(self, today: date) -> date:
        return today + timedelta(days=6 + int(self.chance.expovariate(1 / 52)))

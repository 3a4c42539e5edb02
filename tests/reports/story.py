"""A small pool whose every loan, return and scrapping goes through the real actions."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from core.db import db
from core.money import Pence
from equipment.actions import move_item
from equipment.models import Product
from equipment.rules import Event
from funding.models import Fund
from funding.rules import Basis, RulePart
from loans import actions as lending
from loans.models import Client, Loan, Order
from loans.rules import Need, Speed
from people import actions as people
from people.models import Organisation, Staff
from people.rules import Kind, Role
from returns import actions as workshop
from returns.rules import Condition, ScrapReason
from tests import builders

_days = itertools.count(1)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


@dataclass
class Pool:
    """A fund of an NHS body (60) and a council (40), a client of both, and a depot."""

    body: Organisation = field(default_factory=builders.an_organisation)
    council: Organisation = field(
        default_factory=lambda: builders.an_organisation(kind=Kind.COUNCIL, ods_code=None)
    )
    fund: Fund = field(init=False)
    prescriber: Staff = field(init=False)
    warehouse: Staff = field(init=False)
    driver: Staff = field(init=False)
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        admin = builders.a_member_of_staff(Role.ADMINISTRATOR)
        self.fund = builders.a_fund()
        for organisation in (self.body, self.council):
            builders.a_partner(self.fund, organisation=organisation)
        parts = (RulePart(Basis.PRACTICE, 60), RulePart(Basis.ADDRESS, 40))
        builders.a_rule(self.fund, parts=parts)
        practice = builders.an_organisation(kind=Kind.PRACTICE)
        begun = {"by": admin, "at": noon(date(2013, 4, 1))}
        people.join_practice(practice, self.body, from_on=date(2013, 4, 1), **begun)
        people.place_postcodes({"NG1": self.council}, **begun)
        self.prescriber = builders.a_member_of_staff(
            Role.PRESCRIBER, organisation=self.body, order_limit=Pence(10_000_00)
        )
        self.warehouse = builders.a_member_of_staff(Role.WAREHOUSE)
        self.driver = builders.a_member_of_staff(Role.DRIVER)
        self.client = self.a_client(practice)
        builders.a_depot()

    def a_client(self, practice: Organisation) -> Client:
        return lending.register_client(
            nhs_number=None,
            family_name="Unmistakable",
            given_name="Person",
            born_on=date(1940, 1, 1),
            address="1 Any Street",
            postcode="NG1 1AA",
            practice=practice,
            by=self.prescriber,
            at=noon(date(2026, 1, 5)),
        )

    def order(self, product: Product, day: date) -> Order:
        at = noon(day)
        order = lending.start_order(
            self.client, need=Need.FALLS, speed=Speed.NEXT_DAY, by=self.prescriber, at=at
        )
        lending.add_line(order, product, by=self.prescriber, at=at)
        lending.place(order, by=self.prescriber, at=at)
        if order.status == "waiting_for_approval":  # the same product again
            authoriser = builders.a_member_of_staff(Role.AUTHORISER, organisation=self.body)
            lending.approve(order, because="needed", by=authoriser, at=at)
        return order

    def lend(self, product: Product, day: date) -> Loan:
        """Order, pick, load and hand over one of a product on a day."""
        line = self.order(product, day).lines[0]
        assert line.item is not None
        for event in (Event.PICK, Event.LOAD):
            move_item(line.item, event, by=self.warehouse, at=noon(day))
        return lending.begin(line, by=self.driver, at=noon(day))

    def back(self, loan: Loan, day: date) -> None:
        """The item comes in over the counter."""
        workshop.receive(loan.item.code, by=self.warehouse, at=noon(day))

    def reuse(self, loan: Loan, day: date) -> None:
        """It comes back and is made reusable on one day."""
        self.back(loan, day)
        who = {"by": self.warehouse, "at": noon(day) + timedelta(hours=1)}
        workshop.inspect(loan.item, condition=Condition.GOOD, note="", **who)
        workshop.clean(loan.item, method=loan.product.cleaning, **who)
        workshop.test(loan.item, passed=True, note="", **who)
        workshop.put_away(loan.item, **who)

    def scrap(self, loan: Loan, day: date) -> None:
        """It comes back and is past saving."""
        self.back(loan, day)
        at = noon(day) + timedelta(hours=1)
        workshop.scrap(
            loan.item, reason=ScrapReason.BEYOND_REPAIR, note="", by=self.warehouse, at=at
        )


def a_year(pool: Pool) -> Product:
    """In April five commodes are bought and four lent; three come back: two reusable, one not.

    In May one of the two goes out again, and a sixth loan is met from new stock. Prices: £60.00.
    """
    commode = builders.a_product()
    april, may = date(2026, 4, 10), date(2026, 5, 10)
    builders.some_items(5, commode, at=noon(date(2026, 4, 1)))
    loans = [pool.lend(commode, april) for _ in range(4)]
    pool.reuse(loans[0], date(2026, 4, 20))
    pool.reuse(loans[1], date(2026, 4, 21))
    pool.scrap(loans[2], date(2026, 4, 22))
    pool.lend(commode, may)
    db.session.flush()
    return commode

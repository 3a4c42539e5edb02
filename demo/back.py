"""The way back: asked for, fetched, booked in, and through the workshop to the shelf."""

from datetime import datetime, timedelta

from sqlalchemy import select

from core.clock import add_working_days, london_day
from core.db import db
from demo.setting import Later, Setting
from equipment.actions import move_item, record_test
from equipment.models import Item
from equipment.rules import Cleaning, Event, Status
from loans.actions import ask_back, end, record_death
from loans.models import Loan
from loans.rules import BackReason
from logistics.actions import fail, finish, plan_collection, set_out
from logistics.models import Visit
from logistics.rules import FailReason
from people.models import Staff
from people.rules import Role
from returns.actions import clean, inspect, put_away, receive, repair, scrap, strip, test
from returns.rules import Condition, ScrapReason

REASONS = ((BackReason.NOT_NEEDED, 58), (BackReason.CARE_HOME, 12), (BackReason.REPLACED, 11),
           (BackReason.UNSUITABLE, 8), (BackReason.MOVED, 7))  # fmt: skip
RELATIVES = ("Daughter", "Son", "Husband", "Wife", "Neighbour", "Carer", "Client")


def come_back(setting: Setting, visit: Visit, driver: Staff, at: datetime) -> None:
    """Nobody in, or not today: the visit fails."""
    reason = setting.chance.choice((FailReason.NO_ACCESS, FailReason.NO_ACCESS,
                                 FailReason.REFUSED, FailReason.IN_HOSPITAL))  # fmt: skip
    fail(visit, reason=reason, note="Card left.", by=driver, at=at + timedelta(minutes=50))


def hand_over(setting: Setting, visit: Visit, driver: Staff, at: datetime) -> None:
    """Everything of a visit changes hands, with its proof."""
    signed = setting.chance.random() < 0.9
    finish(
        visit, done={line.id for line in visit.lines},
        received_by=setting.chance.choice(RELATIVES) if signed else "",
        unsigned_because="" if signed else "Unable to sign",
        instructions_given=True, note="", by=driver, at=at + timedelta(minutes=50),
    )  # fmt: skip


class Back:
    """Everybody who gets equipment back and makes it fit to lend. `later` is the diary."""

    def __init__(self, setting: Setting, later: Later) -> None:
        self.setting = setting
        self.later = later
        self.chance = setting.chance

    def ask(self, loans: list[Loan], at: datetime) -> None:
        """Equipment is asked back; everything at once where the client has died."""
        theirs = [loan for loan in loans if loan.ended_at is None and loan.asked_back_at is None]
        if not theirs:
            return
        client, reason = theirs[0].client, self.setting.weighted(REASONS)
        by = self.setting.staff_for(client, Role.PRESCRIBER, london_day(at))
        if client.died_on is None and self.chance.random() < 0.06:
            record_death(client, london_day(at), by=by, at=at)
        if client.died_on is not None:
            reason = BackReason.DIED
            theirs = list(
                db.session.scalars(
                    select(Loan)
                    .where(
                        Loan.client_id == client.id,
                        Loan.ended_at.is_(None),
                        Loan.asked_back_at.is_(None),
                    )
                    .order_by(Loan.id)
                )
            )
        for one in theirs:
            ask_back(one, reason, by=by, at=at)
        dropped_off = self.chance.random() < 0.12
        day = london_day(at) + timedelta(days=2 if dropped_off else 1)
        act = self.drop_off if dropped_off else self.plan_fetch
        self.later(day, lambda at: act(theirs, at))

    def plan_fetch(self, loans: list[Loan], at: datetime) -> None:
        """A van is booked to fetch what was asked back."""
        loans = [loan for loan in loans if loan.ended_at is None]
        if not loans:
            return
        due = add_working_days(london_day(at), self.chance.choice((2, 3, 4, 4, 5, 6)))
        visit = plan_collection(
            loans[0].client, loans, due_on=due, driver=self.setting.one_of(Role.DRIVER),
            by=self.setting.one_of(Role.SCHEDULER), at=at,
        )  # fmt: skip
        self.later(due, lambda at: self.fetch(visit, loans, at))

    def fetch(self, visit: Visit, loans: list[Loan], at: datetime) -> None:
        """The van fetches it, or nobody is in and it is planned again."""
        driver = visit.driver or self.setting.one_of(Role.DRIVER)
        set_out(visit, by=driver, at=at)
        if self.chance.random() < 0.07:
            come_back(self.setting, visit, driver, at)
            self.later(london_day(at) + timedelta(days=3), lambda at: self.plan_fetch(loans, at))
            return
        hand_over(self.setting, visit, driver, at)
        for loan in loans:
            self.later(london_day(at), lambda at, item=loan.item: self.book_in(item, at))  # type: ignore[misc]

    def drop_off(self, loans: list[Loan], at: datetime) -> None:
        """The family brings it to the depot themselves."""
        for loan in loans:
            if loan.ended_at is None:
                self.book_in(loan.item, at)

    def lose(self, loan: Loan, at: datetime) -> None:
        """Nobody can find it any more."""
        if loan.ended_at is not None or loan.item.status is not Status.ON_LOAN:
            return
        by = self.setting.one_of(Role.WAREHOUSE)
        end(loan, by=by, at=at, lost=True)
        move_item(loan.item, Event.LOSE, by=by, at=at, because="Not found at the address")

    # The workshop

    def book_in(self, item: Item, at: datetime) -> None:
        """Scanned at the dirty door."""
        at += timedelta(minutes=75)
        receive(item.code, by=self.setting.one_of(Role.WAREHOUSE), at=at)
        self.later(london_day(at) + timedelta(days=1), lambda at: self.look_at(item, at))

    def look_at(self, item: Item, at: datetime) -> None:
        """Inspected, and perhaps not worth keeping."""
        by = self.setting.one_of(Role.WAREHOUSE)
        drawn = self.chance.random()
        condition = (
            Condition.BEYOND_REPAIR if drawn < 0.045
            else Condition.DAMAGED if drawn < 0.14
            else Condition.WORN if drawn < 0.32
            else Condition.GOOD
        )  # fmt: skip
        inspect(item, condition=condition, note="", by=by, at=at)
        if item.product.single_patient:
            scrap(item, reason=ScrapReason.SINGLE_PATIENT, note="", by=by, at=at)
        elif condition is Condition.BEYOND_REPAIR and item.paid > 300_00 and drawn < 0.02:
            strip(item, reason=ScrapReason.BEYOND_REPAIR, note="", by=by, at=at)
        elif condition is Condition.BEYOND_REPAIR:
            scrap(item, reason=ScrapReason.BEYOND_REPAIR, note="", by=by, at=at)
        else:
            self.later(london_day(at), lambda at: self.wash(item, at))

    def wash(self, item: Item, at: datetime) -> None:
        """Cleaned, mended where it needs it."""
        at += timedelta(minutes=30)
        by = self.setting.one_of(Role.WAREHOUSE)
        clean(item, method=item.product.cleaning or Cleaning.WIPE, by=by, at=at)
        if item.needs_repair:
            day = london_day(at) + timedelta(days=self.chance.choice((1, 2, 4)))
            self.later(day, lambda at: self.mend(item, at))
        else:
            self.later(london_day(at) + timedelta(days=1), lambda at: self.prove(item, at))

    def mend(self, item: Item, at: datetime) -> None:
        """Repaired."""
        repair(item, work="Worn part replaced.", by=self.setting.one_of(Role.WAREHOUSE), at=at)
        self.later(london_day(at), lambda at: self.prove(item, at))

    def prove(self, item: Item, at: datetime) -> None:
        """Tested, and put away for the next client."""
        at += timedelta(minutes=60)
        by = self.setting.one_of(Role.WAREHOUSE)
        passed = self.chance.random() >= 0.02
        test(item, passed=passed, note="", by=by, at=at)
        if passed:
            put_away(item, by=by, at=at + timedelta(minutes=5))
        else:
            self.later(london_day(at) + timedelta(days=1), lambda at: self.mend(item, at))

    def renew(self, item: Item, at: datetime) -> None:
        """An item is tested where it stands, and passes."""
        by = self.setting.one_of(Role.WAREHOUSE)
        for kind in item.product.test_plan:
            record_test(item, kind, True, by=by, at=at, note="On the shelf")

    def retest(self, at: datetime) -> None:
        """Most of what is soon due is tested on the shelf; now and then something is held."""
        soon = london_day(at) + timedelta(days=35)
        on_shelf = db.session.scalars(
            select(Item).where(Item.status == Status.AVAILABLE, Item.place_id.is_not(None))
            .order_by(Item.id)
        ).all()  # fmt: skip
        for item in on_shelf:
            if item.first_due_on and item.first_due_on <= soon and self.chance.random() < 0.85:
                self.renew(item, at)
        db.session.flush()
        by = self.setting.one_of(Role.WAREHOUSE)
        if self.chance.random() < 0.5:
            move_item(self.chance.choice(on_shelf), Event.HOLD, by=by, at=at,
                      because="Maker asks to look at the castors")  # fmt: skip

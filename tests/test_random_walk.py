"""Thousands of acts in any order: what must always hold, holds after every one of them."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run
from sqlalchemy import func, select, text

from core.db import db
from core.errors import Refused
from equipment.actions import move_item
from equipment.models import Item
from equipment.rules import LIFE, Cleaning, Event, Status
from funding.checks import ledger_faults
from loans import actions as lending
from loans.models import Loan, Order
from loans.rules import BackReason, Need, OrderStatus, Speed
from logistics import actions as driving
from logistics.models import Visit
from logistics.rules import FailReason, VisitStatus
from people.rules import Role
from reports.periods import months
from reports.stock import differing_items, identity
from returns import actions as returning
from returns.rules import Condition, ScrapReason
from tests import builders

ANY = st.integers(min_value=0, max_value=10**6)


def check_sentence(sentence: str) -> None:
    """A refusal is a sentence: it begins like one and ends like one."""
    assert not sentence[0].islower(), sentence
    assert sentence.rstrip("”").endswith((".", "?")), sentence


class AnyDay(RuleBasedStateMachine):
    """A small service in which anybody may try anything at any time."""

    acts = 0
    done = 0

    @initialize()
    def begin(self) -> None:
        db.session.begin_nested()
        self.at: datetime = builders.NOON
        pool = builders.a_pool()
        self.boss = builders.a_member_of_staff(Role.ADMINISTRATOR)
        self.hand = builders.a_member_of_staff(Role.WAREHOUSE)
        self.driver = builders.a_member_of_staff(Role.DRIVER)
        self.prescriber = builders.a_prescriber(order_limit=80_00)
        self.authoriser = builders.a_member_of_staff(Role.AUTHORISER, organisation=pool.body)
        self.products = [builders.a_product(), builders.a_product(single_patient=True)]
        self.products.append(builders.a_hoist())
        for product in self.products:
            builders.some_items(2, product)
        self.clients = [builders.a_client(by=self.prescriber) for _ in range(3)]
        self.faults_before = set(ledger_faults())

    def teardown(self) -> None:
        if hasattr(self, "faults_before"):
            self.prove()
        db.session.rollback()

    def attempt(self, act: Callable[..., Any], *given: Any, **named: Any) -> None:
        """Try an act; what is refused leaves nothing behind, as at every door."""
        type(self).acts += 1
        self.at += timedelta(minutes=7)
        inner = db.session.begin_nested()
        try:
            act(*given, **named, at=self.at)
            db.session.flush()
        except Refused as why:
            inner.rollback()
            check_sentence(why.sentence)
        else:
            inner.commit()
            type(self).done += 1

    def one(self, model: type[Any], pick: int, *where: Any) -> Any:
        found: Sequence[Any] = db.session.scalars(
            select(model).where(*where).order_by(model.id)
        ).all()
        return found[pick % len(found)] if found else None

    def item(self, pick: int) -> Item:
        found: Item = self.one(Item, pick)
        return found

    # Prescribers and authorisers

    @rule(pick=ANY, other=ANY)
    def order(self, pick: int, other: int) -> None:
        client, product = self.clients[pick % 3], self.products[other % 3]
        by, at = self.prescriber, self.at
        order = lending.start_order(
            client, need=Need.FALLS, speed=list(Speed)[other % 6], note="", by=by, at=at
        )
        lending.add_line(order, product, 1, by=by, at=at)
        self.attempt(lending.place, order, by=by)

    @rule(pick=ANY, kind=st.sampled_from(["approve", "send_back", "cancel"]))
    def decide(self, pick: int, kind: str) -> None:
        order = self.one(Order, pick, Order.status != OrderStatus.DELIVERED)
        if order is not None:
            by = self.prescriber if kind == "cancel" else self.authoriser
            self.attempt(getattr(lending, kind), order, because="A reason", by=by)

    @rule(pick=ANY, reason=st.sampled_from(BackReason))
    def ask_back(self, pick: int, reason: BackReason) -> None:
        loan = self.one(Loan, pick)
        if loan is not None:
            self.attempt(lending.ask_back, loan, reason, by=self.prescriber)

    @rule(pick=ANY)
    def keep(self, pick: int) -> None:
        loan = self.one(Loan, pick, Loan.asked_back_at.is_not(None))
        if loan is not None:
            self.attempt(lending.cancel_ask, loan, by=self.prescriber)

    # Visits

    @rule(pick=ANY)
    def plan_delivery(self, pick: int) -> None:
        order = self.one(Order, pick, Order.status == OrderStatus.APPROVED)
        if order is not None:
            self.attempt(driving.plan_delivery, order, due_on=self.at.date(), driver=self.driver,
                         by=self.boss)  # fmt: skip

    @rule(pick=ANY)
    def plan_collection(self, pick: int) -> None:
        loan = self.one(Loan, pick, Loan.ended_at.is_(None))
        if loan is not None:
            self.attempt(driving.plan_collection, loan.client, [loan], due_on=self.at.date(),
                         driver=self.driver, by=self.boss)  # fmt: skip

    @rule(pick=ANY)
    def pick(self, pick: int) -> None:
        item = self.one(Item, pick, Item.status.in_((Status.ALLOCATED, Status.AVAILABLE)))
        if item is not None:
            self.attempt(driving.pick_scanned, item.code, by=self.hand)

    @rule(pick=ANY)
    def set_out(self, pick: int) -> None:
        visit = self.one(Visit, pick, Visit.status == VisitStatus.PLANNED)
        if visit is not None:
            self.attempt(driving.set_out, visit, by=self.driver)

    @rule(pick=ANY, everything=st.booleans())
    def finish(self, pick: int, everything: bool) -> None:
        visit = self.one(Visit, pick, Visit.status != VisitStatus.DONE)
        if visit is not None:
            done = {line.id for line in visit.lines} if everything else set()
            self.attempt(
                driving.finish,
                visit,
                done=done,
                received_by="Daughter",
                unsigned_because="",
                instructions_given=True,
                note="",
                by=self.driver,
            )

    @rule(pick=ANY, reason=st.sampled_from(FailReason))
    def fail(self, pick: int, reason: FailReason) -> None:
        visit = self.one(Visit, pick)
        if visit is not None:
            self.attempt(driving.fail, visit, reason=reason, note="", by=self.driver)

    @rule(pick=ANY)
    def call_off(self, pick: int) -> None:
        visit = self.one(Visit, pick, Visit.status == VisitStatus.PLANNED)
        if visit is not None:
            self.attempt(driving.cancel, visit, because="Not today", by=self.boss)

    # Returns and the workshop

    @rule(pick=ANY)
    def scan_back(self, pick: int) -> None:
        self.attempt(returning.receive, self.item(pick).code, by=self.hand)

    @rule(pick=ANY, condition=st.sampled_from(Condition))
    def inspect(self, pick: int, condition: Condition) -> None:
        self.attempt(returning.inspect, self.item(pick), condition=condition, note="", by=self.hand)

    @rule(pick=ANY)
    def clean(self, pick: int) -> None:
        self.attempt(returning.clean, self.item(pick), method=Cleaning.WIPE, by=self.hand)

    @rule(pick=ANY)
    def repair(self, pick: int) -> None:
        self.attempt(returning.repair, self.item(pick), work="Castor", by=self.hand)

    @rule(pick=ANY, passed=st.booleans())
    def test(self, pick: int, passed: bool) -> None:
        self.attempt(returning.test, self.item(pick), passed=passed, note="", by=self.hand)

    @rule(pick=ANY)
    def put_away(self, pick: int) -> None:
        self.attempt(returning.put_away, self.item(pick), by=self.hand)

    @rule(pick=ANY, way=st.sampled_from(["scrap", "strip"]), really=st.integers(0, 5))
    def take_out(self, pick: int, way: str, really: int) -> None:
        if really == 0:
            self.attempt(getattr(returning, way), self.item(pick),
                         reason=ScrapReason.BEYOND_REPAIR, note="", by=self.hand)  # fmt: skip

    @rule(pick=ANY, event=st.sampled_from([Event.HOLD, Event.END_HOLD, Event.FIND]))
    def by_hand(self, pick: int, event: Event) -> None:
        self.attempt(move_item, self.item(pick), event, because="A reason", by=self.hand)

    @rule(pick=ANY)
    def buy(self, pick: int) -> None:
        if db.session.scalar(select(func.count()).select_from(Item)) < 12:
            product = self.products[pick % 3]
            self.attempt(
                lambda at: builders.some_items(1, product, at=at),
            )

    # What must always hold: the cheap after every act, the whole proof after every tenth and last

    def prove(self) -> None:
        assert not set(ledger_faults()) - self.faults_before
        self.check_history()
        self.check_stock()

    @invariant()
    def everything_can_be_proved(self) -> None:
        if hasattr(self, "boss") and type(self).acts % 10 == 0:
            self.prove()

    @invariant()
    def every_item_stands_where_its_last_move_left_it(self) -> None:
        if hasattr(self, "boss"):
            strays = db.session.scalar(
                text("""
                    select count(*) from item where status <> coalesce((select became from item_move
                    where item_id = item.id order by id desc limit 1), 'ordered')""")
            )
            assert strays == 0

    def check_history(self) -> None:
        rows = db.session.execute(
            text("""
                select item_id, was, event, became, lag(became) over (
                    partition by item_id order by id) as before,
                    lead(id) over (partition by item_id order by id) is null as latest,
                    (select status from item where item.id = item_id) as status
                from item_move""")
        ).all()
        for row in rows:
            allowed = LIFE.after(Status(row.was), Event(row.event))
            assert allowed == row.became
            assert row.before in (None, row.was)
            assert not row.latest or row.became == row.status

    def check_stock(self) -> None:
        period = months(builders.TODAY, self.at.date() + timedelta(days=40))
        assert identity(period).holds
        assert differing_items(self.at + timedelta(days=400)) == ()

    @invariant()
    def the_ledger_sums_to_nothing(self) -> None:
        if hasattr(self, "boss"):
            assert db.session.scalar(text("select coalesce(sum(pence), 0) from posting")) == 0

    @invariant()
    def no_item_is_lent_twice(self) -> None:
        if hasattr(self, "boss"):
            twice = db.session.scalars(
                select(Loan.item_id)
                .where(Loan.ended_at.is_(None))
                .group_by(Loan.item_id)
                .having(func.count() > 1)
            ).all()
            assert not twice
            lent = db.session.scalars(
                select(Item.code)
                .outerjoin(Loan, (Loan.item_id == Item.id) & Loan.ended_at.is_(None))
                .where(
                    Item.status.in_((Status.ON_LOAN, Status.COLLECTION_BOOKED))
                    != Loan.id.is_not(None)
                )
            ).all()
            assert not lent, "an item is with a client exactly while its loan is open"

    @invariant()
    def nothing_dirty_stands_on_the_clean_side(self) -> None:
        if hasattr(self, "boss"):
            mixed = db.session.scalar(
                text("""select count(*) from item join place on place.id = item.place_id
                        where place.side <> item.side""")
            )
            assert mixed == 0


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
def test_thousands_of_acts_in_any_order_leave_everything_true(app: Flask) -> None:
    run(
        AnyDay,
        settings=settings(
            max_examples=48,
            phases=[Phase.generate],
            stateful_step_count=110,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert AnyDay.acts > 1500
    assert AnyDay.done > 250, "most acts were refused: the walk went nowhere"
    print(f"{AnyDay.acts} acts tried, {AnyDay.done} done")

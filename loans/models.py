"""Clients, orders with lines and checks, loans with the shares they began under."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Coded, History, Model, Numbered, Versioned, append_only
from core.money import Pence
from core.status import Moves
from equipment.models import Item, Product
from funding.models import Fund, Rule
from loans.rules import (
    ORDER_LIFE,
    BackReason,
    CheckKind,
    Need,
    OrderEvent,
    OrderStatus,
    Speed,
)
from people.models import Organisation, Staff


class Client(Coded, Versioned, Model):
    """The person the equipment is for."""

    __tablename__ = "client"
    __table_args__ = (
        Index(
            "ix_client_name_trgm",
            text("(family_name || ' ' || given_name) gin_trgm_ops"),
            postgresql_using="gin",
        ),
        Index("ix_client_postcode", text("replace(postcode, ' ', '') text_pattern_ops")),
        Index("ix_client_practice_id", "practice_id"),
        Index("ix_client_council_id", "council_id"),
        Index("ix_client_body_id", "body_id"),
        CheckConstraint("died_on is null or died_on >= born_on", name="died_after_birth"),
        CheckConstraint("weight_kg is null or weight_kg between 1 and 500", name="a_weight"),
    )
    nhs_number: Mapped[str | None] = mapped_column(String(10), unique=True)
    family_name: Mapped[str]
    given_name: Mapped[str]
    born_on: Mapped[date]
    died_on: Mapped[date | None]
    weight_kg: Mapped[int | None]
    telephone: Mapped[str] = mapped_column(default="")
    address: Mapped[str]  # lines, without the postcode
    postcode: Mapped[str] = mapped_column(String(8))
    crew_note: Mapped[str] = mapped_column(default="")  # key safe, hazards: for the crew only
    practice_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    # The funders these point at today; none where the place is outside every body we know.
    body_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    council_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    registered_at: Mapped[datetime]
    practice: Mapped[Organisation | None] = relationship(foreign_keys=practice_id)
    body: Mapped[Organisation | None] = relationship(foreign_keys=body_id)
    council: Mapped[Organisation | None] = relationship(foreign_keys=council_id)
    registered_by: Mapped[Organisation] = relationship(foreign_keys=registered_by_id)

    @property
    def name(self) -> str:
        """Given name and family name."""
        return f"{self.given_name} {self.family_name}"


class Order(Coded, Versioned, Model):
    """What a prescriber asks for a client, with the client's funders as they were that day."""

    __tablename__ = "orders"
    MOVES: ClassVar[Moves[OrderStatus, OrderEvent]] = ORDER_LIFE
    HISTORY: ClassVar[type["OrderMove"]]
    __table_args__ = (
        Index("ix_orders_status_placed_at", "status", "placed_at"),
        Index("ix_orders_client_id", "client_id"),
        Index("ix_orders_prescriber_id", "prescriber_id", "status"),
    )
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    prescriber_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    status: Mapped[OrderStatus]
    need: Mapped[Need]
    speed: Mapped[Speed]
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    placed_at: Mapped[datetime | None]
    promised_on: Mapped[date | None]
    # Snapshots: where the client was registered and lived on the day of the order.
    address: Mapped[str]
    postcode: Mapped[str] = mapped_column(String(8))
    practice_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    body_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    council_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    employer_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))  # prescriber's
    client: Mapped[Client] = relationship()
    prescriber: Mapped[Staff] = relationship()
    fund: Mapped[Fund] = relationship()
    practice: Mapped[Organisation | None] = relationship(foreign_keys=practice_id)
    body: Mapped[Organisation | None] = relationship(foreign_keys=body_id)
    council: Mapped[Organisation | None] = relationship(foreign_keys=council_id)
    lines: Mapped[list["OrderLine"]] = relationship(back_populates="order", order_by="OrderLine.id")
    history: Mapped[list["OrderMove"]] = relationship(
        back_populates="order", order_by="OrderMove.id", lazy="raise"
    )


@append_only
class OrderMove(History, Model):
    """One change of an order's state. Never changed."""

    __tablename__ = "order_move"
    OF = "order"
    __table_args__ = (Index("ix_order_move_order_id", "order_id", "id"),)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    event: Mapped[OrderEvent]
    was: Mapped[OrderStatus]
    became: Mapped[OrderStatus]
    at: Mapped[datetime]
    because: Mapped[str | None]
    order: Mapped[Order] = relationship(back_populates="history")
    by: Mapped[Staff] = relationship()


Order.HISTORY = OrderMove


class OrderLine(Numbered, Versioned, Model):
    """One product of an order: one item, or a quantity of a consumable."""

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("quantity between 1 and 999", name="some"),
        CheckConstraint("item_id is null or quantity = 1", name="one_item_a_line"),
        Index("ix_order_line_order_id", "order_id"),
        Index(
            "ix_order_line_wanting",
            "product_id",
            postgresql_where=text("item_id is null and delivered_at is null"),
        ),
        Index(
            "uq_order_line_item_open",
            "item_id",
            unique=True,
            postgresql_where=text("delivered_at is null and cancelled_at is null"),
        ),
        # Until when it was a commitment: what was open at the end of a month is found by it.
        Index(
            "ix_order_line_open_until",
            text("coalesce(delivered_at, cancelled_at, 'infinity'::timestamptz)"),
        ),
    )
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    quantity: Mapped[int] = mapped_column(default=1)
    price: Mapped[Pence]  # the catalogue price of one on the day of the order
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))  # once allocated
    allocated_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    order: Mapped[Order] = relationship(back_populates="lines")
    product: Mapped[Product] = relationship()
    item: Mapped[Item | None] = relationship()
    checks: Mapped[list["OrderCheck"]] = relationship(
        back_populates="line", order_by="OrderCheck.id"
    )


class OrderCheck(Numbered, Model):
    """The answer of one check of one line, as it was when the order was placed."""

    __tablename__ = "order_check"
    line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    kind: Mapped[CheckKind]
    passed: Mapped[bool]
    sentence: Mapped[str]
    line: Mapped[OrderLine] = relationship(back_populates="checks")


class Loan(Coded, Versioned, Model):
    """One item with one client, from–to, and the shares it began under."""

    __tablename__ = "loan"
    __table_args__ = (
        Index(
            "uq_loan_item_open", "item_id", unique=True, postgresql_where=text("ended_at is null")
        ),
        ExcludeConstraint(
            ("item_id", "="),
            (text("tstzrange(began_at, ended_at)"), "&&"),
            name="no_overlapping_loans",
        ),
        CheckConstraint("ended_at is null or ended_at >= began_at", name="ends_after_it_began"),
        CheckConstraint(
            "(asked_back_at is null) = (back_reason is null)", name="asked_with_reason"
        ),
        Index("ix_loan_client_id", "client_id"),
        # What the board asks of a loan it comes to by another row, without the loan itself.
        Index(
            "ix_loan_item_id_id",
            "item_id",
            "id",
            postgresql_include=["product_id", "price", "began_at", "asked_back_at"],
        ),
        Index("ix_loan_began_at", "began_at"),
        Index("ix_loan_ended_at", "ended_at"),
        Index(
            "ix_loan_asked_back",
            "asked_back_at",
            postgresql_where=text("ended_at is null and asked_back_at is not null"),
        ),
    )
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), unique=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    price: Mapped[Pence]  # the catalogue price it was issued at
    recycled: Mapped[bool]  # met from recycled stock
    # As the order said them when it was delivered: what every loan is measured by.
    ordered_at: Mapped[datetime | None]
    promised_on: Mapped[date | None]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    lost: Mapped[bool] = mapped_column(default=False)  # ended because the item cannot be found
    asked_back_at: Mapped[datetime | None]
    back_reason: Mapped[BackReason | None]
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("rule.id"))
    parked_because: Mapped[str | None]  # why no rule may lay its cost on anybody
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what the rules asked of it
    item: Mapped[Item] = relationship()
    client: Mapped[Client] = relationship()
    line: Mapped[OrderLine] = relationship()
    product: Mapped[Product] = relationship()
    rule: Mapped[Rule | None] = relationship()
    shares: Mapped[list["LoanShare"]] = relationship(back_populates="loan", lazy="selectin")

    @property
    def weights(self) -> dict[int, int]:
        """Organisation id → weight, as snapshotted; empty when the loan is parked."""
        return {share.organisation_id: share.weight for share in self.shares}


class LoanShare(Model):
    """One funder's weight in a loan, as it was when the loan began."""

    __tablename__ = "loan_share"
    __table_args__ = (CheckConstraint("weight > 0", name="weighs_something"),)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    weight: Mapped[int]
    loan: Mapped[Loan] = relationship(back_populates="shares")
    organisation: Mapped[Organisation] = relationship()

"""Products with dated prices, stores and their places, items with their history and tests."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Coded, History, Model, Numbered, Versioned, append_only
from core.money import Pence
from core.status import Moves
from equipment.rules import (
    CLEAN,
    DIRTY,
    GONE,
    IN_STOCK,
    LIFE,
    STANDS_SOMEWHERE,
    CareClass,
    Cleaning,
    Event,
    Group,
    Relation,
    Side,
    Status,
    StoreKind,
    TestKind,
    Tracking,
)
from people.models import Organisation, Staff


def _listed(statuses: frozenset[Status]) -> str:
    return ", ".join(f"'{status.value}'" for status in sorted(statuses))


# A move by which a thing comes into our hands or leaves them, as two indexes know it.
CROSSING = f"(was in ({_listed(IN_STOCK)})) <> (became in ({_listed(IN_STOCK)}))"
_GONE = f"became in ({_listed(GONE)})"
_SIDE = f"case when status in ({_listed(DIRTY)}) then 'dirty' else 'clean' end"


class Product(Coded, Versioned, Model):
    """A line of the catalogue."""

    __tablename__ = "product"
    __table_args__ = (
        Index("ix_product_name_trgm", text("name gin_trgm_ops"), postgresql_using="gin"),
        CheckConstraint("credit_percent between 0 and 100", name="credit_is_a_percentage"),
        CheckConstraint("min_stock between 0 and max_stock", name="min_up_to_max"),
        CheckConstraint("safe_working_load_kg > 0", name="bears_something"),
        CheckConstraint("length_mm > 0 and width_mm > 0 and height_mm > 0", name="has_a_size"),
        CheckConstraint("least(loler_months, pat_months, service_months) > 0", name="tests_last"),
        CheckConstraint(
            "tracking <> 'consumable' or num_nulls(loler_months, pat_months, service_months) = 3",
            name="no_tests_of_consumables",
        ),
        CheckConstraint("lead_days >= 0", name="lead_not_negative"),
        CheckConstraint(
            "not adaptation or (tracking = 'consumable' and not needs_fitting)",
            name="adaptations_are_work",
        ),
    )
    name: Mapped[str] = mapped_column(unique=True)
    group: Mapped[Group] = mapped_column("product_group")
    tracking: Mapped[Tracking]
    care_class: Mapped[CareClass]
    description: Mapped[str] = mapped_column(default="")
    how_to_use: Mapped[str] = mapped_column(default="", server_default="")  # for whoever has it
    gtin: Mapped[str | None] = mapped_column(String(14), unique=True)
    iso9999: Mapped[str | None] = mapped_column(String(8))
    safe_working_load_kg: Mapped[int | None]
    carries_client: Mapped[bool] = mapped_column(default=True, server_default=true())
    length_mm: Mapped[int | None]
    width_mm: Mapped[int | None]
    height_mm: Mapped[int | None]
    single_patient: Mapped[bool] = mapped_column(default=False)
    special: Mapped[bool] = mapped_column(default=False)
    cleaning: Mapped[Cleaning | None]
    loler_months: Mapped[int | None]
    pat_months: Mapped[int | None]
    service_months: Mapped[int | None]
    expected_life_months: Mapped[int | None]
    credit_percent: Mapped[int] = mapped_column(default=0)
    min_stock: Mapped[int] = mapped_column(default=0)
    max_stock: Mapped[int] = mapped_column(default=0)
    lead_days: Mapped[int] = mapped_column(default=5)
    assessment_needed: Mapped[bool] = mapped_column(default=False)
    needs_fitting: Mapped[bool] = mapped_column(default=False)  # charged with its delivery
    adaptation: Mapped[bool] = mapped_column(default=False)  # work on a home: never in stock
    withdrawn_on: Mapped[date | None]
    prices: Mapped[list["ProductPrice"]] = relationship(
        back_populates="product", order_by="ProductPrice.from_on"
    )

    @property
    def expected_back(self) -> bool:
        """Whether an issue of this product is expected to be returned."""
        return self.tracking is not Tracking.CONSUMABLE and not self.single_patient

    @property
    def test_plan(self) -> dict[TestKind, int]:
        """The tests an item of this product needs, and how many months each lasts."""
        months = {
            TestKind.LOLER: self.loler_months,
            TestKind.PAT: self.pat_months,
            TestKind.SERVICE: self.service_months,
        }
        return {kind: every for kind, every in months.items() if every is not None}


class ProductPrice(Numbered, Model):
    """What a product costs the pool to buy and issue, from a day until before another."""

    __tablename__ = "product_price"
    __table_args__ = (
        CheckConstraint("pence >= 0", name="not_negative"),
        CheckConstraint("to_on > from_on", name="ends_after_it_begins"),
        ExcludeConstraint(
            ("product_id", "="),
            (text("daterange(from_on, to_on)"), "&&"),
            name="one_price_a_day",
        ),
    )
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    pence: Mapped[Pence]
    product: Mapped[Product] = relationship(back_populates="prices")


class ProductRelation(Model):
    """One product's relation to another."""

    __tablename__ = "product_relation"
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    relation: Mapped[Relation] = mapped_column(primary_key=True)
    product: Mapped[Product] = relationship(foreign_keys=product_id)
    other: Mapped[Product] = relationship(foreign_keys=other_id)


class ProductPart(Model):
    """A kit's contents, or the spare parts of a product."""

    __tablename__ = "product_part"
    __table_args__ = (CheckConstraint("quantity > 0", name="some"),)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    quantity: Mapped[int]
    product: Mapped[Product] = relationship()


class Store(Coded, Model):
    """A place stock lives: the depot, a satellite shelf, a van."""

    __tablename__ = "store"
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[StoreKind]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    gln: Mapped[str] = mapped_column(String(13), unique=True)  # its GS1 number, on its labels
    organisation: Mapped[Organisation | None] = relationship()
    places: Mapped[list["Place"]] = relationship(back_populates="store", order_by="Place.name")


class Place(Coded, Model):
    """A shelf, bay or van side; clean or dirty, never both."""

    __tablename__ = "place"
    __table_args__ = (UniqueConstraint("store_id", "name"), UniqueConstraint("id", "side"))
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    name: Mapped[str]
    side: Mapped[Side]
    store: Mapped[Store] = relationship(back_populates="places")


class Item(Coded, Versioned, Model):
    """One physical thing with its own label."""

    __tablename__ = "item"
    MOVES: ClassVar[Moves[Status, Event]] = LIFE
    HISTORY: ClassVar[type["ItemMove"]]
    __table_args__ = (
        # Dirty and clean never share a place: it must be of the side that the status asks for.
        ForeignKeyConstraint(["place_id", "side"], ["place.id", "place.side"]),
        CheckConstraint(
            f"not (needs_cleaning and status in ({_listed(CLEAN)}))",
            name="not_clean_without_a_record",
        ),
        CheckConstraint("length(giai) <= 30", name="giai_is_gs1"),
        CheckConstraint("paid >= 0", name="paid_not_negative"),
        CheckConstraint(
            f"place_id is not null or status not in ({_listed(STANDS_SOMEWHERE)})",
            name="stands_somewhere",
        ),
        CheckConstraint(f"place_id is null or status in ({_listed(IN_STOCK)})", name="gone_leaves"),
        CheckConstraint("(hold_reason is null) = (status <> 'on_hold')", name="held_for_a_reason"),
        UniqueConstraint("product_id", "serial"),
        # Reuse first, longest on the shelf first: the order in which stock is allocated.
        Index("ix_item_product_id_status", "product_id", "status", text("recycled desc"), "since"),
        Index("ix_item_status_since", "status", "since"),
        Index("ix_item_first_due", text("least(loler_due_on, pat_due_on, service_due_on)")),
        Index("ix_item_serial", text("upper(serial) text_pattern_ops")),
        # Whoever cannot read the whole label types its last characters.
        Index("ix_item_code_backwards", text("reverse(code) text_pattern_ops")),
    )
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    giai: Mapped[str] = mapped_column(String(30), unique=True)
    serial: Mapped[str | None] = mapped_column(String(40))
    status: Mapped[Status]
    since: Mapped[datetime]  # when it came into this status
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    side: Mapped[Side | None] = mapped_column(Computed(_SIDE, persisted=True))
    acquired_on: Mapped[date | None]
    paid: Mapped[Pence]  # what the pool paid for it: its value in the stock identity, for life
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))  # not ours
    times_lent: Mapped[int] = mapped_column(default=0)
    recycled: Mapped[bool] = mapped_column(default=False)  # has been lent and made reusable
    needs_cleaning: Mapped[bool] = mapped_column(default=False)  # lent since the last record
    needs_repair: Mapped[bool] = mapped_column(default=False)
    loler_due_on: Mapped[date | None]
    pat_due_on: Mapped[date | None]
    service_due_on: Mapped[date | None]
    hold_reason: Mapped[str | None]
    product: Mapped[Product] = relationship()
    # By the number alone, so that a place already in the session is not asked for again.
    place: Mapped[Place | None] = relationship(primaryjoin="foreign(Item.place_id) == Place.id")
    owner: Mapped[Organisation | None] = relationship(foreign_keys=owner_id)
    history: Mapped[list["ItemMove"]] = relationship(
        back_populates="item", order_by="ItemMove.id", lazy="raise"
    )

    @property
    def first_due_on(self) -> date | None:
        """The day the first of its tests runs out."""
        due = [day for day in (self.loler_due_on, self.pat_due_on, self.service_due_on) if day]
        return min(due, default=None)


@append_only
class ItemMove(History, Model):
    """One change of an item's state: what, from, to, who, when, where. Never changed."""

    __tablename__ = "item_move"
    OF = "item"
    __table_args__ = (
        Index("ix_item_move_item_id", "item_id", "id"),
        Index("ix_item_move_at", "at"),
        # The stock identity: what came and went in a time, and where each item stood before it.
        Index(
            "ix_item_move_crossing_at",
            "at",
            postgresql_include=["item_id", "event", "became", "value", "because"],
            postgresql_where=text(CROSSING),
        ),
        Index(
            "ix_item_move_crossing_item",
            "item_id",
            "at",
            "id",
            postgresql_include=["became", "value"],
            postgresql_where=text(CROSSING),
        ),
        Index("ix_item_move_gone", "item_id", "at", "became", postgresql_where=text(_GONE)),
        Index("ix_item_move_batch", "because", postgresql_where=text("event = 'receive'")),
    )
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    event: Mapped[Event]
    was: Mapped[Status]
    became: Mapped[Status]
    at: Mapped[datetime]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    value: Mapped[Pence]  # the item's worth in the stock identity
    recycled: Mapped[bool]  # whether the item was recycled stock at that moment (R5)
    because: Mapped[str | None]  # a reason, or the code of the order, visit or return behind it
    item: Mapped[Item] = relationship(back_populates="history")
    place: Mapped[Place | None] = relationship()
    by: Mapped[Staff] = relationship()


Item.HISTORY = ItemMove


@append_only
class ItemTest(Numbered, Model):
    """A test of an item: passed or failed, by whom, until when it lasts."""

    __tablename__ = "item_test"
    __table_args__ = (Index("ix_item_test_item_id", "item_id", "id"),)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    kind: Mapped[TestKind]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    passed: Mapped[bool]
    due_on: Mapped[date | None]  # when the next is due; none where it failed
    note: Mapped[str] = mapped_column(default="")
    item: Mapped[Item] = relationship()
    by: Mapped[Staff] = relationship()


@append_only
class ConsumableMove(Numbered, Model):
    """A quantity of a consumable in or out of a store. Stock is the sum of these."""

    __tablename__ = "consumable_move"
    __table_args__ = (
        CheckConstraint("quantity <> 0", name="some"),
        Index("ix_consumable_move_product_id", "product_id", "store_id"),
        Index("ix_consumable_move_at", "at"),
    )
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    quantity: Mapped[int]  # in is positive, out is negative
    value: Mapped[Pence]  # signed like the quantity
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    because: Mapped[str]
    product: Mapped[Product] = relationship()
    store: Mapped[Store] = relationship()

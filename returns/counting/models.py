"""Counts, what each was to find, what was seen, and the immutable rows of what became of them."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Coded, History, Model, Numbered, Versioned, append_only
from core.money import Pence
from core.status import Moves
from equipment.models import Item, Place, Product, Store
from equipment.rules import Group
from people.models import Staff
from returns.counting.rules import COUNT_LIFE, CountEvent, CountStatus, Verdict


class StockCount(Coded, Versioned, Model):
    """A count of a store, of one of its places or of one product group there."""

    __tablename__ = "stock_count"
    MOVES: ClassVar[Moves[CountStatus, CountEvent]] = COUNT_LIFE
    HISTORY: ClassVar[type["CountMove"]]
    __table_args__ = (
        Index(
            "one_open_count_a_store",
            "store_id",
            unique=True,
            postgresql_where=text("status not in ('approved', 'given_up')"),
        ),
        Index("ix_stock_count_store_id", "store_id", "approved_at"),
        CheckConstraint("round >= 1", name="rounds_from_one"),
        CheckConstraint(
            "num_nonnulls(approved_at, expected_pence, off_pence) = "
            "case when status = 'approved' then 3 else 0 end",
            name="approved_with_its_sums",
        ),
    )
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    group: Mapped[Group | None] = mapped_column("product_group")
    status: Mapped[CountStatus]
    round: Mapped[int] = mapped_column(default=1)  # each recount is another
    begun_at: Mapped[datetime]  # when what should be there was noted
    begun_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    approved_at: Mapped[datetime | None]
    expected_pence: Mapped[Pence | None]  # the worth of what was booked here
    off_pence: Mapped[Pence | None]  # the worth of every variance, over and under
    store: Mapped[Store] = relationship()
    place: Mapped[Place | None] = relationship()
    begun_by: Mapped[Staff] = relationship()
    history: Mapped[list["CountMove"]] = relationship(
        back_populates="count", order_by="CountMove.id", lazy="raise"
    )

    @property
    def scope(self) -> str:
        """What is counted, in words."""
        if self.place is not None:
            return f"{self.store.name}, {self.place.name}"
        return f"{self.store.name}, {self.group}" if self.group is not None else self.store.name


@append_only
class CountMove(History, Model):
    """One change of a count's state. Never changed."""

    __tablename__ = "count_move"
    OF = "count"
    __table_args__ = (Index("ix_count_move_count_id", "count_id", "id"),)
    count_id: Mapped[int] = mapped_column(ForeignKey("stock_count.id"))
    event: Mapped[CountEvent]
    was: Mapped[CountStatus]
    became: Mapped[CountStatus]
    at: Mapped[datetime]
    because: Mapped[str | None]
    count: Mapped[StockCount] = relationship(back_populates="history")
    by: Mapped[Staff] = relationship()


StockCount.HISTORY = CountMove


class CountLine(Numbered, Model):
    """An item, or a consumable, of a count: booked here when it began, or seen since."""

    __tablename__ = "count_line"
    __table_args__ = (
        UniqueConstraint("count_id", "item_id"),
        UniqueConstraint("count_id", "product_id"),
        CheckConstraint("num_nonnulls(item_id, product_id) = 1", name="one_thing"),
        CheckConstraint("item_id is null or expected in (0, 1)", name="an_item_is_one"),
        CheckConstraint("num_nonnulls(verdict, off, booked) in (0, 3)", name="judged_whole"),
        Index("ix_count_line_item_id", "item_id"),
    )
    count_id: Mapped[int] = mapped_column(ForeignKey("stock_count.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))  # of a consumable
    expected: Mapped[int]  # when the count began; never shown to who counts
    each: Mapped[Pence]  # what one is worth, at cost
    round: Mapped[int] = mapped_column(default=1)  # in which it was to be counted last
    # Kept when the count is approved, of lines that differ:
    verdict: Mapped[Verdict | None]
    off: Mapped[int | None]
    booked: Mapped[str | None]  # what the books said until then
    count: Mapped[StockCount] = relationship()
    item: Mapped[Item | None] = relationship()
    product: Mapped[Product | None] = relationship()


@append_only
class CountScan(Numbered, Model):
    """Somebody saw an item, or counted so many of a consumable. Never changed."""

    __tablename__ = "count_scan"
    __table_args__ = (
        # An item is counted once a round, however often and by whomever it is scanned.
        Index(
            "uq_count_scan_item",
            "line_id",
            "round",
            unique=True,
            postgresql_where=text("item_id is not null"),
        ),
        Index("ix_count_scan_line_id", "line_id", "round", "by_id"),
        CheckConstraint("quantity >= 0", name="not_negative"),
        CheckConstraint("item_id is null or quantity = 1", name="an_item_is_one"),
    )
    line_id: Mapped[int] = mapped_column(ForeignKey("count_line.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    round: Mapped[int]
    quantity: Mapped[int]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    line: Mapped[CountLine] = relationship()
    item: Mapped[Item | None] = relationship()
    by: Mapped[Staff] = relationship()

"""Scans as they were made and what came of each: the proof that none is lost or done twice."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, Numbered
from equipment.models import Item, Place
from people.models import Staff
from returns.scanning.rules import Mode, Outcome


class Scan(Numbered, Model):
    """One scan. Its own id is made where it is scanned, so that it counts once however often sent.

    What was scanned, by whom, when and in which mode never changes; what came of it may, from
    waiting to done or to set aside.
    """

    __tablename__ = "scan"
    __table_args__ = (
        CheckConstraint("outcome <> 'not_yours'", name="of_its_own_person"),
        CheckConstraint("length(scanned) <= 301", name="no_longer_than_a_label"),
        CheckConstraint(
            "num_nonnulls(settled_at, settled_by_id, settled_because) in (0, 3)",
            name="settled_with_reason",
        ),
        CheckConstraint("not (to_settle and settled_at is not null)", name="settled_once"),
        Index("ix_scan_by_id", "by_id", "at"),
        Index("ix_scan_item_id", "item_id", "at"),
        Index("ix_scan_to_settle", "at", postgresql_where=text("to_settle")),
    )
    uid: Mapped[UUID] = mapped_column(unique=True)
    device: Mapped[UUID | None]  # none where a page without scripts sent it
    at: Mapped[datetime]  # when it was scanned, as far as the device's clock can be believed
    received_at: Mapped[datetime]
    mode: Mapped[Mode]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    scanned: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    outcome: Mapped[Outcome]
    sentence: Mapped[str] = mapped_column(default="")
    next_step: Mapped[str] = mapped_column(default="")
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    did: Mapped[bool] = mapped_column(default=False)  # whether it changed anything
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("scan.id"), unique=True)
    to_settle: Mapped[bool] = mapped_column(default=False)  # a person has to look at it
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    settled_because: Mapped[str | None]
    item: Mapped[Item | None] = relationship()
    place: Mapped[Place | None] = relationship()
    by: Mapped[Staff] = relationship(foreign_keys=by_id)
    settled_by: Mapped[Staff | None] = relationship(foreign_keys=settled_by_id)

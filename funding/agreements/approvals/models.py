"""The board's approvals of revisions of versions of the agreement."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model, Numbered, append_only


@append_only
class Approval(Numbered, Model):
    """The board has approved one revision of a version. Never changed."""

    __tablename__ = "agreement_approval"
    __table_args__ = (UniqueConstraint("version_id", "revision"),)
    version_id: Mapped[int] = mapped_column(ForeignKey("agreement_version.id"))
    revision: Mapped[int]
    decision: Mapped[str] = mapped_column(String(8))  # the code of the carried motion
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))

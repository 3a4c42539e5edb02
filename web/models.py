"""Forms already answered, so that a double click does nothing twice."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model


class Submission(Model):
    """The one-time key of a form that was answered, and where its sender was sent."""

    __tablename__ = "submission"
    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime]
    location: Mapped[str]

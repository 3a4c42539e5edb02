"""Organisations and how they succeed one another, staff, sign-in attempts, the audit trail."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Coded, Model, Numbered, append_only
from core.money import Pence
from people.rules import Kind, May, Role, may


class Organisation(Coded, Model):
    """A commissioner, council, GP practice, trust or provider; known by its code, not its name."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("closed_on is null or closed_on > opened_on", name="closes_after_opening"),
    )
    name: Mapped[str]
    kind: Mapped[Kind]
    ods_code: Mapped[str | None] = mapped_column(String(10), unique=True)
    gss_code: Mapped[str | None] = mapped_column(String(9), unique=True)
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]

    @property
    def official_code(self) -> str:
        """The code others know it by: ODS, else GSS, else our own."""
        return self.ods_code or self.gss_code or self.code


class Succession(Numbered, Model):
    """From a day on, one organisation stands where another stood, alone or beside others.

    Several take on what was one's in proportion to their weights, all on the same day.
    """

    __tablename__ = "succession"
    __table_args__ = (
        CheckConstraint("predecessor_id <> successor_id", name="not_itself"),
        CheckConstraint("weight > 0", name="weighs_something"),
        UniqueConstraint("predecessor_id", "successor_id"),
        ExcludeConstraint(("predecessor_id", "="), ("on", "<>"), name="passes_on_one_day"),
    )
    predecessor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    successor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    on: Mapped[date]
    weight: Mapped[int] = mapped_column(default=1)
    predecessor: Mapped[Organisation] = relationship(foreign_keys=predecessor_id)
    successor: Mapped[Organisation] = relationship(foreign_keys=successor_id)


class PracticeMembership(Numbered, Model):
    """Which NHS body a GP practice belongs to, from a day until before another."""

    __tablename__ = "practice_membership"
    __table_args__ = (
        ExcludeConstraint(
            ("practice_id", "="),
            (text("daterange(from_on, to_on)"), "&&"),
            name="one_body_at_a_time",
        ),
    )
    practice_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    practice: Mapped[Organisation] = relationship(foreign_keys=practice_id)
    body: Mapped[Organisation] = relationship(foreign_keys=body_id)


class PostcodeArea(Model):
    """Which council a postcode lies in: a whole postcode, a sector or an outward code.

    The longest that fits wins, so exceptions are one row each. A sector keeps its space: NG1 1 is
    not the outward code NG11.
    """

    __tablename__ = "postcode_area"
    prefix: Mapped[str] = mapped_column(String(8), primary_key=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    council: Mapped[Organisation] = relationship()


class Staff(Coded, Model):
    """Somebody who signs in. Scope comes from the organisation; without one nothing is seen."""

    __tablename__ = "staff"
    __table_args__ = (Index("uq_staff_email", func.lower(text("email")), unique=True),)
    name: Mapped[str]
    email: Mapped[str]
    password_hash: Mapped[str]
    role: Mapped[Role]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    order_limit: Mapped[Pence] = mapped_column(default=Pence(0))
    active: Mapped[bool] = mapped_column(default=True)
    # Changes when the password does or the account is closed: older sessions end at once.
    session_key: Mapped[str] = mapped_column(String(32))
    organisation: Mapped[Organisation | None] = relationship()

    @property
    def is_authenticated(self) -> bool:
        """Whoever has an account is somebody (read by Flask-Login)."""
        return True

    @property
    def is_anonymous(self) -> bool:
        """Nobody with an account is nobody (read by Flask-Login)."""
        return False

    @property
    def is_active(self) -> bool:
        """Whether the account may be used (read by Flask-Login)."""
        return self.active

    def get_id(self) -> str:
        """What the session cookie holds: the person, and a key that ends older sessions."""
        return f"{self.id}:{self.session_key}"

    def may(self, what: May) -> bool:
        """Whether this person's role allows something."""
        return self.active and may(self.role, what)


class SignInAttempt(Numbered, Model):
    """One try to sign in. The address typed is kept as a keyed hash, never as text."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_account", "account", "at"),
        Index("ix_sign_in_attempt_origin", "origin", "at"),
    )
    account: Mapped[str] = mapped_column(String(64))
    origin: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    succeeded: Mapped[bool]


@append_only
class AuditRow(Numbered, Model):
    """Who did or looked at what, when. One row a transaction; never changed, by anyone."""

    __tablename__ = "audit_row"
    __table_args__ = (
        Index("ix_audit_row_by_id_at", "by_id", "at"),
        Index("ix_audit_row_at", "at"),
        Index("ix_audit_row_changes", "changes", postgresql_using="gin"),
    )
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    act: Mapped[str]
    request_id: Mapped[str | None] = mapped_column(String(32))
    # {"client": ["C7KX23MP"], "item": [...]}: the codes (or numbers) of what was written or seen,
    # by table. Never what it says: the trail must outlive the personal data.
    changes: Mapped[dict[str, Any]]
    by: Mapped[Staff | None] = relationship()

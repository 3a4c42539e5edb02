"""Disputes, invoices and VAT."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

STATUSES = ("raised", "answered", "accepted", "withdrawn", "settled")
EVENTS = ("answer", "reply", "accept", "withdraw", "settle")
APPEND_ONLY = ("dispute_move",)


def upgrade() -> None:
    _disputes()
    _dispute_moves()
    for table in APPEND_ONLY:
        op.execute(
            f"create trigger {table}_append_only before update or delete or truncate on {table} "
            "for each statement execute function refuse_change()"
        )


def _words(*words: str) -> sa.Enum:
    return sa.Enum(*words, native_enum=False, length=40)


def _one_of(table: str, column: str, words: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} in ({listed})", name=op.f(f"ck_{table}_{column}_known"))


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _disputes() -> None:
    op.create_table(
        "dispute",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("status", _words(*STATUSES), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_by_id", sa.BigInteger(), nullable=False),
        sa.Column("reversal_id", sa.BigInteger(), nullable=True),
        sa.Column("relaid_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _one_of("dispute", "status", STATUSES),
        sa.CheckConstraint(
            "(status = 'settled') = (reversal_id is not null)",
            name=op.f("ck_dispute_settled_by_a_reversal"),
        ),
        sa.CheckConstraint(
            "relaid_id is null or status = 'settled'", name=op.f("ck_dispute_relaid_when_settled")
        ),
        _refers("dispute", "entry_id", "entry"),
        _refers("dispute", "organisation_id", "organisation"),
        _refers("dispute", "raised_by_id", "staff"),
        _refers("dispute", "reversal_id", "entry"),
        _refers("dispute", "relaid_id", "entry"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("code", name=op.f("uq_dispute_code")),
    )
    op.create_index(
        "one_dispute_a_line", "dispute", ["entry_id", "organisation_id"], unique=True,
        postgresql_where=sa.text("status <> 'withdrawn'"),
    )  # fmt: skip
    op.create_index("ix_dispute_organisation_id", "dispute", ["organisation_id", "status"])
    op.create_index(op.f("ix_dispute_relaid_id"), "dispute", ["relaid_id"])


def _dispute_moves() -> None:
    op.create_table(
        "dispute_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dispute_id", sa.BigInteger(), nullable=False),
        sa.Column("event", _words(*EVENTS), nullable=False),
        sa.Column("was", _words(*STATUSES), nullable=False),
        sa.Column("became", _words(*STATUSES), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        _one_of("dispute_move", "event", EVENTS),
        _one_of("dispute_move", "was", STATUSES),
        _one_of("dispute_move", "became", STATUSES),
        _refers("dispute_move", "dispute_id", "dispute"),
        _refers("dispute_move", "by_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_move")),
    )
    op.create_index("ix_dispute_move_dispute_id", "dispute_move", ["dispute_id", "id"])


def downgrade() -> None:
    op.drop_table("dispute_move")
    op.drop_table("dispute")

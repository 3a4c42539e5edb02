"""Disputes, invoices and VAT."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"

STATUSES = ("raised", "answered", "accepted", "withdrawn", "settled")
EVENTS = ("answer", "reply", "accept", "withdraw", "settle")
CHARGES = ("equipment", "activities")
KINDS = ("invoice", "credit note")
APPEND_ONLY = ("dispute_move", "invoice", "invoice_line")


def upgrade() -> None:
    _disputes()
    _dispute_moves()
    _vat_terms()
    _invoices()
    _invoice_lines()
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


def _vat_terms() -> None:
    op.create_table(
        "vat_term",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("fund_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("charge", _words(*CHARGES), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("recoverable", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        _one_of("vat_term", "charge", CHARGES),
        sa.CheckConstraint(
            "rate between 0 and 10000", name=op.f("ck_vat_term_at_most_the_whole")
        ),
        postgresql.ExcludeConstraint(
            (sa.column("fund_id"), "="),
            (sa.column("organisation_id"), "="),
            (sa.column("charge"), "="),
            (sa.text("daterange(from_on, to_on)"), "&&"),
            using="gist",
            name="one_vat_term_a_day",
        ),
        _refers("vat_term", "fund_id", "fund"),
        _refers("vat_term", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vat_term")),
    )


def _invoices() -> None:
    op.create_table(
        "invoice_counter",
        sa.Column("fund_id", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("last >= 0", name=op.f("ck_invoice_counter_not_negative")),
        _refers("invoice_counter", "fund_id", "fund"),
        sa.PrimaryKeyConstraint("fund_id", name=op.f("pk_invoice_counter")),
    )
    op.create_table(
        "invoice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("fund_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", _words(*KINDS), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("from_name", "from_code", "to_name", "to_code")
        ),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("net", "vat", "gross", "recoverable")
        ),
        _one_of("invoice", "kind", KINDS),
        sa.CheckConstraint("number > 0", name=op.f("ck_invoice_numbered_from_one")),
        sa.CheckConstraint(
            "extract(day from month) = 1", name=op.f("ck_invoice_month_by_its_first_day")
        ),
        sa.CheckConstraint("gross = net + vat", name=op.f("ck_invoice_adds_up")),
        sa.CheckConstraint(
            "(kind = 'credit note') = (gross < 0)", name=op.f("ck_invoice_kind_by_its_sign")
        ),
        _refers("invoice", "fund_id", "fund"),
        _refers("invoice", "organisation_id", "organisation"),
        _refers("invoice", "by_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("code", name=op.f("uq_invoice_code")),
        sa.UniqueConstraint("fund_id", "number", name=op.f("uq_invoice_fund_id_number")),
        sa.UniqueConstraint(
            "organisation_id", "fund_id", "month",
            name=op.f("uq_invoice_organisation_id_fund_id_month"),
        ),
    )  # fmt: skip


def _invoice_lines() -> None:
    op.create_table(
        "invoice_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=True),
        sa.Column("recoverable", sa.Boolean(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "rate between 0 and 10000", name=op.f("ck_invoice_line_at_most_the_whole")
        ),
        sa.CheckConstraint(
            "rate is not null or vat = 0", name=op.f("ck_invoice_line_no_vat_without_a_rate")
        ),
        _refers("invoice_line", "invoice_id", "invoice"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_line")),
    )
    op.create_index(op.f("ix_invoice_line_invoice_id"), "invoice_line", ["invoice_id"])


def downgrade() -> None:
    op.drop_table("invoice_line")
    op.drop_table("invoice")
    op.drop_table("invoice_counter")
    op.drop_table("vat_term")
    op.drop_table("dispute_move")
    op.drop_table("dispute")

"""Months that are closed by two people, and the balances they closed with."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

# The row of the fund is shared, so that an entry and a closing never pass one another.
REFUSE_CLOSED = """
create or replace function refuse_closed() returns trigger language plpgsql as $$
begin
  if new.month < (select open_from from fund where id = new.fund_id for share) then
    raise exception 'the month of entry % is closed', new.id using errcode = 'check_violation';
  end if;
  return new;
end $$
"""
KINDS = (
    "equipment", "delivery", "collection", "cleaning", "repair", "test", "fitting",
    "minor adaptation", "storage", "credit", "accrual", "release of an accrual", "adjustment",
    "reversal", "year end", "gain share",
)  # fmt: skip
STATUSES = ("open", "closing", "closed")


def _known(column: str, *words: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        f"{column} in ({', '.join(repr(word) for word in words)})",
        name=op.f(f"ck_{'period' if column == 'status' else 'period_move'}_{column}_known"),
    )


def upgrade() -> None:
    op.execute(REFUSE_CLOSED)
    op.create_table(
        "period",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("fund_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _known("status", *STATUSES),
        sa.CheckConstraint(
            "extract(day from month) = 1", name=op.f("ck_period_month_by_its_first_day")
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_period_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period")),
        sa.UniqueConstraint("fund_id", "month", name=op.f("uq_period_fund_id_month")),
    )
    op.create_table(
        "period_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("was", sa.String(length=40), nullable=False),
        sa.Column("became", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        _known("event", "begin_closing", "call_off", "close"),
        _known("was", *STATUSES),
        _known("became", *STATUSES),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_period_move_by_id")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_period_move_period_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_move")),
    )
    op.create_index("ix_period_move_period_id", "period_move", ["period_id", "id"])
    op.create_table(
        "balance",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "extract(day from month) = 1", name=op.f("ck_balance_month_by_its_first_day")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_balance_account_id")),
        sa.PrimaryKeyConstraint("account_id", "month", name=op.f("pk_balance")),
    )
    op.create_table(
        "closed_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("product_group", sa.Text(), nullable=False),
        sa.Column("of", sa.Date(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            f"kind in ({', '.join(repr(kind) for kind in KINDS)})",
            name=op.f("ck_closed_line_kind_known"),
        ),
        sa.CheckConstraint(
            "extract(day from month) = 1", name=op.f("ck_closed_line_month_by_its_first_day")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_closed_line_account_id")
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_closed_line_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_line")),
    )
    op.create_index("ix_closed_line_account_id", "closed_line", ["account_id", "month"])
    for table in ("balance", "closed_line", "period_move"):
        op.execute(
            f"create trigger {table}_append_only before update or delete or truncate on {table} "
            "for each statement execute function refuse_change()"
        )


def downgrade() -> None:
    op.drop_table("closed_line")
    op.drop_table("balance")
    op.drop_table("period_move")
    op.drop_table("period")
    op.execute(REFUSE_CLOSED.replace(" for share", ""))

"""Give every entry the month it counts in and what rules asked of it; more kinds and bases."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

KINDS = "equipment delivery collection cleaning repair test credit adjustment reversal".split()
MORE_KINDS = (
    "equipment", "delivery", "collection", "cleaning", "repair", "test", "fitting",
    "minor adaptation", "storage", "credit", "accrual", "release of an accrual", "adjustment",
    "reversal", "year end", "gain share",
)  # fmt: skip
BASES = ("fixed share", "GP practice", "home address")
MORE_BASES = (*BASES, "prescriber's employer", "usage in the period")
REFUSE_CLOSED = """
create function refuse_closed() returns trigger language plpgsql as $$
begin
  if new.month < (select open_from from fund where id = new.fund_id) then
    raise exception 'the month of entry % is closed', new.id using errcode = 'check_violation';
  end if;
  return new;
end $$
"""


def _words(table: str, column: str, known: tuple[str, ...] | list[str]) -> None:
    """Keep a column to other words than before."""
    name = op.f(f"ck_{table}_{column}_known")
    op.drop_constraint(name, table, type_="check")
    listed = ", ".join("'" + word.replace("'", "''") + "'" for word in known)
    op.create_check_constraint(name, table, f"{column} in ({listed})")


def upgrade() -> None:
    op.add_column("fund", sa.Column("open_from", sa.Date(), nullable=True))
    op.add_column("rule", sa.Column("need", sa.String(length=40), nullable=True))
    _words("entry", "kind", MORE_KINDS)
    _words("activity_price", "kind", MORE_KINDS)
    _words("rule_share", "basis", MORE_BASES)
    op.add_column("entry", sa.Column("month", sa.Date(), nullable=True))
    facts = postgresql.JSONB(astext_type=sa.Text())
    op.add_column("entry", sa.Column("facts", facts, nullable=False, server_default="{}"))
    # The one time that rows of the ledger are given what they never had: nothing they say changes.
    op.execute("alter table entry disable trigger entry_append_only")
    op.execute('update entry set month = date_trunc(\'month\', "on")')
    op.execute("alter table entry enable trigger entry_append_only")
    op.alter_column("entry", "month", nullable=False)
    op.alter_column("entry", "facts", server_default=None)
    op.create_check_constraint(
        op.f("ck_entry_month_by_its_first_day"), "entry", "extract(day from month) = 1"
    )
    op.create_index("ix_entry_fund_id_month", "entry", ["fund_id", "month"])
    op.execute(REFUSE_CLOSED)
    op.execute(
        "create trigger entry_in_an_open_month before insert on entry "
        "for each row execute function refuse_closed()"
    )


def downgrade() -> None:
    op.execute("drop trigger entry_in_an_open_month on entry")
    op.execute("drop function refuse_closed()")
    op.drop_index("ix_entry_fund_id_month", table_name="entry")
    op.drop_constraint(op.f("ck_entry_month_by_its_first_day"), "entry", type_="check")
    op.drop_column("entry", "facts")
    op.drop_column("entry", "month")
    _words("rule_share", "basis", BASES)
    _words("activity_price", "kind", KINDS)
    _words("entry", "kind", KINDS)
    op.drop_column("rule", "need")
    op.drop_column("fund", "open_from")

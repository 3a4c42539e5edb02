"""Stamps of reference data, so that a process may keep it until somebody writes to it."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

TABLES = (
    "activity_price",
    "place",
    "postcode_area",
    "practice_membership",
    "product_price",
    "store",
    "succession",
)
STAMPING = """
create or replace function stamp_reference() returns trigger language plpgsql as $$
begin
  insert into reference_stamp (of_table, stamp) values (tg_table_name, gen_random_uuid())
  on conflict (of_table) do update set stamp = excluded.stamp;
  return null;
end $$
"""
STAMPED = """
create trigger {table}_stamped
after insert or update or delete or truncate on {table}
for each statement execute function stamp_reference()
"""
FIRST = "insert into reference_stamp (of_table, stamp) values ('{table}', gen_random_uuid())"


def upgrade() -> None:
    op.create_table(
        "reference_stamp",
        sa.Column("of_table", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("of_table", name="pk_reference_stamp"),
    )
    op.execute(STAMPING)
    for table in TABLES:
        op.execute(STAMPED.format(table=table))
        op.execute(FIRST.format(table=table))


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"drop trigger {table}_stamped on {table}")
    op.execute("drop function stamp_reference()")
    op.drop_table("reference_stamp")

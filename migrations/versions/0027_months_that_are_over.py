"""Which transactions changed something in a month that was over, noted by triggers."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

FUNCTIONS = (
    """
create or replace function is_settled(moment timestamptz) returns boolean language sql stable as $$
  select moment < date_trunc('month', now() - interval '6 days', 'Europe/London')
$$
""",
    """
create or replace function say_settled() returns void language plpgsql as $$
begin
  if coalesce(current_setting('commonstore.settled', true), '') = '' then
    insert into settled_change default values;
    perform set_config('commonstore.settled', 'changed', true);
  end if;
end $$
""",
    """
create or replace function note_settled() returns trigger language plpgsql as $$
begin
  perform say_settled();
  return null;
end $$
""",
    """
create or replace function note_settled_share() returns trigger language plpgsql as $$
begin
  if exists (select from loan where id in (old.loan_id, new.loan_id) and is_settled(began_at)) then
    perform say_settled();
  end if;
  return null;
end $$
""",
    """
create or replace function note_settled_line() returns trigger language plpgsql as $$
begin
  if exists (
    select from visit where id in (old.visit_id, new.visit_id) and is_settled(finished_at)
  ) then
    perform say_settled();
  end if;
  return null;
end $$
""",
)
NOTE = "note_settled()"
NEW, OLD = "when (is_settled(new.{0}))", "when (is_settled(old.{0}))"
EITHER = "when (is_settled(old.{0}) or is_settled(new.{0}))"
BEGINNING = "item_id, line_id, product_id, price, recycled, ordered_at, promised_on, began_at"
SAID = (
    ("loan", "insert", NEW.format("began_at"), NOTE),
    ("loan", "delete", OLD.format("began_at"), NOTE),
    ("loan", f"update of {BEGINNING}", EITHER.format("began_at"), NOTE),
    ("loan", "update of ended_at, lost, asked_back_at", EITHER.format("ended_at"), NOTE),
    ("return", "insert", NEW.format("decided_at"), NOTE),
    ("return", "delete", OLD.format("decided_at"), NOTE),
    ("return", "update", EITHER.format("decided_at"), NOTE),
    ("visit", "insert", NEW.format("finished_at"), NOTE),
    ("visit", "delete", OLD.format("finished_at"), NOTE),
    ("visit", "update", EITHER.format("finished_at"), NOTE),
    ("item_move", "insert", NEW.format("at"), NOTE),
    ("item_move", "delete", OLD.format("at"), NOTE),
    ("item_move", "update", EITHER.format("at"), NOTE),
    ("visit_line", "insert or delete or update", "", "note_settled_line()"),
    ("loan_share", "insert or delete or update", "", "note_settled_share()"),
    ("product", "update of single_patient, special, tracking, product_group", "", NOTE),
    ("orders", "update of speed", "", NOTE),
    ("order_line", "update of order_id, product_id", "", NOTE),
)
TRIGGERS = tuple(
    f'create trigger {table}_settled_{number} after {change} on "{table}"'
    f" for each row {when} execute function {note}"
    for number, (table, change, when, note) in enumerate(SAID, 1)
)



def upgrade() -> None:
    op.create_table(
        "settled_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settled_change")),
    )
    for statement in (*FUNCTIONS, *TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    for number, (table, *_) in enumerate(SAID, 1):
        op.execute(f'drop trigger {table}_settled_{number} on "{table}"')
    for name in ("line", "share"):
        op.execute(f"drop function note_settled_{name}()")
    op.execute("drop function note_settled()")
    op.execute("drop function say_settled()")
    op.execute("drop function is_settled(timestamptz)")
    op.drop_table("settled_change")

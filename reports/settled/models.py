"""Which transactions changed something in a month that was over: a row for each, by triggers.

In the database and not in the program, so that what somebody changes by hand is noticed as well.
What every day does touches no such month, and costs one comparison of two moments.
"""

from sqlalchemy import DDL, event

from core.db import Model, Numbered, db


class SettledChange(Numbered, Model):
    """A transaction that changed something in a month that was over, once whatever it changed."""

    __tablename__ = "settled_change"


# Of which tables which columns figures of a month that is over may be told from: the triggers below
# notice each of them. What a month closed with in the ledger is guarded there.
WATCHED: dict[str, tuple[str, ...]] = {
    "loan": (
        *("item_id", "line_id", "product_id", "price", "recycled"),
        *("ordered_at", "promised_on", "began_at", "ended_at", "lost", "asked_back_at"),
    ),
    "return": ("loan_id", "item_id", "received_at", "decided_at", "decision"),
    "visit": ("status", "finished_at"),
    "visit_line": ("visit_id", "loan_id", "order_line_id"),
    "loan_share": ("loan_id", "organisation_id", "weight"),
    "item_move": ("item_id", "at", "was", "became", "event", "value"),
    "product": ("single_patient", "special", "tracking", "product_group"),
    "orders": ("speed",),
    "order_line": ("order_id", "product_id"),
}
# A month settles a week after it is over; what is noted begins a day earlier, so that no act under
# way can fall between the two.
SETTLES_AFTER = "7 days"
# A setting of the transaction says that it has been noted; an undone savepoint takes both back.
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
# Each by its table, when, and the function it calls.
_NOTE = "note_settled()"
_NEW, _OLD = "when (is_settled(new.{0}))", "when (is_settled(old.{0}))"
_EITHER = "when (is_settled(old.{0}) or is_settled(new.{0}))"
_BEGINNING = "item_id, line_id, product_id, price, recycled, ordered_at, promised_on, began_at"
_SAID = (
    ("loan", "insert", _NEW.format("began_at"), _NOTE),
    ("loan", "delete", _OLD.format("began_at"), _NOTE),
    ("loan", f"update of {_BEGINNING}", _EITHER.format("began_at"), _NOTE),
    ("loan", "update of ended_at, lost, asked_back_at", _EITHER.format("ended_at"), _NOTE),
    ("return", "insert", _NEW.format("decided_at"), _NOTE),
    ("return", "delete", _OLD.format("decided_at"), _NOTE),
    ("return", "update", _EITHER.format("decided_at"), _NOTE),
    ("visit", "insert", _NEW.format("finished_at"), _NOTE),
    ("visit", "delete", _OLD.format("finished_at"), _NOTE),
    ("visit", "update", _EITHER.format("finished_at"), _NOTE),
    ("item_move", "insert", _NEW.format("at"), _NOTE),
    ("item_move", "delete", _OLD.format("at"), _NOTE),
    ("item_move", "update", _EITHER.format("at"), _NOTE),
    ("visit_line", "insert or delete or update", "", "note_settled_line()"),
    ("loan_share", "insert or delete or update", "", "note_settled_share()"),
    ("product", "update of single_patient, special, tracking, product_group", "", _NOTE),
    ("orders", "update of speed", "", _NOTE),
    ("order_line", "update of order_id, product_id", "", _NOTE),
)
TRIGGERS = tuple(
    f'create or replace trigger {table}_settled_{number} after {change} on "{table}"'
    f" for each row {when} execute function {note}"
    for number, (table, change, when, note) in enumerate(_SAID, 1)
)

# When everything else is there: the triggers are of tables of nearly every room.
for _statement in (*FUNCTIONS, *TRIGGERS):
    event.listen(db.metadata, "after_create", DDL(_statement.replace("%", "%%")))

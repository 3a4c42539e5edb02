"""What the database refuses whatever the program does: changes of what the board has settled."""

from sqlalchemy import DDL, Table, event

SETTLED = """
create or replace function refuse_settled() returns trigger language plpgsql as $$
begin
  raise exception '% is settled: it is never changed', tg_table_name
    using errcode = 'restrict_violation';
end $$
"""
MINUTED = """
create or replace function refuse_minuted() returns trigger language plpgsql as $$
declare
  of_meeting bigint;
begin
  of_meeting := case when tg_op = 'DELETE' then old.meeting_id else new.meeting_id end;
  if (select status from meeting where id = of_meeting for share)
    not in ('planned', 'held') then
    raise exception 'the minutes of this meeting are closed' using errcode = 'restrict_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$
"""
LATE_VOTE = """
create or replace function refuse_late_vote() returns trigger language plpgsql as $$
begin
  if (select status from motion where id = new.motion_id for share) <> 'open' then
    raise exception 'this motion is decided' using errcode = 'restrict_violation';
  end if;
  return new;
end $$
"""
SETTLED_MEETING = """
create trigger meeting_settled before update or delete on meeting
for each row when (old.status in ('agreed', 'called_off')) execute function refuse_settled()
"""
SETTLED_MOTION = """
create trigger motion_settled before update or delete on motion
for each row when (old.status <> 'open') execute function refuse_settled()
"""
MINUTED_ATTENDANCE = """
create trigger attendance_minuted before insert or update or delete on attendance
for each row execute function refuse_minuted()
"""
MINUTED_MOTION = """
create trigger motion_minuted before insert on motion
for each row execute function refuse_minuted()
"""
MINUTED_ACTION = """
create trigger board_action_minuted before insert on board_action
for each row execute function refuse_minuted()
"""
OPEN_MOTION = """
create trigger vote_in_time before insert on vote
for each row execute function refuse_late_vote()
"""
# By the table after whose making they are said; functions before the triggers that call them.
GUARDS: dict[str, tuple[str, ...]] = {
    "meeting": (SETTLED, MINUTED, LATE_VOTE, SETTLED_MEETING),
    "motion": (SETTLED_MOTION, MINUTED_MOTION),
    "attendance": (MINUTED_ATTENDANCE,),
    "board_action": (MINUTED_ACTION,),
    "vote": (OPEN_MOTION,),
}


def guard(table: Table) -> None:
    """Let the database refuse what must not happen to a table's rows."""
    for statement in GUARDS[table.name]:
        event.listen(table, "after_create", DDL(statement.replace("%", "%%")))

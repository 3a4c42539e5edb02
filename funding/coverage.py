"""The net under the rules: their versions cover every day, and their parts sum to the whole."""

from sqlalchemy import DDL, FromClause, event

RULE_GAP = """
create or replace function refuse_rule_gap() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from (
      select from_on, lag(to_on) over named as ended, lag(id) over named as older
      from rule where (fund_id, name) in ((new.fund_id, new.name), (old.fund_id, old.name))
      window named as (partition by fund_id, name order by from_on)
    ) version where older is not null and ended is distinct from from_on
  ) then
    raise exception 'the versions of a rule leave a gap' using errcode = 'check_violation';
  end if;
  return null;
end $$
"""
RULE_GAP_TRIGGER = """
create constraint trigger rule_without_gap after insert or update or delete on rule
deferrable initially deferred for each row execute function refuse_rule_gap()
"""
RULE_WHOLE = """
create or replace function refuse_parts_of_rule() returns trigger language plpgsql as $$
declare
  numbers bigint[];
begin
  if tg_table_name = 'rule' then
    numbers := array[new.id];
  else
    numbers := array[new.rule_id, old.rule_id];
  end if;
  if exists (
    select 1 from rule where id = any(numbers) and whole is distinct from (
      select sum(weight) from rule_share where rule_id = rule.id)
  ) then
    raise exception 'the parts of a rule do not sum to its whole' using errcode = 'check_violation';
  end if;
  return null;
end $$
"""
RULE_WHOLE_TRIGGER = """
create constraint trigger rule_has_its_whole after insert or update on rule
deferrable initially deferred for each row execute function refuse_parts_of_rule()
"""
PART_OF_WHOLE_TRIGGER = """
create constraint trigger rule_share_is_part_of_the_whole
after insert or update or delete on rule_share
deferrable initially deferred for each row execute function refuse_parts_of_rule()
"""


def guard_rules(rules: FromClause, parts: FromClause) -> None:
    """Let the database refuse, when a transaction ends, a gap or parts that miss the whole."""
    for statement in (RULE_GAP, RULE_GAP_TRIGGER, RULE_WHOLE, RULE_WHOLE_TRIGGER):
        event.listen(rules, "after_create", DDL(statement))
    event.listen(parts, "after_create", DDL(PART_OF_WHOLE_TRIGGER))

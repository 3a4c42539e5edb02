"""Versions of the agreement, and the net under rules: no day without one, no part missing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

APPEND_ONLY = ("agreement_consent", "agreement_move")
TABLES = (
    "agreement_consent", "agreement_move", "agreed_budget", "contribution", "drafted_change",
    "instalment", "agreement_version",
)  # fmt: skip
RULE_GAP = """
create function refuse_rule_gap() returns trigger language plpgsql as $$
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
create function refuse_parts_of_rule() returns trigger language plpgsql as $$
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
VERSION_GAP = """
create function refuse_agreement_gap() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from (
      select from_on, lag(to_on) over held as ended, lag(id) over held as older
      from agreement_version
      where fund_id in (new.fund_id, old.fund_id) and status in ('in_force', 'superseded')
      window held as (partition by fund_id order by from_on)
    ) version where older is not null and ended is distinct from from_on
  ) then
    raise exception 'the versions of an agreement leave a gap' using errcode = 'check_violation';
  end if;
  return null;
end $$
"""
VERSION_GAP_TRIGGER = """
create constraint trigger agreement_version_without_gap
after insert or update or delete on agreement_version
deferrable initially deferred for each row execute function refuse_agreement_gap()
"""


def upgrade() -> None:
    """Versions first, then the net."""
    op.create_table(
        "agreement_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("fund_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "agreed",
                "in_force",
                "superseded",
                name="versionstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("host_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column(
            "year_end",
            sa.Enum(
                "by contribution",
                "by contribution up to a cap",
                "lead absorbs",
                "carried forward",
                name="yearend",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("lead_id", sa.BigInteger(), nullable=True),
        sa.Column("cap_percent", sa.BigInteger(), nullable=True),
        sa.Column("gain_threshold_percent", sa.BigInteger(), nullable=True),
        sa.Column("gain_percent", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("fund_id"), "="),
            (sa.text("daterange(from_on, to_on)"), "&&"),
            where=sa.text("status in ('in_force', 'superseded')"),
            using="gist",
            name="one_agreement_a_day",
        ),
        sa.CheckConstraint(
            "(status = 'superseded') = (to_on is not null)",
            name=op.f("ck_agreement_version_superseded_ends"),
        ),
        sa.CheckConstraint(
            "(year_end = 'by contribution up to a cap') = (cap_percent is not null)",
            name=op.f("ck_agreement_version_a_cap_where_capped"),
        ),
        sa.CheckConstraint(
            "year_end not in ('by contribution up to a cap', 'lead absorbs') "
            "or lead_id is not null",
            name=op.f("ck_agreement_version_a_lead_where_it_absorbs"),
        ),
        sa.CheckConstraint(
            "(gain_threshold_percent is null) = (gain_percent is null)",
            name=op.f("ck_agreement_version_gain_is_whole"),
        ),
        sa.CheckConstraint(
            "cap_percent between 1 and 100", name=op.f("ck_agreement_version_cap_within_reason")
        ),
        sa.CheckConstraint(
            "gain_threshold_percent between 0 and 100 and gain_percent between 1 and 100",
            name=op.f("ck_agreement_version_gain_within_reason"),
        ),
        sa.CheckConstraint(
            "to_on > from_on", name=op.f("ck_agreement_version_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["fund_id"], ["fund.id"], name=op.f("fk_agreement_version_fund_id")
        ),
        sa.ForeignKeyConstraint(
            ["host_id"], ["organisation.id"], name=op.f("fk_agreement_version_host_id")
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["organisation.id"], name=op.f("fk_agreement_version_lead_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_version")),
        sa.UniqueConstraint("code", name=op.f("uq_agreement_version_code")),
        sa.UniqueConstraint("fund_id", "number", name=op.f("uq_agreement_version_fund_id_number")),
    )
    op.create_table(
        "agreement_consent",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_agreement_consent_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_agreement_consent_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_agreement_consent_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_consent")),
        sa.UniqueConstraint(
            "version_id",
            "organisation_id",
            "revision",
            name=op.f("uq_agreement_consent_version_id_organisation_id_revision"),
        ),
    )
    op.create_table(
        "agreement_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "event",
            sa.Enum(
                "change",
                "agree",
                "complete",
                "put_in_force",
                "supersede",
                name="versionevent",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "was",
            sa.Enum(
                "draft",
                "agreed",
                "in_force",
                "superseded",
                name="versionstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "became",
            sa.Enum(
                "draft",
                "agreed",
                "in_force",
                "superseded",
                name="versionstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_agreement_move_by_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_agreement_move_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_move")),
    )
    op.create_index(
        "ix_agreement_move_version_id", "agreement_move", ["version_id", "id"], unique=False
    )
    op.create_table(
        "agreed_budget",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("product_group", sa.String(length=60), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("pence >= 0", name=op.f("ck_agreed_budget_not_negative")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_agreed_budget_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_agreed_budget_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreed_budget")),
        sa.UniqueConstraint(
            "version_id",
            "organisation_id",
            "product_group",
            name=op.f("uq_agreed_budget_version_id_organisation_id_product_group"),
        ),
    )
    op.create_table(
        "contribution",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("last_year", sa.BigInteger(), nullable=False),
        sa.Column("recurrent", sa.BigInteger(), nullable=False),
        sa.Column("inflation", sa.BigInteger(), nullable=False),
        sa.Column("inflation_note", sa.String(length=100), nullable=False),
        sa.Column("planned", sa.BigInteger(), nullable=False),
        sa.Column("efficiency", sa.BigInteger(), nullable=False),
        sa.Column("efficiency_note", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "last_year + recurrent + inflation + planned - efficiency >= 0",
            name=op.f("ck_contribution_sum_not_negative"),
        ),
        sa.CheckConstraint(
            "last_year >= 0 and efficiency >= 0", name=op.f("ck_contribution_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_contribution_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_contribution_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution")),
        sa.UniqueConstraint(
            "version_id", "organisation_id", name=op.f("uq_contribution_version_id_organisation_id")
        ),
    )
    op.create_table(
        "drafted_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "rule",
                "end of a rule",
                "price of an activity",
                name="changekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("says", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_drafted_change_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafted_change")),
    )
    op.create_index(
        "ix_drafted_change_version_id", "drafted_change", ["version_id", "id"], unique=False
    )
    op.create_table(
        "instalment",
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_instalment_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "due_on", name=op.f("pk_instalment")),
    )
    for table in APPEND_ONLY:
        op.execute(
            f"create trigger {table}_append_only before update or delete or truncate on {table} "
            "for each statement execute function refuse_change()"
        )
    op.execute(VERSION_GAP)
    op.execute(VERSION_GAP_TRIGGER)
    _net_under_rules()


def _net_under_rules() -> None:
    op.add_column("rule", sa.Column("whole", sa.BigInteger(), nullable=True))
    op.execute(
        "update rule set whole = (select sum(weight) from rule_share where rule_id = rule.id)"
    )
    op.alter_column("rule", "whole", nullable=False)
    op.create_check_constraint(op.f("ck_rule_shares_something"), "rule", "whole > 0")
    op.execute(
        "alter table rule add constraint one_version_of_a_rule_a_day exclude using gist "
        "(fund_id with =, name with =, daterange(from_on, to_on) with &&)"
    )
    op.execute(RULE_GAP)
    op.execute(RULE_GAP_TRIGGER)
    op.execute(RULE_WHOLE)
    op.execute(RULE_WHOLE_TRIGGER)
    op.execute(PART_OF_WHOLE_TRIGGER)


def downgrade() -> None:
    """The net first, then the versions."""
    op.execute("drop trigger rule_share_is_part_of_the_whole on rule_share")
    op.execute("drop trigger rule_has_its_whole on rule")
    op.execute("drop trigger rule_without_gap on rule")
    op.execute("drop function refuse_parts_of_rule()")
    op.execute("drop function refuse_rule_gap()")
    op.drop_constraint("one_version_of_a_rule_a_day", "rule")
    op.drop_constraint(op.f("ck_rule_shares_something"), "rule", type_="check")
    op.drop_column("rule", "whole")
    for table in TABLES:
        op.drop_table(table)
    op.execute("drop function refuse_agreement_gap()")

"""Virements and the budget they move, and the board's approvals of the agreement."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

CLOSED = """
create or replace function refuse_closed_transfer() returns trigger language plpgsql as $$
begin
  if new.on < (select open_from from fund where id = new.fund_id for share) then
    raise exception 'the month of this transfer is closed' using errcode = 'check_violation';
  end if;
  return new;
end $$
"""
CLOSED_TRIGGER = """
create trigger budget_transfer_in_an_open_month before insert on budget_transfer
for each row execute function refuse_closed_transfer()
"""
APPEND_ONLY = ("agreement_approval", "virement_move", "budget_transfer")


def upgrade() -> None:
    op.create_table(
        "virement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("fund_id", sa.BigInteger(), nullable=False),
        sa.Column("year_from", sa.Date(), nullable=False),
        sa.Column("from_organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("from_product_group", sa.String(length=60), nullable=False),
        sa.Column("to_organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("to_product_group", sa.String(length=60), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("because", sa.String(length=500), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.String(length=8), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status in ('proposed', 'approved', 'refused', 'withdrawn')",
            name=op.f("ck_virement_status_known"),
        ),
        sa.CheckConstraint(
            "(decision is not null) = (status in ('approved', 'refused'))",
            name=op.f("ck_virement_decided_by"),
        ),
        sa.CheckConstraint(
            "from_organisation_id <> to_organisation_id or from_product_group <> to_product_group",
            name=op.f("ck_virement_between_two_lines"),
        ),
        sa.CheckConstraint("pence > 0", name=op.f("ck_virement_moves_something")),
        sa.ForeignKeyConstraint(
            ["from_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_virement_from_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_virement_fund_id")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["staff.id"], name=op.f("fk_virement_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_organisation_id"], ["organisation.id"], name=op.f("fk_virement_to_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_virement")),
        sa.UniqueConstraint("code", name=op.f("uq_virement_code")),
    )
    op.create_index("ix_virement_fund_id", "virement", ["fund_id", "year_from"], unique=False)
    op.create_table(
        "agreement_approval",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_agreement_approval_by_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_agreement_approval_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_approval")),
        sa.UniqueConstraint(
            "version_id", "revision", name=op.f("uq_agreement_approval_version_id_revision")
        ),
    )
    op.create_table(
        "budget_transfer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("fund_id", sa.BigInteger(), nullable=False),
        sa.Column("virement_id", sa.BigInteger(), nullable=False),
        sa.Column("year_from", sa.Date(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("from_organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("from_product_group", sa.String(length=60), nullable=False),
        sa.Column("to_organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("to_product_group", sa.String(length=60), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            '"on" >= year_from and "on" < year_from + interval \'1 year\'',
            name=op.f("ck_budget_transfer_within_its_year"),
        ),
        sa.CheckConstraint(
            "from_organisation_id <> to_organisation_id or from_product_group <> to_product_group",
            name=op.f("ck_budget_transfer_between_two_lines"),
        ),
        sa.CheckConstraint("pence > 0", name=op.f("ck_budget_transfer_moves_something")),
        sa.ForeignKeyConstraint(
            ["from_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_budget_transfer_from_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_budget_transfer_fund_id")),
        sa.ForeignKeyConstraint(
            ["to_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_budget_transfer_to_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["virement_id"], ["virement.id"], name=op.f("fk_budget_transfer_virement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_transfer")),
        sa.UniqueConstraint("virement_id", name=op.f("uq_budget_transfer_virement_id")),
    )
    op.create_index(
        "ix_budget_transfer_fund_id", "budget_transfer", ["fund_id", "year_from"], unique=False
    )
    op.create_table(
        "virement_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("virement_id", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("was", sa.String(length=40), nullable=False),
        sa.Column("became", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "event in ('approve', 'refuse', 'withdraw')", name=op.f("ck_virement_move_event_known")
        ),
        sa.CheckConstraint(
            "was in ('proposed', 'approved', 'refused', 'withdrawn')",
            name=op.f("ck_virement_move_was_known"),
        ),
        sa.CheckConstraint(
            "became in ('proposed', 'approved', 'refused', 'withdrawn')",
            name=op.f("ck_virement_move_became_known"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_virement_move_by_id")),
        sa.ForeignKeyConstraint(
            ["virement_id"], ["virement.id"], name=op.f("fk_virement_move_virement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_virement_move")),
    )
    op.create_index(
        "ix_virement_move_virement_id", "virement_move", ["virement_id", "id"], unique=False
    )
    op.add_column("motion", sa.Column("virement_id", sa.BigInteger(), nullable=True))
    op.create_index(
        "one_open_motion_a_virement",
        "motion",
        ["virement_id"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_foreign_key(
        op.f("fk_motion_virement_id"), "motion", "virement", ["virement_id"], ["id"]
    )
    op.create_check_constraint(
        op.f("ck_motion_about_one_thing"), "motion", "version_id is null or virement_id is null"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"create trigger {table}_append_only before update or delete or truncate on {table} "
            "for each statement execute function refuse_change()"
        )
    op.execute(CLOSED)
    op.execute(CLOSED_TRIGGER)


def downgrade() -> None:
    op.drop_constraint(op.f("ck_motion_about_one_thing"), "motion")
    op.drop_constraint(op.f("fk_motion_virement_id"), "motion", type_="foreignkey")
    op.drop_index(
        "one_open_motion_a_virement",
        table_name="motion",
        postgresql_where=sa.text("status = 'open'"),
    )
    op.drop_column("motion", "virement_id")
    op.drop_index("ix_virement_move_virement_id", table_name="virement_move")
    op.drop_table("virement_move")
    op.drop_index("ix_budget_transfer_fund_id", table_name="budget_transfer")
    op.drop_table("budget_transfer")
    op.drop_table("agreement_approval")
    op.drop_index("ix_virement_fund_id", table_name="virement")
    op.drop_table("virement")
    op.execute("drop function refuse_closed_transfer()")

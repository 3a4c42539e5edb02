"""Owe the provider its gain; keep weighted heads, and years prepared and signed off."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

KINDS = ("partner", "pool", "parked")
APPEND_ONLY = ("prepared_year", "year_pack")


def _kinds(known: Sequence[str]) -> None:
    """Keep accounts to other kinds than before."""
    name = op.f("ck_account_kind_known")
    op.drop_constraint(name, "account", type_="check")
    listed = ", ".join(f"'{kind}'" for kind in known)
    op.create_check_constraint(name, "account", f"kind in ({listed})")


def upgrade() -> None:
    _kinds((*KINDS, "provider"))
    op.create_table(
        "capitation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("fund_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("year_from", sa.Date(), nullable=False),
        sa.Column("population", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("population > 0", name=op.f("ck_capitation_somebody")),
        sa.CheckConstraint("weight > 0", name=op.f("ck_capitation_weighs_something")),
        sa.ForeignKeyConstraint(
            ["fund_id"], ["fund.id"], name=op.f("fk_capitation_fund_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_capitation_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capitation")),
        sa.UniqueConstraint(
            "fund_id", "organisation_id", "year_from",
            name=op.f("uq_capitation_fund_id_organisation_id_year_from"),
        ),
    )  # fmt: skip
    _figures("prepared_year", ("by", "at"))
    op.create_index("ix_prepared_year_fund_id_year_from", "prepared_year", ["fund_id", "year_from"])
    _figures("year_pack", ("prepared_by", "prepared_at"), ("signed_by", "signed_at"))
    op.create_unique_constraint(
        op.f("uq_year_pack_fund_id_year_from"), "year_pack", ["fund_id", "year_from"]
    )
    op.create_check_constraint(
        op.f("ck_year_pack_two_people"), "year_pack", "signed_by_id <> prepared_by_id"
    )


def _figures(table: str, *people: tuple[str, str]) -> None:
    """A table of a year's figures with who did what when; never changed once written."""
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("fund_id", sa.BigInteger(), nullable=False),
        sa.Column("year_from", sa.Date(), nullable=False),
        sa.Column("figures", sa.LargeBinary(), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f(f"fk_{table}_fund_id")),
        sa.CheckConstraint(
            "checksum = encode(sha256(figures), 'hex')",
            name=op.f(f"ck_{table}_checksum_of_its_figures"),
        ),
    )
    for by, at in people:
        op.add_column(table, sa.Column(f"{by}_id", sa.BigInteger(), nullable=False))
        op.create_foreign_key(op.f(f"fk_{table}_{by}_id"), table, "staff", [f"{by}_id"], ["id"])
        op.add_column(table, sa.Column(at, sa.DateTime(timezone=True), nullable=False))
    op.execute(
        f"create trigger {table}_append_only before update or delete or truncate on {table} "
        "for each statement execute function refuse_change()"
    )


def downgrade() -> None:
    for table in (*APPEND_ONLY, "capitation"):
        op.drop_table(table)
    op.execute("delete from account where kind = 'provider'")
    _kinds(KINDS)

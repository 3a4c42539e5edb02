"""Credit rates by product group and condition; products to be fitted, and minor adaptations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    for name in ("needs_fitting", "adaptation"):
        op.add_column(
            "product", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
        op.alter_column("product", name, server_default=None)
    op.create_check_constraint(
        op.f("ck_product_adaptations_are_work"),
        "product",
        "not adaptation or (tracking = 'consumable' and not needs_fitting)",
    )
    op.create_table(
        "credit_rate",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("fund_id", sa.BigInteger(), nullable=False),
        sa.Column("product_group", sa.String(length=40), nullable=False),
        sa.Column("condition", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("percent", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("percent between 0 and 100", name=op.f("ck_credit_rate_a_percentage")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_credit_rate_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_rate")),
        postgresql.ExcludeConstraint(
            (sa.column("fund_id"), "="),
            (sa.column("product_group"), "="),
            (sa.column("condition"), "="),
            (sa.text("daterange(from_on, to_on)"), "&&"),
            using="gist",
            name="one_credit_rate_a_day",
        ),
    )


def downgrade() -> None:
    op.drop_table("credit_rate")
    op.drop_constraint(op.f("ck_product_adaptations_are_work"), "product", type_="check")
    op.drop_column("product", "adaptation")
    op.drop_column("product", "needs_fitting")

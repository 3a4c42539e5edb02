"""Thresholds of budgets, and until when an order's line was a commitment."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "alert_setting",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("fund_id", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("forecast", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "0 < all(spent) and 500 >= all(spent)",
            name=op.f("ck_alert_setting_spent_in_per_cent"),
        ),
        sa.CheckConstraint(
            "0 < all(forecast) and 500 >= all(forecast)",
            name=op.f("ck_alert_setting_forecast_in_per_cent"),
        ),
        sa.ForeignKeyConstraint(
            ["fund_id"], ["fund.id"], name=op.f("fk_alert_setting_fund_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_setting")),
        sa.UniqueConstraint("fund_id", name=op.f("uq_alert_setting_fund_id")),
    )
    op.create_index(
        "ix_order_line_open_until",
        "order_line",
        [sa.text("coalesce(delivered_at, cancelled_at, 'infinity'::timestamptz)")],
    )


def downgrade() -> None:
    op.drop_index("ix_order_line_open_until", table_name="order_line")
    op.drop_table("alert_setting")

"""Loans know when they were ordered and promised for, and are found by their item."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

_AS_ORDERED = """
update loan set ordered_at = orders.placed_at, promised_on = orders.promised_on
from order_line join orders on orders.id = order_line.order_id
where order_line.id = loan.line_id
"""


def upgrade() -> None:
    op.add_column("loan", sa.Column("ordered_at", sa.DateTime(timezone=True)))
    op.add_column("loan", sa.Column("promised_on", sa.Date()))
    op.execute(_AS_ORDERED)
    op.create_index(
        "ix_loan_item_id_id",
        "loan",
        ["item_id", "id"],
        postgresql_include=["product_id", "price", "began_at", "asked_back_at"],
    )


def downgrade() -> None:
    op.drop_index("ix_loan_item_id_id", table_name="loan")
    op.drop_column("loan", "promised_on")
    op.drop_column("loan", "ordered_at")

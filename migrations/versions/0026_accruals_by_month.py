"""Accruals by their months, among millions of other entries."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_index(
        "ix_entry_accrued",
        "entry",
        ["fund_id", "month"],
        postgresql_where=sa.text("kind in ('accrual', 'release of an accrual')"),
    )


def downgrade() -> None:
    op.drop_index("ix_entry_accrued", table_name="entry")

"""Visits by when they ended: what the board counts by the month."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_index("ix_visit_finished_at", "visit", ["finished_at"])


def downgrade() -> None:
    op.drop_index("ix_visit_finished_at", table_name="visit")

"""Whether a product's safe working load is for the client's weight."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    # True for all there is, so that nothing that was checked stops being checked.
    op.add_column(
        "product",
        sa.Column("carries_client", sa.Boolean(), server_default=sa.true(), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("product", "carries_client")

"""What the public page says of using a product."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column(
        "product", sa.Column("how_to_use", sa.Text(), server_default="", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("product", "how_to_use")

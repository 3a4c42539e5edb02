"""Find clients by the beginning of a postcode without reading them all."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_index(
        "ix_client_postcode",
        "client",
        [sa.literal_column("replace(postcode, ' ', '') text_pattern_ops")],
    )


def downgrade() -> None:
    op.drop_index("ix_client_postcode", table_name="client")

"""Let several organisations take the place of one, by weights, all on the same day."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    weight = sa.Column("weight", sa.BigInteger(), nullable=False, server_default="1")
    op.add_column("succession", weight)
    op.alter_column("succession", "weight", server_default=None)
    op.create_check_constraint(op.f("ck_succession_weighs_something"), "succession", "weight > 0")
    op.drop_constraint(op.f("uq_succession_predecessor_id"), "succession", type_="unique")
    op.create_unique_constraint(
        op.f("uq_succession_predecessor_id_successor_id"),
        "succession",
        ["predecessor_id", "successor_id"],
    )
    op.create_exclude_constraint(
        "passes_on_one_day", "succession", ("predecessor_id", "="), ("on", "<>"), using="gist"
    )


def downgrade() -> None:
    """Refused by the database where several stand in one's place: nobody can say which remains."""
    op.drop_constraint("passes_on_one_day", "succession")
    op.drop_constraint(
        op.f("uq_succession_predecessor_id_successor_id"), "succession", type_="unique"
    )
    op.create_unique_constraint(
        op.f("uq_succession_predecessor_id"), "succession", ["predecessor_id"]
    )
    op.drop_constraint(op.f("ck_succession_weighs_something"), "succession", type_="check")
    op.drop_column("succession", "weight")

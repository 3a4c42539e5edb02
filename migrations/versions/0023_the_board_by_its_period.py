"""Indexes by which the board costs what its period holds, not what all history does."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

_HELD = (
    "'allocated', 'available', 'collected', 'decontaminated', 'inspected', 'on_hold', "
    "'out_for_delivery', 'picked', 'quarantine', 'repaired', 'tested'"
)
_CROSSING = sa.text(f"(was in ({_HELD})) <> (became in ({_HELD}))")
_GONE = sa.text("became in ('lost', 'returned_to_owner', 'scrapped', 'stripped', 'written_off')")


def upgrade() -> None:
    op.create_index(
        "ix_item_move_crossing_at",
        "item_move",
        ["at"],
        postgresql_include=["item_id", "event", "became", "value", "because"],
        postgresql_where=_CROSSING,
    )
    op.create_index(
        "ix_item_move_crossing_item",
        "item_move",
        ["item_id", "at", "id"],
        postgresql_include=["became", "value"],
        postgresql_where=_CROSSING,
    )
    op.create_index(
        "ix_item_move_gone", "item_move", ["item_id", "at", "became"], postgresql_where=_GONE
    )
    op.drop_index("ix_item_move_event_at", table_name="item_move")
    op.create_index("ix_entry_fund_id_month_id", "entry", ["fund_id", "month", "id"])
    op.drop_index("ix_entry_fund_id_month", table_name="entry")


def downgrade() -> None:
    op.create_index("ix_entry_fund_id_month", "entry", ["fund_id", "month"])
    op.drop_index("ix_entry_fund_id_month_id", table_name="entry")
    op.create_index("ix_item_move_event_at", "item_move", ["event", "at"])
    op.drop_index("ix_item_move_gone", table_name="item_move")
    op.drop_index("ix_item_move_crossing_item", table_name="item_move")
    op.drop_index("ix_item_move_crossing_at", table_name="item_move")

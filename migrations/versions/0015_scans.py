"""Scans, each once by its own id; a picked item put back; items by the end of their code."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

MODES = "receive move put-away pick load clean test count look-up".split()
OUTCOMES = "done refused waiting not_yours".split()
EVENTS = (
    "receive allocate release pick load bring_back deliver book_collection cancel_collection "
    "collect book_in inspect clean repair test fail_test put_away hold end_hold scrap strip lose "
    "find write_off hand_to_owner move"
).split()
EVENT_KNOWN = "ck_item_move_event_known"


def _one_of(column: str, known: list[str]) -> str:
    return f"{column} in ({', '.join(repr(word) for word in known)})"


def upgrade() -> None:
    op.drop_constraint(op.f(EVENT_KNOWN), "item_move", type_="check")
    more = [*EVENTS[:4], "put_back", *EVENTS[4:]]
    op.create_check_constraint(op.f(EVENT_KNOWN), "item_move", _one_of("event", more))
    op.create_index(
        "ix_item_code_backwards", "item", [sa.text("reverse(code) text_pattern_ops")]
    )
    op.create_table(
        "scan",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("device", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("scanned", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.Column("did", sa.Boolean(), nullable=False),
        sa.Column("undoes_id", sa.BigInteger(), nullable=True),
        sa.Column("to_settle", sa.Boolean(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.BigInteger(), nullable=True),
        sa.Column("settled_because", sa.Text(), nullable=True),
        sa.CheckConstraint(_one_of("mode", MODES), name=op.f("ck_scan_mode_known")),
        sa.CheckConstraint(_one_of("outcome", OUTCOMES), name=op.f("ck_scan_outcome_known")),
        sa.CheckConstraint("outcome <> 'not_yours'", name=op.f("ck_scan_of_its_own_person")),
        sa.CheckConstraint(
            "length(scanned) <= 301", name=op.f("ck_scan_no_longer_than_a_label")
        ),
        sa.CheckConstraint(
            "num_nonnulls(settled_at, settled_by_id, settled_because) in (0, 3)",
            name=op.f("ck_scan_settled_with_reason"),
        ),
        sa.CheckConstraint(
            "not (to_settle and settled_at is not null)", name=op.f("ck_scan_settled_once")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_scan_place_id")),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_scan_by_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_scan_item_id")),
        sa.ForeignKeyConstraint(["undoes_id"], ["scan.id"], name=op.f("fk_scan_undoes_id")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["staff.id"], name=op.f("fk_scan_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan")),
        sa.UniqueConstraint("uid", name=op.f("uq_scan_uid")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_scan_undoes_id")),
    )
    op.create_index("ix_scan_by_id", "scan", ["by_id", "at"])
    op.create_index("ix_scan_item_id", "scan", ["item_id", "at"])
    op.create_index("ix_scan_to_settle", "scan", ["at"], postgresql_where=sa.text("to_settle"))


def downgrade() -> None:
    op.drop_table("scan")
    op.drop_index("ix_item_code_backwards", table_name="item")
    op.drop_constraint(op.f(EVENT_KNOWN), "item_move", type_="check")
    # What was put back has no word of its own any more; the next pick of it says so all the same.
    op.execute("alter table item_move disable trigger item_move_append_only")
    op.execute("delete from item_move where event = 'put_back'")
    op.execute("alter table item_move enable trigger item_move_append_only")
    op.create_check_constraint(op.f(EVENT_KNOWN), "item_move", _one_of("event", EVENTS))

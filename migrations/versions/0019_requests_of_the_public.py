"""What the public asks by an item's label, and equipment asked back because it is faulty."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

REASONS = (
    "no longer needed", "died", "moved", "into care home", "replaced", "unsuitable", "recall",
    "duplicate",
)


def _reasons(*reasons: str) -> None:
    listed = ", ".join(f"'{reason}'" for reason in reasons)
    op.drop_constraint(op.f("ck_loan_back_reason_known"), "loan")
    op.create_check_constraint(
        op.f("ck_loan_back_reason_known"), "loan", f"back_reason in ({listed})"
    )


def upgrade() -> None:
    _reasons(*REASONS, "faulty")
    op.create_table(
        "request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("telephone", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("blanked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind in ('collection', 'fault', 'found')", name=op.f("ck_request_kind_known")
        ),
        sa.CheckConstraint(
            "status in ('new', 'taken_up', 'done', 'set_aside')",
            name=op.f("ck_request_status_known"),
        ),
        sa.CheckConstraint(
            "reason in ('no longer needed', 'died', 'moved', 'into care home', 'replaced', "
            "'unsuitable', 'recall', 'duplicate', 'faulty')",
            name=op.f("ck_request_reason_known"),
        ),
        sa.CheckConstraint(
            "blanked_at is null or (words = '' and name = '' and telephone = '')",
            name=op.f("ck_request_blank_is_blank"),
        ),
        sa.CheckConstraint(
            "blanked_at is null or status in ('done', 'set_aside')",
            name=op.f("ck_request_blanked_when_over"),
        ),
        sa.CheckConstraint(
            "reason is null or kind = 'collection'", name=op.f("ck_request_reasons_of_collections")
        ),
        sa.CheckConstraint("times > 0", name=op.f("ck_request_asked_at_least_once")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_request_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
        sa.UniqueConstraint("code", name=op.f("uq_request_code")),
    )
    op.create_index("ix_request_status_asked_at", "request", ["status", "asked_at"])
    op.create_index("ix_request_item_id", "request", ["item_id", "asked_at"])
    op.create_index(
        "uq_request_waiting",
        "request",
        ["item_id", "kind"],
        unique=True,
        postgresql_where=sa.text("status in ('new', 'taken_up')"),
    )
    op.create_table(
        "request_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("was", sa.String(length=40), nullable=False),
        sa.Column("became", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "event in ('take_up', 'put_back', 'finish', 'set_aside')",
            name=op.f("ck_request_move_event_known"),
        ),
        *(
            sa.CheckConstraint(
                f"{column} in ('new', 'taken_up', 'done', 'set_aside')",
                name=op.f(f"ck_request_move_{column}_known"),
            )
            for column in ("was", "became")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_request_move_by_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["request.id"], name=op.f("fk_request_move_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_move")),
    )
    op.create_index("ix_request_move_request_id", "request_move", ["request_id", "id"])
    op.execute(
        "create trigger request_move_append_only before update or delete or truncate "
        "on request_move for each statement execute function refuse_change()"
    )
    op.create_table(
        "request_sent",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_request_sent_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_sent")),
    )
    op.create_index("ix_request_sent_origin", "request_sent", ["origin", "at"])
    op.create_index("ix_request_sent_item_id", "request_sent", ["item_id", "at"])


def downgrade() -> None:
    op.drop_table("request_sent")
    op.drop_table("request_move")
    op.drop_table("request")
    # A word that the older program does not know: the nearest that it does.
    op.execute("update loan set back_reason = 'unsuitable' where back_reason = 'faulty'")
    _reasons(*REASONS)

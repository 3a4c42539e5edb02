"""Batches of labels, made by a job a print run at a time."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "label_batch",
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_label_batch_job_id")),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_label_batch")),
    )
    op.create_table(
        "label_wanted",
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["label_batch.job_id"], name=op.f("fk_label_wanted_job_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_label_wanted_item_id")),
        sa.PrimaryKeyConstraint("job_id", "place", name=op.f("pk_label_wanted")),
    )
    op.add_column("print_run", sa.Column("batch_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_print_run_batch_id"), "print_run", "job", ["batch_id"], ["id"])
    op.create_index(
        "ix_print_run_batch_id",
        "print_run",
        ["batch_id"],
        postgresql_where=sa.text("batch_id is not null"),
    )


def downgrade() -> None:
    op.drop_index("ix_print_run_batch_id", "print_run")
    op.drop_constraint(op.f("fk_print_run_batch_id"), "print_run")
    op.drop_column("print_run", "batch_id")
    op.drop_table("label_wanted")
    op.drop_table("label_batch")

"""Jobs that show their progress, and the rows of a month's activity that wait to be posted."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_because", sa.Text(), nullable=True),
        sa.CheckConstraint("done between 0 and total", name=op.f("ck_job_no_more_than_all")),
        sa.CheckConstraint(
            "num_nonnulls(finished_at, cancelled_at, failed_because) <= 1",
            name=op.f("ck_job_ends_one_way"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_job_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("code", name=op.f("uq_job_code")),
    )
    op.create_index(
        "ix_job_open",
        "job",
        ["id"],
        postgresql_where=sa.text(
            "finished_at is null and cancelled_at is null and failed_because is null"
        ),
    )
    op.create_index("ix_job_by_id", "job", ["by_id"])
    op.create_table(
        "activity_row",
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("charge", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_activity_row_job_id")),
        sa.PrimaryKeyConstraint("job_id", "place", name=op.f("pk_activity_row")),
    )


def downgrade() -> None:
    op.drop_table("activity_row")
    op.drop_table("job")

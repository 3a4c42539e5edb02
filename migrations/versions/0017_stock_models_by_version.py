"""How equipment is paid for, as a term of each version of the agreement."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    # Every version so far held under what its fund says.
    op.add_column("agreement_version", sa.Column("stock_model", sa.String(length=40)))
    op.execute(
        "update agreement_version v set stock_model = f.stock_model from fund f"
        " where f.id = v.fund_id"
    )
    op.execute("set constraints all immediate")  # what watches its rows has looked, and may go on
    op.execute("set constraints all deferred")
    op.alter_column("agreement_version", "stock_model", nullable=False)
    op.create_check_constraint(
        op.f("ck_agreement_version_stock_model_known"),
        "agreement_version",
        "stock_model in ('retained stock', 'credit')",
    )


def downgrade() -> None:
    # A fund is what its version of today says; without one it stays as it began.
    op.execute(
        "update fund f set stock_model = v.stock_model, host_id = v.host_id"
        " from agreement_version v where v.fund_id = f.id and v.status in"
        " ('in_force', 'superseded') and v.from_on <= current_date"
        " and (v.to_on is null or v.to_on > current_date)"
    )
    op.drop_column("agreement_version", "stock_model")

"""Keep what rules ask on orders and loans; drafts of the rules to try over a past period."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

BASES = ("fixed share", "GP practice", "home address", "prescriber's employer",
         "usage in the period")  # fmt: skip
# The same facts that a loan begun from now on keeps, from the order it came of.
FACTS_OF_LOANS = """
update loan set facts = jsonb_strip_nulls(jsonb_build_object(
  'care_class', product.care_class, 'need', orders.need, 'body_id', orders.body_id,
  'council_id', orders.council_id, 'employer_id', orders.employer_id,
  'ruled_on', to_char(loan.began_at at time zone 'Europe/London', 'YYYY-MM-DD')))
from order_line join orders on orders.id = order_line.order_id, product
where order_line.id = loan.line_id and product.id = loan.product_id
"""


def _number(name: str, of: str | None = None, table: str = "", *, nullable: bool = False):
    keys = [sa.ForeignKey(f"{of}.id", name=op.f(f"fk_{table}_{name}"))] if of else []
    return sa.Column(name, sa.BigInteger(), *keys, nullable=nullable)


def _id():
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _code():
    return sa.Column("code", sa.String(length=8), nullable=False)


def upgrade() -> None:
    op.add_column("orders", _number("employer_id", "organisation", "orders", nullable=True))
    op.execute(
        "update orders set employer_id = staff.organisation_id from staff "
        "where staff.id = orders.prescriber_id"
    )
    facts = postgresql.JSONB(astext_type=sa.Text())
    op.add_column("loan", sa.Column("facts", facts, nullable=False, server_default="{}"))
    op.alter_column("loan", "facts", server_default=None)
    op.execute(FACTS_OF_LOANS)
    _trials()


def _trials() -> None:
    op.create_table(
        "trial",
        _id(),
        _code(),
        _number("fund_id", "fund", "trial"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("from_month", sa.Date(), nullable=False),
        sa.Column("to_month", sa.Date(), nullable=False),
        _number("by_id", "staff", "trial"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("from_month <= to_month", name=op.f("ck_trial_months_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial")),
        sa.UniqueConstraint("code", name=op.f("uq_trial_code")),
    )
    op.create_index(op.f("ix_trial_fund_id"), "trial", ["fund_id"])
    op.create_table(
        "trial_rule",
        _id(),
        _code(),
        _number("trial_id", "trial", "trial_rule"),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("care_class", sa.String(length=40), nullable=True),
        sa.Column("need", sa.String(length=40), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        _number("origin_id", "rule", "trial_rule", nullable=True),
        sa.CheckConstraint("from_on < to_on", name=op.f("ck_trial_rule_ends_after_it_began")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_rule")),
        sa.UniqueConstraint("code", name=op.f("uq_trial_rule_code")),
    )
    op.create_index(op.f("ix_trial_rule_trial_id"), "trial_rule", ["trial_id"])
    listed = ", ".join("'" + word.replace("'", "''") + "'" for word in BASES)
    op.create_table(
        "trial_share",
        _id(),
        _number("rule_id", "trial_rule", "trial_share"),
        sa.Column("basis", sa.String(length=40), nullable=False),
        _number("organisation_id", "organisation", "trial_share", nullable=True),
        _number("weight"),
        sa.CheckConstraint(f"basis in ({listed})", name=op.f("ck_trial_share_basis_known")),
        sa.CheckConstraint("weight > 0", name=op.f("ck_trial_share_weighs_something")),
        sa.CheckConstraint(
            "(basis = 'fixed share') = (organisation_id is not null)",
            name=op.f("ck_trial_share_fixed_names_whom"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_share")),
    )
    op.create_index(op.f("ix_trial_share_rule_id"), "trial_share", ["rule_id"])


def downgrade() -> None:
    op.drop_table("trial_share")
    op.drop_table("trial_rule")
    op.drop_table("trial")
    op.drop_column("loan", "facts")
    op.drop_column("orders", "employer_id")

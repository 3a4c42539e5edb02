"""Counts of stores: what was to be there, what was seen, what differed."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

GROUPS = (
    "beds and rails", "pressure care", "hoists, slings and transfer", "bathing", "toileting",
    "seating", "walking", "daily living", "sensory", "ramps and rails", "children''s", "bariatric",
    "telecare",
)  # fmt: skip
STATUSES = ("begun", "counted", "recounting", "approved", "given_up")
EVENTS = ("close", "recount", "approve", "give_up")
VERDICTS = (
    "missing", "booked elsewhere", "was lost", "on the wrong side", "to be cleared up first",
    "out of the books for good", "more than booked", "fewer than booked",
)  # fmt: skip


def upgrade() -> None:
    _counts()
    _moves()
    _lines()
    _scans()
    for table in ("count_move", "count_scan"):
        op.execute(
            f"create trigger {table}_append_only before update or delete or truncate on {table} "
            "for each statement execute function refuse_change()"
        )


def _number(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _id() -> sa.Column:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _word(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(length=40), nullable=nullable)


def _one_of(table: str, column: str, words: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} in ({listed})", name=op.f(f"ck_{table}_{column}_known"))


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _check(table: str, name: str, that: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(that, name=op.f(f"ck_{table}_{name}"))


def _counts() -> None:
    op.create_table(
        "stock_count",
        _id(),
        sa.Column("code", sa.String(length=8), nullable=False),
        _number("store_id"),
        _number("place_id", nullable=True),
        _word("product_group", nullable=True),
        _word("status"),
        _number("round"),
        _moment("begun_at"),
        _number("begun_by_id"),
        _moment("approved_at", nullable=True),
        _number("expected_pence", nullable=True),
        _number("off_pence", nullable=True),
        _number("version"),
        _one_of("stock_count", "product_group", GROUPS),
        _one_of("stock_count", "status", STATUSES),
        _check(
            "stock_count",
            "approved_with_its_sums",
            "num_nonnulls(approved_at, expected_pence, off_pence) = "
            "case when status = 'approved' then 3 else 0 end",
        ),
        _check("stock_count", "rounds_from_one", "round >= 1"),
        _refers("stock_count", "begun_by_id", "staff"),
        _refers("stock_count", "place_id", "place"),
        _refers("stock_count", "store_id", "store"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_count")),
        sa.UniqueConstraint("code", name=op.f("uq_stock_count_code")),
    )
    op.create_index("ix_stock_count_store_id", "stock_count", ["store_id", "approved_at"])
    op.create_index(
        "one_open_count_a_store",
        "stock_count",
        ["store_id"],
        unique=True,
        postgresql_where=sa.text("status not in ('approved', 'given_up')"),
    )


def _moves() -> None:
    op.create_table(
        "count_move",
        _id(),
        _number("count_id"),
        _word("event"),
        _word("was"),
        _word("became"),
        sa.Column("because", sa.Text(), nullable=True),
        _moment("at"),
        _number("by_id"),
        _one_of("count_move", "event", EVENTS),
        _one_of("count_move", "was", STATUSES),
        _one_of("count_move", "became", STATUSES),
        _refers("count_move", "by_id", "staff"),
        _refers("count_move", "count_id", "stock_count"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_move")),
    )
    op.create_index("ix_count_move_count_id", "count_move", ["count_id", "id"])


def _lines() -> None:
    op.create_table(
        "count_line",
        _id(),
        _number("count_id"),
        _number("item_id", nullable=True),
        _number("product_id", nullable=True),
        _number("expected"),
        _number("each"),
        _number("round"),
        _word("verdict", nullable=True),
        _number("off", nullable=True),
        sa.Column("booked", sa.Text(), nullable=True),
        _one_of("count_line", "verdict", VERDICTS),
        _check("count_line", "an_item_is_one", "item_id is null or expected in (0, 1)"),
        _check("count_line", "one_thing", "num_nonnulls(item_id, product_id) = 1"),
        _check("count_line", "judged_whole", "num_nonnulls(verdict, off, booked) in (0, 3)"),
        _refers("count_line", "count_id", "stock_count"),
        _refers("count_line", "item_id", "item"),
        _refers("count_line", "product_id", "product"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_line")),
        sa.UniqueConstraint("count_id", "item_id", name=op.f("uq_count_line_count_id_item_id")),
        sa.UniqueConstraint(
            "count_id", "product_id", name=op.f("uq_count_line_count_id_product_id")
        ),
    )
    op.create_index("ix_count_line_item_id", "count_line", ["item_id"])


def _scans() -> None:
    op.create_table(
        "count_scan",
        _id(),
        _number("line_id"),
        _number("item_id", nullable=True),
        _number("round"),
        _number("quantity"),
        _moment("at"),
        _number("by_id"),
        _check("count_scan", "an_item_is_one", "item_id is null or quantity = 1"),
        _check("count_scan", "not_negative", "quantity >= 0"),
        _refers("count_scan", "by_id", "staff"),
        _refers("count_scan", "item_id", "item"),
        _refers("count_scan", "line_id", "count_line"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_scan")),
    )
    op.create_index("ix_count_scan_line_id", "count_scan", ["line_id", "round", "by_id"])
    op.create_index(
        "uq_count_scan_item",
        "count_scan",
        ["line_id", "round"],
        unique=True,
        postgresql_where=sa.text("item_id is not null"),
    )


def downgrade() -> None:
    for table in ("count_scan", "count_line", "count_move", "stock_count"):
        op.drop_table(table)

"""Campaigns: loans asked for together, and what became of asking for each."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

KINDS = ("letters", "texts", "telephone", "amnesty day")
STATUSES = ("running", "ended")
ASK_STATUSES = ("held_out", "to_ask", "asked", "collect", "still_needed", "not_reached")
ASK_EVENTS = ("ask", "collect", "still_needed", "not_reached")


def upgrade() -> None:
    _campaigns()
    _moves("campaign", ("end",), STATUSES)
    _loans()
    _moves("campaign_loan", ASK_EVENTS, ASK_STATUSES, because=True)


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _id() -> sa.Column:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _word(name: str) -> sa.Column:
    return sa.Column(name, sa.String(length=40), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _one_of(table: str, column: str, words: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} in ({listed})", name=op.f(f"ck_{table}_{column}_known"))


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _check(table: str, name: str, that: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(that, name=op.f(f"ck_{table}_{name}"))


def _campaigns() -> None:
    op.create_table(
        "campaign",
        _id(),
        sa.Column("code", sa.String(length=8), nullable=False),
        _text("name"),
        _word("kind"),
        _word("status"),
        _text("covers"),
        _moment("begun_at"),
        _number("begun_by_id"),
        _number("days"),
        _number("held_out"),
        _text("seed"),
        _number("cost"),
        _text("place"),
        sa.Column("day", sa.Date(), nullable=True),
        _moment("ended_at", nullable=True),
        _number("version"),
        _one_of("campaign", "kind", KINDS),
        _one_of("campaign", "status", STATUSES),
        _check("campaign", "some_are_asked", "held_out between 0 and 50"),
        _check("campaign", "counted_in_time", "days between 7 and 365"),
        _check("campaign", "cost_not_negative", "cost >= 0"),
        _check(
            "campaign",
            "a_day_has_its_place",
            "(kind = 'amnesty day') = (day is not null) and (day is not null) = (place <> '')",
        ),
        _check("campaign", "ended_when", "(status = 'ended') = (ended_at is not null)"),
        _refers("campaign", "begun_by_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("code", name=op.f("uq_campaign_code")),
        sa.UniqueConstraint("name", name=op.f("uq_campaign_name")),
    )
    op.create_index("ix_campaign_begun_at", "campaign", ["begun_at"])


def _loans() -> None:
    op.create_table(
        "campaign_loan",
        _id(),
        _number("campaign_id"),
        _number("loan_id"),
        _word("status"),
        sa.Column("running", sa.Boolean(), nullable=False),
        _number("value"),
        _number("score"),
        _text("because"),
        _number("version"),
        _one_of("campaign_loan", "status", ASK_STATUSES),
        _refers("campaign_loan", "campaign_id", "campaign"),
        _refers("campaign_loan", "loan_id", "loan"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_loan")),
        sa.UniqueConstraint(
            "campaign_id", "loan_id", name=op.f("uq_campaign_loan_campaign_id_loan_id")
        ),
    )
    op.create_index(
        "uq_campaign_loan_running",
        "campaign_loan",
        ["loan_id"],
        unique=True,
        postgresql_where=sa.text("running"),
    )
    op.create_index(
        "ix_campaign_loan_to_ask",
        "campaign_loan",
        ["status"],
        postgresql_where=sa.text("running"),
    )


def _moves(
    table: str, events: tuple[str, ...], statuses: tuple[str, ...], *, because: bool = False
) -> None:
    moves = f"{table}_move"
    op.create_table(
        moves,
        _id(),
        _number(f"{table}_id"),
        _word("event"),
        _word("was"),
        _word("became"),
        _moment("at"),
        *([_text("because", nullable=True)] if because else []),
        _number("by_id"),
        _one_of(moves, "event", events),
        _one_of(moves, "was", statuses),
        _one_of(moves, "became", statuses),
        _refers(moves, f"{table}_id", table),
        _refers(moves, "by_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{moves}")),
    )
    op.create_index(f"ix_{moves}_{table}_id", moves, [f"{table}_id", "id"])
    op.execute(
        f"create trigger {moves}_append_only before update or delete or truncate on {moves} "
        "for each statement execute function refuse_change()"
    )


def downgrade() -> None:
    for table in ("campaign_loan_move", "campaign_loan", "campaign_move", "campaign"):
        op.drop_table(table)

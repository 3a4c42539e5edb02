"""The board room: meetings, motions, votes, quoted figures, actions, steps in measures."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

SETTLED = """
create or replace function refuse_settled() returns trigger language plpgsql as $$
begin
  raise exception '% is settled: it is never changed', tg_table_name
    using errcode = 'restrict_violation';
end $$
"""
MINUTED = """
create or replace function refuse_minuted() returns trigger language plpgsql as $$
declare
  of_meeting bigint;
begin
  of_meeting := case when tg_op = 'DELETE' then old.meeting_id else new.meeting_id end;
  if (select status from meeting where id = of_meeting for share)
    not in ('planned', 'held') then
    raise exception 'the minutes of this meeting are closed' using errcode = 'restrict_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$
"""
LATE_VOTE = """
create or replace function refuse_late_vote() returns trigger language plpgsql as $$
begin
  if (select status from motion where id = new.motion_id for share) <> 'open' then
    raise exception 'this motion is decided' using errcode = 'restrict_violation';
  end if;
  return new;
end $$
"""
SETTLED_MEETING = """
create trigger meeting_settled before update or delete on meeting
for each row when (old.status in ('agreed', 'called_off')) execute function refuse_settled()
"""
SETTLED_MOTION = """
create trigger motion_settled before update or delete on motion
for each row when (old.status <> 'open') execute function refuse_settled()
"""
MINUTED_ATTENDANCE = """
create trigger attendance_minuted before insert or update or delete on attendance
for each row execute function refuse_minuted()
"""
MINUTED_MOTION = """
create trigger motion_minuted before insert on motion
for each row execute function refuse_minuted()
"""
MINUTED_ACTION = """
create trigger board_action_minuted before insert on board_action
for each row execute function refuse_minuted()
"""
OPEN_MOTION = """
create trigger vote_in_time before insert on vote
for each row execute function refuse_late_vote()
"""
GUARDS = (
    SETTLED,
    MINUTED,
    LATE_VOTE,
    SETTLED_MEETING,
    SETTLED_MOTION,
    MINUTED_ATTENDANCE,
    MINUTED_MOTION,
    MINUTED_ACTION,
    OPEN_MOTION,
)
APPEND_ONLY = (
    "meeting_move",
    "minutes_correction",
    "motion_move",
    "quotation",
    "vote",
    "board_action_move",
    "measure_step_move",
)


def upgrade() -> None:
    op.create_table(
        "meeting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("fund_id", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind in ('monthly', 'extraordinary', 'annual')", name=op.f("ck_meeting_kind_known")
        ),
        sa.CheckConstraint(
            "status in ('planned', 'held', 'agreed', 'called_off')",
            name=op.f("ck_meeting_status_known"),
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_meeting_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("code", name=op.f("uq_meeting_code")),
    )
    op.create_index(
        "one_meeting_a_day",
        "meeting",
        ["fund_id", "on"],
        unique=True,
        postgresql_where=sa.text("status <> 'called_off'"),
    )
    op.create_table(
        "attendance",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("meeting_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("names", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_attendance_meeting_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_attendance_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint(
            "meeting_id", "organisation_id", name=op.f("uq_attendance_meeting_id_organisation_id")
        ),
    )
    op.create_table(
        "meeting_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("meeting_id", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("was", sa.String(length=40), nullable=False),
        sa.Column("became", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "event in ('begin', 'note', 'agree', 'call_off')",
            name=op.f("ck_meeting_move_event_known"),
        ),
        sa.CheckConstraint(
            "was in ('planned', 'held', 'agreed', 'called_off')",
            name=op.f("ck_meeting_move_was_known"),
        ),
        sa.CheckConstraint(
            "became in ('planned', 'held', 'agreed', 'called_off')",
            name=op.f("ck_meeting_move_became_known"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_meeting_move_by_id")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_move_meeting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_move")),
    )
    op.create_index(
        "ix_meeting_move_meeting_id", "meeting_move", ["meeting_id", "id"], unique=False
    )
    op.create_table(
        "minutes_correction",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("meeting_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_minutes_correction_by_id")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_minutes_correction_meeting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_correction")),
    )
    op.create_index(
        op.f("ix_minutes_correction_meeting_id"), "minutes_correction", ["meeting_id"], unique=False
    )
    op.create_table(
        "motion",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("meeting_id", sa.BigInteger(), nullable=False),
        sa.Column("proposer_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version_id", sa.BigInteger(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "rule in ('more for than against', 'every partner for')",
            name=op.f("ck_motion_rule_known"),
        ),
        sa.CheckConstraint(
            "status in ('open', 'carried', 'lost', 'withdrawn')",
            name=op.f("ck_motion_status_known"),
        ),
        sa.CheckConstraint(
            "(decided_at is not null) = (status in ('carried', 'lost'))",
            name=op.f("ck_motion_decided_when"),
        ),
        sa.CheckConstraint(
            "(version_id is null) = (revision is null)",
            name=op.f("ck_motion_version_with_revision"),
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_motion_meeting_id")),
        sa.ForeignKeyConstraint(
            ["proposer_id"], ["organisation.id"], name=op.f("fk_motion_proposer_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_motion_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_motion")),
        sa.UniqueConstraint("code", name=op.f("uq_motion_code")),
    )
    op.create_index("ix_motion_meeting_id", "motion", ["meeting_id", "id"], unique=False)
    op.create_index(
        "one_open_motion_a_version",
        "motion",
        ["version_id"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "board_action",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("meeting_id", sa.BigInteger(), nullable=False),
        sa.Column("motion_id", sa.BigInteger(), nullable=True),
        sa.Column("what", sa.String(length=500), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("named", sa.String(length=100), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status in ('open', 'done', 'dropped')", name=op.f("ck_board_action_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_board_action_meeting_id")
        ),
        sa.ForeignKeyConstraint(
            ["motion_id"], ["motion.id"], name=op.f("fk_board_action_motion_id")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisation.id"], name=op.f("fk_board_action_owner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_action")),
        sa.UniqueConstraint("code", name=op.f("uq_board_action_code")),
    )
    op.create_index("ix_board_action_meeting_id", "board_action", ["meeting_id"], unique=False)
    op.create_index(
        "ix_board_action_owner_id", "board_action", ["owner_id", "status"], unique=False
    )
    op.create_table(
        "measure_step",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("motion_id", sa.BigInteger(), nullable=True),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status in ('stands', 'withdrawn')", name=op.f("ck_measure_step_status_known")
        ),
        sa.CheckConstraint(
            "extract(day from month) = 1", name=op.f("ck_measure_step_month_by_its_first_day")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_measure_step_by_id")),
        sa.ForeignKeyConstraint(
            ["motion_id"], ["motion.id"], name=op.f("fk_measure_step_motion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_step")),
        sa.UniqueConstraint("code", name=op.f("uq_measure_step_code")),
    )
    op.create_index(
        "one_step_a_month",
        "measure_step",
        ["measure", "month"],
        unique=True,
        postgresql_where=sa.text("status = 'stands'"),
    )
    op.create_table(
        "motion_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("motion_id", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("was", sa.String(length=40), nullable=False),
        sa.Column("became", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "event in ('carry', 'lose', 'withdraw')", name=op.f("ck_motion_move_event_known")
        ),
        sa.CheckConstraint(
            "was in ('open', 'carried', 'lost', 'withdrawn')", name=op.f("ck_motion_move_was_known")
        ),
        sa.CheckConstraint(
            "became in ('open', 'carried', 'lost', 'withdrawn')",
            name=op.f("ck_motion_move_became_known"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_motion_move_by_id")),
        sa.ForeignKeyConstraint(
            ["motion_id"], ["motion.id"], name=op.f("fk_motion_move_motion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_motion_move")),
    )
    op.create_index("ix_motion_move_motion_id", "motion_move", ["motion_id", "id"], unique=False)
    op.create_table(
        "quotation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("motion_id", sa.BigInteger(), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("above", sa.BigInteger(), nullable=False),
        sa.Column("below", sa.BigInteger(), nullable=False),
        sa.Column("written", sa.String(length=60), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["motion_id"], ["motion.id"], name=op.f("fk_quotation_motion_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_quotation_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotation")),
        sa.UniqueConstraint("motion_id", name=op.f("uq_quotation_motion_id")),
    )
    op.create_table(
        "vote",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("motion_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("voice", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "voice in ('for', 'against', 'abstain')", name=op.f("ck_vote_voice_known")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_vote_by_id")),
        sa.ForeignKeyConstraint(["motion_id"], ["motion.id"], name=op.f("fk_vote_motion_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_vote_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
        sa.UniqueConstraint("motion_id", "organisation_id", name="one_vote_a_partner"),
    )
    op.create_table(
        "board_action_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("action_id", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("was", sa.String(length=40), nullable=False),
        sa.Column("became", sa.String(length=40), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "event in ('finish', 'reopen', 'drop')", name=op.f("ck_board_action_move_event_known")
        ),
        sa.CheckConstraint(
            "was in ('open', 'done', 'dropped')", name=op.f("ck_board_action_move_was_known")
        ),
        sa.CheckConstraint(
            "became in ('open', 'done', 'dropped')", name=op.f("ck_board_action_move_became_known")
        ),
        sa.ForeignKeyConstraint(
            ["action_id"], ["board_action.id"], name=op.f("fk_board_action_move_action_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_board_action_move_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_action_move")),
    )
    op.create_index(
        "ix_board_action_move_action_id", "board_action_move", ["action_id", "id"], unique=False
    )
    op.create_table(
        "measure_step_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("step_id", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("was", sa.String(length=40), nullable=False),
        sa.Column("became", sa.String(length=40), nullable=False),
        sa.Column("because", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("event in ('withdraw')", name=op.f("ck_measure_step_move_event_known")),
        sa.CheckConstraint(
            "was in ('stands', 'withdrawn')", name=op.f("ck_measure_step_move_was_known")
        ),
        sa.CheckConstraint(
            "became in ('stands', 'withdrawn')", name=op.f("ck_measure_step_move_became_known")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_measure_step_move_by_id")),
        sa.ForeignKeyConstraint(
            ["step_id"], ["measure_step.id"], name=op.f("fk_measure_step_move_step_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_step_move")),
    )
    op.create_index(
        "ix_measure_step_move_step_id", "measure_step_move", ["step_id", "id"], unique=False
    )
    for table in APPEND_ONLY:
        op.execute(
            f"create trigger {table}_append_only before update or delete or truncate on {table} "
            "for each statement execute function refuse_change()"
        )
    for guard in GUARDS:
        op.execute(guard)


def downgrade() -> None:
    op.drop_table("measure_step_move")
    op.drop_table("board_action_move")
    op.drop_table("vote")
    op.drop_table("quotation")
    op.drop_table("motion_move")
    op.drop_table("measure_step")
    op.drop_table("board_action")
    op.drop_table("motion")
    op.drop_table("minutes_correction")
    op.drop_table("meeting_move")
    op.drop_table("attendance")
    op.drop_table("meeting")
    for function in ("refuse_settled", "refuse_minuted", "refuse_late_vote"):
        op.execute(f"drop function {function}()")

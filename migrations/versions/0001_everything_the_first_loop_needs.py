"""Everything the first loop needs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


APPEND_ONLY = (
    "audit_row",
    "consumable_move",
    "decontamination",
    "entry",
    "inspection",
    "item_move",
    "item_test",
    "order_move",
    "posting",
    "repair",
    "visit_move",
)
REFUSE_CHANGE = """
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: a row is never changed or deleted', tg_table_name
    using errcode = 'restrict_violation';
end $$
"""
REFUSE_UNBALANCED = """
create function refuse_unbalanced() returns trigger language plpgsql as $$
begin
  if (select coalesce(sum(pence), 1) from posting where entry_id = new.entry_id) <> 0 then
    raise exception 'entry % does not balance', new.entry_id using errcode = 'check_violation';
  end if;
  return null;
end $$
"""


def upgrade() -> None:
    op.execute("create extension if not exists btree_gist")
    op.execute("create extension if not exists pg_trgm")
    op.execute(REFUSE_CHANGE)
    op.create_table(
        "organisation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ccg",
                "icb",
                "council",
                "practice",
                "trust",
                "provider",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("ods_code", sa.String(length=10), nullable=True),
        sa.Column("gss_code", sa.String(length=9), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "closed_on is null or closed_on > opened_on",
            name=op.f("ck_organisation_closes_after_opening"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
        sa.UniqueConstraint("gss_code", name=op.f("uq_organisation_gss_code")),
        sa.UniqueConstraint("ods_code", name=op.f("uq_organisation_ods_code")),
    )
    op.create_table(
        "product",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "product_group",
            sa.Enum(
                "beds and rails",
                "pressure care",
                "hoists, slings and transfer",
                "bathing",
                "toileting",
                "seating",
                "walking",
                "daily living",
                "sensory",
                "ramps and rails",
                "children's",
                "bariatric",
                "telecare",
                name="group",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "tracking",
            sa.Enum(
                "serialised",
                "labelled",
                "consumable",
                name="tracking",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "care_class",
            sa.Enum(
                "health",
                "social care",
                "joint",
                name="careclass",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("gtin", sa.String(length=14), nullable=True),
        sa.Column("iso9999", sa.String(length=8), nullable=True),
        sa.Column("safe_working_load_kg", sa.BigInteger(), nullable=True),
        sa.Column("length_mm", sa.BigInteger(), nullable=True),
        sa.Column("width_mm", sa.BigInteger(), nullable=True),
        sa.Column("height_mm", sa.BigInteger(), nullable=True),
        sa.Column("single_patient", sa.Boolean(), nullable=False),
        sa.Column("special", sa.Boolean(), nullable=False),
        sa.Column(
            "cleaning",
            sa.Enum(
                "detergent wipe",
                "thermal wash",
                "steam",
                "laundry",
                name="cleaning",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("loler_months", sa.BigInteger(), nullable=True),
        sa.Column("pat_months", sa.BigInteger(), nullable=True),
        sa.Column("service_months", sa.BigInteger(), nullable=True),
        sa.Column("expected_life_months", sa.BigInteger(), nullable=True),
        sa.Column("credit_percent", sa.BigInteger(), nullable=False),
        sa.Column("min_stock", sa.BigInteger(), nullable=False),
        sa.Column("max_stock", sa.BigInteger(), nullable=False),
        sa.Column("lead_days", sa.BigInteger(), nullable=False),
        sa.Column("assessment_needed", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "tracking <> 'consumable' or num_nulls(loler_months, pat_months, service_months) = 3",
            name=op.f("ck_product_no_tests_of_consumables"),
        ),
        sa.CheckConstraint(
            "credit_percent between 0 and 100", name=op.f("ck_product_credit_is_a_percentage")
        ),
        sa.CheckConstraint("lead_days >= 0", name=op.f("ck_product_lead_not_negative")),
        sa.CheckConstraint(
            "least(loler_months, pat_months, service_months) > 0",
            name=op.f("ck_product_tests_last"),
        ),
        sa.CheckConstraint(
            "length_mm > 0 and width_mm > 0 and height_mm > 0", name=op.f("ck_product_has_a_size")
        ),
        sa.CheckConstraint(
            "min_stock between 0 and max_stock", name=op.f("ck_product_min_up_to_max")
        ),
        sa.CheckConstraint("safe_working_load_kg > 0", name=op.f("ck_product_bears_something")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("code", name=op.f("uq_product_code")),
        sa.UniqueConstraint("gtin", name=op.f("uq_product_gtin")),
        sa.UniqueConstraint("name", name=op.f("uq_product_name")),
    )
    op.create_index(
        "ix_product_name_trgm",
        "product",
        [sa.literal_column("name gin_trgm_ops")],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(
        "ix_sign_in_attempt_account", "sign_in_attempt", ["account", "at"], unique=False
    )
    op.create_index("ix_sign_in_attempt_origin", "sign_in_attempt", ["origin", "at"], unique=False)
    op.create_table(
        "submission",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_submission")),
    )
    op.create_table(
        "client",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("nhs_number", sa.String(length=10), nullable=True),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("died_on", sa.Date(), nullable=True),
        sa.Column("weight_kg", sa.BigInteger(), nullable=True),
        sa.Column("telephone", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("postcode", sa.String(length=8), nullable=False),
        sa.Column("crew_note", sa.Text(), nullable=False),
        sa.Column("practice_id", sa.BigInteger(), nullable=True),
        sa.Column("body_id", sa.BigInteger(), nullable=True),
        sa.Column("council_id", sa.BigInteger(), nullable=True),
        sa.Column("registered_by_id", sa.BigInteger(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "died_on is null or died_on >= born_on", name=op.f("ck_client_died_after_birth")
        ),
        sa.CheckConstraint(
            "weight_kg is null or weight_kg between 1 and 500", name=op.f("ck_client_a_weight")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["organisation.id"], name=op.f("fk_client_body_id")),
        sa.ForeignKeyConstraint(
            ["council_id"], ["organisation.id"], name=op.f("fk_client_council_id")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["organisation.id"], name=op.f("fk_client_practice_id")
        ),
        sa.ForeignKeyConstraint(
            ["registered_by_id"], ["organisation.id"], name=op.f("fk_client_registered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("code", name=op.f("uq_client_code")),
        sa.UniqueConstraint("nhs_number", name=op.f("uq_client_nhs_number")),
    )
    op.create_index("ix_client_body_id", "client", ["body_id"], unique=False)
    op.create_index("ix_client_council_id", "client", ["council_id"], unique=False)
    op.create_index(
        "ix_client_name_trgm",
        "client",
        [sa.literal_column("(family_name || ' ' || given_name) gin_trgm_ops")],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index("ix_client_practice_id", "client", ["practice_id"], unique=False)
    op.create_table(
        "fund",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("host_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "stock_model",
            sa.Enum(
                "retained stock",
                "credit",
                name="stockmodel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["host_id"], ["organisation.id"], name=op.f("fk_fund_host_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund")),
        sa.UniqueConstraint("code", name=op.f("uq_fund_code")),
        sa.UniqueConstraint("name", name=op.f("uq_fund_name")),
    )
    op.create_table(
        "postcode_area",
        sa.Column("prefix", sa.String(length=8), nullable=False),
        sa.Column("council_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"], ["organisation.id"], name=op.f("fk_postcode_area_council_id")
        ),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_postcode_area")),
    )
    op.create_table(
        "practice_membership",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("body_id", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("practice_id"), "="),
            (sa.text("daterange(from_on, to_on)"), "&&"),
            using="gist",
            name="one_body_at_a_time",
        ),
        sa.ForeignKeyConstraint(
            ["body_id"], ["organisation.id"], name=op.f("fk_practice_membership_body_id")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["organisation.id"], name=op.f("fk_practice_membership_practice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_membership")),
    )
    op.create_index(
        op.f("ix_practice_membership_practice_id"),
        "practice_membership",
        ["practice_id"],
        unique=False,
    )
    op.create_table(
        "product_part",
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_product_part_some")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_part_product_id")
        ),
        sa.PrimaryKeyConstraint("product_id", "name", name=op.f("pk_product_part")),
    )
    op.create_table(
        "product_price",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("product_id"), "="),
            (sa.text("daterange(from_on, to_on)"), "&&"),
            using="gist",
            name="one_price_a_day",
        ),
        sa.CheckConstraint("pence >= 0", name=op.f("ck_product_price_not_negative")),
        sa.CheckConstraint("to_on > from_on", name=op.f("ck_product_price_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_price_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_price")),
    )
    op.create_index(
        op.f("ix_product_price_product_id"), "product_price", ["product_id"], unique=False
    )
    op.create_table(
        "product_relation",
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "relation",
            sa.Enum(
                "compatible with",
                "never with",
                "substitute for",
                name="relation",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["product.id"], name=op.f("fk_product_relation_other_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_relation_product_id")
        ),
        sa.PrimaryKeyConstraint(
            "product_id", "other_id", "relation", name=op.f("pk_product_relation")
        ),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "prescriber",
                "authoriser",
                "warehouse",
                "driver",
                "scheduler",
                "finance",
                "board",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("order_limit", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("session_key", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_staff_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("code", name=op.f("uq_staff_code")),
    )
    op.create_index("uq_staff_email", "staff", [sa.literal_column("lower(email)")], unique=True)
    op.create_table(
        "store",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "depot",
                "satellite",
                "van",
                name="storekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("gln", sa.String(length=13), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_store_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store")),
        sa.UniqueConstraint("code", name=op.f("uq_store_code")),
        sa.UniqueConstraint("gln", name=op.f("uq_store_gln")),
        sa.UniqueConstraint("name", name=op.f("uq_store_name")),
    )
    op.create_table(
        "succession",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("predecessor_id", sa.BigInteger(), nullable=False),
        sa.Column("successor_id", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.CheckConstraint("predecessor_id <> successor_id", name=op.f("ck_succession_not_itself")),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["organisation.id"], name=op.f("fk_succession_predecessor_id")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["organisation.id"], name=op.f("fk_succession_successor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_succession")),
        sa.UniqueConstraint("predecessor_id", name=op.f("uq_succession_predecessor_id")),
    )
    op.create_index(
        op.f("ix_succession_successor_id"), "succession", ["successor_id"], unique=False
    )
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("fund_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "partner",
                "pool",
                "parked",
                name="accountkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'partner') = (organisation_id is not null)",
            name=op.f("ck_account_partner_names_whom"),
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_account_fund_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_account_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint(
            "fund_id",
            "kind",
            "organisation_id",
            name=op.f("uq_account_fund_id_kind_organisation_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "activity_price",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("fund_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "equipment",
                "delivery",
                "collection",
                "cleaning",
                "repair",
                "test",
                "credit",
                "adjustment",
                "reversal",
                name="entrykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("speed", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("fund_id"), "="),
            (sa.column("kind"), "="),
            (sa.column("speed"), "="),
            (sa.text("daterange(from_on, to_on)"), "&&"),
            using="gist",
            name="one_activity_price_a_day",
        ),
        sa.CheckConstraint("pence >= 0", name=op.f("ck_activity_price_not_negative")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_activity_price_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_price")),
    )
    op.create_table(
        "audit_row",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("request_id", sa.String(length=32), nullable=True),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_audit_row_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_row")),
    )
    op.create_index("ix_audit_row_at", "audit_row", ["at"], unique=False)
    op.create_index("ix_audit_row_by_id_at", "audit_row", ["by_id", "at"], unique=False)
    op.create_index(
        "ix_audit_row_changes", "audit_row", ["changes"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "budget",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("fund_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("year_from", sa.Date(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("pence >= 0", name=op.f("ck_budget_not_negative")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_budget_fund_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_budget_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget")),
        sa.UniqueConstraint(
            "fund_id",
            "organisation_id",
            "year_from",
            name=op.f("uq_budget_fund_id_organisation_id_year_from"),
        ),
    )
    op.create_table(
        "consumable_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_consumable_move_some")),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_consumable_move_by_id")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_consumable_move_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["store.id"], name=op.f("fk_consumable_move_store_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consumable_move")),
    )
    op.create_index("ix_consumable_move_at", "consumable_move", ["at"], unique=False)
    op.create_index(
        "ix_consumable_move_product_id", "consumable_move", ["product_id", "store_id"], unique=False
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("prescriber_id", sa.BigInteger(), nullable=False),
        sa.Column("fund_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "waiting_for_approval",
                "sent_back",
                "approved",
                "delivered",
                "cancelled",
                name="orderstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "need",
            sa.Enum(
                "hospital discharge",
                "prevent an admission",
                "end of life",
                "skin integrity",
                "falls prevention",
                "stay independent at home",
                "continuing healthcare",
                "education",
                name="need",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "speed",
            sa.Enum(
                "4 hours",
                "same day",
                "next working day",
                "3 working days",
                "5 working days",
                "7 working days",
                "20 working days (special)",
                name="speed",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("postcode", sa.String(length=8), nullable=False),
        sa.Column("practice_id", sa.BigInteger(), nullable=True),
        sa.Column("body_id", sa.BigInteger(), nullable=True),
        sa.Column("council_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["organisation.id"], name=op.f("fk_orders_body_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_orders_client_id")),
        sa.ForeignKeyConstraint(
            ["council_id"], ["organisation.id"], name=op.f("fk_orders_council_id")
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_orders_fund_id")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["organisation.id"], name=op.f("fk_orders_practice_id")
        ),
        sa.ForeignKeyConstraint(
            ["prescriber_id"], ["staff.id"], name=op.f("fk_orders_prescriber_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("code", name=op.f("uq_orders_code")),
    )
    op.create_index("ix_orders_client_id", "orders", ["client_id"], unique=False)
    op.create_index("ix_orders_prescriber_id", "orders", ["prescriber_id", "status"], unique=False)
    op.create_index("ix_orders_status_placed_at", "orders", ["status", "placed_at"], unique=False)
    op.create_table(
        "partner",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("fund_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("fund_id"), "="),
            (sa.column("organisation_id"), "="),
            (sa.text("daterange(from_on, to_on)"), "&&"),
            using="gist",
            name="partner_once_a_day",
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_partner_fund_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_partner_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
    )
    op.create_table(
        "place",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "clean", "dirty", name="side", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_place_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("code", name=op.f("uq_place_code")),
        sa.UniqueConstraint("id", "side", name=op.f("uq_place_id_side")),
        sa.UniqueConstraint("store_id", "name", name=op.f("uq_place_store_id_name")),
    )
    op.create_table(
        "print_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("printed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(printed_at is null) = (printed_by_id is null)",
            name=op.f("ck_print_run_printed_by_whom"),
        ),
        sa.CheckConstraint(
            "start between 1 and 200", name=op.f("ck_print_run_starts_on_the_sheet")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_print_run_by_id")),
        sa.ForeignKeyConstraint(
            ["printed_by_id"], ["staff.id"], name=op.f("fk_print_run_printed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_run")),
        sa.UniqueConstraint("code", name=op.f("uq_print_run_code")),
    )
    op.create_index("ix_print_run_at", "print_run", ["at"], unique=False)
    op.create_table(
        "remainder",
        sa.Column("fund_id", sa.BigInteger(), nullable=False),
        sa.Column("shares", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("owed", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_remainder_fund_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_remainder_organisation_id")
        ),
        sa.PrimaryKeyConstraint("fund_id", "shares", "organisation_id", name=op.f("pk_remainder")),
    )
    op.create_table(
        "rule",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("fund_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.BigInteger(), nullable=False),
        sa.Column("care_class", sa.String(length=40), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("fund_id"), "="),
            (sa.column("position"), "="),
            (sa.text("daterange(from_on, to_on)"), "&&"),
            using="gist",
            name="one_rule_a_position_a_day",
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_rule_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule")),
        sa.UniqueConstraint(
            "fund_id", "name", "rule_version", name=op.f("uq_rule_fund_id_name_rule_version")
        ),
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("fund_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "equipment",
                "delivery",
                "collection",
                "cleaning",
                "repair",
                "test",
                "credit",
                "adjustment",
                "reversal",
                name="entrykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("product_group", sa.Text(), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("arithmetic", sa.Text(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("parked_because", sa.Text(), nullable=False),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_entry_by_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_entry_fund_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["entry.id"], name=op.f("fk_entry_reverses_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_entry_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("fund_id", "source", "kind", name="uq_entry_cause"),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_entry_reverses_id")),
    )
    op.create_index("ix_entry_fund_id_on", "entry", ["fund_id", "on"], unique=False)
    op.create_index("ix_entry_subject", "entry", ["subject"], unique=False)
    op.create_table(
        "item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("giai", sa.String(length=30), nullable=False),
        sa.Column("serial", sa.String(length=40), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "ordered",
                "available",
                "allocated",
                "picked",
                "out_for_delivery",
                "on_loan",
                "collection_booked",
                "collected",
                "quarantine",
                "inspected",
                "decontaminated",
                "repaired",
                "tested",
                "on_hold",
                "scrapped",
                "stripped",
                "lost",
                "written_off",
                "returned_to_owner",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "side",
            sa.Enum(
                "clean", "dirty", name="side", native_enum=False, create_constraint=True, length=40
            ),
            sa.Computed(
                "case when status in ('collected', 'inspected', 'on_hold', 'quarantine') then 'dirty' else 'clean' end",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.Column("acquired_on", sa.Date(), nullable=True),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("times_lent", sa.BigInteger(), nullable=False),
        sa.Column("recycled", sa.Boolean(), nullable=False),
        sa.Column("needs_cleaning", sa.Boolean(), nullable=False),
        sa.Column("needs_repair", sa.Boolean(), nullable=False),
        sa.Column("loler_due_on", sa.Date(), nullable=True),
        sa.Column("pat_due_on", sa.Date(), nullable=True),
        sa.Column("service_due_on", sa.Date(), nullable=True),
        sa.Column("hold_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(hold_reason is null) = (status <> 'on_hold')", name=op.f("ck_item_held_for_a_reason")
        ),
        sa.CheckConstraint(
            "not (needs_cleaning and status in ('allocated', 'available', 'decontaminated', 'out_for_delivery', 'picked', 'repaired', 'tested'))",
            name=op.f("ck_item_not_clean_without_a_record"),
        ),
        sa.CheckConstraint(
            "place_id is not null or status not in ('allocated', 'available', 'decontaminated', 'inspected', 'on_hold', 'picked', 'quarantine', 'repaired', 'tested')",
            name=op.f("ck_item_stands_somewhere"),
        ),
        sa.CheckConstraint(
            "place_id is null or status in ('allocated', 'available', 'collected', 'decontaminated', 'inspected', 'on_hold', 'out_for_delivery', 'picked', 'quarantine', 'repaired', 'tested')",
            name=op.f("ck_item_gone_leaves"),
        ),
        sa.CheckConstraint("length(giai) <= 30", name=op.f("ck_item_giai_is_gs1")),
        sa.CheckConstraint("paid >= 0", name=op.f("ck_item_paid_not_negative")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_item_owner_id")),
        sa.ForeignKeyConstraint(
            ["place_id", "side"], ["place.id", "place.side"], name=op.f("fk_item_place_id_side")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_item_place_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_item_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("code", name=op.f("uq_item_code")),
        sa.UniqueConstraint("giai", name=op.f("uq_item_giai")),
        sa.UniqueConstraint("product_id", "serial", name=op.f("uq_item_product_id_serial")),
    )
    op.create_index(
        "ix_item_first_due",
        "item",
        [sa.literal_column("least(loler_due_on, pat_due_on, service_due_on)")],
        unique=False,
    )
    op.create_index(op.f("ix_item_place_id"), "item", ["place_id"], unique=False)
    op.create_index(
        "ix_item_product_id_status",
        "item",
        ["product_id", "status", sa.literal_column("recycled desc"), "since"],
        unique=False,
    )
    op.create_index(
        "ix_item_serial",
        "item",
        [sa.literal_column("upper(serial) text_pattern_ops")],
        unique=False,
    )
    op.create_index("ix_item_status_since", "item", ["status", "since"], unique=False)
    op.create_table(
        "order_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "event",
            sa.Enum(
                "approve_at_once",
                "refer",
                "approve",
                "send_back",
                "complete",
                "cancel",
                name="orderevent",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "was",
            sa.Enum(
                "draft",
                "waiting_for_approval",
                "sent_back",
                "approved",
                "delivered",
                "cancelled",
                name="orderstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "became",
            sa.Enum(
                "draft",
                "waiting_for_approval",
                "sent_back",
                "approved",
                "delivered",
                "cancelled",
                name="orderstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_order_move_by_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_move_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_move")),
    )
    op.create_index("ix_order_move_order_id", "order_move", ["order_id", "id"], unique=False)
    op.create_table(
        "rule_share",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("rule_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "basis",
            sa.Enum(
                "fixed share",
                "GP practice",
                "home address",
                name="basis",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(basis = 'fixed share') = (organisation_id is not null)",
            name=op.f("ck_rule_share_fixed_names_whom"),
        ),
        sa.CheckConstraint("weight > 0", name=op.f("ck_rule_share_weighs_something")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_rule_share_organisation_id")
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_rule_share_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_share")),
    )
    op.create_index(op.f("ix_rule_share_rule_id"), "rule_share", ["rule_id"], unique=False)
    op.create_table(
        "visit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "delivery",
                "collection",
                name="visitkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "out",
                "done",
                "part_done",
                "failed",
                "cancelled",
                name="visitstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("postcode", sa.String(length=8), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("driver_id", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "fail_reason",
            sa.Enum(
                "no access",
                "refused",
                "does not fit",
                "wrong item",
                "in hospital",
                "died",
                name="failreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("unsigned_because", sa.Text(), nullable=False),
        sa.Column("instructions_given", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'delivery') = (order_id is not null)",
            name=op.f("ck_visit_a_delivery_has_its_order"),
        ),
        sa.CheckConstraint(
            "(status = 'failed') = (fail_reason is not null)",
            name=op.f("ck_visit_failed_with_reason"),
        ),
        sa.CheckConstraint(
            "status not in ('done', 'part_done') or finished_at is not null",
            name=op.f("ck_visit_done_when"),
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_visit_client_id")),
        sa.ForeignKeyConstraint(["driver_id"], ["staff.id"], name=op.f("fk_visit_driver_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_visit_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("code", name=op.f("uq_visit_code")),
    )
    op.create_index("ix_visit_driver_id", "visit", ["driver_id", "due_on"], unique=False)
    op.create_index("ix_visit_due_on_status", "visit", ["due_on", "status"], unique=False)
    op.create_index(
        "uq_visit_order_open",
        "visit",
        ["order_id"],
        unique=True,
        postgresql_where=sa.text("status in ('planned', 'out')"),
    )
    op.create_table(
        "item_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "event",
            sa.Enum(
                "receive",
                "allocate",
                "release",
                "pick",
                "load",
                "bring_back",
                "deliver",
                "book_collection",
                "cancel_collection",
                "collect",
                "book_in",
                "inspect",
                "clean",
                "repair",
                "test",
                "fail_test",
                "put_away",
                "hold",
                "end_hold",
                "scrap",
                "strip",
                "lose",
                "find",
                "write_off",
                "hand_to_owner",
                "move",
                name="event",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "was",
            sa.Enum(
                "ordered",
                "available",
                "allocated",
                "picked",
                "out_for_delivery",
                "on_loan",
                "collection_booked",
                "collected",
                "quarantine",
                "inspected",
                "decontaminated",
                "repaired",
                "tested",
                "on_hold",
                "scrapped",
                "stripped",
                "lost",
                "written_off",
                "returned_to_owner",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "became",
            sa.Enum(
                "ordered",
                "available",
                "allocated",
                "picked",
                "out_for_delivery",
                "on_loan",
                "collection_booked",
                "collected",
                "quarantine",
                "inspected",
                "decontaminated",
                "repaired",
                "tested",
                "on_hold",
                "scrapped",
                "stripped",
                "lost",
                "written_off",
                "returned_to_owner",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("recycled", sa.Boolean(), nullable=False),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_item_move_by_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_move_item_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_item_move_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_move")),
    )
    op.create_index("ix_item_move_at", "item_move", ["at"], unique=False)
    op.create_index(
        "ix_item_move_batch",
        "item_move",
        ["because"],
        unique=False,
        postgresql_where=sa.text("event = 'receive'"),
    )
    op.create_index("ix_item_move_event_at", "item_move", ["event", "at"], unique=False)
    op.create_index("ix_item_move_item_id", "item_move", ["item_id", "id"], unique=False)
    op.create_table(
        "item_test",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "LOLER",
                "PAT",
                "service",
                name="testkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_item_test_by_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_test_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_test")),
    )
    op.create_index("ix_item_test_item_id", "item_test", ["item_id", "id"], unique=False)
    op.create_table(
        "label",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("issue", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("product_name", sa.Text(), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "void_reason",
            sa.Enum(
                "damaged or faded",
                "came off",
                "stuck on the wrong item",
                "printed but never stuck on",
                name="voidreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("issue > 0", name=op.f("ck_label_issues_count_from_one")),
        sa.CheckConstraint(
            "num_nonnulls(voided_at, voided_by_id, void_reason) in (0, 3)",
            name=op.f("ck_label_void_with_reason"),
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_label_item_id")),
        sa.ForeignKeyConstraint(["run_id"], ["print_run.id"], name=op.f("fk_label_run_id")),
        sa.ForeignKeyConstraint(["voided_by_id"], ["staff.id"], name=op.f("fk_label_voided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label")),
        sa.UniqueConstraint("item_id", "issue", name=op.f("uq_label_item_id_issue")),
    )
    op.create_index("ix_label_run_id", "label", ["run_id"], unique=False)
    op.create_table(
        "order_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.Column("allocated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "item_id is null or quantity = 1", name=op.f("ck_order_line_one_item_a_line")
        ),
        sa.CheckConstraint("quantity between 1 and 999", name=op.f("ck_order_line_some")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_order_line_item_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_line_order_id")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_order_line_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
    )
    op.create_index("ix_order_line_order_id", "order_line", ["order_id"], unique=False)
    op.create_index(
        "ix_order_line_wanting",
        "order_line",
        ["product_id"],
        unique=False,
        postgresql_where=sa.text("item_id is null and delivered_at is null"),
    )
    op.create_index(
        "uq_order_line_item_open",
        "order_line",
        ["item_id"],
        unique=True,
        postgresql_where=sa.text("delivered_at is null and cancelled_at is null"),
    )
    op.create_table(
        "posting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=True),
        sa.Column("of_weights", sa.BigInteger(), nullable=True),
        sa.Column("carried_in", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_posting_account_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_posting_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
    )
    op.create_index("ix_posting_account_id", "posting", ["account_id", "entry_id"], unique=False)
    op.create_index(op.f("ix_posting_entry_id"), "posting", ["entry_id"], unique=False)
    op.create_table(
        "visit_move",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("visit_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "event",
            sa.Enum(
                "set_out",
                "finish",
                "finish_in_part",
                "fail",
                "cancel",
                name="visitevent",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "was",
            sa.Enum(
                "planned",
                "out",
                "done",
                "part_done",
                "failed",
                "cancelled",
                name="visitstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "became",
            sa.Enum(
                "planned",
                "out",
                "done",
                "part_done",
                "failed",
                "cancelled",
                name="visitstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_visit_move_by_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_move_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_move")),
    )
    op.create_index("ix_visit_move_visit_id", "visit_move", ["visit_id", "id"], unique=False)
    op.create_table(
        "loan",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("fund_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("recycled", sa.Boolean(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lost", sa.Boolean(), nullable=False),
        sa.Column("asked_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "back_reason",
            sa.Enum(
                "no longer needed",
                "died",
                "moved",
                "into care home",
                "replaced",
                "unsuitable",
                "recall",
                "duplicate",
                name="backreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("rule_id", sa.BigInteger(), nullable=True),
        sa.Column("parked_because", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("item_id"), "="),
            (sa.text("tstzrange(began_at, ended_at)"), "&&"),
            using="gist",
            name="no_overlapping_loans",
        ),
        sa.CheckConstraint(
            "(asked_back_at is null) = (back_reason is null)",
            name=op.f("ck_loan_asked_with_reason"),
        ),
        sa.CheckConstraint(
            "ended_at is null or ended_at >= began_at", name=op.f("ck_loan_ends_after_it_began")
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_loan_client_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_loan_fund_id")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_loan_item_id")),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_loan_line_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_loan_product_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_loan_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan")),
        sa.UniqueConstraint("code", name=op.f("uq_loan_code")),
        sa.UniqueConstraint("line_id", name=op.f("uq_loan_line_id")),
    )
    op.create_index(
        "ix_loan_asked_back",
        "loan",
        ["asked_back_at"],
        unique=False,
        postgresql_where=sa.text("ended_at is null and asked_back_at is not null"),
    )
    op.create_index("ix_loan_began_at", "loan", ["began_at"], unique=False)
    op.create_index("ix_loan_client_id", "loan", ["client_id"], unique=False)
    op.create_index("ix_loan_ended_at", "loan", ["ended_at"], unique=False)
    op.create_index(
        "uq_loan_item_open",
        "loan",
        ["item_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "order_check",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "right to order",
                "money limit",
                "safe working load",
                "already has one",
                "goes with what is there",
                "assessment attached",
                "inside the partners' area",
                name="checkkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"], ["order_line.id"], name=op.f("fk_order_check_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_check")),
    )
    op.create_index(op.f("ix_order_check_line_id"), "order_check", ["line_id"], unique=False)
    op.create_table(
        "loan_share",
        sa.Column("loan_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("weight > 0", name=op.f("ck_loan_share_weighs_something")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_loan_share_loan_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_loan_share_organisation_id")
        ),
        sa.PrimaryKeyConstraint("loan_id", "organisation_id", name=op.f("pk_loan_share")),
    )
    op.create_table(
        "return",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("loan_id", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by_id", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "decision",
            sa.Enum(
                "made reusable",
                "scrapped",
                "stripped for parts",
                "lost",
                "handed back to owner",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(decided_at is null) = (decision is null)", name=op.f("ck_return_decided_when")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_return_item_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_return_loan_id")),
        sa.ForeignKeyConstraint(
            ["received_by_id"], ["staff.id"], name=op.f("fk_return_received_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return")),
        sa.UniqueConstraint("code", name=op.f("uq_return_code")),
        sa.UniqueConstraint("loan_id", name=op.f("uq_return_loan_id")),
    )
    op.create_index("ix_return_decided_at", "return", ["decided_at"], unique=False)
    op.create_index("ix_return_item_id", "return", ["item_id"], unique=False)
    op.create_index(
        "uq_return_item_open",
        "return",
        ["item_id"],
        unique=True,
        postgresql_where=sa.text("decided_at is null"),
    )
    op.create_table(
        "visit_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("visit_id", sa.BigInteger(), nullable=False),
        sa.Column("order_line_id", sa.BigInteger(), nullable=True),
        sa.Column("loan_id", sa.BigInteger(), nullable=True),
        sa.Column("done", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(order_line_id, loan_id) = 1", name=op.f("ck_visit_line_brings_or_fetches")
        ),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_visit_line_loan_id")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_visit_line_order_line_id")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_line_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_line")),
    )
    op.create_index("ix_visit_line_loan_id", "visit_line", ["loan_id"], unique=False)
    op.create_index("ix_visit_line_order_line_id", "visit_line", ["order_line_id"], unique=False)
    op.create_index("ix_visit_line_visit_id", "visit_line", ["visit_id"], unique=False)
    op.create_table(
        "decontamination",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("return_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "detergent wipe",
                "thermal wash",
                "steam",
                "laundry",
                name="cleaning",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_decontamination_by_id")),
        sa.ForeignKeyConstraint(
            ["return_id"], ["return.id"], name=op.f("fk_decontamination_return_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decontamination")),
    )
    op.create_index(
        op.f("ix_decontamination_return_id"), "decontamination", ["return_id"], unique=False
    )
    op.create_table(
        "inspection",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("return_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "condition",
            sa.Enum(
                "good",
                "worn but sound",
                "damaged, worth repairing",
                "beyond economic repair",
                name="condition",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_inspection_by_id")),
        sa.ForeignKeyConstraint(["return_id"], ["return.id"], name=op.f("fk_inspection_return_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
    )
    op.create_index(op.f("ix_inspection_return_id"), "inspection", ["return_id"], unique=False)
    op.create_table(
        "repair",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("return_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=False),
        sa.Column("work", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_repair_by_id")),
        sa.ForeignKeyConstraint(["return_id"], ["return.id"], name=op.f("fk_repair_return_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair")),
    )
    op.create_index(op.f("ix_repair_return_id"), "repair", ["return_id"], unique=False)

    for table in APPEND_ONLY:
        op.execute(
            f"create trigger {table}_append_only before update or delete or truncate on {table} "
            "for each statement execute function refuse_change()"
        )
    op.execute(REFUSE_UNBALANCED)
    op.execute(
        "create constraint trigger posting_balanced after insert on posting deferrable initially "
        "deferred for each row execute function refuse_unbalanced()"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_repair_return_id"), table_name="repair")
    op.drop_table("repair")
    op.drop_index(op.f("ix_inspection_return_id"), table_name="inspection")
    op.drop_table("inspection")
    op.drop_index(op.f("ix_decontamination_return_id"), table_name="decontamination")
    op.drop_table("decontamination")
    op.drop_index("ix_visit_line_visit_id", table_name="visit_line")
    op.drop_index("ix_visit_line_order_line_id", table_name="visit_line")
    op.drop_index("ix_visit_line_loan_id", table_name="visit_line")
    op.drop_table("visit_line")
    op.drop_index(
        "uq_return_item_open", table_name="return", postgresql_where=sa.text("decided_at is null")
    )
    op.drop_index("ix_return_item_id", table_name="return")
    op.drop_index("ix_return_decided_at", table_name="return")
    op.drop_table("return")
    op.drop_table("loan_share")
    op.drop_index(op.f("ix_order_check_line_id"), table_name="order_check")
    op.drop_table("order_check")
    op.drop_index(
        "uq_loan_item_open", table_name="loan", postgresql_where=sa.text("ended_at is null")
    )
    op.drop_index("ix_loan_ended_at", table_name="loan")
    op.drop_index("ix_loan_client_id", table_name="loan")
    op.drop_index("ix_loan_began_at", table_name="loan")
    op.drop_index(
        "ix_loan_asked_back",
        table_name="loan",
        postgresql_where=sa.text("ended_at is null and asked_back_at is not null"),
    )
    op.drop_table("loan")
    op.drop_index("ix_visit_move_visit_id", table_name="visit_move")
    op.drop_table("visit_move")
    op.drop_index(op.f("ix_posting_entry_id"), table_name="posting")
    op.drop_index("ix_posting_account_id", table_name="posting")
    op.drop_table("posting")
    op.drop_index(
        "uq_order_line_item_open",
        table_name="order_line",
        postgresql_where=sa.text("delivered_at is null and cancelled_at is null"),
    )
    op.drop_index(
        "ix_order_line_wanting",
        table_name="order_line",
        postgresql_where=sa.text("item_id is null and delivered_at is null"),
    )
    op.drop_index("ix_order_line_order_id", table_name="order_line")
    op.drop_table("order_line")
    op.drop_index("ix_label_run_id", table_name="label")
    op.drop_table("label")
    op.drop_index("ix_item_test_item_id", table_name="item_test")
    op.drop_table("item_test")
    op.drop_index("ix_item_move_item_id", table_name="item_move")
    op.drop_index("ix_item_move_event_at", table_name="item_move")
    op.drop_index(
        "ix_item_move_batch", table_name="item_move", postgresql_where=sa.text("event = 'receive'")
    )
    op.drop_index("ix_item_move_at", table_name="item_move")
    op.drop_table("item_move")
    op.drop_index(
        "uq_visit_order_open",
        table_name="visit",
        postgresql_where=sa.text("status in ('planned', 'out')"),
    )
    op.drop_index("ix_visit_due_on_status", table_name="visit")
    op.drop_index("ix_visit_driver_id", table_name="visit")
    op.drop_table("visit")
    op.drop_index(op.f("ix_rule_share_rule_id"), table_name="rule_share")
    op.drop_table("rule_share")
    op.drop_index("ix_order_move_order_id", table_name="order_move")
    op.drop_table("order_move")
    op.drop_index("ix_item_status_since", table_name="item")
    op.drop_index("ix_item_serial", table_name="item")
    op.drop_index("ix_item_product_id_status", table_name="item")
    op.drop_index(op.f("ix_item_place_id"), table_name="item")
    op.drop_index("ix_item_first_due", table_name="item")
    op.drop_table("item")
    op.drop_index("ix_entry_subject", table_name="entry")
    op.drop_index("ix_entry_fund_id_on", table_name="entry")
    op.drop_table("entry")
    op.drop_table("rule")
    op.drop_table("remainder")
    op.drop_index("ix_print_run_at", table_name="print_run")
    op.drop_table("print_run")
    op.drop_table("place")
    op.drop_table("partner")
    op.drop_index("ix_orders_status_placed_at", table_name="orders")
    op.drop_index("ix_orders_prescriber_id", table_name="orders")
    op.drop_index("ix_orders_client_id", table_name="orders")
    op.drop_table("orders")
    op.drop_index("ix_consumable_move_product_id", table_name="consumable_move")
    op.drop_index("ix_consumable_move_at", table_name="consumable_move")
    op.drop_table("consumable_move")
    op.drop_table("budget")
    op.drop_index("ix_audit_row_changes", table_name="audit_row", postgresql_using="gin")
    op.drop_index("ix_audit_row_by_id_at", table_name="audit_row")
    op.drop_index("ix_audit_row_at", table_name="audit_row")
    op.drop_table("audit_row")
    op.drop_table("activity_price")
    op.drop_table("account")
    op.drop_index(op.f("ix_succession_successor_id"), table_name="succession")
    op.drop_table("succession")
    op.drop_table("store")
    op.drop_index("uq_staff_email", table_name="staff")
    op.drop_table("staff")
    op.drop_table("product_relation")
    op.drop_index(op.f("ix_product_price_product_id"), table_name="product_price")
    op.drop_table("product_price")
    op.drop_table("product_part")
    op.drop_index(op.f("ix_practice_membership_practice_id"), table_name="practice_membership")
    op.drop_table("practice_membership")
    op.drop_table("postcode_area")
    op.drop_table("fund")
    op.drop_index("ix_client_practice_id", table_name="client")
    op.drop_index("ix_client_name_trgm", table_name="client", postgresql_using="gin")
    op.drop_index("ix_client_council_id", table_name="client")
    op.drop_index("ix_client_body_id", table_name="client")
    op.drop_table("client")
    op.drop_table("submission")
    op.drop_index("ix_sign_in_attempt_origin", table_name="sign_in_attempt")
    op.drop_index("ix_sign_in_attempt_account", table_name="sign_in_attempt")
    op.drop_table("sign_in_attempt")
    op.drop_index("ix_product_name_trgm", table_name="product", postgresql_using="gin")
    op.drop_table("product")
    op.drop_table("organisation")
    op.execute("drop function refuse_unbalanced()")
    op.execute("drop function refuse_change()")

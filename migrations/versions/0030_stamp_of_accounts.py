"""The ledger's accounts stamped, so that a process may keep their numbers."""

from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.execute("""
        create trigger account_stamped
        after insert or update or delete or truncate on account
        for each statement execute function stamp_reference()
    """)
    op.execute("insert into reference_stamp (of_table, stamp) values ('account', gen_random_uuid())")


def downgrade() -> None:
    op.execute("drop trigger account_stamped on account")
    op.execute("delete from reference_stamp where of_table = 'account'")

"""Every store has a GLN: those without get one of ours, drawn."""

import secrets

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    database = op.get_bind()
    taken = set(database.scalars(sa.text("select gln from store where gln is not null")))
    without = database.scalars(sa.text("select id from store where gln is null order by id")).all()
    for store_id in without:
        gln = _drawn(taken)
        taken.add(gln)
        database.execute(
            sa.text("update store set gln = :gln where id = :id"), {"gln": gln, "id": store_id}
        )
    op.alter_column("store", "gln", nullable=False)


def downgrade() -> None:
    op.alter_column("store", "gln", nullable=True)


def _drawn(taken: set[str]) -> str:
    """The company prefix, a number nobody has, and the check digit (weights 3 and 1)."""
    prefix = current_app.config["GS1_COMPANY_PREFIX"]
    room = 12 - len(prefix)
    if room < 1:
        raise SystemExit("The GS1 company prefix leaves no numbers for stores: give each its GLN.")
    while True:
        body = f"{prefix}{secrets.randbelow(10**room):0{room}d}"
        total = sum(int(d) * (3, 1)[i % 2] for i, d in enumerate(reversed(body)))
        if (gln := f"{body}{-total % 10}") not in taken:
            return gln

"""How PostgreSQL is to plan a page that counts many rows."""

from sqlalchemy import text

from core.db import db

# The pages of a database of this size stand in memory, so one found by an index costs hardly more
# than the next one read; and what is summed is summed without a detour over the disk.
_PLAN = text(
    "select set_config('random_page_cost', '1.1', true), set_config('work_mem', '64MB', true)"
)


def plan_for_counting() -> None:
    """Let the rest of this transaction be planned for counting; nothing outlives it."""
    db.session.execute(_PLAN)

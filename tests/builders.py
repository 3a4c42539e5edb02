"""Plain builders that go through the real actions, so that only reachable states exist."""

import itertools
from datetime import UTC, date, datetime
from typing import Any

from core.db import db
from core.money import Pence
from people.models import Organisation, Staff
from people.rules import Kind, Role

NOON = datetime(2026, 6, 1, 11, tzinfo=UTC)  # noon in London, a Monday
TODAY = date(2026, 6, 1)
_count = itertools.count(1)


def an_organisation(**but: Any) -> Organisation:
    """An organisation that nobody has heard of before."""
    number = next(_count)
    facts: dict[str, Any] = {
        "name": f"Made-up body {number}",
        "kind": Kind.CCG,
        "ods_code": f"X{number:04d}",
        "opened_on": date(2013, 4, 1),
    }
    row = Organisation(**{**facts, **but})
    db.session.add(row)
    db.session.flush()
    return row


def a_member_of_staff(role: Role = Role.WAREHOUSE, **but: Any) -> Staff:
    """Somebody with an account, employed by an organisation of their own."""
    number = next(_count)
    facts: dict[str, Any] = {
        "name": f"Sam Example {number}",
        "email": f"sam{number}@example.test",
        "password_hash": "not a hash",
        "role": role,
        "order_limit": Pence(500_00),
        "session_key": f"{number:032d}",
    }
    if "organisation" not in but:
        facts["organisation"] = an_organisation()
    row = Staff(**{**facts, **but})
    db.session.add(row)
    db.session.flush()
    return row

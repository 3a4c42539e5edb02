"""The audit trail as a page: who did or looked at what, by code."""

from datetime import timedelta
from typing import Any

from flask import request

from core.clock import start_of
from core.codes import read_code
from core.errors import Refused
from people.access import needs, who
from people.blueprint import bp
from people.forms import TrailAsked
from people.models import AuditRow
from people.queries import audit_rows, staff_by_code
from people.rules import May
from web.pages import page
from web.paging import Page, paged


@bp.get("/audit")
@needs(May.SEE_AUDIT)
def audit_trail() -> Any:
    """The trail, the latest first, filtered as the address asks."""
    form = TrailAsked(request.args)
    if not form.validate():
        return _page(form, Page([])), 422
    try:
        by = staff_by_code(read_code(form.by.data), viewer=who()) if form.by.data else None
    except Refused:
        form.by.errors = ["There is no account with this code. Look at it under People."]
        return _page(form, Page([])), 422
    day = form.day.data
    asked = audit_rows(
        who(),
        by=by,
        act=form.act.data or "",
        code=form.code.data or "",
        from_at=start_of(day) if day else None,
        until=start_of(day + timedelta(days=1)) if day else None,
    )
    return _page(form, paged(asked))


def _page(form: TrailAsked, rows: Page[AuditRow]) -> str:
    return page("people/audit.html", form=form, rows=rows)

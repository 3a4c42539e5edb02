"""Who has an account: adding, changing and closing them, and what each role may do."""

from typing import Any

from flask import Response, flash, redirect, request, url_for

from core.clock import now
from core.db import db
from core.errors import Invalid, NotFound, Refused
from people import actions
from people.access import needs, who
from people.blueprint import bp
from people.forms import NewStaffForm, PasswordForm, StaffAsked, StaffForm, StaffSoughtForm
from people.models import Organisation, Staff
from people.queries import employers, organisation_by_any_code, staff_by_code, staff_list
from people.rules import ROLES, May, Role
from web.csvs import csv_answer
from web.pages import page
from web.paging import Page, paged
from web.writes import writes

MOST_FOUND = 50


@bp.get("/people")
@needs(May.KEEP_PEOPLE)
def staff() -> Any:
    """The accounts, filtered as the address asks."""
    form = StaffAsked(request.args)
    if not form.validate():
        return _staff_page(form, Page([])), 422
    role = Role(form.role.data) if form.role.data else None
    asked = staff_list(who(), role=role, closed=bool(form.closed.data))
    if request.args.get("download") == "csv":
        return _staff_file(list(db.session.scalars(asked)))
    return _staff_page(form, paged(asked))


def _staff_page(
    form: StaffAsked, people: Page[Staff], sought: StaffSoughtForm | None = None
) -> str:
    sought = sought or StaffSoughtForm(formdata=None)
    return page("people/staff.html", form=form, sought=sought, people=people)


@bp.post("/people")
@needs(May.KEEP_PEOPLE)
@writes
def find_staff() -> Any:
    """Find accounts by name or e-mail address, closed ones too.

    Posted only so that what was typed stands in no address and no history: it writes nothing.
    """
    form, sought = StaffAsked(formdata=None), StaffSoughtForm()
    if not sought.validate():
        return _staff_page(form, Page([]), sought), 422
    found = staff_list(who(), text=sought.text.data or "", closed=True).limit(MOST_FOUND)
    return _staff_page(form, Page(list(db.session.scalars(found))), sought)


def _staff_file(people: list[Staff]) -> Response:
    heads = ["Code", "Name", "E-mail address", "Role", "Organisation", "Limit in pence", "Open"]
    rows = [
        (
            one.code,
            one.name,
            one.email,
            one.role,
            one.organisation.official_code if one.organisation else "",
            one.order_limit,
            one.active,
        )
        for one in people
    ]
    return csv_answer("people", heads, rows)


@bp.get("/people/new")
@needs(May.KEEP_PEOPLE)
def new_staff() -> Any:
    """The page to open an account on."""
    return _new_page(NewStaffForm())


@bp.post("/people/new")
@needs(May.KEEP_PEOPLE)
@writes
def add_staff() -> Any:
    """Open an account."""
    form = NewStaffForm()
    if not form.validate():
        return _new_page(form), 422
    try:
        added = actions.add_staff(
            **_facts(form),
            email=form.email.data,
            password=form.password.data,
            by=who(),
            at=now(),
        )
    except Refused as why:
        return _new_page(form.refused(why)), why.status
    flash(f"{added.name} can sign in now. Tell them the first password, not by e-mail.")
    return redirect(url_for("people.member", code=added.code), 303)


@bp.get("/people/<code>")
@needs(May.KEEP_PEOPLE)
def member(code: str) -> Any:
    """One account."""
    return _page(staff_by_code(code, viewer=who()))


@bp.post("/people/<code>")
@needs(May.KEEP_PEOPLE)
@writes
def change_staff(code: str) -> Any:
    """Change somebody's name, role, organisation or limit."""
    one, form = staff_by_code(code, viewer=who()), StaffForm()
    if not form.validate():
        return _page(one, form=form), 422
    try:
        actions.change_staff(one, **_facts(form), by=who(), at=now())
    except Refused as why:
        return _page(one, form=form.refused(why)), why.status
    return _done(one, f"{one.name} is changed.")


@bp.post("/people/<code>/password")
@needs(May.KEEP_PEOPLE)
@writes
def set_password(code: str) -> Any:
    """Give somebody a new password."""
    one, form = staff_by_code(code, viewer=who()), PasswordForm()
    if not form.validate():
        return _page(one, password=form), 422
    try:
        actions.set_password(one, form.password.data, by=who(), at=now())
    except Refused as why:
        return _page(one, password=form.refused(why)), why.status
    return _done(one, f"{one.name} has a new password and must sign in again.")


@bp.post("/people/<code>/sessions")
@needs(May.KEEP_PEOPLE)
@writes
def end_sessions(code: str) -> Any:
    """Sign somebody out wherever they are signed in."""
    one = staff_by_code(code, viewer=who())
    actions.end_sessions(one, by=who(), at=now())
    return _done(one, f"{one.name} has been signed out everywhere.")


@bp.post("/people/<code>/close")
@needs(May.KEEP_PEOPLE)
@writes
def close_account(code: str) -> Any:
    """Close an account."""
    one = staff_by_code(code, viewer=who())
    actions.close_account(one, by=who(), at=now())
    return _done(one, f"The account of {one.name} is closed.")


@bp.post("/people/<code>/reopen")
@needs(May.KEEP_PEOPLE)
@writes
def reopen_account(code: str) -> Any:
    """Open a closed account again."""
    one = staff_by_code(code, viewer=who())
    actions.reopen_account(one, by=who(), at=now())
    return _done(one, f"The account of {one.name} is open again.")


@bp.get("/roles")
@needs(May.KEEP_PEOPLE)
def roles() -> Any:
    """What each role may do: the one table that decides it."""
    return page("people/roles.html", roles=list(Role), acts=list(May), table=ROLES)


def _facts(form: StaffForm) -> dict[str, Any]:
    """What a form says of somebody, and nothing that it does not ask for."""
    return {
        "name": form.name.data,
        "role": Role(form.role.data),
        "organisation": _employer(form.organisation.data or ""),
        "order_limit": form.order_limit.pence,
    }


def _as_is(one: Staff) -> dict[str, Any]:
    """What the form shows before anybody has typed."""
    return {
        "name": one.name,
        "role": one.role.value,
        "organisation": one.organisation.official_code if one.organisation else "",
        "order_limit": one.order_limit,
    }


def _employer(code: str) -> Organisation | None:
    if not code:
        return None
    try:
        return organisation_by_any_code(code)
    except NotFound as why:
        raise Invalid(why.sentence, field="organisation") from None


def _new_page(form: NewStaffForm) -> str:
    return page("people/new_staff.html", form=form, employers=employers())


def _page(one: Staff, form: StaffForm | None = None, password: PasswordForm | None = None) -> str:
    return page(
        "people/member.html",
        one=one,
        form=form or StaffForm(None, data=_as_is(one)),
        password=password or PasswordForm(None),
        wrong=next((given for given in (form, password) if given is not None), None),
        employers=employers(),
        allowed=sorted(ROLES.get(one.role, ())),
    )


def _done(one: Staff, sentence: str) -> Any:
    flash(sentence)
    return redirect(url_for("people.member", code=one.code), 303)

"""Signing in and out, and one's own account."""

from typing import Any

from flask import flash, redirect, request, session, url_for
from flask_login import current_user, logout_user

from core.clock import now
from core.errors import Refused
from people import actions, audit
from people.access import open_to_all, signed_in, who
from people.blueprint import bp
from people.forms import OwnPasswordForm, SignInForm
from people.guessing import local_path
from people.models import Staff
from people.rules import ROLES
from people.sessions import begin, login_manager, origin, owner
from web.pages import page
from web.writes import writes


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load(kept: str) -> Staff | None:
    """Whose the session of this request is."""
    return owner(kept, at=now())


@bp.get("/sign-in")
@open_to_all
def sign_in() -> Any:
    """The page to sign in on."""
    if current_user.is_authenticated:
        return redirect(_afterwards(), 303)
    return page("people/sign_in.html", form=SignInForm())


# A failed try is itself a fact to keep. A try during a lock is not: it would let anybody fill the
# database, and it changes nothing about the lock.
@bp.post("/sign-in")
@open_to_all
@writes(keeps=(401,))
def sign_in_now() -> Any:
    """Sign somebody in, or say that address and password do not belong together."""
    form = SignInForm()
    if not form.validate():
        return page("people/sign_in.html", form=form), 422
    try:
        staff = actions.sign_in(form.email.data, form.password.data, origin=origin(), at=now())
    except Refused as why:
        return page("people/sign_in.html", form=form.refused(why)), why.status
    begin(staff, at=now())
    return redirect(_afterwards(), 303)


@bp.post("/sign-out")
@signed_in
@writes
def sign_out() -> Any:
    """End this session."""
    audit.acting(who())
    logout_user()
    session.clear()
    flash("You have signed out.")
    return redirect(url_for("people.sign_in"), 303)


@bp.get("/account")
@signed_in
def account() -> Any:
    """One's own account."""
    return _account(OwnPasswordForm())


@bp.post("/account/password")
@signed_in
@writes(keeps=(401,))
def change_password() -> Any:
    """Change one's own password."""
    form = OwnPasswordForm()
    if not form.validate():
        return _account(form), 422
    try:
        actions.change_own_password(
            who(), form.current.data, form.password.data, origin=origin(), at=now()
        )
    except Refused as why:
        return _account(form.refused(why)), why.status
    begin(who(), at=now())
    flash("Your password is changed. Everywhere else you have been signed out.")
    return redirect(url_for("people.account"), 303)


@bp.post("/account/sessions")
@signed_in
@writes
def sign_out_elsewhere() -> Any:
    """End one's other sessions, on whatever device they are."""
    actions.end_sessions(who(), by=who(), at=now())
    begin(who(), at=now())
    flash("Everywhere else you have been signed out.")
    return redirect(url_for("people.account"), 303)


def _account(form: OwnPasswordForm) -> str:
    mine = sorted(ROLES.get(who().role, ()))
    return page("people/account.html", form=form, staff=who(), allowed=mine)


def _afterwards() -> str:
    """Where the person wanted to be, if that is a page of ours; else the start page."""
    return local_path(request.args.get("next", "")) or "/"

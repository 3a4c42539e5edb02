"""Sessions: they begin at sign-in with nothing of before, and end by rest, by age or by key."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, flash, redirect, request, session, url_for
from flask_login import AnonymousUserMixin, LoginManager, login_user
from sqlalchemy import bindparam, select

from core.db import db
from core.kept import STAMPS, stamps_are
from people.guessing import caller
from people.models import Staff
from people.rules import May


class Nobody(AnonymousUserMixin):  # type: ignore[misc]
    """Whoever has not signed in: may do nothing and works for nobody."""

    name = ""
    role = None
    organisation = None
    organisation_id = None

    def may(self, _what: May) -> bool:
        """Nothing."""
        return False


login_manager = LoginManager()
login_manager.anonymous_user = Nobody
# A phone changes its address between two cells: a session is kept by its keys and its age.
login_manager.session_protection = None

BEGAN, SEEN = "began", "seen"
SEEN_ANEW = 30  # seconds: within them the cookie is not written again


def begin(staff: Staff, *, at: datetime) -> None:
    """Sign somebody in, with a session that holds nothing of the one before."""
    session.clear()
    login_user(staff)
    session[BEGAN] = session[SEEN] = int(at.timestamp())


def origin() -> str:
    """Where the request comes from, as far as that can be believed."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return caller(request.remote_addr, forwarded, current_app.config["TRUSTED_PROXIES"])


# Asked with every request, so it is put together once.
_OWNER = select(Staff, STAMPS).where(Staff.id == bindparam("number"))


def owner(kept: str, *, at: datetime) -> Staff | None:
    """The member of staff a session belongs to, if it lasts; nobody for whatever else it says."""
    number, _, key = str(kept).partition(":")
    if not (number.isascii() and number.isdecimal() and len(number) < 19) or not _lasts(at):
        return None
    found = db.session.execute(_OWNER, {"number": int(number)}).one_or_none()
    if found is None or not found.Staff.active:
        return None
    staff: Staff = found.Staff
    stamps_are(found.stamps)
    return staff if secrets.compare_digest(staff.session_key.encode(), key.encode()) else None


def _lasts(at: datetime) -> bool:
    """Whether the session is neither too old nor rested too long; notes that it was used."""
    moment = int(at.timestamp())
    began, seen = session.get(BEGAN, moment), session.get(SEEN, moment)
    if not (isinstance(began, int) and isinstance(seen, int)):
        return False
    idle = timedelta(minutes=current_app.config["IDLE_MINUTES"])
    whole = current_app.permanent_session_lifetime
    if moment - seen > idle.total_seconds() or moment - began > whole.total_seconds():
        return False
    if BEGAN not in session or moment - seen >= SEEN_ANEW:
        session[BEGAN], session[SEEN] = began, moment
    return True


@login_manager.unauthorized_handler  # type: ignore[untyped-decorator]
def _ask_to_sign_in() -> Any:
    """Lead to the sign-in page, and from there back to where the person wanted to be."""
    if session.get("_user_id") is not None:
        session.clear()
        flash("Your session has ended. Sign in again to go on.", "important")
    wanted = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else None
    if wanted == "/":
        wanted = None
    return redirect(url_for("people.sign_in", next=wanted), 303)

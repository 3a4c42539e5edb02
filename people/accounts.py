"""What is done with accounts: adding, changing and closing them, passwords, signing in."""

import hashlib
import hmac
import re
import secrets
from datetime import datetime
from typing import NoReturn

from flask import current_app
from sqlalchemy import delete, func, select

from core.clock import LONDON
from core.db import add, db, one_at_a_time
from core.errors import Forbidden, Invalid, NotAllowed, Refused
from core.money import LARGEST, Pence
from people.guessing import (
    FAILURES_OF_AN_ACCOUNT,
    FAILURES_OF_AN_ORIGIN,
    REMEMBERED,
    locked_until,
)
from people.models import Organisation, SignInAttempt, Staff
from people.passwords import fits, hashed, outdated, read_password
from people.queries import account_of
from people.rules import May, Role, tidy_name

NO_LIMIT = Pence(0)  # may order nothing without approval
_EMAIL = re.compile(r"[^@\s<>\"(),:;\\]{1,64}@[^@\s<>\"(),:;\\]+\.[^@\s<>\"(),:;\\.]+")


class WrongPassword(Refused):
    """The address and the password do not belong together (401)."""

    status = 401


class TooManyTries(Refused):
    """Guessing is slowed: sign in later (429)."""

    status = 429


def add_staff(
    *,
    name: str,
    email: str,
    password: str,
    role: Role,
    organisation: Organisation | None,
    order_limit: Pence = NO_LIMIT,
    by: Staff | None,
    at: datetime,
) -> Staff:
    """Open an account. Only the very first administrator comes from nobody."""
    if by is None:
        _check_first(role)
    else:
        _check_keeper(by)
    facts = {"name": tidy_name(name), "email": _new_email(email), "role": Role(role)}
    read_password(password, name=name, email=email)
    return add(
        Staff(
            **facts,
            password_hash=hashed(password),
            organisation=organisation,
            order_limit=_limit(order_limit),
            session_key=secrets.token_hex(16),
        )
    )


def change_staff(
    staff: Staff,
    *,
    name: str,
    role: Role,
    organisation: Organisation | None,
    order_limit: Pence,
    by: Staff,
    at: datetime,
) -> None:
    """Change who somebody is to us; it holds from their next request on."""
    _check_keeper(by)
    if role is not staff.role:
        if by.id == staff.id:
            raise NotAllowed(
                "Nobody changes their own role. Ask another administrator.", field="role"
            )
        _check_not_last(staff, "role")
    staff.name, staff.role = tidy_name(name), Role(role)
    staff.organisation, staff.order_limit = organisation, _limit(order_limit)
    db.session.flush()


def set_password(staff: Staff, password: str, *, by: Staff, at: datetime) -> None:
    """Give somebody else a new password; wherever they are signed in, they are no longer."""
    _check_keeper(by)
    if by.id == staff.id:
        raise NotAllowed("Change your own password on the page of your own account.")
    _renew(staff, password)


def change_own_password(
    staff: Staff, current: str, password: str, *, origin: str, at: datetime
) -> None:
    """Change one's own password, knowing the current one; other sessions end."""
    if not _tried(staff.email, staff, current, origin=origin, at=at):
        raise WrongPassword("That is not your current password.", field="current")
    _renew(staff, password)


def end_sessions(staff: Staff, *, by: Staff, at: datetime) -> None:
    """End every session of somebody, wherever they are signed in."""
    if by.id != staff.id:
        _check_keeper(by)
    staff.session_key = secrets.token_hex(16)
    db.session.flush()


def close_account(staff: Staff, *, by: Staff, at: datetime) -> None:
    """Close an account at once. What its owner did stays in their name."""
    _check_keeper(by)
    if by.id == staff.id:
        raise NotAllowed("Nobody closes their own account. Ask another administrator.")
    _check_not_last(staff, None)
    staff.active = False
    end_sessions(staff, by=by, at=at)


def reopen_account(staff: Staff, *, by: Staff, at: datetime) -> None:
    """Open a closed account again, with the password it had."""
    _check_keeper(by)
    staff.active = True
    db.session.flush()


def sign_in(email: str, password: str, *, origin: str, at: datetime) -> Staff:
    """The member of staff an address and a password belong to.

    Every try leaves a row. Raises WrongPassword (401), or TooManyTries (429) while a lock lasts,
    the same and after the same work whether there is such an account or not.
    """
    staff = account_of(email)
    if not _tried(email, staff, password, origin=origin, at=at) or staff is None:
        raise WrongPassword("The e-mail address or the password is not right. Try again.")
    if outdated(staff.password_hash):
        staff.password_hash = hashed(password)
    db.session.flush()
    return staff


def _tried(email: str, staff: Staff | None, password: str, *, origin: str, at: datetime) -> bool:
    """Whether the password is right; the try is kept. Raises TooManyTries without looking."""
    account = account_key(email)
    # Otherwise a hundred guesses at once would be let through before the first is counted.
    one_at_a_time(account, origin)
    _check_locks(account, origin, at)
    kept = staff.password_hash if staff is not None and staff.active else None
    right = fits(kept, password)
    add(SignInAttempt(account=account, origin=origin, at=at, succeeded=right))
    return right


def account_key(email: str) -> str:
    """What stands for an address in the rows of tries: a keyed hash, the same in any case."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    tidy = email.strip().lower().encode("utf-8", "surrogatepass")
    return hmac.new(key, tidy, hashlib.sha256).hexdigest()


def _check_locks(account: str, origin: str, at: datetime) -> None:
    table = SignInAttempt
    since = select(func.max(table.at)).where(table.account == account, table.succeeded)
    last_success = db.session.scalar(since)
    of_account = _failures(at, table.account == account)
    if last_success is not None:
        of_account = [failure for failure in of_account if failure > last_success]
    ends = [
        locked_until(of_account, FAILURES_OF_AN_ACCOUNT),
        locked_until(_failures(at, table.origin == origin), FAILURES_OF_AN_ORIGIN),
    ]
    latest = max((end for end in ends if end is not None), default=None)
    if latest is not None and latest > at:
        _refuse_until(latest, at)


def _failures(at: datetime, condition: object) -> list[datetime]:
    asked = select(SignInAttempt.at).where(
        condition,  # type: ignore[arg-type]
        SignInAttempt.at > at - REMEMBERED,
        ~SignInAttempt.succeeded,
    )
    return list(db.session.scalars(asked))


def _refuse_until(ends: datetime, at: datetime) -> NoReturn:
    minutes = -(-int((ends - at).total_seconds()) // 60) or 1
    wait = "a minute" if minutes == 1 else f"{minutes} minutes"
    clock = ends.astimezone(LONDON).strftime("%H:%M:%S")
    raise TooManyTries(
        f"There have been too many tries. Wait {wait} and try again after {clock}. "
        "If you have forgotten your password, ask an administrator for a new one."
    )


def _check_first(role: Role) -> None:
    someone = select(Staff.id).where(Staff.role == Role.ADMINISTRATOR, Staff.active).limit(1)
    if role is not Role.ADMINISTRATOR or db.session.scalar(someone) is not None:
        raise Forbidden("Only an administrator opens accounts.")


def _check_keeper(by: Staff) -> None:
    if not by.may(May.KEEP_PEOPLE):
        raise Forbidden("Your role does not include keeping accounts. Ask an administrator.")


def _check_not_last(staff: Staff, field: str | None) -> None:
    """Refuse what would leave nobody to keep accounts, also when two try it at once."""
    active = select(Staff).where(Staff.role == Role.ADMINISTRATOR, Staff.active).order_by(Staff.id)
    ids = [row.id for row in db.session.scalars(active.with_for_update(of=Staff))]
    if ids == [staff.id]:
        raise NotAllowed(
            "This is the last administrator. Make somebody else one first.", field=field
        )


def _renew(staff: Staff, password: str) -> None:
    staff.password_hash = hashed(read_password(password, name=staff.name, email=staff.email))
    staff.session_key = secrets.token_hex(16)
    db.session.flush()


def _new_email(email: str) -> str:
    tidy = email.strip()
    if len(tidy) > 200 or not tidy.isprintable() or _EMAIL.fullmatch(tidy) is None:
        raise Invalid("Write an e-mail address, like name@example.nhs.uk.", field="email")
    if account_of(tidy) is not None:
        raise Invalid("There is already an account with this address.", field="email")
    return tidy


def _limit(limit: Pence) -> Pence:
    if not 0 <= limit <= LARGEST:
        raise Invalid("A limit is not less than nothing. Write it like 500.", field="order_limit")
    return limit


def forget_tries(*, before: datetime) -> int:
    """Forget tries to sign in from before a moment; says how many. Locks look back one day."""
    gone = delete(SignInAttempt).where(SignInAttempt.at < before).returning(SignInAttempt.id)
    return len(db.session.execute(gone).all())

"""Who is asking, and the decorators that say who may."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import current_app
from flask_login import current_user

from core.errors import Forbidden
from people.models import Staff
from people.rules import May

F = TypeVar("F", bound=Callable[..., Any])


def who() -> Staff:
    """The member of staff who is signed in. Only inside a view that says who may."""
    return cast(Staff, current_user._get_current_object())


def needs(*what: May) -> Callable[[F], F]:
    """Let in whoever may do any of these; ask others to sign in, or refuse them (403)."""

    def decorate(view: F) -> F:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
            if not any(who().may(one) for one in what):
                raise Forbidden("Your role does not include this. Ask an administrator.")
            return view(*args, **kwargs)

        guarded.needs = what  # type: ignore[attr-defined]
        return cast(F, guarded)

    return decorate


def signed_in(view: F) -> F:
    """Let in anybody who is signed in, whatever their role."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        return view(*args, **kwargs)

    guarded.needs = ()  # type: ignore[attr-defined]
    return cast(F, guarded)


def open_to_all(view: F) -> F:
    """Declare that a view asks nobody who they are."""
    view.needs = None  # type: ignore[attr-defined]
    return view

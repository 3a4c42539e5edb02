"""What no keyboard sends is refused at the door, so that no view has to think of it."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

from core.errors import Forbidden, Refused

F = TypeVar("F", bound=Callable[..., Any])
LONGEST_QUERY = 4_000
# Tab, line feed and carriage return belong to text. GS (1D) stands between the elements of a label
# that a hand scanner reads.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1c\x1e\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Unreadable(Refused):
    """The request is not one that a page of ours would send (400)."""

    status = 400


class TooLong(Refused):
    """The address is longer than any of ours (414)."""

    status = 414


def at_most(count: int) -> Callable[[F], F]:
    """Let a view take a form of at most so many bytes: less than any form of ours may have."""

    def decorate(view: F) -> F:
        view.most_bytes = count  # type: ignore[attr-defined]
        return view

    return decorate


def refuse_what_nobody_types(app: Flask) -> None:
    """Check each request's address and form before any view sees them."""
    app.before_request(_check)


def _check() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if (most := getattr(view, "most_bytes", None)) is not None:
        request.max_content_length = most  # before anything reads the form
    if len(request.query_string) > LONGEST_QUERY:
        raise TooLong("That address is too long. Start from the page's form again.")
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        _from_our_own_page()
    if any(_UNPRINTABLE.search(text) for text in _texts()):
        raise Unreadable(
            "What was sent holds a character that cannot be printed. "
            "Go back, type the text instead of pasting it and send it again."
        )


def _from_our_own_page() -> None:
    """Browsers say whether a form was sent from a page of ours; programs say nothing."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("This form was sent from another site, so nothing was done.")


def _texts() -> list[str]:
    """Every text of the request: path, names and values of query and form, names of files."""
    texts = [request.path]
    for name, value in (*request.args.items(multi=True), *request.form.items(multi=True)):
        texts += (name, value)
    texts += [one.filename or "" for one in request.files.values()]
    return texts

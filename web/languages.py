"""Languages of the pages that anybody may open: which there are, and which a reader is shown.

A page for staff is in English. A view marked `in_languages` is shown in the language that its
address asks for (`?lang=pl`), else in the one the browser prefers, else in English. The catalogues
are `translations/<language>/LC_MESSAGES/messages.po`, made with `make words`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Flask, current_app, has_request_context, request
from flask_babel import Babel

F = TypeVar("F", bound=Callable[..., Any])
CARRIED, LONGEST = ("l", "lang"), 9
CATALOGUES = Path(__file__).parent / "translations"


@dataclass(frozen=True)
class Language:
    """A language as a page says it (`tag`), as its readers call it, and which way it is written."""

    code: str
    tag: str
    name: str
    locale: str
    direction: str = "ltr"
    checked: bool = False  # by somebody who translates for a living


ENGLISH = Language("en", "en-GB", "English", "en_GB", checked=True)
LANGUAGES: dict[str, Language] = {
    one.code: one
    for one in (
        ENGLISH,
        Language("pl", "pl", "Polski", "pl"),
        Language("ar", "ar", "العربية", "ar", "rtl"),
    )
}


def speak(app: Flask) -> None:
    """Let pages be translated, each request into its own language."""
    Babel(
        app,
        default_locale=ENGLISH.locale,
        default_translation_directories=str(CATALOGUES),
        default_timezone="Europe/London",
        locale_selector=lambda: language().locale,
    )
    app.jinja_env.globals.update(language=language, languages=choices)


def in_languages(view: F) -> F:
    """Show a view's pages in the reader's language."""
    view.in_languages = True  # type: ignore[attr-defined]
    return view


def language() -> Language:
    """The language of the page that is being made."""
    if not has_request_context():
        return ENGLISH
    view = current_app.view_functions.get(request.endpoint or "")
    if not getattr(view, "in_languages", False):
        return ENGLISH
    asked = LANGUAGES.get(request.args.get("lang", ""))
    return asked or LANGUAGES[request.accept_languages.best_match(LANGUAGES) or ENGLISH.code]


def choices() -> list[tuple[Language, str]]:
    """Every language, with the address of this same page in it, as seen from this page."""
    return [(one, f"?{urlencode(kept(lang=code))}") for code, one in LANGUAGES.items()]


def kept(**more: str) -> dict[str, Any]:
    """What a reader's way through the public pages carries along: which label, which language."""
    words = ((name, request.args.get(name, "")) for name in CARRIED)
    return {**{name: word[:LONGEST] for name, word in words if word}, **more}

"""Everything a page needs, put into the application."""

from pathlib import Path
from typing import Any

from flask import Flask, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from jinja2 import (
    ChainableUndefined,
    ChoiceLoader,
    FileSystemBytecodeCache,
    FileSystemLoader,
    PackageLoader,
)
from werkzeug.routing import BuildError

from core.clock import now
from web import controls, doors, errors, headers, inputs, languages, logs, static
from web.filters import FILTERS
from web.writes import one_time_key

csrf = CSRFProtect()


def furnish(app: Flask) -> None:
    """Templates, filters, security headers, error pages and static files."""
    _set_limits(app)
    _set_templates(app)
    languages.speak(app)
    headers.give_request_ids(app)
    logs.keep_logs(app)
    inputs.refuse_what_nobody_types(app)
    csrf.init_app(app)
    headers.set_headers(app)
    errors.answer_errors(app)
    app.register_blueprint(static.bp)
    app.register_blueprint(doors.bp)


def _set_limits(app: Flask) -> None:
    """How much a request may carry, and how its forms are checked."""
    # We send no referrer, so there is none to check; Sec-Fetch-Site is checked instead.
    app.config["WTF_CSRF_SSL_STRICT"] = False
    options = dict(app.config.get("SQLALCHEMY_ENGINE_OPTIONS") or {})
    # What people typed must not reach the logs inside a database error's message.
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"hide_parameters": True, **options}


def _set_templates(app: Flask) -> None:
    """Escape everything, and let the design system's templates be found beside ours."""
    app.jinja_options = {
        "autoescape": True,
        "bytecode_cache": _kept_templates(app),
        "undefined": ChainableUndefined,  # the design system's macros ask for what may not be there
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(static.HERE / "templates"), PackageLoader("nhsuk_frontend_jinja")]
    )
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(
        address_of=address_of,
        asset=static.asset,
        attributes=controls.attributes,
        control=controls.control,
        faults=controls.faults,
        menu=_no_menu,
        once=one_time_key,
        right_aligned=controls.right_aligned,
        sentences=controls.sentences,
        this_moment=now,
        told_apart=controls.told_apart,
        viewer=current_user,
    )


def _kept_templates(app: Flask) -> FileSystemBytecodeCache:
    """Where compiled templates are kept, so that no process makes the first visitor wait."""
    place = Path(app.instance_path) / "templates"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return FileSystemBytecodeCache(str(place))


def address_of(endpoint: str, **values: Any) -> str:
    """The address of a page that may not exist: empty where it does not."""
    try:
        return url_for(endpoint, **values)
    except BuildError:
        return ""


def _no_menu() -> list[tuple[str, str]]:
    """An empty menu, for as long as no room above has said what stands in it."""
    return []

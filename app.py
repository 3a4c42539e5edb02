"""The application: configuration, extensions, blueprints, command line; nothing else."""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import Migrate

import board.views
import equipment.views
import funding.views
import labels.batches.views
import labels.depot.views
import labels.public.views
import labels.views
import loans.views
import logistics.requests.views
import logistics.views
import people.views
import reports.views
import returns.campaigns.views
import returns.counting.views
import returns.scanning.offline
import returns.scanning.views
import returns.views
import web.furnish
from core.db import db
from core.engine import database_url, with_driver

ROOT = Path(__file__).parent
BLUEPRINTS = (
    people.views.bp,
    equipment.views.bp,
    funding.views.bp,
    loans.views.bp,
    labels.views.bp,
    labels.batches.views.bp,
    labels.depot.views.bp,
    labels.public.views.bp,
    logistics.views.bp,
    logistics.requests.views.bp,
    returns.views.bp,
    returns.scanning.views.bp,
    returns.scanning.offline.bp,
    returns.counting.views.bp,
    returns.campaigns.views.bp,
    board.views.bp,
    reports.views.bp,
)


def create_app(**settings: Any) -> Flask:
    """The application, with `settings` over what the environment says."""
    app = Flask(__name__, static_folder=None, instance_path=str(ROOT / "instance"))
    Path(app.instance_path).mkdir(exist_ok=True)
    app.config.update(
        BASE_URL=os.environ.get("BASE_URL", "http://localhost:8000"),
        GS1_COMPANY_PREFIX=os.environ.get("GS1_COMPANY_PREFIX", "9521234"),
        SERVICE_NAME=os.environ.get("SERVICE_NAME", "Commonstore"),
        SERVICE_HOURS=os.environ.get("SERVICE_HOURS", "Monday to Friday, 8.30am to 5pm"),
        SERVICE_TELEPHONE=os.environ.get("SERVICE_TELEPHONE", "0115 496 0000"),
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=os.environ.get("BASE_URL", "").startswith("https://"),
        PERMANENT_SESSION_LIFETIME=timedelta(hours=10),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session, so that a form left open still works
    )
    app.config.update(settings)
    if not app.config["SECRET_KEY"]:
        app.config["SECRET_KEY"] = os.environ.get("SECRET_KEY") or _kept_secret(app)
    if "SQLALCHEMY_DATABASE_URI" not in app.config:
        app.config["SQLALCHEMY_DATABASE_URI"] = database_url(Path(app.instance_path))
    app.config["SQLALCHEMY_DATABASE_URI"] = with_driver(app.config["SQLALCHEMY_DATABASE_URI"])
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=False)
    web.furnish.furnish(app)
    people.views.login_manager.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.cli.add_command(people.views.jobs_commands)
    return app


def _kept_secret(app: Flask) -> str:
    """The key that signs sessions, made once and kept under `instance/`."""
    path = Path(app.instance_path) / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return path.read_text()

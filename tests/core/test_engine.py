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
import sys
from pathlib import Path
from core.engine import a_database, own_server
server = own_server(Path(sys.argv[1]))
print(server.get_pid(), a_database(server, "kept"), flush=True)
sys.stdin.read()
"""


def hold(data: Path) -> tuple["subprocess.Popen[str]", int, str]:
    """Another process that asks for the server and keeps it until it is told to end."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", HOLD, str(data)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    with process.stdout:
        pid, url = process.stdout.readline().split()
    return process, int(pid), url


def end(process: "subprocess.Popen[str]") -> None:
    """Let a program go on to its end, if it has not been killed, and wait for it."""
    assert process.stdin is not None
    process.stdin.close()
    process.wait()


def running(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def until(what: "object", seconds: float = 60) -> bool:
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
    first, pid, url = hold(data)
    second, same_pid, _ = hold(data)
    assert same_pid == pid, "two programs, one server"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table kept (word text)")
        connection.execute("insert into kept values ('still here')")

    first.kill()
    end(first)
    assert running(pid), "the other program still needs it"

    os.kill(pid, signal.SIGKILL)  # the server itself dies in the middle of things
    assert until(lambda: not running(pid))
    second.kill()
    end(second)

    third, new_pid, url = hold(data)
    with psycopg.connect(url) as connection:
        assert connection.execute("select word from kept").fetchone() == ("still here",)
    end(third)
    assert until(lambda: not running(new_pid)), "stopped when the last program stopped"


def test_a_configured_database_is_the_one_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/else")
    assert engine.database_url(tmp_path) == "postgresql+psycopg://somewhere/else"
    assert list(tmp_path.iterdir()) == [], "nothing of our own is started"


def test_a_server_that_takes_long_to_repair_itself_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started, real = iter([subprocess.TimeoutExpired("pg_ctl", 10), AssertionError()]), object()

    def slow(_: Path) -> object:
        for not_yet in started:
            raise not_yet
        return real

    monkeypatch.setattr(engine, "get_server", slow)
    assert engine._started(tmp_path) is real

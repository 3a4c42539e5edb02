"""A real server, or a worker on jobs, in a process of its own that a test can kill."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
# As `make run` starts it, one worker; killed with its whole group, as a machine that loses power.
SERVE = """
import sys
from granian import Granian
from granian.constants import Interfaces
Granian("app:create_app", factory=True, address="127.0.0.1", port=int(sys.argv[1]),
        interface=Interfaces.WSGI, workers=1, blocking_threads=2, log_enabled=False).serve()
"""


# As `flask jobs work --once` does it, in pieces of a few charges, when it is told to begin.
WORK = """
import sys
from app import create_app
from funding.activity import actions
from people.jobs.jobs import work
actions.AT_ONCE = 4
with create_app().app_context():
    print("ready", flush=True)
    sys.stdin.readline()
    work(once=True)
"""


class Process:
    """A process on a database, and how to kill it."""

    def __init__(self, script: str, *told: str, url: str, key: str, **pipes: int) -> None:
        known = {"DATABASE_URL": url, "SECRET_KEY": key, "BASE_URL": "http://localhost:8000"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", script, *told],
            cwd=ROOT,
            env={**os.environ, **known},
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **pipes,  # type: ignore[call-overload]
        )

    def kill(self) -> None:
        """Kill it and its workers at once, without a word."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Server(Process):
    """A server on a database."""

    def __init__(self, url: str, key: str) -> None:
        with contextlib.closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        super().__init__(SERVE, str(self.port), url=url, key=key, stdout=subprocess.DEVNULL)

    def wait(self, seconds: int = 30) -> None:
        """Wait until it answers."""
        for _ in range(seconds * 20):
            assert self.process.poll() is None, "the server ended before it answered"
            with contextlib.closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise TimeoutError


class Worker(Process):
    """A worker on a database, which waits to be told to begin."""

    def __init__(self, url: str, key: str) -> None:
        super().__init__(WORK, url=url, key=key, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"ready\n", "the worker did not start"

    def begin(self) -> None:
        """Let it begin to work."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        """Kill it, and let go of what it was told by."""
        super().kill()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


@contextlib.contextmanager
def serving(url: str, key: str) -> Iterator[Server]:
    """A server that answers; gone when the block ends."""
    server = Server(url, key)
    try:
        server.wait()
        yield server
    finally:
        server.kill()


@contextlib.contextmanager
def working(url: str, key: str) -> Iterator[Worker]:
    """A worker that is ready to begin; gone when the block ends."""
    worker = Worker(url, key)
    try:
        yield worker
    finally:
        worker.kill()

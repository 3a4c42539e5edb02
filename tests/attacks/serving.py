"""A real server in a process of its own, that a test can kill."""

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


class Server:
    """A server on a database, and how to kill it."""

    def __init__(self, url: str, key: str) -> None:
        with contextlib.closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        told = {"DATABASE_URL": url, "SECRET_KEY": key, "BASE_URL": "http://localhost:8000"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(self.port)],
            cwd=ROOT,
            env={**os.environ, **told},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def wait(self, seconds: int = 30) -> None:
        """Wait until it answers."""
        for _ in range(seconds * 20):
            assert self.process.poll() is None, "the server ended before it answered"
            with contextlib.closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise TimeoutError

    def kill(self) -> None:
        """Kill it and its workers at once, without a word."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def serving(url: str, key: str) -> Iterator[Server]:
    """A server that answers; gone when the block ends."""
    server = Server(url, key)
    try:
        server.wait()
        yield server
    finally:
        server.kill()

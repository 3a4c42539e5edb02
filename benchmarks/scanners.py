"""People with hand scanners: one connection each, signed in once, scanning without a pause."""

import http.client
import re
import socket
import time
import urllib.parse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass

from benchmarks.lent import PASSWORD
from web.writes import one_time_key

COOKIE = re.compile(rb"set-cookie: ([^;\r]+)", re.IGNORECASE)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class Session:
    """What a signed-in browser sends with every form."""

    cookie: str
    token: str


def sign_in(port: int, email: str) -> Session:
    """Sign in as a person would, and read the scan page's CSRF token."""
    asked, page = _get(port, "/sign-in", "")
    token = _token(page)
    body = urllib.parse.urlencode({"email": email, "password": PASSWORD, "csrf_token": token})
    connection = http.client.HTTPConnection("127.0.0.1", port)
    form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": asked}
    connection.request("POST", "/sign-in", body, form)
    answer = connection.getresponse()
    if answer.status != 303:
        raise SystemExit(f"signing in answered {answer.status}: {answer.read()[:2000]!r}")
    cookie = _cookie(answer) or asked
    kept, page = _get(port, "/scanning", cookie)
    return Session(kept or cookie, _token(page))


def _get(port: int, path: str, cookie: str) -> tuple[str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    return _cookie(answer), answer.read().decode()


def _cookie(answer: http.client.HTTPResponse) -> str:
    return (answer.getheader("Set-Cookie") or "").partition(";")[0]


def _token(page: str) -> str:
    found = TOKEN.search(page)
    if found is None:
        raise SystemExit(f"no form on the page:\n{page[:2000]}")
    return found[1]


def scan_all(
    port: int, hands: Sequence[tuple[Session, Sequence[str]]], seconds: float, processes: int
) -> tuple[float, list[float]]:
    """Let every hand scan its codes for so long; answers scans a second and each one's seconds."""
    begin = time.time() + 2.0
    with ProcessPoolExecutor(processes) as pool:
        shares = [hands[n::processes] for n in range(processes)]
        done = list(
            pool.map(_hands, [port] * processes, shares, [begin] * processes, [seconds] * processes)
        )
    times = [one for share in done for one in share[0]]
    longest = max(share[1] for share in done)
    return len(times) / longest, times


def _hands(
    port: int, hands: Sequence[tuple[Session, Sequence[str]]], begin: float, seconds: float
) -> tuple[list[float], float]:
    with ThreadPoolExecutor(len(hands)) as pool:
        done = list(pool.map(lambda hand: _scan(port, hand[0], hand[1], begin, seconds), hands))
    return [one for times in done for one in times], time.time() - begin


def _scan(
    port: int, session: Session, codes: Sequence[str], begin: float, seconds: float
) -> list[float]:
    times: list[float] = []
    cookie = session.cookie
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        time.sleep(max(0.0, begin - time.time()))
        for code in codes:
            if time.time() - begin > seconds:
                break
            sent = _request(cookie, session.token, code)
            at = time.perf_counter()
            line.sendall(sent)
            status, kept = _answered(line)
            times.append(time.perf_counter() - at)
            if status != 303:
                raise SystemExit(f"a scan answered {status}")
            cookie = kept or cookie  # as a browser does, or it would be written anew each time
    return times


def _request(cookie: str, token: str, code: str) -> bytes:
    body = urllib.parse.urlencode(
        {
            "csrf_token": token,
            "once": one_time_key(),
            "mode": "receive",
            "scanned": f"9521234{code}",
        }
    )
    return (
        "POST /scanning HTTP/1.1\r\nHost: localhost\r\n"
        f"Cookie: {cookie}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def _answered(line: socket.socket) -> tuple[int, str]:
    """The status of one whole answer, and the cookie it gave, if it gave one."""
    got = _more(line)
    while b"\r\n\r\n" not in got:
        got += _more(line)
    head, _, body = got.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    missing = (int(length[1]) if length else 0) - len(body)
    while missing > 0:
        missing -= len(_more(line))
    cookie = COOKIE.search(head)
    return int(head.split(b" ", 2)[1]), cookie[1].decode() if cookie else ""


def _more(line: socket.socket) -> bytes:
    got = line.recv(65536)
    if not got:
        raise SystemExit("the server hung up")
    return got

"""One line a request, and a trace for each bug; no personal data in either.

Addresses are logged as their rule (`/clients/<code>`), never with what was asked for. A trace shows
where and what kind, never the message: messages quote what people typed.
"""

import logging
import sys
import time
from types import TracebackType

from flask import Flask, Response, g, request

from web.headers import request_id

log = logging.getLogger("commonstore")
Raised = tuple[type[BaseException], BaseException, TracebackType | None]


class Discreet(logging.Formatter):
    """Writes exceptions without their messages, and every line with its request's id."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line, with the id of the request it belongs to."""
        record.request_id = request_id() or "-"
        return super().format(record)

    def formatException(self, ei: Raised) -> str:  # type: ignore[override] # noqa: N802
        """Where it happened and what kind it was, down to the first cause."""
        lines: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None:
            lines += [_kind(error), *_places(error.__traceback__)]
            error = error.__cause__ or error.__context__
        return "\n".join(lines)


def _kind(error: BaseException) -> str:
    """The class of an error, and for the database's its state and the constraint it names."""
    cause = getattr(error, "orig", None)
    diagnosis = getattr(cause, "diag", None)
    if diagnosis is None:
        return type(error).__name__
    return f"{type(error).__name__} {diagnosis.sqlstate} {diagnosis.constraint_name or ''}".strip()


def _places(trace: TracebackType | None) -> list[str]:
    lines = []
    while trace is not None:
        code = trace.tb_frame.f_code
        lines.append(f"  {code.co_filename}:{trace.tb_lineno} in {code.co_name}")
        trace = trace.tb_next
    return lines


def keep_logs(app: Flask) -> None:
    """Log each request's rule, status and time."""
    app.logger  # noqa: B018 - Flask makes its handler on first use; ours replaces it
    _write_to_stderr(app)

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def note(response: Response) -> Response:
        if request.endpoint != "web_static.file":
            took = (time.perf_counter() - g.get("began", time.perf_counter())) * 1000
            rule = request.url_rule.rule if request.url_rule else "(no such page)"
            log.info("%s %s %d %.0f ms", request.method, rule, response.status_code, took)
        return response


def _write_to_stderr(app: Flask) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(request_id)s %(message)s"))
    app.logger.handlers = [handler]
    app.logger.propagate = False
    if app.testing or log.handlers:
        return
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False

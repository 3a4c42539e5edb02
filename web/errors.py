"""What a person sees when something is refused or goes wrong: a sentence, and the right status."""

from flask import Flask, current_app, render_template
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException, InternalServerError

from core.db import db
from core.errors import Refused
from web.headers import request_id

TITLES = {
    400: "That could not be read",
    401: "Sign in first",
    403: "You may not do this",
    404: "Page not found",
    405: "That cannot be done here",
    409: "That is not possible now",
    413: "That is too much",
    414: "That address is too long",
    415: "That could not be read",
    422: "That cannot be done",
    429: "Too many tries",
    500: "Something went wrong",
}
SENTENCES = {
    400: "What was sent could not be read. Go back and send the form again.",
    401: "Sign in, then try again.",
    403: "Your role does not include this. Ask an administrator.",
    404: "There is no such page. Check the address, or begin from the start page.",
    405: "That address only answers a form. Begin from the start page.",
    413: "What was sent is too large. Shorten the text and send it again.",
    414: "That address is too long. Start from the page's form again.",
    415: "What was sent could not be read. Go back and send the form again.",
    422: "What was sent could not be read. Go back, check it and send it again.",
    429: "That was tried too often. Wait a few minutes, then try again.",
}
UNKNOWN_FORM = (
    "This form was open too long, or you have signed in or out since. Nothing was done. "
    "Go back, load the page again and send the form once more."
)
UNSTORABLE = (
    "Something typed is longer or larger than can be kept. "
    "Nothing was saved. Go back, shorten it and send it again."
)


def answer_errors(app: Flask) -> None:
    """Answer every refusal and every fault with a page in plain words."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _unknown_form)
    app.register_error_handler(DataError, _unstorable)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(InternalServerError, _broken)


def _page(status: int, sentence: str) -> tuple[str, int]:
    title = TITLES.get(status, TITLES[400])
    return render_template("web/refused.html", title=title, sentence=sentence), status


def _refused(why: Refused) -> tuple[str, int]:
    db.session.rollback()
    return _page(why.status, why.sentence)


def _unknown_form(_error: CSRFError) -> tuple[str, int]:
    return _page(400, UNKNOWN_FORM)


def _unstorable(_error: DataError) -> tuple[str, int]:
    """The database could not take a value: too long, too large, no such day."""
    db.session.rollback()
    return _page(422, UNSTORABLE)


def _http(error: HTTPException) -> HTTPException | tuple[str, int]:
    status = error.code or 500
    if status < 400:
        return error  # a redirect that the router makes
    return _page(status, SENTENCES.get(status, SENTENCES[400]))


def _broken(_error: InternalServerError) -> tuple[str, int]:
    """A bug: nothing is kept, and the page asks nothing of the database that may have failed."""
    db.session.rollback()
    template = current_app.jinja_env.get_template("web/broken.html")
    telephone = current_app.config["SERVICE_TELEPHONE"]
    return template.render(title=TITLES[500], number=request_id(), telephone=telephone), 500

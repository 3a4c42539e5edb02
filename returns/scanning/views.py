"""The scanning page for every mode, the door for what devices have kept, and what is unsettled."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID, uuid4

from flask import Blueprint, Response, current_app, flash, make_response, redirect, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import HTTPException

from core.clock import london_day, now
from core.errors import Forbidden, Refused
from people.access import needs, who
from people.rules import May
from returns.scanning import actions, batches, queries
from returns.scanning.actions import Set
from returns.scanning.acts import ACTS
from returns.scanning.forms import ScanForm, SetAsideForm, offered, read_batch
from returns.scanning.models import Scan
from returns.scanning.rules import MEANS, MUST_HAVE_PLACE, NEEDED, PLACES, Mode, read_mode
from web.furnish import csrf
from web.headers import let_camera
from web.pages import page
from web.paging import paged
from web.writes import writes

NOT_YOUR_MODE = "That mode is not open to you. Choose what the scans mean, then scan again."
bp = Blueprint("scanning", __name__, url_prefix="/scanning", template_folder="../templates")
F = TypeVar("F", bound=Callable[..., Any])


def modes() -> list[Mode]:
    """The modes that are open to whoever is signed in, in the order of their work."""
    me = who()
    mine = [mode for mode in Mode if mode in ACTS and any(me.may(one) for one in NEEDED[mode])]
    return sorted(mine, key=lambda mode: mode is not Mode.LOAD) if _drives() else mine


def _drives() -> bool:
    """Whether the day begins with loading a van, not at the returns desk."""
    return who().may(May.DO_VISITS) and not who().may(May.PLAN_VISITS)


def _mode(asked: str) -> Mode:
    """The mode asked for, where it is open to the person; else their first."""
    mine, wanted = modes(), read_mode(asked)
    return wanted if wanted in mine else mine[0]


def _me() -> dict[str, Any]:
    """Whoever is signed in, as their device knows them: code, name, form token, modes, places."""
    me = who()
    told = [_told(mode) for mode in modes()]
    return {"staff": me.code, "name": me.name, "csrf": generate_csrf(), "modes": told}


def _told(mode: Mode) -> dict[str, Any]:
    found = queries.places_for(mode)
    return {
        "mode": mode.value,
        "title": mode.spoken,
        "means": MEANS[mode],
        "places": offered(found, usual=mode not in MUST_HAVE_PLACE),
        # A store's own label stands for its clean side, where the mode goes there at all.
        "stores": {one.store.gln: one.code for one in found if one.side == min(PLACES[mode])},
    }


@bp.get("")
@needs(May.SEE_ITEMS)
def scan() -> Any:
    """One field for the scanner, and large beside it what the last scan did."""
    mode = _mode(request.args.get("mode", ""))
    form = ScanForm(formdata=None, mode=mode.value, place=request.args.get("place", ""))
    latest = queries.scan_of(request.args.get("seen", ""), viewer=who())
    return _scan_page(form, mode, latest)


def _scan_page(
    form: ScanForm, mode: Mode, latest: Scan | None = None, why: Refused | None = None
) -> Response:
    form.offer(queries.places_for(mode), usual=mode not in MUST_HAVE_PLACE)
    mine = queries.my_scans(viewer=who(), on=london_day(now()))
    typed = form.scanned.data or ""
    shown = page(
        "scanning/scan.html",
        form=form,
        mode=mode,
        modes=modes(),
        me=_me(),
        means=MEANS,
        latest=latest,
        why=why,
        guesses=queries.items_ending_in(typed) if why is not None else [],
        mine=mine,
        taken_back=queries.taken_back(mine),
        waiting=queries.count_to_settle() if who().may(May.MOVE_STOCK) else 0,
    )
    return let_camera(make_response(shown))


@bp.post("")
@needs(May.SEE_ITEMS)
@writes
def scan_now() -> Any:
    """Do what was scanned in the mode and place that are set, and stay here for the next."""
    form = ScanForm()
    mode = _mode(form.mode.data or "")
    if form.mode.data != mode.value:  # never do something else than was meant
        form.mode.data = mode.value
        return _scan_page(form.refused(Forbidden(NOT_YOUR_MODE)), mode), 403
    if request.form.get("undo"):
        return _answer(form, mode, lambda: actions.undo(_uid(form), mode, by=who(), at=now()))
    if not form.validate():
        return _scan_page(form, mode), 422
    place = queries.place_of_code(form.place.data)
    asked = actions.Asked(_uid(form), mode, place, form.scanned.data or "")
    return _answer(form, mode, lambda: actions.scan(asked, by=who(), at=now()))


def _answer(form: ScanForm, mode: Mode, act: Callable[[], Scan | Set]) -> Any:
    try:
        done = act()
    except Refused as why:
        return _scan_page(form.refused(why), mode, why=why), why.status
    place = form.place.data or None
    if isinstance(done, Scan):
        return redirect(url_for(".scan", mode=mode.value, place=place, seen=done.uid.hex), 303)
    flash(done.sentence)
    if done.place is not None:
        place = done.place.code
    elif done.mode is None:
        place = None
    return redirect(url_for(".scan", mode=(done.mode or mode).value, place=place), 303)


def _uid(form: ScanForm) -> UUID:
    """The id of a scan of the page: its form's one-time key, so that its double is known by it."""
    try:
        return UUID(form.once.data)
    except (TypeError, ValueError):
        return uuid4()


def answers_json(view: F) -> F:
    """Answer a device in JSON whatever happens: it follows no redirect and reads no page.

    Whoever is not signed in is told so (401) before anything else, so that their scans are kept.
    """

    @wraps(view)
    def in_json(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return {"sentence": "Sign in, and what you have scanned is sent."}, 401
        try:
            if request.method == "POST" and current_app.config["WTF_CSRF_ENABLED"]:
                csrf.protect()
            return view(*args, **kwargs)
        except Refused as why:
            return {"sentence": why.sentence}, why.status
        except CSRFError:
            return {"sentence": "This page is of another session. Load it anew."}, 400
        except HTTPException as error:
            return {"sentence": "This is more than can be sent at once."}, error.code or 400

    return cast(F, in_json)


@bp.get("/session")
@answers_json
@needs(May.SEE_ITEMS)
def session() -> Any:
    """Who is signed in on this device, the token their scans are sent with, and their modes."""
    return _me()


@bp.post("/scans")
@answers_json
@needs(May.SEE_ITEMS)
@writes
def take_scans() -> Any:
    """Take in what a device has scanned, each scan once, and say what became of each."""
    sent = read_batch(request.get_data())
    answers = batches.take(sent, by=who(), at=now())
    return {"answers": [one.told() for one in answers]}


# It asks for the token itself, once it knows that somebody is signed in.
csrf.exempt(take_scans)


@bp.get("/conflicts")
@needs(May.MOVE_STOCK)
def conflicts() -> Any:
    """Scans that could not be done when they came: who, when, what, and why not."""
    return _conflicts_page(SetAsideForm(formdata=None))


def _conflicts_page(form: SetAsideForm, chosen: str = "", why: Refused | None = None) -> str:
    found = paged(queries.to_settle())
    return page("scanning/conflicts.html", scans=found, form=form, chosen=chosen, why=why)


@bp.post("/conflicts/<uid>/do")
@needs(May.MOVE_STOCK)
@writes
def do_now(uid: str) -> Any:
    """Do a scan now that could not be done when it came."""
    try:
        done = actions.do_now(queries.conflict(uid), by=who(), at=now())
    except Refused as why:
        return _conflicts_page(SetAsideForm(formdata=None), uid, why), why.status
    flash(done.sentence)
    return redirect(url_for(".conflicts"), 303)


@bp.post("/conflicts/<uid>/set-aside")
@needs(May.MOVE_STOCK)
@writes
def set_aside(uid: str) -> Any:
    """Let a scan stay undone, and say why."""
    form = SetAsideForm()
    if not form.validate():
        return _conflicts_page(form, uid), 422
    try:
        actions.set_aside(queries.conflict(uid), form.because.data or "", by=who(), at=now())
    except Refused as why:
        return _conflicts_page(form.refused(why), uid, why), why.status
    flash("Set aside. The scan and the reason are kept.")
    return redirect(url_for(".conflicts"), 303)

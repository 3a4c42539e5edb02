"""Pages of disputes: the list, one dispute with what was said, and raising one."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for

from core.clock import london_day, now
from core.errors import NotFound, Refused
from funding.blueprint import MONEY, bp
from funding.disputes import actions
from funding.disputes.forms import DisputesForm, RaiseForm, SayForm, SettleForm
from funding.disputes.models import Dispute
from funding.disputes.queries import (
    dispute_by_code,
    disputes,
    own_line_of,
    part_of,
    sees_entry,
    standing_dispute,
    waiting,
)
from funding.disputes.rules import DISPUTE_LIFE, THE_KEEPERS, THE_PARTNERS, DisputeEvent
from funding.parking.queries import payers
from funding.queries import entry_by_number, the_fund
from people.access import needs, who
from people.models import Organisation
from people.rules import May
from web.forms import Form
from web.pages import page
from web.paging import paged
from web.writes import writes


def _today() -> date:
    return london_day(now())


@bp.get("/disputes")
@needs(*MONEY)
def dispute_list() -> Any:
    """The disputes somebody may see, the oldest open ones first."""
    form = DisputesForm(request.args)
    readable = form.validate()
    ended = readable and form.which.data == "all"
    return page(
        "funding/disputes.html",
        form=form,
        disputes=paged(disputes(viewer=who(), on=_today(), ended=ended)),
        waiting=waiting(viewer=who(), on=_today()),
    ), 200 if readable else 422


@bp.get("/entries/<int:number>/dispute")
@needs(May.DISPUTE)
def new_dispute(number: int) -> Any:
    """The page to dispute a line on; the dispute itself, where the line is disputed already."""
    entry = entry_by_number(number, viewer=who(), on=_today())
    there = standing_dispute(entry, own_line_of(entry, viewer=who(), on=_today()))
    if there is not None:
        return redirect(url_for("funding.dispute", code=there.code))
    return _raising_page(number, RaiseForm())


def _raising_page(number: int, form: RaiseForm) -> str:
    entry = entry_by_number(number, viewer=who(), on=_today())
    own = own_line_of(entry, viewer=who(), on=_today())
    return page("funding/dispute_new.html", entry=entry, organisation=own, form=form)


@bp.post("/entries/<int:number>/dispute")
@needs(May.DISPUTE)
@writes
def raise_dispute(number: int) -> Any:
    """Dispute one's own part of an entry."""
    form, at = RaiseForm(), now()
    if not form.validate():
        return _raising_page(number, form), 422
    entry = entry_by_number(number, viewer=who(), on=london_day(at))
    try:
        raised = actions.raise_dispute(entry, because=form.because.data or "", by=who(), at=at)
    except NotFound:
        raise
    except Refused as why:
        return _raising_page(number, form.refused(why)), why.status
    flash(f"Entry {number} is disputed. Whoever keeps the agreement will answer.")
    return redirect(url_for("funding.dispute", code=raised.code), 303)


@bp.get("/disputes/<code>")
@needs(*MONEY)
def dispute(code: str) -> Any:
    """One dispute: what is disputed, what was said, what may happen next."""
    return _dispute_page(dispute_by_code(code, viewer=who(), on=_today()))


def _dispute_page(shown: Dispute, form: Form | None = None, failed: str = "") -> str:
    """The page of a dispute; the form that was refused stands where it stood."""
    mine: tuple[DisputeEvent, ...] = THE_PARTNERS if who().may(May.DISPUTE) else ()
    mine += THE_KEEPERS if who().may(May.KEEP_AGREEMENTS) else ()
    may_do = [event for event in DISPUTE_LIFE.events_from(shown.status) if event in mine]
    forms: dict[DisputeEvent, Form] = {event: _form_for(event) for event in may_do}
    if form is not None and failed in forms:
        forms[DisputeEvent(failed)] = form
    return page(
        "funding/dispute.html",
        dispute=shown,
        part=part_of(shown),
        forms=forms,
        form=form,
        words=_WORDS,
        routes=_ROUTES,
        may_see_relaid=shown.relaid_id is not None
        and sees_entry(shown.relaid_id, viewer=who(), on=_today()),
    )


_WORDS = {
    DisputeEvent.ANSWER: ("Answer the partner", "Answer"),
    DisputeEvent.REPLY: ("The answer does not do", "Reply"),
    DisputeEvent.ACCEPT: ("Accept the answer: the charge stands", "Accept the answer"),
    DisputeEvent.WITHDRAW: ("Withdraw the dispute", "Withdraw the dispute"),
    DisputeEvent.SETTLE: ("Settle: take the entry back", "Take the entry back"),
}


_ROUTES = {
    DisputeEvent.ANSWER: "answer_dispute",
    DisputeEvent.REPLY: "reply_to_answer",
    DisputeEvent.ACCEPT: "accept_answer",
    DisputeEvent.WITHDRAW: "withdraw_dispute",
    DisputeEvent.SETTLE: "settle_dispute",
}


def _form_for(event: DisputeEvent) -> Form:
    """The form of an event, with ids that differ from those of the others on the page."""
    prefix = f"{event.value}-"
    if event is DisputeEvent.SETTLE:
        return SettleForm(prefix=prefix).offer(_payers())
    return SayForm(prefix=prefix)


def _payers() -> list[Organisation]:
    return payers(the_fund().id, _today())


def _do(code: str, event: DisputeEvent, act: Callable[[Dispute, Any], str]) -> Any:
    shown = dispute_by_code(code, viewer=who(), on=_today())
    form: Any = _form_for(event)
    if not form.validate():
        return _dispute_page(shown, form, event.value), 422
    try:
        sentence = act(shown, form)
    except NotFound:
        raise
    except Refused as why:
        refused = form.refused(why)
        return _dispute_page(shown, refused, event.value), why.status
    flash(sentence)
    return redirect(url_for("funding.dispute", code=code), 303)


def _saying(act: Callable[..., Dispute], sentence: str) -> Callable[[Dispute, Any], str]:
    def said(shown: Dispute, form: SayForm) -> str:
        act(shown, because=form.because.data or "", by=who(), at=now())
        return sentence

    return said


@bp.post("/disputes/<code>/answer")
@needs(May.KEEP_AGREEMENTS)
@writes
def answer_dispute(code: str) -> Any:
    """Tell the partner why it was charged."""
    return _do(code, DisputeEvent.ANSWER, _saying(actions.answer, "The dispute is answered."))


@bp.post("/disputes/<code>/reply")
@needs(May.DISPUTE)
@writes
def reply_to_answer(code: str) -> Any:
    """Say why the answer does not do."""
    return _do(code, DisputeEvent.REPLY, _saying(actions.reply, "The dispute waits for an answer."))


@bp.post("/disputes/<code>/accept")
@needs(May.DISPUTE)
@writes
def accept_answer(code: str) -> Any:
    """Take the answer: the charge stands."""
    return _do(code, DisputeEvent.ACCEPT, _saying(actions.accept, "The charge stands."))


@bp.post("/disputes/<code>/withdraw")
@needs(May.DISPUTE)
@writes
def withdraw_dispute(code: str) -> Any:
    """Take the dispute back."""
    return _do(code, DisputeEvent.WITHDRAW, _saying(actions.withdraw, "The dispute is withdrawn."))


@bp.post("/disputes/<code>/settle")
@needs(May.KEEP_AGREEMENTS)
@writes
def settle_dispute(code: str) -> Any:
    """Take the disputed entry back, and lay its amount on others where some are named."""
    return _do(code, DisputeEvent.SETTLE, _settled)


def _settled(shown: Dispute, form: SettleForm) -> str:
    numbers = {one.code: one.id for one in _payers()}
    done = actions.settle(
        shown,
        because=form.because.data or "",
        laid_on=form.laid_on(numbers),
        by=who(),
        at=now(),
    )
    anew = f", and laid anew by entry {done.relaid_id}" if done.relaid_id else ""
    return f"Entry {done.entry_id} is taken back by entry {done.reversal_id}{anew}."

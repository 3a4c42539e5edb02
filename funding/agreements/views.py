"""Pages of the agreement: what is in force, and adding partners, rules, prices and budgets."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, redirect, url_for
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from core.clock import financial_year, london_day, now
from core.errors import Refused
from funding import actions
from funding.agreements.forms import BudgetForm, PartnerForm, PriceForm, RuleForm
from funding.agreements.queries import (
    host_on,
    may_be_named,
    may_join,
    prices,
    rule_rows,
    signed,
    stock_model_on,
)
from funding.blueprint import MONEY, bp
from funding.forms import named
from funding.queries import budgets, the_fund
from funding.rules import EntryKind
from people.access import needs, who
from people.queries import organisation_by_code
from people.rules import May
from web.forms import Form
from web.pages import page
from web.writes import writes


@bp.get("/agreements")
@needs(*MONEY)
def agreements() -> Any:
    """Partners, rules, prices and budgets, as they hold today and as they held."""
    fund, on = the_fund(), london_day(now())
    year_from, _ = financial_year(on)
    return page(
        "funding/agreements.html",
        fund=fund,
        host=host_on(fund, on),
        stock_model=stock_model_on(fund, on),
        on=on,
        signed=signed(fund.id),
        rules=rule_rows(fund.id),
        prices=prices(fund.id),
        year_from=year_from,
        budgets=budgets(year_from, viewer=who(), on=on),
    )


AGREEMENT = ("Agreement", "funding.agreements")
PRICE_LIST = ("Price list", "funding.prices")


def _form_page(title: str, text: str, form: Form, under: tuple[str, str] = AGREEMENT) -> str:
    name, endpoint = under
    crumbs = [("Funding", url_for("funding.overview")), (name, url_for(endpoint))]
    return page("funding/agreed.html", title=title, text=text, form=form, crumbs=crumbs)


def _agree(
    form: Form,
    shown: Callable[[Form], str],
    act: Callable[[Any], str],
    under: tuple[str, str] = AGREEMENT,
) -> Any:
    """Do what a form asks and go where it stands, or show it again with why not."""
    if not form.validate():
        return shown(form), 422
    try:
        sentence = act(form)
    except Refused as why:
        return shown(form.refused(why)), why.status
    flash(sentence)
    return redirect(url_for(under[1]), 303)


def _partner_form() -> PartnerForm:
    form = PartnerForm()
    form.organisation.choices = [
        SelectChoice("", "Choose an organisation"),
        *named(may_join(the_fund().id)),
    ]
    return form


def _partner_page(form: Form) -> str:
    return _form_page("Add a partner", "It pays into the fund from the day you give.", form)


@bp.get("/agreements/partners/new")
@needs(May.KEEP_AGREEMENTS)
def new_partner() -> Any:
    """The page to let an organisation join on."""
    return _partner_page(_partner_form())


@bp.post("/agreements/partners/new")
@needs(May.KEEP_AGREEMENTS)
@writes
def add_partner() -> Any:
    """Let an organisation join the fund."""
    return _agree(_partner_form(), _partner_page, _let_join)


def _let_join(form: PartnerForm) -> str:
    joining = organisation_by_code(form.organisation.data)
    actions.add_partner(the_fund(), joining, from_on=_day(form.from_on), by=who(), at=now())
    return f"{joining.name} is a partner."


def _rule_form() -> RuleForm:
    return RuleForm().offer(may_be_named(the_fund().id))


def _rule_page(form: Form) -> str:
    return _form_page(
        "Add a rule",
        "The first rule that fits a charge decides who pays. Where a part points outside the "
        "partners, the charge is parked for a person to decide.",
        form,
    )


@bp.get("/agreements/rules/new")
@needs(May.KEEP_AGREEMENTS)
def new_rule() -> Any:
    """The page to write a rule on."""
    return _rule_page(_rule_form())


@bp.post("/agreements/rules/new")
@needs(May.KEEP_AGREEMENTS)
@writes
def add_rule() -> Any:
    """Put a rule in force."""
    return _agree(_rule_form(), _rule_page, _put_in_force)


def _put_in_force(form: RuleForm) -> str:
    numbers = {one.code: one.id for one in may_be_named(the_fund().id)}
    rule = actions.add_rule(
        the_fund(),
        position=form.position.data or 0,
        name=form.name.data or "",
        parts=form.parts(numbers),
        care_class=form.care_class.data or None,
        need=form.need.data or None,
        from_on=_day(form.from_on),
        by=who(),
        at=now(),
    )
    return f"“{rule.name}”, version {rule.rule_version}, is agreed."


def _price_page(form: Form) -> str:
    return _form_page("Set a price", "The older price ends the day before.", form, PRICE_LIST)


@bp.get("/agreements/prices/new")
@needs(May.KEEP_AGREEMENTS)
def new_price() -> Any:
    """The page to price an activity on."""
    return _price_page(PriceForm())


@bp.post("/agreements/prices/new")
@needs(May.KEEP_AGREEMENTS)
@writes
def set_price() -> Any:
    """Price an activity."""
    return _agree(PriceForm(), _price_page, _set_price, PRICE_LIST)


def _set_price(form: PriceForm) -> str:
    kind = EntryKind(form.kind.data)
    actions.set_activity_price(
        the_fund(),
        kind,
        form.pence.pence,
        from_on=_day(form.from_on),
        speed=form.speed.data or "",
        by=who(),
        at=now(),
    )
    return f"The price of {kind.value} is agreed."


def _budget_form() -> BudgetForm:
    form = BudgetForm()
    form.organisation.choices = [
        SelectChoice("", "Choose a partner"),
        *named(may_be_named(the_fund().id)),
    ]
    return form


def _budget_page(form: Form) -> str:
    return _form_page("Set a budget", "It replaces what was agreed for that year before.", form)


@bp.get("/agreements/budgets/new")
@needs(May.KEEP_AGREEMENTS)
def new_budget() -> Any:
    """The page to agree a budget on."""
    return _budget_page(_budget_form())


@bp.post("/agreements/budgets/new")
@needs(May.KEEP_AGREEMENTS)
@writes
def set_budget() -> Any:
    """Agree a partner's budget for a year."""
    return _agree(_budget_form(), _budget_page, _set_budget)


def _set_budget(form: BudgetForm) -> str:
    partner = organisation_by_code(form.organisation.data)
    year_from = date(form.year.data or 0, 4, 1)
    actions.set_budget(
        the_fund(), partner, form.pence.pence, year_from=year_from, by=who(), at=now()
    )
    return f"The budget of {partner.name} is agreed."


def _day(field: Any) -> date:
    """The day of a field that has been checked."""
    day: date = field.data
    return day

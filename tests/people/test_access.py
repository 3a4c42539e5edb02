"""Every page of this room asks who you are, and lets in exactly whom the table of roles names."""

import pytest
from flask_login import login_user

from people.menu import MENU, menu
from people.rules import ROLES, May, Role, may
from tests.builders import a_member_of_staff, an_organisation

OPEN = {"people.sign_in", "people.sign_in_now"}


def routes(app):
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("people."):
            for method in rule.methods & {"GET", "POST"}:
                yield rule.endpoint, rule.rule, method


def ask(client, app, endpoint, rule, method):
    kind = "organisation" if rule.startswith("/organisations") else "staff"
    codes = {"organisation": an_organisation().code, "staff": a_member_of_staff().code}
    return client.open(rule.replace("<code>", codes[kind]), method=method)


def test_every_page_declares_whom_it_lets_in_and_every_unsafe_one_writes(app):
    for endpoint, rule, method in routes(app):
        view = app.view_functions[endpoint]
        assert hasattr(view, "needs"), rule
        assert (view.needs is None) == (endpoint in OPEN), rule
        assert getattr(view, "writes", False) == (method == "POST"), rule


@pytest.mark.parametrize("role", Role)
def test_each_role_reaches_what_the_table_names_and_nothing_else(app, as_, role):
    client = as_(role)
    for endpoint, rule, method in routes(app):
        if endpoint in OPEN | {"people.sign_out"}:
            continue
        needed = app.view_functions[endpoint].needs
        allowed = not needed or any(may(role, one) for one in needed)
        status = ask(client, app, endpoint, rule, method).status_code
        assert (status != 403) == allowed, (role, method, rule, status)
        assert status < 500, (role, method, rule)


def test_who_is_not_signed_in_is_asked_to(app):
    for endpoint, rule, method in routes(app):
        if endpoint not in OPEN:
            answer = ask(app.test_client(), app, endpoint, rule, method)
            assert answer.status_code == 303, rule
            assert answer.location.startswith("/sign-in"), rule


def test_the_table_names_every_role_and_gives_everything_to_someone():
    assert set(ROLES) == set(Role)
    assert set().union(*ROLES.values()) == set(May)


def test_nobody_but_administrators_keeps_people_or_reads_the_trail():
    for what in (May.KEEP_PEOPLE, May.SEE_AUDIT):
        assert [role for role in Role if may(role, what)] == [Role.ADMINISTRATOR]


def test_administrators_see_no_client_and_move_no_money():
    mine = ROLES[Role.ADMINISTRATOR]
    assert not mine & {May.SEE_CLIENTS, May.SEE_EVERY_CLIENT, May.ORDER, May.AUTHORISE}


def test_the_board_sees_no_client():
    assert not ROLES[Role.BOARD] & {May.SEE_CLIENTS, May.SEE_EVERY_CLIENT}


@pytest.mark.parametrize("role", Role)
def test_the_menu_leads_nowhere_that_refuses(app, as_, role):
    client = as_(role)
    with app.test_request_context():
        login_user(client.staff)
        addresses = [address for _, address in menu()]
    assert {"/", "/account"} <= set(addresses)
    assert ("/people" in addresses) == (role is Role.ADMINISTRATOR)
    for address in addresses:
        # 404 where the store has nothing of the kind yet, such as a fund.
        assert client.get(address).status_code in (200, 404), address


def test_every_page_of_the_menu_is_there_and_asks_who_you_are(app):
    for endpoint, _ in MENU:
        assert app.view_functions[endpoint].needs is not None, endpoint


def test_who_is_not_signed_in_has_no_menu(app):
    assert 'aria-label="Menu"' not in app.test_client().get("/sign-in").text

"""One team, practice or store on the board's pages: told of where that can give nobody away."""

import csv
import io
import itertools
import re
from datetime import date
from html import unescape

import pytest

from core.clock import now
from core.errors import NotAllowed
from core.money import Pence
from people.rules import Kind, Role
from reports import periods, queries
from reports.queries import Chosen
from reports.rules import Counted
from reports.suppression import rules
from reports.suppression.kinds import Place, PlaceKind
from tests import builders
from tests.reports.story import Pool, noon

APRIL, MAY = date(2026, 4, 8), date(2026, 5, 8)
RANGES = {"first=2026-04&last=2026-04", "first=2026-05&last=2026-05", "first=2026-04&last=2026-05"}
LENT = {"large": (7, 0), "small": (3, 5), "middling": (7, 0)}


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def lend_to_people(pool, count, day, product):
    for _ in range(count):
        pool.client = pool.a_client(pool.client.practice)
        pool.lend(product, day)


@pytest.fixture
def teams(app):
    """Three teams by name; in April one of them lent to three people only."""
    pool = Pool()
    commode = builders.a_product()
    builders.some_items(22, commode, at=noon(date(2026, 4, 1)))
    found = {}
    for name, counts in LENT.items():
        found[name] = builders.an_organisation(name=f"The {name} team", kind=Kind.TRUST)
        pool.prescriber = builders.a_member_of_staff(
            Role.PRESCRIBER, organisation=found[name], order_limit=Pence(10_000_00)
        )
        for count, day in zip(counts, (APRIL, MAY), strict=True):
            lend_to_people(pool, count, day, commode)
    return found


@pytest.fixture
def a_team(app):
    """A team that has ordered nothing."""
    return builders.a_member_of_staff(Role.PRESCRIBER).organisation


def issued(chair, asked):
    """How many loans a view's file says were issued."""
    answer = chair.get(f"/board.csv?{asked}")
    rows = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    whole = (row for row in rows if row["Code"] == "R5" and row["Basis"] == "items")
    return int(next(whole)["Below the line"])


def attack(chair, teams):
    """Every small number that comes of taking views from one another."""
    found = set()
    told = {
        (months, name): issued(chair, f"{months}&employer={team.code}")
        for months in RANGES
        for name, team in teams.items()
    }
    for name in teams:
        for one, other in itertools.permutations(RANGES, 2):
            found.add(told[one, name] - told[other, name])
    for months in RANGES:
        whole = issued(chair, months)
        for some in itertools.chain.from_iterable(
            itertools.combinations(teams, count) for count in range(1, len(teams) + 1)
        ):
            found.add(whole - sum(told[months, name] for name in some))
    return {count for count in {*found, *told.values()} if rules.small(count)}


def test_no_two_views_taken_from_one_another_leave_fewer_than_five(teams, as_, monkeypatch):
    chair = as_(Role.BOARD)
    assert attack(chair, teams) == set()
    monkeypatch.setattr(rules, "hidden", lambda cells, turn="", already=frozenset(): already)
    assert 3 in attack(chair, teams), "without suppression the attack finds the three"


def test_a_team_of_few_people_is_left_out_and_another_with_it(teams, as_):
    chair = as_(Role.BOARD)
    april = {name: issued(chair, f"first=2026-04&last=2026-04&employer={team.code}")
             for name, team in teams.items()}  # fmt: skip
    assert april["small"] == 0
    assert sorted(april.values()) == [0, 0, 7]
    may = f"first=2026-05&last=2026-05&employer={teams['small'].code}"
    assert issued(chair, may) == 5
    assert "none with fewer than five people" in words(chair.get(f"/board?{may}"))

    asked = f"part=below&first=2026-04&last=2026-05&employer={teams['small'].code}"
    said = words(chair.get(f"/board/R5/rows?{asked}"))
    assert "The small team: 5 rows" in said
    assert "May 2026 5 £300.00" in said  # five of £60.00 each, to the nearest hundred
    assert "April" not in said.split("The months that are told")[1]
    file = chair.get(f"/board/R5/rows?{asked}&as=csv").text
    assert file.removeprefix("\ufeff").splitlines() == [
        "Month,Counted,Value in pence", "May 2026,5,30000",
    ]  # fmt: skip
    assert "Nothing was counted" in words(chair.get(f"/board/left-out?{asked}"))


def test_no_query_gives_rows_of_one_team(a_team):
    place = Place(PlaceKind.EMPLOYER, a_team.id, "The team")
    chosen = Chosen(periods.months(APRIL, MAY), None, place=place)
    with pytest.raises(NotAllowed, match="by month and not row by row"):
        queries.rows(chosen, Counted.ISSUED)
    for nothing in (queries.by_group(chosen), queries.by_speed(chosen)):
        assert nothing == {}
    assert queries.by_partner(chosen, MAY) == {}


@pytest.mark.parametrize(
    "beside", ["group=walking", "partner=none", "store={store}", "practice={practice}"]
)
def test_a_team_is_told_of_by_itself(a_team, as_, beside):
    store = builders.a_depot().code
    practice = builders.an_organisation(kind=Kind.PRACTICE).code
    asked = beside.format(store=store, practice=practice)
    for path in ("/board", "/board/R5", "/board/R5/rows"):
        answer = as_(Role.BOARD).get(f"{path}?{asked}&employer={a_team.code}")
        assert answer.status_code == 422, path
        assert "not both" in words(answer)


@pytest.mark.parametrize("beside", ["group=walking", "partner=none", "employer={team}"])
def test_places_side_by_side_are_narrowed_to_months_alone(a_team, as_, beside):
    asked = beside.format(team=a_team.code)
    answer = as_(Role.BOARD).get(f"/board/R5/places?by=practice&{asked}")
    assert answer.status_code == 422
    assert "side by side" in words(answer)


@pytest.mark.parametrize("wrong", ["employer=nonsense", "practice=nonsense", "store=1%27--"])
def test_a_place_there_is_not_is_said_beside_its_filter(app, as_, wrong):
    answer = as_(Role.BOARD).get(f"/board?{wrong}")
    assert answer.status_code == 422
    assert "There is no such" in words(answer)


def test_a_month_under_way_is_not_told_of_one_team(a_team, as_):
    month = f"{now():%Y-%m}"
    answer = as_(Role.BOARD).get(f"/board?first={month}&last={month}&employer={a_team.code}")
    assert answer.status_code == 422
    assert "only in months that are over" in words(answer)


def test_a_store_is_where_the_equipment_was_issued_from(teams, as_):
    chair = as_(Role.BOARD)
    depot = builders.a_depot()
    asked = f"first=2026-04&last=2026-05&store={depot.code}"
    assert issued(chair, asked) == sum(sum(counts) for counts in LENT.values())
    said = words(chair.get(f"/board?{asked}"))
    assert "Visits are of no store" in said
    assert f"{depot.name} 0.00% 0 of 22" in words(
        chair.get("/board/R5/places?by=store&first=2026-04&last=2026-05")
    )


def test_the_choice_is_kept_in_every_address_of_the_page(a_team, as_):
    code = a_team.code
    text = as_(Role.BOARD).get(f"/board?first=2026-04&last=2026-05&employer={code}").text
    links = re.findall(r'href="(/board[^"]*)"', text.split("<main", 1)[1])
    narrowed = [link for link in links if "first=" in link and "/stock/" not in link]
    assert len(narrowed) > 20
    assert all(f"employer={code}" in link for link in narrowed)

"""Practices and employers side by side, and nobody to be told from a place too small."""

import csv
import io
import re
from datetime import date
from html import unescape

import pytest

from people.rules import Kind, Role
from reports.charts import NARROW, WIDE
from reports.funnel.chart import picture
from reports.funnel.placed import Placed, Places
from reports.funnel.rules import Share, Stands, funnel
from reports.measures import MEASURES
from reports.rules import Counted, Tally, figure
from reports.suppression import rules as suppression
from reports.suppression.kinds import PlaceKind
from tests import builders
from tests.reports.story import Pool, noon

APRIL = date(2026, 4, 8)
MONTHS = "first=2026-04&last=2026-05"


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def some_places(*counts):
    shares = [Share(*one) for one in counts]
    whole = funnel(shares)
    made = []
    for number, share in enumerate(shares, 1):
        tallies = {Counted.BACK: Tally(share.top), Counted.ISSUED: Tally(share.bottom)}
        one = figure(MEASURES["C1"], tallies)
        made.append(Placed(f"Place {number}", "", one, share, whole.stands(share)))
    return Places(MEASURES["C1"], PlaceKind.PRACTICE, whole, tuple(made), 0)


@pytest.fixture
def pool(app, monkeypatch):
    """Four people at one practice, three loans back; two at another; one each at two more."""
    monkeypatch.setattr(suppression, "FEWEST", 2)
    pool = Pool()
    commode = builders.a_product()
    builders.some_items(8, commode, at=noon(date(2026, 4, 1)))
    loans = [pool.lend(commode, APRIL)]
    for _ in range(3):
        pool.client = pool.a_client(pool.client.practice)
        loans.append(pool.lend(commode, APRIL))
    for loan in loans[:3]:
        pool.back(loan, date(2026, 4, 20))
    for count in (2, 1, 1):
        practice = builders.an_organisation(kind=Kind.PRACTICE)
        for _ in range(count):
            pool.client = pool.a_client(practice)
            pool.lend(commode, APRIL)
    pool.first = loans[0].line.order.practice
    return pool


def test_practices_stand_side_by_side_and_small_ones_are_left_out(pool, as_):
    chair = as_(Role.BOARD)
    answer = chair.get(f"/board/C1/places?by=practice&{MONTHS}")
    said = words(answer)
    assert "people is left out, sometimes with another one" in said
    assert "have no month with enough" in said
    assert " style=" not in answer.text
    rows = list(csv.DictReader(io.StringIO(
        chair.get(f"/board/C1/places?by=practice&{MONTHS}&as=csv").text.removeprefix("\ufeff")
    )))  # fmt: skip
    told = [row["Below the line"] for row in rows]
    assert told in (["2"], ["4"]), "the two of one person, and one beside them"
    links = re.findall(r'href="(/board/C1/rows\?[^"]*part=below[^"]*)"', answer.text)
    assert f"{told[0]} rows" in words(chair.get(unescape(links[0])))


def test_by_employer_of_whoever_ordered(pool, as_):
    said = words(as_(Role.BOARD).get(f"/board/R5/places?{MONTHS}"))
    assert f"{pool.body.name} 0.00% 0 of 8" in said


def test_measures_that_are_no_share_have_no_such_page(app, as_):
    chair = as_(Role.BOARD)
    for code, status in {"R1": 404, "S2": 404, "S3": 404, "R3": 200, "S1": 200, "X9": 404}.items():
        assert chair.get(f"/board/{code}/places").status_code == status, code
    assert "nothing that may be told" in words(chair.get("/board/C1/places?by=practice"))


def test_who_differs_is_named_and_told_which_way():
    told = some_places((300, 1000), (600, 1000), (610, 1000), (590, 1000))
    assert told.sentence.startswith("Back by now: ")
    assert "Place 1 (low)" in told.sentence
    assert {one.name for one in told.far} >= {"Place 1"}


@pytest.mark.parametrize("frame", [WIDE, NARROW])
@pytest.mark.parametrize("counts", [[(1, 1)], [(0, 30), (30, 30)], [(5, 20), (90_000, 100_000)]])
def test_every_shape_stands_inside_its_frame(counts, frame):
    for shape in picture(some_places(*counts), frame).shapes:
        for x, y in shape.places:
            assert -10 <= x <= frame.width, shape
            assert 0 <= y <= frame.height, shape


def test_a_place_far_out_is_numbered_and_has_a_shape_of_its_own():
    told = some_places((300, 1000), (600, 1000), (610, 1000), (590, 1000))
    shapes = picture(told, WIDE).shapes
    assert "1" in [shape.text for shape in shapes]
    assert told.places[0].stands is Stands.FAR_LOW
    assert any(shape.kind == "area" for shape in shapes)

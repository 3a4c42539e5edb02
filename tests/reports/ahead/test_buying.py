"""Which products need not be bought: cases by hand."""

from dataclasses import replace

from core.money import Pence
from reports.ahead.buying import Line, advice

# 18 out and 12 back in 180 days: in 60 days (30 of lead, 30 until the next look) 6 go, 4 come.
FRAME = Line(
    code="F", name="Frame", group="walking", shelf=5, workshop=2, waiting=0, out=18, back=12,
    least=2, lead_days=30, price=Pence(15_00),
)  # fmt: skip


def but(**changed):
    return replace(FRAME, **changed)


def test_shelf_and_returns_that_cover_what_goes_and_the_least_need_no_purchase():
    assert FRAME.days == 60
    assert (FRAME.will_go, FRAME.will_come, FRAME.left) == (6, 4, 1)
    assert FRAME.covered
    assert (FRAME.spare, FRAME.missing) == (1, 0)
    assert FRAME.not_spent == 90_00  # the six that will go


def test_exactly_enough_is_enough():
    assert but(shelf=4).covered
    assert but(shelf=4).spare == 0


def test_one_fewer_is_short_by_one():
    short = but(shelf=3)
    assert not short.covered
    assert short.missing == 1
    assert short.to_spend == 15_00
    assert short.not_spent is None


def test_a_part_of_an_item_that_is_missing_is_a_whole_one_to_buy():
    assert but(shelf=4, out=19).missing == 1


def test_what_orders_wait_for_counts_as_gone():
    assert but(waiting=2).missing == 1


def test_what_is_in_the_workshop_is_not_counted_twice():
    assert but(workshop=100).left == FRAME.left


def test_a_longer_lead_time_looks_further_ahead():
    assert but(lead_days=150).left == 5 + 12 - 18 - 2


def test_months_of_cover_are_the_shelf_by_what_goes_out_net():
    assert FRAME.cover_in_words == "5.0"  # one a month more goes out than comes back
    assert but(back=18).cover_in_words == "Refills itself"
    assert but(back=30).cover_in_words == "Refills itself"
    assert but(out=0, back=0).cover_in_words == "Nothing goes out"
    assert FRAME.a_month == ("3.0", "2.0")


def test_without_a_price_no_money_is_said():
    assert but(price=None).not_spent is None
    assert but(price=None, shelf=0).to_spend is None
    assert advice([but(price=None)]).not_spent == 0


def test_the_most_money_stands_first_and_sums_are_of_what_is_shown():
    dear = but(code="D", name="Hoist", price=Pence(900_00))
    told = advice([FRAME, dear, but(name="Short", shelf=0), but(name="Bare", shelf=0, least=9)])
    assert [one.name for one in told.covered] == ["Hoist", "Frame"]
    assert told.not_spent == 6 * 915_00
    assert [(one.name, one.missing) for one in told.short] == [("Bare", 11), ("Short", 4)]
    assert told.to_spend == 15 * 15_00


def test_what_nobody_asks_for_stands_by_itself_with_what_its_shelf_is_worth():
    told = advice([but(out=0, back=0)])
    assert (told.covered, told.short) == ((), ())
    assert [one.on_the_shelf for one in told.idle] == [75_00]
    assert not but(out=0, waiting=1).idle


def test_a_product_that_nobody_has_or_wants_is_in_neither_list():
    assert advice([but(shelf=0, out=0, back=0, least=0)]) == advice([])

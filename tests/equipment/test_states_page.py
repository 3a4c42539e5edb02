"""The drawn life cycles are those the program follows."""

from docs.states import PAGE, drawn


def test_the_page_of_states_is_current():
    assert PAGE.read_text() == drawn(), "run: python -m docs.states"

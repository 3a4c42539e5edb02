"""The codes things are called by: drawn, checked, and every slip of a finger caught."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.codes import ALPHABET, LENGTH, check_character, drawn_from, is_code, new_code, read_code
from core.errors import Invalid

CODES = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1).map(
    lambda body: body + check_character(body)
)


@given(CODES)
def test_a_code_is_one(code: str) -> None:
    assert is_code(code)
    assert read_code(code) == code


@given(CODES)
def test_every_single_slip_is_caught(code: str) -> None:
    for place in range(LENGTH):
        for wrong in ALPHABET:
            if wrong != code[place]:
                assert not is_code(code[:place] + wrong + code[place + 1 :])


@given(CODES)
def test_every_swap_of_neighbours_is_caught(code: str) -> None:
    for place in range(LENGTH - 1):
        one, other = code[place], code[place + 1]
        if one != other:
            assert not is_code(code[:place] + other + one + code[place + 2 :])


@given(CODES, st.integers(1, LENGTH - 1), st.sampled_from(" -\t\u00a0"))
def test_case_spaces_and_hyphens_do_not_matter(code: str, place: int, between: str) -> None:
    assert read_code(f" {code[:place].lower()}{between}{code[place:]} ") == code


@given(st.text(max_size=40))
def test_whatever_is_typed_gets_a_code_or_a_sentence(text: str) -> None:
    told = ""
    try:
        told = read_code(text)
    except Invalid as why:
        told = why.sentence
    assert is_code(told) or told.endswith(".")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "eight characters"),
        ("2345678", "eight characters"),
        ("AEIOU234", "“A” is never used"),
        ("22222223", "wrong or two are swapped"),
        ("２３４５６７８９", "is never used"),
    ],
)
def test_what_is_no_code_is_told_why(typed: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_code(typed)


def test_drawn_codes_are_codes_and_differ() -> None:
    drawn = {new_code() for _ in range(2000)}
    assert len(drawn) == 2000
    assert all(is_code(code) for code in drawn)


def test_a_seed_draws_the_same_codes_again_and_only_while_it_lasts() -> None:
    with drawn_from(7):
        first = [new_code() for _ in range(3)]
    with drawn_from(7):
        assert [new_code() for _ in range(3)] == first
    assert new_code() not in first


def test_the_alphabet_has_no_vowel_and_no_look_alike() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 23
    assert not set("AEIOU01LSZBGQ") & set(ALPHABET)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.model.organization_code import ALPHABET, SAMPLE_AREA, check_character, is_valid, sample_code

STANDARD = "91350100M000100Y43"
"""The example of GB 32100-2015."""


def test_example_of_the_standard_is_valid() -> None:
    assert is_valid(STANDARD)
    assert check_character(STANDARD[:17]) == "3"


def test_alphabet_leaves_out_what_looks_like_a_digit() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 31
    assert not set(ALPHABET) & set("IOSVZ")


def test_every_single_wrong_character_is_found() -> None:
    # 31 is prime and no weight is a multiple of it, so no single substitution keeps the sum.
    for place in range(18):
        for character in ALPHABET.replace(STANDARD[place], ""):
            assert not is_valid(STANDARD[:place] + character + STANDARD[place + 1 :])


def test_every_swap_of_neighbours_is_found() -> None:
    for place in range(17):
        left, right = STANDARD[place], STANDARD[place + 1]
        if left != right:
            assert not is_valid(STANDARD[:place] + right + left + STANDARD[place + 2 :])


@pytest.mark.parametrize(
    "code",
    [
        "",
        STANDARD[:17],
        STANDARD + "0",
        STANDARD.lower(),
        " " + STANDARD[1:],
        STANDARD[:17] + "I",
        STANDARD[:8] + "O" + STANDARD[9:],
        STANDARD.replace("3", "３"),
    ],
)
def test_what_is_no_code_is_invalid(code: str) -> None:
    assert not is_valid(code)


@given(st.text(ALPHABET, min_size=17, max_size=17))
def test_exactly_one_check_character_fits(body: str) -> None:
    assert [c for c in ALPHABET if is_valid(body + c)] == [check_character(body)]


@pytest.mark.parametrize("body", ["", STANDARD, STANDARD[:16], STANDARD[:16] + "Z", STANDARD[:16] + "a"])
def test_check_character_refuses(body: str) -> None:
    with pytest.raises(ValueError, match=r"want 17 characters|substring not found"):
        check_character(body)


def test_sample_codes_are_valid_distinct_and_of_no_place() -> None:
    codes = [sample_code(number) for number in (*range(1000), 999_999)]
    assert len(set(codes)) == 1001
    assert all(is_valid(code) and code[2:8] == SAMPLE_AREA for code in codes)


@pytest.mark.parametrize("number", [-1, 10**6])
def test_sample_code_refuses(number: int) -> None:
    with pytest.raises(ValueError, match="outside 0 to 999999"):
        sample_code(number)

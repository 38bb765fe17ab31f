from datetime import date

import pytest

from ledger.errors import Malformed
from ledger.model.registration_number import check_character, registration_number, require_number

NUMBER = registration_number(date(2026, 2, 2), 17)


def test_check_character_of_the_standard() -> None:
    # ISO/IEC 7064 §9, hybrid system MOD 37,36: the example A12425GABC1234002 has the check character M.
    assert check_character("A12425GABC1234002") == "M"


def test_number_is_date_and_sequence() -> None:
    assert NUMBER.startswith("R20260202000017")
    assert len(NUMBER) == 16
    require_number(NUMBER, "number")


@pytest.mark.parametrize("at", range(1, 16))
def test_one_wrong_character_is_found(at: int) -> None:
    for other in "0123456789":
        if other != NUMBER[at]:
            with pytest.raises(Malformed):
                require_number(NUMBER[:at] + other + NUMBER[at + 1 :], "number")


@pytest.mark.parametrize(
    "text", ["", NUMBER[:-1], NUMBER + "0", NUMBER.lower(), "１" * 16, f" {NUMBER}", f"{NUMBER}\n"]
)
def test_refuses_another_form(text: str) -> None:
    with pytest.raises(Malformed):
        require_number(text, "number")


@pytest.mark.parametrize("sequence", [0, 10**6])
def test_refuses_a_sequence_outside_a_day(sequence: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        registration_number(date(2026, 2, 2), sequence)

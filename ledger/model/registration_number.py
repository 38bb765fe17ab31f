"""Registration numbers (登记编号), this ledger's own: `R`, date, sequence, check character; 16 characters.

`contracts/types/RegistrationNumber.sol` gives them. They are never presented as the national code (国家登记码), whose
rule is not known and which is an opaque text.
"""

import re
from datetime import date
from typing import Final

from ledger.errors import Malformed

_FORM: Final = re.compile(r"R([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{6})[0-9A-Z]")
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def check_character(body: str) -> str:
    """The check character of digits and capital letters (ISO/IEC 7064, hybrid system MOD 37,36)."""
    product = 36
    for character in body:
        product = ((product + _ALPHABET.index(character)) % 36 or 36) * 2 % 37
    return _ALPHABET[(37 - product) % 36]


def registration_number(day: date, sequence: int) -> str:
    """The number of the `sequence`-th first application, from 1, of a local day. Requires 1 <= sequence <= 999999."""
    if not 0 < sequence < 10**6:
        raise ValueError(f"sequence {sequence} is outside 1 to 999999")
    body = f"R{day:%Y%m%d}{sequence:06d}"
    return body + check_character(body)


def require_number(text: str, what: str) -> None:
    """Raises Malformed unless the text is a registration number with its right check character."""
    if not _FORM.fullmatch(text):
        raise Malformed(f"{what} {text[:40]!r}: want R, a date as YYYYMMDD, 6 digits and a check character")
    if check_character(text[:-1]) != text[-1]:
        raise Malformed(f"{what} {text}: the check character is wrong: mistyped?")


def is_registration_number(text: str) -> bool:
    """Whether text has the form of a registration number, check character included."""
    try:
        require_number(text, "number")
    except Malformed:
        return False
    return True

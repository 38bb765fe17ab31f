"""Unified social credit codes (统一社会信用代码, GB 32100-2015): 18 characters, the last checks the other 17."""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
SAMPLE_AREA = "119900"
"""An area that does not exist (GB/T 2260), so that a sample code can be nobody's."""


def check_character(body: str) -> str:
    """The check character of the first 17 (GB 32100-2015 §4.3: weights 3^i mod 31).

    Raises ValueError for another length or a character outside the alphabet.
    """
    if len(body) != 17:
        raise ValueError(f"{body!r}: want 17 characters")
    total = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(body))
    return ALPHABET[-total % 31]


def is_valid(code: str) -> bool:
    """Whether length, alphabet and check character are right."""
    return len(code) == LENGTH and all(c in ALPHABET for c in code) and check_character(code[:17]) == code[17]


def sample_code(number: int) -> str:
    """The sample code of a number from 0: valid check character, non-existent area.

    Requires 0 <= number < 10^6.
    """
    if not 0 <= number < 10**6:
        raise ValueError(f"sample number {number} is outside 0 to 999999")
    body = f"11{SAMPLE_AREA}MAX{number:06d}"
    return body + check_character(body)

"""What must never enter call data: identity numbers, mobile numbers, mail addresses, marks of secrecy.

A reverted transaction has published its data too, so this is asked before signing. It finds values, not the names
of fields (身份证号 as a column of a table is public knowledge): those are a reason to look twice, see
`personal_fields`. Full-width digits and usual separators are seen through.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Personal(StrEnum):
    """Kinds of values that are refused; the value is the code of the refusal."""

    IDENTITY_NUMBER = "identity_number"
    MOBILE_NUMBER = "mobile_number"
    MAIL_ADDRESS = "mail_address"
    SECRECY_MARK = "secrecy_mark"


@dataclass(frozen=True, slots=True)
class Finding:
    """One value found in a text, `[start, end)` in characters."""

    kind: Personal
    start: int
    end: int


_FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ＠．－＋", "0123456789Xx@.-+")
# GB 11643-1999 §4: area 6, birth date 8, order 3, check character 1.
_IDENTITY = re.compile(r"(?<![0-9])[1-9]\d{5}[ -]?(?:18|19|20)\d{6}[ -]?\d{3}[\dXx](?![0-9])")
_MOBILE = re.compile(r"(?<![0-9])(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![0-9])")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
# GB/T 9704-2012 §7.2.2: the degree of secrecy is followed by a star and the term.
_SECRECY = re.compile("(?:绝密|机密|秘密)\\s*★")
_WORTH_A_LOOK = re.compile("[0-9０-９]{3}|[@＠★]")
_IDENTIFIER = re.compile("[0-9A-Za-z]+")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_FIELDS = re.compile("身份证|姓名|手机号|护照号|银行卡号|家庭住址")


def findings(text: str) -> list[Finding]:
    """Every value in the text that must not be published, in order; where two overlap, the first kind counts."""
    if not _WORTH_A_LOOK.search(text):
        return []
    plain = text.translate(_FULL_WIDTH)
    found = [_of(Personal.IDENTITY_NUMBER, match) for match in _IDENTITY.finditer(plain) if _is_identity(match.group())]
    found += [_of(Personal.MAIL_ADDRESS, match) for match in _MAIL.finditer(plain)]
    found += [
        _of(Personal.MOBILE_NUMBER, match) for match in _MOBILE.finditer(plain) if not _in_identifier(plain, match)
    ]
    found += [_of(Personal.SECRECY_MARK, match) for match in _SECRECY.finditer(plain)]
    kept: list[Finding] = []
    for finding in found:
        if all(finding.end <= other.start or other.end <= finding.start for other in kept):
            kept.append(finding)
    return sorted(kept, key=lambda finding: finding.start)


def masked(text: str) -> str:
    """The text with every found value replaced by its first character and stars."""
    pieces, at = [], 0
    for finding in findings(text):
        pieces += [text[at : finding.start + 1], "***"]
        at = finding.end
    return "".join(pieces) + text[at:]


def personal_fields(text: str) -> list[str]:
    """Names of personal fields that the text mentions, each once."""
    return list(dict.fromkeys(_FIELDS.findall(text)))


def _of(kind: Personal, match: re.Match[str]) -> Finding:
    return Finding(kind, match.start(), match.end())


def _is_identity(text: str) -> bool:
    number = text.replace(" ", "").replace("-", "")
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[17].upper()


def _in_identifier(text: str, match: re.Match[str]) -> bool:
    """Whether the digits stand inside a long hexadecimal identifier, where they mean nothing."""
    start, end = match.start(), match.end()
    while start > 0 and _IDENTIFIER.fullmatch(text[start - 1]):
        start -= 1
    while end < len(text) and _IDENTIFIER.fullmatch(text[end]):
        end += 1
    token = text[start:end]
    return len(token) >= 16 and bool(re.fullmatch("[0-9a-fA-F]+", token)) and not token.isdigit()

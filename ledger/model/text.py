"""Text as the ledger keeps it: NFC, one kind of blank, no invisible characters.

Single-line fields hold no line break at all, abstracts keep LF. What cannot be seen can mislead (two titles that
look alike, text that reads backwards), so control, bidirectional and zero-width characters are refused by name and
never dropped silently. Both normalizations are idempotent.
"""

import re
import unicodedata

from ledger.errors import Malformed

_BLANKS = re.compile("[\t\r\n\u00a0\u3000 ]+")
_ABSTRACT_BLANKS = str.maketrans({"\t": " ", "\u00a0": " ", "\u3000": " "})

# Unicode categories Cc, Cf (but for visible prepended marks), Zl, Zp, Cs, and U+FFFD, U+FFFE, U+FFFF. LF, and what
# the normalizations turn into blanks, is left to them.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffd-\uffff\ud800-\udfff\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e007f]"
)


class ForbiddenCharacter(Malformed):
    """Text holds a character that cannot be seen. `at` is its position, from 0."""

    def __init__(self, code_point: str, name: str, at: int) -> None:
        super().__init__(f"holds {code_point} ({name}) at position {at}: remove it")
        self.code_point = code_point
        self.name = name
        self.at = at


def single_line(text: str) -> str:
    """The text in NFC, runs of TAB, CR, LF, NBSP, U+3000 and blank as one blank, trimmed.

    Raises ForbiddenCharacter for any other control, bidirectional or zero-width character.
    """
    _refuse_invisible(text)
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip(" ")


def abstract(text: str) -> str:
    """The text in NFC, CRLF and CR as LF, TAB, NBSP and U+3000 as blanks, trimmed of blanks and line feeds.

    Raises ForbiddenCharacter for any other control, bidirectional or zero-width character.
    """
    _refuse_invisible(text)
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return lines.translate(_ABSTRACT_BLANKS).strip(" \n")


def _refuse_invisible(text: str) -> None:
    found = _FORBIDDEN.search(text)
    if found:
        character = found.group()
        name = unicodedata.name(character, "control character" if ord(character) < 0xA0 else "invisible character")
        raise ForbiddenCharacter(f"U+{ord(character):04X}", name, found.start())

"""One field of a form: its name, its Chinese label, and what its value may be."""

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from ledger.errors import Malformed
from ledger.model import organization_code, text

LINE_CHARACTERS = 256
TEXT_CHARACTERS = 2_000
LIST_LINES = 64

_DIGEST = re.compile(r"(?:0x)?([0-9a-f]{64})")
_AREA = re.compile(r"[1-9][0-9]{11}")
_SEPARATORS = re.compile("[\n;；]")


class Kind(Enum):
    """What a value is. Values are strings always; lists have one element a line."""

    LINE = auto()
    TEXT = auto()
    LIST = auto()
    CHOICE = auto()
    ORGANIZATION_CODE = auto()
    AREA = auto()
    DIGEST = auto()
    DATE = auto()


class Visibility(Enum):
    """Who sees a value. A redacted copy of a certificate can withhold any field, whatever is said here."""

    PUBLIC = auto()
    """Shown in the application and its public notice."""
    OPTIONAL = auto()
    """Shown, unless the applicant withholds it."""
    WITHHELD = auto()
    """Never shown by an application: personal, or a digest that could be guessed."""


@dataclass(frozen=True, slots=True)
class FormField:
    """A field. `name` is for programs and stands in the leaf; `label` is what people read."""

    group: str
    name: str
    label: str
    kind: Kind = Kind.LINE
    required: bool = False
    visibility: Visibility = Visibility.OPTIONAL
    choices: tuple[str, ...] = ()
    """The words of the form; an input may give a word or its place in the list, from 1."""
    needed_with: tuple[str, str] | None = None
    """Name and value of another field that makes this one required; an empty value stands for any."""

    @property
    def withheld(self) -> bool:
        """Whether an application withholds it by default."""
        return self.visibility is Visibility.WITHHELD

    def read(self, value: str) -> str:
        """The value as it stands in a leaf, from what a person wrote. Empty means not stated.

        Raises Malformed saying what the field wants.
        """
        if self.kind is Kind.TEXT:
            return _limited(text.abstract(value), TEXT_CHARACTERS)
        if self.kind is Kind.LIST:
            lines = [text.single_line(line) for line in _SEPARATORS.split(value.replace("\r\n", "\n"))]
            lines = list(dict.fromkeys(filter(None, lines)))
            if len(lines) > LIST_LINES:
                raise Malformed(f"{len(lines)} elements, at most {LIST_LINES}")
            return "\n".join(_limited(line, LINE_CHARACTERS) for line in lines)
        line = text.single_line(value)
        return self._line(line) if line else ""

    def _line(self, line: str) -> str:
        if self.kind is Kind.CHOICE:
            return self._choice(line)
        if self.kind is Kind.ORGANIZATION_CODE:
            if not organization_code.is_valid(line.upper()):
                raise Malformed(f"{line!r} is no unified social credit code (18 characters with a check character)")
            return line.upper()
        if self.kind is Kind.AREA:
            code = line.ljust(12, "0") if len(line) in (2, 4, 6, 9) else line
            if not _AREA.fullmatch(code):
                raise Malformed(f"{line!r} is no area code of 12 digits (or its first 2, 4, 6 or 9)")
            return code
        if self.kind is Kind.DIGEST:
            digest = _DIGEST.fullmatch(line.lower())
            if digest is None:
                raise Malformed(f"{line[:80]!r} is no digest of 64 hex digits")
            return "0x" + digest[1]
        if self.kind is Kind.DATE:
            return _date(line)
        return _limited(line, LINE_CHARACTERS)

    def _choice(self, line: str) -> str:
        if line in self.choices:
            return line
        numbers = {str(number): choice for number, choice in enumerate(self.choices, 1)}
        if line in numbers:
            return numbers[line]
        words = "、".join(f"{number} {word}" for number, word in enumerate(self.choices, 1))
        raise Malformed(f"{line[:40]!r} is none of {words}")


def _limited(value: str, characters: int) -> str:
    if len(value) > characters:
        raise Malformed(f"{len(value)} characters, at most {characters}")
    return value


def _date(line: str) -> str:
    # Spreadsheets give a day as midnight.
    day = re.fullmatch(r"(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})日?(?:[ T]00:00(?::00)?)?", line)
    try:
        if day is None:
            raise ValueError
        return date(int(day[1]), int(day[2]), int(day[3])).isoformat()
    except ValueError:
        raise Malformed(f"{line[:40]!r} is no date like 2026-03-01") from None

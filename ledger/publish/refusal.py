"""What is wrong with a file or a row of it, said so that a clerk can mend it.

All bad rows are reported at once. A value is shown shortened, invisible characters by name, and never a personal
value whole.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.errors import Malformed
from ledger.model import personal
from ledger.model.message import Message

_SHOWN_CHARACTERS = 60
_LISTED = 20
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3000\ufeff\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is not published. `row` counts as a spreadsheet does, the header being row 1."""

    file: str
    row: int
    column: str | None
    value: str
    code: str
    why: Message
    what_to_do: Message


@dataclass(frozen=True, slots=True)
class RowWarning:
    """A row that is published and that somebody should look at."""

    file: str
    row: int
    column: str | None
    code: str
    message: Message


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a row; a refusal once file and row are known. `column` None is the row as a whole."""

    column: str | None
    value: str
    code: str
    why: Message
    what_to_do: Message

    def at(self, file: str, row: int) -> Refusal:
        """The refusal of a row."""
        return Refusal(file, row, self.column, self.value, self.code, self.why, self.what_to_do)


class CellRefused(Malformed):
    """A cell cannot be taken; carries its fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.why.en)
        self.fault = fault


class FileRefused(Malformed):
    """A file, mapping or sheet that cannot be used at all. `message` says it in both languages."""

    def __init__(self, file: str, code: str, message: Message) -> None:
        super().__init__(f"{file}: {message.en}")
        self.file = file
        self.code = code
        self.message = Message(str(self), f"{file}：{message.zh}")


def listed(values: Sequence[object], mark: str = ", ") -> str:
    """Values for a message, each as `shown`; of many the first ones, and how many there are."""
    more = f"{mark}… ({len(values)})" if len(values) > _LISTED else ""
    return mark.join(shown(value) for value in values[:_LISTED]) + more


def shown(value: object) -> str:
    """A value for a message: masked, shortened, invisible characters as U+XXXX."""
    head = str(value)[:2000]
    text = _INVISIBLE.sub(lambda match: f"‹U+{ord(match.group()):04X}›", personal.masked(head))
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"

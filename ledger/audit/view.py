"""A question to a contract, and the answer that it must give."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class View:
    """A question to a contract and the answer that it must give: a value, or a struct's members by name."""

    contract: str
    function: str
    arguments: tuple[int | bytes, ...]
    answer: Any
    """A value; a struct's members by name; several values without names as a tuple."""
    table: str | None = None
    """The mirror's table that says the same, and the thing's key in it."""
    key: Any = None

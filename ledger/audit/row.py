"""What rows of every table share."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ledger.audit.acts import NO_DIGEST, Act, code_text
from ledger.audit.book import Book

LAST_SECOND = 253_402_300_799
"""The end of the year 9999: what a clock shows that runs longer."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """The SHA-256 of bytes, or of a list of texts joined by line feeds."""

    digest: bytes

    @classmethod
    def of(cls, value: bytes | Iterable[str]) -> "Hashed":
        """The digest of a value."""
        data = value if isinstance(value, bytes) else "\n".join(value).encode()
        return cls(hashlib.sha256(data).digest())


def span(act: Act) -> dict[str, Any]:
    """Since when a row is true: since this act."""
    return {"from_block": act.block, "to_block": None, "from_time": act.time, "to_time": None}


def digest_or_none(value: bytes) -> bytes | None:
    """A digest; None for the zeros that stand for none."""
    return None if value == NO_DIGEST else value


def instant(seconds: int) -> int:
    """A time as the mirror keeps it."""
    return min(seconds, LAST_SECOND)


def clock(seconds: int) -> int | None:
    """When a clock runs out; None for 0, no clock."""
    return min(seconds, LAST_SECOND) or None


def organization_of(book: Book, act: Act) -> str | None:
    """Code of the organization that the acting account is of, whether or not it may still act."""
    account = book.accounts.get(act.account)
    return code_text(account.organization) if account else None

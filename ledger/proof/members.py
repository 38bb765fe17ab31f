"""Members of a document's objects, taken strictly: exactly these, each of its type."""

from typing import Any

from ledger.errors import Malformed
from ledger.model.ids import from_hex


def members(raw: Any, what: str, **kinds: type) -> dict[str, Any]:
    """An object that has exactly these members. Raises Malformed naming `what`."""
    if not isinstance(raw, dict) or raw.keys() != kinds.keys():
        raise Malformed(f"{what}: want exactly the members {', '.join(kinds)}")
    for name, kind in kinds.items():
        if type(raw[name]) is not kind:
            raise Malformed(f"{what}.{name} is no {kind.__name__}")
    return raw


def count(value: int, what: str, limit: int = 2**53) -> int:
    """A number that is not negative, and less than `limit`. Raises Malformed naming `what`."""
    if not 0 <= value < limit:
        raise Malformed(f"{what} is negative or too large")
    return value


def word(value: Any, what: str) -> bytes:
    """The 32 bytes of a string. Raises Malformed naming `what`."""
    if not isinstance(value, str):
        raise Malformed(f"{what} holds something that is no string")
    return from_hex(value, 32, what)


def any_bytes(value: Any, what: str) -> bytes:
    """The bytes of a string of hex, however many. Raises Malformed naming `what`."""
    if not isinstance(value, str):
        raise Malformed(f"{what} holds something that is no string")
    size = (len(value) - 2) // 2
    if size < 0 or len(value) % 2:
        raise Malformed(f"{what}: want 0x and pairs of hex digits")
    return from_hex(value, size, what)

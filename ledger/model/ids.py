"""Identifiers of the ledger: bytes inside, text at the edges."""

import hashlib
import re
from typing import NewType

from ledger.errors import Malformed

EntryId = NewType("EntryId", bytes)
"""32 bytes."""
Digest = NewType("Digest", bytes)
"""32 bytes, SHA-256."""
Address = NewType("Address", bytes)
"""20 bytes."""

_ENTRY_DOMAIN = hashlib.sha256(b"mulu/entry/1").digest()
LOCAL_CODE_BYTES = 128


def entry_id(provider: str, local_code: str) -> EntryId:
    """SHA-256(SHA-256("mulu/entry/1") ‖ provider, 18 bytes ‖ local code).

    Requires a valid organization code and a local code of 1 to 128 bytes in NFC UTF-8.
    """
    code, local = provider.encode("ascii"), local_code.encode("utf-8")
    if len(code) != 18 or not 0 < len(local) <= LOCAL_CODE_BYTES:
        raise ValueError(f"provider {provider!r} or local code {local_code!r} has the wrong length")
    return EntryId(hashlib.sha256(_ENTRY_DOMAIN + code + local).digest())


def entry_named(text: str) -> EntryId:
    """The id that text names: `0x…`, or PROVIDER/LOCAL-CODE. Raises Malformed."""
    if text.startswith("0x"):
        return EntryId(from_hex(text, 32, "entry id"))
    provider, slash, local_code = text.partition("/")
    try:
        if slash:
            return entry_id(provider, local_code)
    except ValueError:
        pass
    raise Malformed(f"entry {text[:80]!r}: want an id (0x and 64 hex digits), or PROVIDER/LOCAL-CODE")


def to_hex(data: bytes) -> str:
    """Lower-case hex with `0x`."""
    return "0x" + data.hex()


def from_hex(text: str, size: int, what: str) -> bytes:
    """The bytes of lower-case `0x` hex.

    Raises Malformed unless it is exactly `size` bytes.
    """
    # bytes.fromhex alone would skip white space and return fewer bytes.
    if re.fullmatch(r"0x[0-9a-f]*", text) and len(text) == 2 + 2 * size:
        return bytes.fromhex(text[2:])
    raise Malformed(f"{what} {text[:80]!r}: want 0x and {2 * size} lower-case hex digits")

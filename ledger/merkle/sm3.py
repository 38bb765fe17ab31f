"""SM3 (GB/T 32905-2016), and the root of the journal's kind of tree with SM3 in the place of SHA-256.

A certificate carries this root beside the SHA-256 root, for readers whose rules ask for SM3. Nothing on chain rests on
it. The hash is OpenSSL's, reached through hashlib: some builds of OpenSSL come without it, and then this says so.
"""

import hashlib
from collections.abc import Iterable, Sequence

from ledger.errors import Unavailable


def available() -> bool:
    """Whether this Python's OpenSSL computes SM3."""
    try:
        hashlib.new("sm3", usedforsecurity=False)
    except ValueError:
        return False
    return True


def sm3(data: bytes) -> bytes:
    """The digest, 32 bytes. Raises Unavailable where OpenSSL has no SM3."""
    try:
        return hashlib.new("sm3", data, usedforsecurity=False).digest()
    except ValueError as error:
        raise Unavailable(
            "this Python's OpenSSL computes no SM3: use a Python whose OpenSSL (1.1.1 or newer) was built with it"
        ) from error


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf's data: SM3(0x00 ‖ data)."""
    return sm3(b"\x00" + data)


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Root of the tree over leaf hashes, 32 bytes each, in order; nodes are SM3(0x01 ‖ left ‖ right)."""
    level = list(leaf_hashes)
    if not level:
        return sm3(b"")
    while len(level) > 1:
        lone = level[-1:] if len(level) % 2 else []
        level = [sm3(b"\x01" + left + right) for left, right in _pairs(level)] + lone
    return level[0]


def _pairs(level: Sequence[bytes]) -> Iterable[tuple[bytes, bytes]]:
    return zip(level[::2], level[1::2], strict=False)

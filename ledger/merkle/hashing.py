"""Hashes of the tree (RFC 9162 §2.1.1): leaf SHA-256(0x00 ‖ data), node SHA-256(0x01 ‖ left ‖ right).

The two prefixes keep an inner node from passing as a leaf. Pairs are ordered; a lone node is promoted
unhashed.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
"""Root of the tree without leaves: SHA-256 of nothing."""


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf's data."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node from its children, 32 bytes each."""
    return sha256(b"\x01" + left + right).digest()


def parents(nodes: Sequence[bytes]) -> list[bytes]:
    """Hashes of the complete pairs of one level, left to right; a lone last node has no parent here."""
    # The call of node_hash would cost a third of the time of a million leaves.
    return [sha256(b"\x01" + l + r).digest() for l, r in zip(nodes[::2], nodes[1::2], strict=False)]  # noqa: E741


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Root of the tree over leaf hashes, 32 bytes each, in order."""
    level = list(leaf_hashes)
    if not level:
        return EMPTY_ROOT
    while len(level) > 1:
        lone = level[-1:] if len(level) % 2 else []
        level = parents(level) + lone
    return level[0]


def require_hashes(hashes: Sequence[bytes]) -> None:
    """Raises ValueError unless each is 32 bytes long: a short one would hash to a plausible wrong root."""
    lengths = set(map(len, hashes)) - {HASH_BYTES}
    if lengths:
        raise ValueError(f"hash of {min(lengths)} bytes: want {HASH_BYTES}")

"""The right edge of a tree, which is all that appending needs, and whole small trees in memory.

A tree of any size is a row of perfect subtrees, one for each bit of its size, largest first. Their roots
are the *peaks*; the root folds them from the right (RFC 9162 §2.1.2).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Self

from ledger.merkle.hashing import EMPTY_ROOT, node_hash, parents, require_hashes

Nodes = Callable[[int, int], bytes]
"""(level, index) → hash of the perfect subtree of the leaves [index·2^level, (index + 1)·2^level)."""


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree of `size` leaves.

    `peaks`: roots of its perfect subtrees, largest first, one for each set bit of `size`.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise ValueError(f"{len(self.peaks)} peaks do not make a tree of size {self.size}")

    @classmethod
    def of(cls, size: int, edge: dict[int, bytes]) -> Self:
        """The edge from nodes by level; levels whose bit of the size is clear may hold stale nodes."""
        return cls(size, tuple(edge[level] for level in _levels(size)))

    @property
    def root(self) -> bytes:
        """Root of the tree."""
        return fold(self.peaks)

    def append(self, leaf_hashes: Sequence[bytes]) -> Self:
        """The edge after appending leaf hashes, 32 bytes each, in order."""
        edge = self.by_level()
        for level, _, last in rows(self.size, edge, leaf_hashes):
            edge[level] = last
        return self.of(self.size + len(leaf_hashes), edge)

    def by_level(self) -> dict[int, bytes]:
        """Level → peak, for the set bits of the size."""
        return dict(zip(_levels(self.size), self.peaks, strict=True))


def fold(peaks: Sequence[bytes]) -> bytes:
    """Root over the roots of adjacent perfect subtrees, largest first."""
    if not peaks:
        return EMPTY_ROOT
    return reduce(lambda root, peak: node_hash(peak, root), reversed(peaks))


def rows(
    size: int, edge: dict[int, bytes], leaf_hashes: Sequence[bytes]
) -> Iterator[tuple[int, Sequence[bytes], bytes]]:
    """What appending completes, level by level from the leaves: level, new nodes, last node.

    The new nodes of a level start at index `size >> level`. The last node is the level's peak if that bit
    of the grown size is set. Each level is hashed in one loop: a million leaves cost little more than their
    hashes.
    Requires `edge` to be the peaks of `size` by level.
    """
    require_hashes(leaf_hashes)
    nodes, level = leaf_hashes, 0
    while nodes:
        left = [edge[level]] if (size >> level) & 1 else []
        yield level, nodes, nodes[-1]
        nodes, level = parents([*left, *nodes]), level + 1


def nodes_of(leaf_hashes: Sequence[bytes]) -> Nodes:
    """The nodes of a tree in memory, for proofs over small trees; 64 bytes a leaf."""
    require_hashes(leaf_hashes)
    levels: list[Sequence[bytes]] = [leaf_hashes]
    while len(levels[-1]) > 1:
        levels.append(parents(levels[-1]))
    return lambda level, index: levels[level][index]


def _levels(size: int) -> Iterator[int]:
    """Set bits of a size, highest first."""
    return (level for level in range(size.bit_length() - 1, -1, -1) if (size >> level) & 1)

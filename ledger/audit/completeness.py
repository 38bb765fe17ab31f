"""Whether a journal continues what an auditor kept of it, and if not, from which act on it was rewritten. No I/O.

A consistency proof (RFC 9162 §2.1.4) over the auditor's own tree leads from the kept root to the present one. Where the
tiles of the old history are still to be had, the two trees are walked down from their roots, to the side where they
differ first: as many comparisons as the tree is high lead to the first act that is another.
"""

from dataclasses import dataclass
from typing import Protocol

from ledger.errors import Contradicted, Inconsistent, Unavailable
from ledger.merkle.checkpoint import Checkpoint, Note, parse_signed
from ledger.merkle.proof import consistency_path, root, verify_consistency
from ledger.merkle.tree import Nodes


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint that an auditor kept, and the signed note that it came in; none where the auditor wrote it."""

    checkpoint: Checkpoint
    note: Note | None


class OldHistory(Protocol):
    """Tiles and acts of a history. Every method raises Unavailable where it has no answer."""

    name: str
    """How people are told of it."""

    def size(self) -> int:
        """How many acts it covers."""

    def nodes(self, size: int) -> Nodes:
        """The nodes of its first `size` acts."""

    def entry(self, index: int) -> tuple[bytes, int | None]:
        """What an act's leaf is the hash of, and its block where that is known."""


def parse_kept(data: bytes) -> Kept:
    """What a kept file holds: a signed note, or a checkpoint alone. Raises Malformed."""
    if b"\n\n" not in data:
        try:
            return Kept(Checkpoint.parse(data.decode("utf-8")), None)
        except UnicodeDecodeError:
            pass
    checkpoint, note = parse_signed(data)
    return Kept(checkpoint, note)


def check_origin(kept: Checkpoint, origin: str) -> None:
    """Raises Contradicted when a checkpoint is another journal's."""
    if kept.origin != origin:
        raise Contradicted(
            "origin",
            f"the checkpoint is of the journal {kept.origin[:100]}, this one is {origin}: another journal stands where "
            "that one was, or the checkpoint belongs elsewhere",
        )


def prove_continuation(kept: Checkpoint, size: int, nodes: Nodes) -> list[bytes]:
    """The consistency proof from a kept checkpoint to all of a journal, which was verified.

    Requires kept.size <= size. Raises Contradicted when the journal does not continue it.
    """
    path = consistency_path(nodes, kept.size, size)
    verify_consistency(kept.size, size, path, kept.root, root(nodes, size))
    return path


def first_rewritten(kept: Checkpoint, nodes: Nodes, size: int, old: OldHistory) -> int | None:
    """The first act that is another in a journal of `size` acts than in the history that was kept.

    None: as far as the journal goes, it is the same. Raises Unavailable when `old` is not the history that was kept,
    Inconsistent when its tiles do not fit together.
    """
    if old.size() < kept.size:
        raise Unavailable(f"{old.name} covers {old.size()} acts and not the {kept.size} of the checkpoint")
    theirs = old.nodes(kept.size)
    if root(theirs, kept.size) != kept.root:
        raise Unavailable(f"{old.name} does not hold the history of the checkpoint either")
    return first_difference(theirs, nodes, min(size, kept.size))


def first_difference(old: Nodes, new: Nodes, size: int) -> int | None:
    """The first of `size` leaves that is not the same in two trees; None when all are.

    Raises Inconsistent when the nodes of a tree do not fit together, so that there is no such leaf.
    """
    start = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if (size >> level) & 1:
            if old(level, start >> level) != new(level, start >> level):
                return _descend(old, new, level, start >> level)
            start += 1 << level
    return None


def _descend(old: Nodes, new: Nodes, level: int, index: int) -> int:
    """The first leaf that differs below a node that does."""
    while level:
        level, index = level - 1, 2 * index
        if old(level, index) == new(level, index):
            index += 1
            if old(level, index) == new(level, index):
                raise Inconsistent(
                    f"node {index // 2} of level {level + 1} differs, the two below it do not: the old history's "
                    "tiles were altered, and do not say which act is another"
                )
    return index

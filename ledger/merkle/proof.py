"""Paths that prove, and their checks (RFC 9162 §2.1.3 inclusion, §2.1.4 consistency).

A path is its siblings from leaf to root, 32 bytes each. Its length follows from index and size alone, so a
path of another length proves nothing about anything: Malformed. A path of the right length that leads to
another root is evidence against itself: Contradicted("path"). A check raises or returns nothing.
"""

from collections.abc import Sequence

from ledger.errors import Contradicted, Malformed
from ledger.merkle.hashing import EMPTY_ROOT, HASH_BYTES, node_hash
from ledger.merkle.tree import Nodes, fold


def root(nodes: Nodes, size: int) -> bytes:
    """Root of the first `size` leaves."""
    return _subtree(nodes, 0, size) if size else EMPTY_ROOT


def inclusion_path(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """Siblings of a leaf, leaf to root, in the tree of the first `size` leaves (RFC 9162 §2.1.3.1).

    Requires 0 <= index < size; `nodes` must know that size.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of size {size}")
    path, start, end = list[bytes](), 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_subtree(nodes, middle, end))
            end = middle
        else:
            path.append(_subtree(nodes, start, middle))
            start = middle
    return path[::-1]


def consistency_path(nodes: Nodes, old: int, new: int) -> list[bytes]:
    """Nodes that prove the tree of `new` leaves to begin with the tree of `old` (RFC 9162 §2.1.4.1).

    Empty where there is nothing to prove: `old` is 0 or `new`.
    Requires 0 <= old <= new; `nodes` must know the new size.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree does not grow from {old} to {new}")
    path, start, end = list[bytes](), 0, new
    if old in (0, new):
        return path
    while old < end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_subtree(nodes, middle, end))
            end = middle
        else:
            path.append(_subtree(nodes, start, middle))
            start = middle
    if start:  # Else what remains is the old tree itself, whose root the verifier has.
        path.append(_subtree(nodes, start, end))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Checks that `leaf`, a leaf hash, is number `index` in the tree of `size` leaves with `root`.

    `size` and `root` are what the caller trusts. The leaf hash must come from the caller's own `leaf_hash`
    of the data; a hash taken from the evidence could be an inner node.
    Args: path: siblings, leaf to root, 32 bytes each.
    Raises Malformed: no such index, or a path of the wrong length. Contradicted: the path leads to another
    root.
    """
    if not 0 <= index < size:
        raise Malformed(f"inclusion: there is no index {index} in a tree of size {size}")
    inner = _inner(index, size)
    border = (index >> inner).bit_count()
    _require_length("inclusion", path, inner + border, f"index {index}, size {size}")
    hash_ = leaf
    for level, sibling in enumerate(path[:inner]):
        hash_ = node_hash(sibling, hash_) if (index >> level) & 1 else node_hash(hash_, sibling)
    for sibling in path[inner:]:
        hash_ = node_hash(sibling, hash_)
    _require_root("inclusion", hash_, root, f"index {index}, size {size}")


def verify_consistency(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Checks that the tree of `new` leaves with `new_root` begins with that of `old` leaves with `old_root`.

    Nothing needs proof, and the path is empty, where `old` is 0 (its root must be EMPTY_ROOT) or `new` (the
    roots must be equal). An old size of 0 is consistent with any new root.
    Args: path: nodes, leaf side to root, 32 bytes each.
    Raises Malformed: old > new, or a path of the wrong length. Contradicted: it leads to another old or new
    root.
    """
    if not 0 <= old <= new:
        raise Malformed(f"consistency: a tree does not grow from {old} to {new}")
    what = f"sizes {old} and {new}"
    if old in (0, new):
        _require_length("consistency", path, 0, what)
        _require_root("consistency", old_root, new_root if old else EMPTY_ROOT, what)
        if not new:
            _require_root("consistency", new_root, EMPTY_ROOT, what)
        return
    # The last perfect subtree of the old tree is the seed; the path climbs from it along the old tree's
    # last leaf.
    shift = (old & -old).bit_length() - 1
    inner = _inner(old - 1, new) - shift
    border = (old - 1 >> inner + shift).bit_count()
    seeded = old == 1 << shift
    _require_length("consistency", path, inner + border + (not seeded), what)
    seed, siblings = (old_root, path) if seeded else (path[0], path[1:])
    older = newer = seed
    position = old - 1 >> shift
    for level, sibling in enumerate(siblings[:inner]):
        if (position >> level) & 1:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
        else:
            newer = node_hash(newer, sibling)
    for sibling in siblings[inner:]:
        older, newer = node_hash(sibling, older), node_hash(sibling, newer)
    _require_root("consistency", older, old_root, f"{what}, old")
    _require_root("consistency", newer, new_root, f"{what}, new")


def _subtree(nodes: Nodes, start: int, end: int) -> bytes:
    """Root over the leaves [start, end). Requires `start` divisible by a power of two >= end − start."""
    peaks, size = list[bytes](), end - start
    for level in range(size.bit_length() - 1, -1, -1):
        if (size >> level) & 1:
            peaks.append(nodes(level, start >> level))
            start += 1 << level
    return fold(peaks)


def _split(size: int) -> int:
    """The largest power of two smaller than size, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1


def _inner(index: int, size: int) -> int:
    """Levels below the one where the leaf's way to the root joins the right edge of the tree."""
    return (index ^ size - 1).bit_length()


def _require_length(kind: str, path: Sequence[bytes], expected: int, what: str) -> None:
    if len(path) != expected:
        raise Malformed(f"{kind} path for {what} has {len(path)} hashes, want {expected}")
    for at, sibling in enumerate(path):
        if len(sibling) != HASH_BYTES:
            raise Malformed(f"{kind} path for {what}: hash {at} has {len(sibling)} bytes, want {HASH_BYTES}")


def _require_root(kind: str, got: bytes, want: bytes, what: str) -> None:
    if got != want:
        raise Contradicted("path", f"{kind} path for {what} leads to root {got.hex()}, want {want.hex()}")

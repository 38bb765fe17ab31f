"""Paths against the recursive reference, and damaged ones by name, each with the class of its refusal."""

from collections.abc import Callable

import pytest
import recursive

from ledger.errors import Contradicted, LedgerError, Malformed
from ledger.merkle.hashing import EMPTY_ROOT, node_hash, root_of
from ledger.merkle.proof import (
    consistency_path,
    inclusion_path,
    root,
    verify_consistency,
    verify_inclusion,
)
from ledger.merkle.tree import nodes_of

LEAVES = recursive.leaves(70)
ROOTS = [recursive.root(LEAVES[:size]) for size in range(71)]
NODES = nodes_of(LEAVES)


@pytest.mark.exhaustive
def test_inclusion_path_equals_reference_and_verifies_for_every_leaf_of_every_size() -> None:
    for size in range(1, 71):
        assert root(NODES, size) == ROOTS[size]
        for index in range(size):
            path = inclusion_path(NODES, index, size)
            assert path == recursive.path(index, LEAVES[:size])
            verify_inclusion(LEAVES[index], index, size, path, ROOTS[size])


@pytest.mark.exhaustive
def test_consistency_path_equals_reference_and_verifies_for_every_pair_of_sizes() -> None:
    for new in range(1, 71):
        for old in range(1, new + 1):
            path = consistency_path(NODES, old, new)
            assert path == recursive.proof(old, LEAVES[:new])
            verify_consistency(old, new, path, ROOTS[old], ROOTS[new])


def test_inclusion_holds_at_no_other_index_size_or_leaf() -> None:
    for size in range(1, 18):
        for index in range(size):
            path = inclusion_path(NODES, index, size)
            for other in (i for i in range(size) if i != index):
                with pytest.raises((Malformed, Contradicted)):
                    verify_inclusion(LEAVES[index], other, size, path, ROOTS[size])
                with pytest.raises(Contradicted):
                    verify_inclusion(LEAVES[other], index, size, path, ROOTS[size])
            for other in (s for s in range(18) if s != size):
                with pytest.raises((Malformed, Contradicted)):
                    verify_inclusion(LEAVES[index], index, other, path, ROOTS[other])


def test_consistency_holds_for_no_other_pair_of_sizes() -> None:
    for new in range(2, 18):
        for old in range(1, new):
            path = consistency_path(NODES, old, new)
            for other in (s for s in range(18) if s != old):
                with pytest.raises((Malformed, Contradicted)):
                    verify_consistency(other, new, path, ROOTS[other], ROOTS[new])
            for other in (s for s in range(18) if s != new):
                with pytest.raises((Malformed, Contradicted)):
                    verify_consistency(old, other, path, ROOTS[old], ROOTS[other])


def test_every_flipped_bit_of_a_path_is_contradicted() -> None:
    path = inclusion_path(NODES, 5, 11)
    steps = consistency_path(NODES, 6, 11)
    for at in range(len(path)):
        with pytest.raises(Contradicted):
            verify_inclusion(LEAVES[5], 5, 11, [*path[:at], flipped(path[at]), *path[at + 1 :]], ROOTS[11])
    for at in range(len(steps)):
        with pytest.raises(Contradicted):
            verify_consistency(6, 11, [*steps[:at], flipped(steps[at]), *steps[at + 1 :]], ROOTS[6], ROOTS[11])


Inclusion = tuple[bytes, int, int, list[bytes], bytes]


def inclusion(size: int = 11, index: int = 5) -> Inclusion:
    return LEAVES[index], index, size, inclusion_path(NODES, index, size), ROOTS[size]


def flipped(hash_: bytes) -> bytes:
    return bytes([hash_[0] ^ 1]) + hash_[1:]


def too_long() -> Inclusion:
    leaf, index, size, path, root_ = inclusion()
    return leaf, index, size, [*path, bytes(32)], root_


def too_long_by_repeating_the_last() -> Inclusion:
    leaf, index, size, path, root_ = inclusion()
    return leaf, index, size, [*path, path[-1]], root_


def too_short() -> Inclusion:
    leaf, index, size, path, root_ = inclusion()
    return leaf, index, size, path[:-1], root_


def empty() -> Inclusion:
    leaf, index, size, _, root_ = inclusion()
    return leaf, index, size, [], root_


def root_as_leaf_with_empty_path() -> Inclusion:
    return ROOTS[11], 5, 11, [], ROOTS[11]


def short_hash() -> Inclusion:
    leaf, index, size, path, root_ = inclusion()
    return leaf, index, size, [path[0][:31], *path[1:]], root_


def two_hashes_in_one() -> Inclusion:
    leaf, index, size, path, root_ = inclusion()
    return leaf, index, size, [path[0] + path[1], *path[2:], bytes(32)], root_


def index_at_size() -> Inclusion:
    leaf, _, size, path, root_ = inclusion()
    return leaf, size, size, path, root_


def negative_index() -> Inclusion:
    leaf, _, size, path, root_ = inclusion()
    return leaf, -1, size, path, root_


def size_zero() -> Inclusion:
    return LEAVES[0], 0, 0, [], EMPTY_ROOT


def swapped() -> Inclusion:
    leaf, index, size, path, root_ = inclusion()
    return leaf, index, size, [path[1], path[0], *path[2:]], root_


def wrong_index_of_same_length() -> Inclusion:
    leaf, _, size, path, root_ = inclusion()
    return leaf, 4, size, path, root_


def wrong_index_of_other_length() -> Inclusion:
    leaf, _, size, path, root_ = inclusion()
    return leaf, 10, size, path, root_


def wrong_size_of_same_length() -> Inclusion:
    leaf, index, _, path, _ = inclusion()
    return leaf, index, 12, path, ROOTS[12]


def wrong_size_of_other_length() -> Inclusion:
    leaf, index, _, path, _ = inclusion()
    return leaf, index, 17, path, ROOTS[17]


def wrong_root() -> Inclusion:
    leaf, index, size, path, root_ = inclusion()
    return leaf, index, size, path, flipped(root_)


def wrong_leaf() -> Inclusion:
    leaf, index, size, path, root_ = inclusion()
    return flipped(leaf), index, size, path, root_


def inner_node_as_leaf() -> Inclusion:
    """The parent of leaves 4 and 5 with the rest of their path: merkletools accepts it."""
    _, index, size, path, root_ = inclusion()
    return node_hash(LEAVES[4], LEAVES[5]), index, size, path[1:], root_


MALFORMED_INCLUSION = [
    too_long,
    too_long_by_repeating_the_last,
    too_short,
    empty,
    root_as_leaf_with_empty_path,
    short_hash,
    two_hashes_in_one,
    index_at_size,
    negative_index,
    size_zero,
    wrong_index_of_other_length,
    wrong_size_of_other_length,
    inner_node_as_leaf,
]
CONTRADICTED_INCLUSION = [
    swapped,
    wrong_index_of_same_length,
    wrong_size_of_same_length,
    wrong_root,
    wrong_leaf,
]


@pytest.mark.parametrize("damage", MALFORMED_INCLUSION)
def test_inclusion_malformed(damage: Callable[[], Inclusion]) -> None:
    with pytest.raises(Malformed, match=r"^inclusion"):
        verify_inclusion(*damage())


@pytest.mark.parametrize("damage", CONTRADICTED_INCLUSION)
def test_inclusion_contradicted(damage: Callable[[], Inclusion]) -> None:
    with pytest.raises(Contradicted, match=r"^inclusion path") as caught:
        verify_inclusion(*damage())
    assert caught.value.check == "path"


def test_inner_node_as_leaf_verifies_only_in_the_smaller_tree_it_is_a_leaf_of() -> None:
    # Leaf hashes that come from evidence are the caller's danger: the verifier cannot see what was hashed.
    parents = [node_hash(LEAVES[at], LEAVES[at + 1]) for at in range(0, 8, 2)]
    verify_inclusion(parents[2], 2, 4, inclusion_path(nodes_of(parents), 2, 4), ROOTS[8])


CONSISTENCY_PATHS = [  # old, new: what the path begins with
    pytest.param(8, 11, id="old_root_is_the_seed"),
    pytest.param(6, 11, id="seed_in_the_path"),
    pytest.param(7, 8, id="old_ends_at_a_single_leaf"),
]


@pytest.mark.parametrize(("old", "new"), CONSISTENCY_PATHS)
@pytest.mark.parametrize(
    ("damage", "error"),
    [
        pytest.param(lambda path: [*path, bytes(32)], Malformed, id="too_long"),
        pytest.param(lambda path: path[:-1], Malformed, id="too_short"),
        pytest.param(lambda path: [], Malformed, id="empty"),
        pytest.param(lambda path: [path[0][:31], *path[1:]], Malformed, id="short_hash"),
        pytest.param(lambda path: [*path[:-1], flipped(path[-1])], Contradicted, id="flipped"),
        pytest.param(lambda path: [flipped(path[0]), *path[1:]], Contradicted, id="flipped_first"),
    ],
)
def test_consistency_damaged(
    old: int, new: int, damage: Callable[[list[bytes]], list[bytes]], error: type[LedgerError]
) -> None:
    with pytest.raises(error, match=r"^consistency path"):
        verify_consistency(old, new, damage(consistency_path(NODES, old, new)), ROOTS[old], ROOTS[new])


def test_consistency_swapped_path_is_contradicted() -> None:
    first, second, *rest = consistency_path(NODES, 6, 11)
    with pytest.raises(Contradicted):
        verify_consistency(6, 11, [second, first, *rest], ROOTS[6], ROOTS[11])


def test_consistency_with_another_history_is_contradicted() -> None:
    forged = [*LEAVES[:3], bytes(32), *LEAVES[4:11]]
    path = consistency_path(nodes_of(forged), 6, 11)
    with pytest.raises(Contradicted, match="old leads to root"):
        verify_consistency(6, 11, path, ROOTS[6], root_of(forged))


def test_consistency_with_wrong_new_root_is_contradicted() -> None:
    with pytest.raises(Contradicted, match="new leads to root"):
        verify_consistency(6, 11, consistency_path(NODES, 6, 11), ROOTS[6], ROOTS[12])


def test_consistency_of_same_size_needs_equal_roots_and_no_path() -> None:
    verify_consistency(5, 5, [], ROOTS[5], ROOTS[5])
    with pytest.raises(Contradicted):
        verify_consistency(5, 5, [], ROOTS[5], ROOTS[6])
    with pytest.raises(Malformed):
        verify_consistency(5, 5, [ROOTS[5]], ROOTS[5], ROOTS[5])


def test_consistency_from_nothing_needs_the_empty_root_and_no_path() -> None:
    assert consistency_path(NODES, 0, 5) == []
    verify_consistency(0, 5, [], EMPTY_ROOT, ROOTS[5])
    verify_consistency(0, 0, [], EMPTY_ROOT, EMPTY_ROOT)
    for new, old_root, new_root in (
        (5, ROOTS[5], ROOTS[5]),
        (0, ROOTS[1], ROOTS[1]),
        (0, EMPTY_ROOT, ROOTS[1]),
    ):
        with pytest.raises(Contradicted):
            verify_consistency(0, new, [], old_root, new_root)
    with pytest.raises(Malformed):
        verify_consistency(0, 5, [ROOTS[5]], EMPTY_ROOT, ROOTS[5])


def test_consistency_backwards_is_malformed() -> None:
    with pytest.raises(Malformed, match="does not grow from 6 to 5"):
        verify_consistency(6, 5, [], ROOTS[6], ROOTS[5])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_inclusion_path_refuses_what_is_not_in_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_path(NODES, index, size)


@pytest.mark.parametrize(("old", "new"), [(4, 3), (-1, 3)])
def test_consistency_path_refuses_to_go_backwards(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="does not grow"):
        consistency_path(NODES, old, new)

import pytest
import recursive
from hypothesis import given
from hypothesis import strategies as st

from ledger.merkle.hashing import EMPTY_ROOT, root_of
from ledger.merkle.tree import Frontier, nodes_of

LEAVES = recursive.leaves(2000)


def test_frontier_of_nothing_has_the_empty_root() -> None:
    assert Frontier().root == EMPTY_ROOT
    assert Frontier().append([]) == Frontier()


def test_frontier_grown_one_by_one_equals_reference_at_every_size() -> None:
    frontier = Frontier()
    for size, leaf in enumerate(LEAVES[:300], start=1):
        frontier = frontier.append([leaf])
        assert frontier.size == size
        assert frontier.root == recursive.root(LEAVES[:size])


@pytest.mark.exhaustive
@given(st.lists(st.integers(0, 400), max_size=5))
def test_frontier_grown_in_batches_equals_fresh(batches: list[int]) -> None:
    frontier = Frontier()
    for batch in batches:
        frontier = frontier.append(LEAVES[frontier.size : frontier.size + batch])
    assert frontier == Frontier().append(LEAVES[: sum(batches)])
    assert frontier.root == root_of(LEAVES[: sum(batches)])


def test_append_leaves_the_old_frontier_as_it_was() -> None:
    old = Frontier().append(LEAVES[:5])
    root = old.root
    old.append(LEAVES[5:9])
    assert (old.size, old.root) == (5, root)


def test_frontier_refuses_peaks_that_do_not_fit_its_size() -> None:
    with pytest.raises(ValueError, match="1 peaks do not make a tree of size 3"):
        Frontier(3, (bytes(32),))


def test_frontier_refuses_a_hash_of_wrong_length() -> None:
    with pytest.raises(ValueError, match="hash of 33 bytes"):
        Frontier().append([bytes(33)])


def test_nodes_are_roots_of_perfect_subtrees() -> None:
    nodes = nodes_of(LEAVES[:21])
    for level in range(5):
        for index in range(21 >> level):
            assert nodes(level, index) == recursive.root(LEAVES[index << level : (index + 1) << level])

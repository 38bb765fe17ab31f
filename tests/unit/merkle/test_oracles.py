"""Two independent implementations agree with ours, and refuse what ours refuses.

`pymerkle` is a whole RFC 9162 tree. `merkletools` knows no prefixes: it is fed leaf hashes, and its hash
function is replaced by the node hash; its tree shape, its paths and its checking remain to compare with.
"""

import warnings
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import pymerkle
import pytest

from ledger.errors import Contradicted
from ledger.merkle.hashing import leaf_hash, node_hash
from ledger.merkle.proof import (
    consistency_path,
    inclusion_path,
    root,
    verify_consistency,
    verify_inclusion,
)
from ledger.merkle.tiles import TileKey, grow, nodes
from ledger.merkle.tree import Nodes

with warnings.catch_warnings():
    # SHA-3 is not used; what it would come from does not build on any Python this runs on.
    warnings.filterwarnings("ignore", message="sha3 is not working!", category=UserWarning)
    from merkletools import MerkleTools

SIZE = 10_000
DATA = [number.to_bytes(8, "big") for number in range(SIZE)]
LEAVES = [leaf_hash(data) for data in DATA]


class NodeHashingMerkleTools(MerkleTools):  # type: ignore[misc]
    """merkletools over ready leaf hashes with the node prefix that it leaves out."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        super().__init__("sha256")
        self.hash_function = lambda pair: sha256(b"\x01" + pair)
        self.add_leaf([leaf.hex() for leaf in leaves])
        self.make_tree()

    def path(self, index: int) -> list[bytes]:
        return [bytes.fromhex(sibling) for step in self.get_proof(index) for sibling in step.values()]

    def accepts(self, leaf: bytes, index: int, path: Sequence[bytes]) -> bool:
        """Whether it validates our path; the sides, which we derive from the index, are its own."""
        sides = [side for step in self.get_proof(index) for side in step]
        proof = [{side: sibling.hex()} for side, sibling in zip(sides, path, strict=True)]
        return bool(self.validate_proof(proof, leaf.hex(), self.get_merkle_root()))


@pytest.fixture(scope="module")
def journal() -> Nodes:
    """10,000 leaves, stored as tiles in uneven batches."""
    tiles: dict[TileKey, bytes] = {}

    def read_tile(level: int, number: int) -> bytes:
        return tiles[level, number]

    for size in range(0, SIZE, 733):
        written, _ = grow(size, read_tile, LEAVES[size : size + 733])
        tiles.update(written)
    return nodes(SIZE, read_tile)


@pytest.fixture(scope="module")
def rfc9162() -> Any:
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    tree.append_entries(DATA)
    return tree


@pytest.fixture(scope="module")
def chainpoint() -> NodeHashingMerkleTools:
    return NodeHashingMerkleTools(LEAVES)


def flipped(path: Sequence[bytes], at: int) -> list[bytes]:
    return [*path[:at], bytes([path[at][0] ^ 1]) + path[at][1:], *path[at + 1 :]]


def test_roots_agree(journal: Nodes, rfc9162: Any, chainpoint: NodeHashingMerkleTools) -> None:
    assert root(journal, SIZE) == rfc9162.get_root() == bytes.fromhex(chainpoint.get_merkle_root())


def test_roots_of_every_small_size_agree(journal: Nodes, rfc9162: Any) -> None:
    assert rfc9162.get_root(0) == root(journal, 0)
    for size in range(1, 301):
        oracle = NodeHashingMerkleTools(LEAVES[:size])
        assert root(journal, size) == rfc9162.get_root(size) == bytes.fromhex(oracle.get_merkle_root())


@pytest.mark.exhaustive
def test_every_proof_verifies_with_all_three_and_a_wrong_one_with_none(
    journal: Nodes, rfc9162: Any, chainpoint: NodeHashingMerkleTools
) -> None:
    top = root(journal, SIZE)
    for index, leaf in enumerate(LEAVES):
        path = inclusion_path(journal, index, SIZE)
        proof = rfc9162.prove_inclusion(index + 1, SIZE)
        assert proof.path == [leaf, *path]
        assert path == chainpoint.path(index)
        proof.path = [leaf, *path]
        pymerkle.verify_inclusion(leaf, top, proof, index=index + 1, size=SIZE)
        verify_inclusion(leaf, index, SIZE, path, top)
        assert chainpoint.accepts(leaf, index, path)

        wrong = flipped(path, index % len(path))
        proof.path = [leaf, *wrong]
        with pytest.raises(pymerkle.InvalidProof):
            pymerkle.verify_inclusion(leaf, top, proof, index=index + 1, size=SIZE)
        with pytest.raises(Contradicted):
            verify_inclusion(leaf, index, SIZE, wrong, top)
        assert not chainpoint.accepts(leaf, index, wrong)


def test_consistency_verifies_with_pymerkle_in_its_own_form(journal: Nodes, rfc9162: Any) -> None:
    # pymerkle paths also hold what the verifier can compute, so states are compared, not paths.
    sizes = [1, 2, 3, 255, 256, 257, 4096, 8191, 8192, 8193, 9999, SIZE]
    for old in sizes:
        for new in (size for size in sizes if size >= old):
            old_root, new_root = root(journal, old), root(journal, new)
            verify_consistency(old, new, consistency_path(journal, old, new), old_root, new_root)
            proof = rfc9162.prove_consistency(old, new)
            pymerkle.verify_consistency(old_root, new_root, proof, prior_size=old, later_size=new)
            with pytest.raises(pymerkle.InvalidProof):
                pymerkle.verify_consistency(LEAVES[7], new_root, proof)


def test_merkletools_alone_takes_an_inner_node_for_a_leaf(chainpoint: NodeHashingMerkleTools) -> None:
    """Why it is an oracle and never the authority: it does not know how long a path must be."""
    path, top = chainpoint.get_proof(4), chainpoint.get_merkle_root()
    inner = node_hash(LEAVES[4], LEAVES[5])
    assert chainpoint.validate_proof(path[1:], inner.hex(), top)

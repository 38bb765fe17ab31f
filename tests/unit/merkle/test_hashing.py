from hashlib import sha256

import pytest
import recursive

from ledger.merkle.hashing import EMPTY_ROOT, leaf_hash, node_hash, parents, require_hashes, root_of


def test_prefixes_separate_leaf_from_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(b"a") == sha256(b"\x00a").digest()
    assert node_hash(left, right) == sha256(b"\x01" + left + right).digest()
    assert leaf_hash(left + right) != node_hash(left, right)


def test_empty_root_is_sha256_of_nothing() -> None:
    # RFC 6962 §2.1: the hash of an empty list is the hash of an empty string.
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root_of([]) == EMPTY_ROOT


def test_root_of_published_tree() -> None:
    # The eight leaves of the Certificate Transparency reference tests (transparency-dev/merkle, testonly).
    data = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    root = root_of(leaf_hash(bytes.fromhex(leaf)) for leaf in data)
    assert root.hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_root_equals_recursive_reference_at_every_size() -> None:
    leaves = recursive.leaves(300)
    for size in range(301):
        assert root_of(leaves[:size]) == recursive.root(leaves[:size])


def test_lone_node_is_promoted_not_paired_with_itself() -> None:
    a, b, c = recursive.leaves(3)
    assert root_of([a, b, c]) == node_hash(node_hash(a, b), c)
    assert root_of([a, b, c]) != root_of([a, b, c, c])
    assert parents([a, b, c]) == [node_hash(a, b)]


def test_hash_of_wrong_length_is_refused() -> None:
    require_hashes([bytes(32)])
    with pytest.raises(ValueError, match="hash of 31 bytes: want 32"):
        require_hashes([bytes(32), bytes(31)])

"""What stands at a key: found, or proven absent; from exactly the nodes that it takes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.chain.artifacts import keccak256
from ledger.errors import Contradicted
from ledger.proof import rlp
from ledger.proof.trie import EMPTY_ROOT, Account, Trie, account_at, word_at
from tests.unit.proof.tries import BuiltTrie, storage_trie

SLOTS = st.dictionaries(st.integers(0, 400), st.binary(min_size=32, max_size=32), max_size=60)


@pytest.mark.exhaustive
@settings(max_examples=150, deadline=None)
@given(SLOTS, st.lists(st.integers(0, 500), min_size=1, max_size=6))
def test_every_slot_is_found_or_proven_absent(slots: dict[int, bytes], asked: list[int]) -> None:
    built = storage_trie(slots)
    pool = Trie(built.root, built.nodes.values(), "storage")
    words = [word_at(pool, slot) for slot in asked]
    assert words == [slots.get(slot, bytes(32)) for slot in asked]
    proof = Trie(built.root, pool.needed(), "storage")
    assert [word_at(proof, slot) for slot in asked] == words
    proof.check_used()
    for place in range(len(pool.needed())):
        nodes = pool.needed()[:place] + pool.needed()[place + 1 :]
        fewer = Trie(built.root, nodes, "storage")
        with pytest.raises(Contradicted) as refused:
            [word_at(fewer, slot) for slot in asked]
        assert refused.value.check == "storage"


def test_small_nodes_stand_inside_their_parents() -> None:
    # Short values under long common paths: leaves of fewer than 32 bytes are written into the branch.
    inline: list[rlp.Item] = [b"\x20", b"v"]
    path = keccak256(b"k").hex()
    branch: list[rlp.Item] = [b""] * 17
    branch[int(path[63], 16)] = inline
    top = rlp.encode([bytes.fromhex("1" + path[:63]), keccak256(rlp.encode(branch))])
    trie = Trie(keccak256(top), [top, rlp.encode(branch)], "storage")
    assert trie.value(b"k") == b"v"
    trie.check_used()


def test_the_empty_trie_needs_no_node() -> None:
    empty = Trie(EMPTY_ROOT, [], "account")
    assert empty.value(b"key") is None
    empty.check_used()
    assert BuiltTrie({}).root == EMPTY_ROOT
    with pytest.raises(Contradicted, match="holds 1 nodes, not exactly the 0"):
        Trie(EMPTY_ROOT, [b"\x80"], "account").check_used()


PATH = keccak256(b"key").hex()


def _trie(*nodes: list[rlp.Item]) -> Trie:
    encoded = [rlp.encode(node) for node in nodes]
    return Trie(keccak256(encoded[0]), encoded, "storage")


@pytest.mark.parametrize(
    ("node", "said"),
    [
        ([b"a", b"b", b"c"], "a node of 3 items"),
        ([[], b"v"], "without a path"),
        ([b"", b"v"], "without a path"),
        ([b"\x40", b"v"], "unknown prefix"),
        ([b"\x01", b"v"], "unknown prefix"),
        ([b"\x20" + bytes.fromhex(PATH), b""], "a leaf without a value"),
        ([b"\x20" + bytes.fromhex(PATH), [b"v"]], "a leaf without a value"),
        ([b"\x00" + bytes.fromhex(PATH[:4]), b"short"], "no node with hash"),
        ([b"\x00" + bytes.fromhex(PATH[:4]), [b"a"]], "a node of 1 items"),
        ([b"\x00" + bytes.fromhex(PATH), [b""] * 17], "where the key ends"),
    ],
)
def test_what_is_no_node(node: list[rlp.Item], said: str) -> None:
    with pytest.raises(Contradicted, match=said):
        _trie(node).value(b"key")


def test_a_node_that_is_no_list() -> None:
    with pytest.raises(Contradicted, match="a string where a list"):
        Trie(keccak256(b"\x83abc"), [b"\x83abc"], "account").value(b"key")


def test_a_path_that_leaves_the_keys_proves_absence() -> None:
    other = bytes.fromhex(f"{int(PATH[:8], 16) ^ 1:08x}")
    assert _trie([b"\x00" + other, b"\x11" * 32]).value(b"key") is None
    assert _trie([b"\x20" + other + bytes(28), b"v"]).value(b"key") is None


def test_accounts() -> None:
    good: list[rlp.Item] = [b"\x01", b"", b"\x11" * 32, b"\x22" * 32]
    address = b"\x07" * 20
    built = BuiltTrie({address: rlp.encode(good), b"\x08" * 20: rlp.encode(b"none"), b"\x09" * 20: rlp.encode([b""])})
    state = Trie(built.root, built.nodes.values(), "account")
    assert account_at(state, address) == Account(b"\x11" * 32, b"\x22" * 32)
    assert account_at(state, b"\x06" * 20) is None
    for odd in (b"\x08", b"\x09"):
        with pytest.raises(Contradicted, match="no account") as refused:
            account_at(state, odd * 20)
        assert refused.value.check == "account"


def test_words() -> None:
    built = BuiltTrie({(1).to_bytes(32): rlp.encode(b"\0\1"), (2).to_bytes(32): b"\xb8"})
    storage = Trie(built.root, built.nodes.values(), "storage")
    for slot in (1, 2):
        with pytest.raises(Contradicted) as refused:
            word_at(storage, slot)
        assert refused.value.check == "storage"

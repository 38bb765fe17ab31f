"""Proofs of what stands at a key of a Merkle Patricia trie (Yellow Paper appendix D; EIP-1186).

A proof is the nodes on the way from the root to the key, or to the place where the key would be: then it proves that
nothing is there. Nodes are found by their hash, so several keys of one trie share nodes. A proof holds exactly the
nodes that its keys need, each once, in the order in which they are first needed; anything else is refused.

Keys are hashed (accounts by address, storage by slot), so all have 32 bytes and no key is the beginning of another.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ledger.chain.artifacts import keccak256
from ledger.errors import Contradicted, Malformed
from ledger.proof import rlp
from ledger.proof.rlp import Item

EMPTY_ROOT: Final = keccak256(rlp.encode(b""))
"""Root of the trie that holds nothing."""


class Trie:
    """One trie, as far as nodes of it are known. `check` is what a Contradicted names: account, storage."""

    def __init__(self, root: bytes, nodes: Iterable[bytes], check: str) -> None:
        self._root = root
        self._nodes = tuple(nodes)
        self._known = {keccak256(node): node for node in self._nodes}
        self._check = check
        self._needed: dict[bytes, bytes] = {}

    def value(self, key: bytes) -> bytes | None:
        """What stands under Keccak-256 of a key, or None when the nodes prove that nothing does.

        Raises Contradicted when a node on the way is not there, or is none.
        """
        if self._root == EMPTY_ROOT:
            return None
        path = keccak256(key).hex()
        node = self._node(self._root)
        while True:
            if len(node) == 17:
                if not path:
                    raise self._damaged("a branch where the key ends")
                below, path = node[int(path[0], 16)], path[1:]
            else:
                part, ends = self._part(node[0])
                if ends:
                    value = node[1]
                    if part != path:
                        return None
                    if not isinstance(value, bytes) or not value:
                        raise self._damaged("a leaf without a value")
                    return value
                if not path.startswith(part):
                    return None
                below, path = node[1], path[len(part) :]
            if below == b"":
                return None
            node = self._checked(below) if isinstance(below, list) else self._node(below)

    def needed(self) -> tuple[bytes, ...]:
        """The nodes that were needed so far, in the order in which they were first."""
        return tuple(self._needed.values())

    def check_used(self) -> None:
        """Checks that the nodes are those that were needed, in that order. Raises Contradicted."""
        if self._nodes != self.needed():
            raise Contradicted(
                self._check,
                f"the proof holds {len(self._nodes)} nodes, not exactly the {len(self._needed)} needed in their order",
            )

    def _node(self, hash_: bytes) -> list[Item]:
        if len(hash_) != 32 or hash_ not in self._known:
            raise self._damaged(f"no node with hash 0x{hash_.hex()[:64]}")
        node = self._known[hash_]
        self._needed.setdefault(hash_, node)
        try:
            return self._checked(rlp.decode_list(node))
        except Malformed as error:
            raise self._damaged(str(error)) from error

    def _checked(self, node: list[Item]) -> list[Item]:
        if len(node) not in (2, 17):
            raise self._damaged(f"a node of {len(node)} items")
        return node

    def _part(self, item: Item) -> tuple[str, bool]:
        """The digits of a leaf's or an extension's part of the path, and whether it is a leaf's (hex-prefix)."""
        if not isinstance(item, bytes) or not item:
            raise self._damaged("a node without a path")
        digits = item.hex()
        flag = int(digits[0], 16)
        if flag > 3 or (not flag & 1 and digits[1] != "0"):
            raise self._damaged("a path with an unknown prefix")
        return digits[1 if flag & 1 else 2 :], flag >= 2

    def _damaged(self, what: str) -> Contradicted:
        return Contradicted(self._check, f"the proof of {self._check} leads nowhere: {what}")


@dataclass(frozen=True, slots=True)
class Account:
    """What the state keeps of an account: root of its storage and Keccak-256 of its code, 32 bytes each."""

    storage_root: bytes
    code_hash: bytes


def account_at(state: Trie, address: bytes) -> Account | None:
    """The account at an address, 20 bytes; None when the state proves that there is none. Raises Contradicted."""
    value = state.value(address)
    if value is None:
        return None
    try:
        raw = rlp.decode_list(value)
        if len(raw) != 4:
            raise Malformed(f"{len(raw)} members, want 4")
        rlp.integer(raw[0], "nonce", 8)
        rlp.integer(raw[1], "balance")
        return Account(rlp.string(raw[2], "storage root", 32), rlp.string(raw[3], "code hash", 32))
    except Malformed as error:
        raise Contradicted("account", f"what stands at 0x{address.hex()} is no account: {error}") from error


def word_at(storage: Trie, slot: int) -> bytes:
    """The word in a storage slot, 32 bytes; zeros when nothing is proven to be there. Raises Contradicted."""
    value = storage.value(slot.to_bytes(32))
    if value is None:
        return bytes(32)
    try:
        return rlp.integer(rlp.decode(value), f"slot {slot:#x}").to_bytes(32)
    except Malformed as error:
        raise Contradicted("storage", str(error)) from error

"""Merkle Patricia tries made from what they hold: slow and recursive, the product's own RLP and hash apart."""

from collections.abc import Mapping

from ledger.chain.artifacts import keccak256
from ledger.proof import rlp
from ledger.proof.rlp import Item


class BuiltTrie:
    """A trie over Keccak-256 of its keys."""

    def __init__(self, values: Mapping[bytes, bytes]) -> None:
        self.nodes: dict[bytes, bytes] = {}
        top = self._node({keccak256(key).hex(): value for key, value in values.items()})
        encoded = rlp.encode(top)
        self.root = keccak256(encoded)
        self.nodes[self.root] = encoded

    def _node(self, values: dict[str, bytes]) -> Item:
        if not values:
            return b""
        if len(values) == 1:
            ((path, value),) = values.items()
            return [_prefixed(path, 2), value]
        first, last = min(values), max(values)
        shared = next(at for at in range(64) if first[at] != last[at])
        if shared:
            inner = {path[shared:]: value for path, value in values.items()}
            return [_prefixed(first[:shared], 0), self._reference(self._node(inner))]
        branches: list[Item] = [
            self._reference(self._node({path[1:]: value for path, value in values.items() if path[0] == digit}))
            for digit in "0123456789abcdef"
        ]
        return [*branches, b""]

    def _reference(self, node: Item) -> Item:
        encoded = rlp.encode(node)
        if node == b"" or len(encoded) < 32:
            return node
        self.nodes[keccak256(encoded)] = encoded
        return keccak256(encoded)


def storage_trie(slots: Mapping[int, bytes]) -> BuiltTrie:
    """A contract's storage from its words; zero words are not stored."""
    return BuiltTrie(
        {slot.to_bytes(32): rlp.encode(word.lstrip(b"\0")) for slot, word in slots.items() if word.strip(b"\0")}
    )


def _prefixed(path: str, flag: int) -> bytes:
    return bytes.fromhex(f"{flag + 1}{path}" if len(path) % 2 else f"{flag}0{path}")

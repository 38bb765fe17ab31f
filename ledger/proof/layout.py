"""Where the contracts keep what is proven: slots, by the compiler's storage layout (Solidity documentation, "Layout of
State Variables in Storage and Transient Storage").

The trust file says by a number which layout each contract has; this verifier knows one of each, the one of the compiled
artifacts that it carries. A layout that changes gets the next number.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final

from ledger.chain.artifacts import keccak256, load

Words = Callable[[str, int], bytes]
"""The word in a slot of a contract, 32 bytes."""
LAYOUT: Final = 1
"""The layouts that this verifier knows: one number for all contracts so far."""


def variable(contract: str, name: str) -> int:
    """The slot of a state variable."""
    return int(_variables(contract)[name]["slot"])


def mapped(slot: int, key: bytes) -> int:
    """The slot of a mapping's value; `key` as the mapping pads it, 32 bytes."""
    return int.from_bytes(keccak256(key + slot.to_bytes(32)))


def element(slot: int, place: int) -> int:
    """The slot of an element of one slot in a dynamic array, whose length stands in `slot`."""
    return (int.from_bytes(keccak256(slot.to_bytes(32))) + place) % 2**256


def number_key(value: int) -> bytes:
    """A number as a mapping pads it, 32 bytes."""
    return value.to_bytes(32)


def text_key(value: bytes) -> bytes:
    """A `bytesN` as a mapping pads it, 32 bytes."""
    return value.ljust(32, b"\0")


def member_slots(contract: str, struct: str, *names: str) -> list[int]:
    """In which slots of a struct these members stand, counted from its first; each slot once, ascending."""
    return sorted({int(member["slot"]) for member in _members(contract, struct) if member["label"] in names})


def members(contract: str, struct: str, words: dict[int, bytes]) -> dict[str, Any]:
    """The members of a struct that stand in these of its slots: numbers, and `bytesN` as bytes.

    Args: words: words of 32 bytes by slot, counted from the struct's first.
    """
    types = load(contract).storage_layout["types"]
    found: dict[str, Any] = {}
    for member in _members(contract, struct):
        word = words.get(int(member["slot"]))
        if word is not None:
            kind = types[member["type"]]
            end = 32 - int(member["offset"])
            value = word[end - int(kind["numberOfBytes"]) : end]
            found[member["label"]] = value if kind["label"].startswith("bytes") else int.from_bytes(value)
    return found


def struct(words: Words, contract: str, struct: str, first: int, *names: str) -> dict[str, Any]:
    """Members of a struct that begins at a slot, these and all that share a slot with one of them."""
    places = member_slots(contract, struct, *names)
    return members(contract, struct, {place: words(contract, (first + place) % 2**256) for place in places})


def low_number(word: bytes, size: int) -> int:
    """The number in the lowest bytes of a word."""
    return int.from_bytes(word[32 - size :])


@cache
def _variables(contract: str) -> dict[str, dict[str, Any]]:
    return {variable["label"]: variable for variable in load(contract).storage_layout["storage"]}


def _members(contract: str, struct: str) -> Sequence[dict[str, Any]]:
    kind: dict[str, Any] = load(contract).storage_layout["types"][f"t_struct({struct})_storage"]
    listed: list[dict[str, Any]] = kind["members"]
    return listed

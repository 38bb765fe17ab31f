"""RLP, read strictly (Yellow Paper, appendix B): one value has one encoding, every other one is refused.

An item is bytes, or a list of items.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

from ledger.errors import Malformed

Item: TypeAlias = "bytes | list[Item]"

_DEEPEST: Final = 16
"""Lists in lists. Headers and trie nodes have three; more is refused before it is followed."""
_SHORT: Final = 55
"""Longest payload whose length stands in the first byte."""


def decode(data: bytes) -> Item:
    """The item that bytes hold, all of them. Raises Malformed unless they are what `encode` gives for it."""
    item, end = _item(data, 0, len(data), 0)
    if end != len(data):
        raise Malformed(f"RLP: {len(data) - end} bytes after the item")
    return item


def decode_list(data: bytes) -> list[Item]:
    """As `decode`, of a list. Raises Malformed when it is none."""
    item = decode(data)
    if isinstance(item, bytes):
        raise Malformed("RLP: a string where a list is wanted")
    return item


def encode(item: bytes | Sequence[Item]) -> bytes:
    """The bytes of an item."""
    if isinstance(item, bytes):
        if len(item) == 1 and item[0] < 0x80:
            return item
        return _head(0x80, len(item)) + item
    payload = b"".join(map(encode, item))
    return _head(0xC0, len(payload)) + payload


def encode_integer(value: int) -> bytes:
    """Big-endian bytes of a number without leading zeros; none for 0. An item, not yet its encoding."""
    return value.to_bytes((value.bit_length() + 7) // 8)


def string(item: Item, what: str, size: int | None = None) -> bytes:
    """An item that is a string, of `size` bytes where given. Raises Malformed naming `what`."""
    if not isinstance(item, bytes):
        raise Malformed(f"{what}: a list where a string is wanted")
    if size is not None and len(item) != size:
        raise Malformed(f"{what}: {len(item)} bytes, want {size}")
    return item


def integer(item: Item, what: str, size: int = 32) -> int:
    """An item that is a number of at most `size` bytes. Raises Malformed naming `what`."""
    value = string(item, what)
    if len(value) > size or value[:1] == b"\0":
        raise Malformed(f"{what}: no number of at most {size} bytes without leading zeros")
    return int.from_bytes(value)


def _head(kind: int, size: int) -> bytes:
    if size <= _SHORT:
        return bytes((kind + size,))
    length = encode_integer(size)
    return bytes((kind + _SHORT + len(length),)) + length


def _item(data: bytes, at: int, limit: int, depth: int) -> tuple[Item, int]:
    """The item that begins at a place, and where it ends; it must end at `limit` at the latest."""
    if at >= limit:
        raise Malformed(f"RLP: nothing at byte {at}")
    first = data[at]
    if first < 0x80:
        return data[at : at + 1], at + 1
    kind = 0xC0 if first >= 0xC0 else 0x80
    start, size = at + 1, first - kind
    if size > _SHORT:
        count = size - _SHORT
        start += count
        length = data[at + 1 : min(start, limit)]
        size = int.from_bytes(length)
        if len(length) != count or length[0] == 0 or size <= _SHORT:
            raise Malformed(f"RLP: the length at byte {at} is cut off or not the shortest")
    end = start + size
    if end > limit:
        raise Malformed(f"RLP: the item at byte {at} ends at byte {end}, after its list")
    if kind == 0x80:
        if size == 1 and data[start] < 0x80:
            raise Malformed(f"RLP: the byte at {start} stands for itself")
        return data[start:end], end
    if depth == _DEEPEST:
        raise Malformed(f"RLP: lists nested deeper than {_DEEPEST}")
    items = list[Item]()
    while start < end:
        item, start = _item(data, start, end, depth + 1)
        items.append(item)
    return items, end

"""Cutting many acts into transactions, by number and by bytes of call data.

A transaction goes whole or not at all; a rerun plans afresh against the chain and sends what is still missing.
"""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

BATCH_BYTES: Final = 90_000
"""Call data of one transaction; nodes take no transaction above 128 KiB (131,072 bytes)."""
BATCH_ACTS: Final = 100
WORD: Final = 32
CALL_BYTES: Final = 4 + 2 * WORD
"""Selector, offset of the array, its length."""

Element = TypeVar("Element")


def cut(elements: Iterable[Element], bytes_of: Callable[[Element], int], most: int = BATCH_ACTS) -> list[list[Element]]:
    """Batches of at most `most` elements and 90,000 bytes, in the given order; a larger element goes alone."""
    batches: list[list[Element]] = []
    size = 0
    for element in elements:
        more = bytes_of(element)
        if not batches or len(batches[-1]) == most or size + more > BATCH_BYTES:
            batches.append([])
            size = CALL_BYTES
        batches[-1].append(element)
        size += more
    return batches


def padded_bytes(data: bytes) -> int:
    """What bytes take in call data: their length, and themselves in whole words."""
    return WORD * (1 + -(-len(data) // WORD))

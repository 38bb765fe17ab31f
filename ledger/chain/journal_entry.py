"""What the journal holds of a log: its entry, from which the leaf is hashed. Nothing here does I/O."""

from hashlib import sha256

from ledger.errors import Malformed

ENTRY_BYTES = 65_535
"""Limit of a journal entry (C2SP tlog-tiles, entry bundles)."""


def entry_bytes(emitter: bytes, topics: tuple[bytes, ...], data: bytes) -> bytes:
    """The journal entry of a log: emitter, 20 bytes ‖ number of topics, 1 byte ‖ topics ‖ data."""
    return b"".join(_entry(emitter, topics, data))


def entry_leaf(emitter: bytes, topics: tuple[bytes, ...], data: bytes) -> bytes:
    """The leaf hash of a log's journal entry: SHA-256(0x00 ‖ entry), 32 bytes."""
    # In one go: to copy the entry once more takes a third of the time.
    return sha256(b"".join((b"\0", *_entry(emitter, topics, data)))).digest()


def _entry(emitter: bytes, topics: tuple[bytes, ...], data: bytes) -> tuple[bytes, ...]:
    return (emitter, bytes((len(topics),)), *topics, data)


def split_topics(topics: bytes) -> tuple[bytes, ...]:
    """Topics, 32 bytes each, that stand side by side."""
    return tuple(topics[at : at + 32] for at in range(0, len(topics), 32))


def parse_entry_bytes(entry: bytes) -> tuple[bytes, tuple[bytes, ...], bytes]:
    """Emitter, topics and data of a journal entry. Raises Malformed."""
    if len(entry) < 21 or entry[20] > 4 or len(entry) < 21 + 32 * entry[20] or len(entry) > ENTRY_BYTES:
        raise Malformed(f"journal entry of {len(entry)} bytes is no log")
    count = entry[20]
    topics = tuple(entry[21 + 32 * at : 53 + 32 * at] for at in range(count))
    return entry[:20], topics, entry[21 + 32 * count :]
